"""Sensors and incidents as they stood at a moment of the past."""

from __future__ import annotations

from datetime import datetime

from twin.database.connection import Database, Row
from twin.database.statements import statement

BoxDegrees = tuple[float, float, float, float]


def sensor_states_at(
    database: Database,
    moment: datetime,
    *,
    bbox: BoxDegrees | None = None,
    building: int | None = None,
    floor: int | None = None,
    kind: str | None = None,
    limit: int = 20_000,
) -> list[Row]:
    """Sensors that stood then, with the last reading they had given and what it meant.

    A sensor without a reading in three of its periods before the moment is stale: also one
    whose readings of that time are no longer kept.

    Parameters
    ----------
    database : Database
        The city.
    moment : datetime
        With zone.
    bbox : (west, south, east, north), optional
        CRS84, degrees.
    building, floor, kind, limit
        As for `twin.queries.sensors.sensor_states`.
    """
    west, south, east, north = bbox or (None, None, None, None)
    binds = {
        "moment": moment,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "building": building,
        "floor": floor,
        "kind": kind,
        "srid": database.srid,
        "limit": limit,
    }
    return database.rows(statement("twin.queries", "sensor_states_at"), binds)


def incidents_at(
    database: Database,
    moment: datetime,
    *,
    open_only: bool | None = None,
    building: int | None = None,
    limit: int = 200,
) -> list[Row]:
    """Incidents reported by then, with the status they had then, the newest first.

    Parameters
    ----------
    database : Database
        The city.
    moment : datetime
        With zone.
    open_only : bool, optional
        True: those neither closed nor cancelled then; False: only those; None: all.
    building : int, optional
        Id of the building they are in.
    limit : int
        Most rows.
    """
    binds = {"moment": moment, "open": open_only, "building": building, "limit": limit}
    return database.rows(statement("twin.queries", "incidents_at"), binds)
