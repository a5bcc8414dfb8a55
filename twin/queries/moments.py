"""Sensors, alarms and incidents as they stood at a moment of the past."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.queries.area import area_wkb
from twin.queries.buildings import PUBLIC

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
    circles: frozenset[str] = PUBLIC,
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
    building, floor, kind, limit, circles
        As for `twin.queries.sensors.sensor_states`.
    """
    binds = {
        "moment": moment,
        "area": area_wkb(database.srid, bbox),
        "building": building,
        "floor": floor,
        "kind": kind,
        "circles": sorted(circles),
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
    circles: frozenset[str] = PUBLIC,
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
    circles : frozenset of str
        Access circles of the caller.
    """
    binds = _binds(moment, open_only, building, limit, circles)
    return database.rows(statement("twin.queries", "incidents_at"), binds)


def alarms_at(
    database: Database,
    moment: datetime,
    *,
    open_only: bool | None = None,
    building: int | None = None,
    limit: int = 500,
    circles: frozenset[str] = PUBLIC,
) -> list[Row]:
    """Alarms raised by then, cleared and acknowledged as they were then, the newest first.

    Parameters
    ----------
    database : Database
        The city.
    moment : datetime
        With zone.
    open_only : bool, optional
        True: those not cleared by then; False: only those cleared; None: all.
    building : int, optional
        Id of the building the sensor was in.
    limit : int
        Most rows.
    circles : frozenset of str
        Access circles of the caller.
    """
    binds = _binds(moment, open_only, building, limit, circles)
    return database.rows(statement("twin.queries", "alarms_at"), binds)


def _binds(
    moment: datetime, open_only: bool | None, building: int | None, limit: int, circles: frozenset[str]
) -> dict[str, Any]:
    return {
        "moment": moment,
        "open": open_only,
        "building": building,
        "limit": limit,
        "circles": sorted(circles),
    }
