"""Incidents as they stand, with their steps."""

from __future__ import annotations

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.errors import NotFound


def incidents(
    database: Database, *, open_only: bool | None = None, building: int | None = None, limit: int = 200
) -> list[Row]:
    """Incidents, the newest first.

    Parameters
    ----------
    database : Database
        The city.
    open_only : bool, optional
        True: neither closed nor cancelled; False: only those; None: all.
    building : int, optional
        Id of the building they are in.
    limit : int
        Most rows.
    """
    return database.rows(
        statement("twin.queries", "incidents"), {"open": open_only, "building": building, "limit": limit}
    )


def incident(database: Database, incident_id: int) -> Row:
    """One incident with every step, the oldest first.

    Raises
    ------
    NotFound
        There is no such incident.
    """
    row = database.row(statement("twin.queries", "incident"), {"incident": incident_id})
    if row is None:
        raise NotFound(f"there is no incident {incident_id}")
    return row
