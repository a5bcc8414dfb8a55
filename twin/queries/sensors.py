"""Sensors by their state, and the alarms they raised."""

from __future__ import annotations

from collections.abc import Sequence

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.queries.area import area_wkb
from twin.queries.buildings import PUBLIC

BoxDegrees = tuple[float, float, float, float]


def sensor_states(
    database: Database,
    *,
    bbox: BoxDegrees | None = None,
    building: int | None = None,
    floor: int | None = None,
    kind: str | None = None,
    limit: int = 20_000,
    circles: frozenset[str] = PUBLIC,
) -> list[Row]:
    """Sensors with their newest reading and what it means.

    Parameters
    ----------
    database : Database
        The city.
    bbox : (west, south, east, north), optional
        CRS84, degrees.
    building : int, optional
        Id of the building they are in.
    floor : int, optional
        Floor number in the building.
    kind : str, optional
        Code of list `device_type`.
    limit : int
        Most rows.
    circles : frozenset of str
        Access circles of the caller.
    """
    binds = {
        "area": area_wkb(database.srid, bbox),
        "building": building,
        "floor": floor,
        "kind": kind,
        "circles": sorted(circles),
        "limit": limit,
    }
    return database.rows(statement("twin.queries", "sensor_states"), binds)


def alarms(
    database: Database,
    *,
    open_only: bool | None = None,
    building: int | None = None,
    limit: int = 500,
    circles: frozenset[str] = PUBLIC,
) -> list[Row]:
    """Alarms, the newest first; `open_only` False gives those that were cleared, None all."""
    binds = {"open": open_only, "building": building, "limit": limit, "circles": sorted(circles)}
    return database.rows(statement("twin.queries", "alarms"), binds)


def counts_by_state(rows: Sequence[Row]) -> dict[str, int]:
    """How many sensors are in each state."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    return counts
