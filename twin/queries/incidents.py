"""Incidents as they stand, with their steps."""

from __future__ import annotations

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.errors import NotFound
from twin.queries.buildings import PUBLIC


def incidents(
    database: Database,
    *,
    open_only: bool | None = None,
    building: int | None = None,
    limit: int = 200,
    circles: frozenset[str] = PUBLIC,
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
    circles : frozenset of str
        Access circles of the caller.
    """
    binds = {"open": open_only, "building": building, "limit": limit, "circles": sorted(circles)}
    return database.rows(statement("twin.queries", "incidents"), binds)


def incident(database: Database, incident_id: int, circles: frozenset[str] = PUBLIC) -> Row:
    """One incident with every step, the oldest first.

    Raises
    ------
    NotFound
        There is no such incident, or not for this caller.
    """
    binds = {"incident": incident_id, "circles": sorted(circles)}
    row = database.row(statement("twin.queries", "incident"), binds)
    if row is None:
        raise NotFound(f"there is no incident {incident_id}")
    return row
