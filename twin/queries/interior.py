"""Questions in three dimensions: rooms near a riser, equipment by floors, below ground, walls around."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound, Unprocessable
from twin.queries.buildings import PUBLIC

_GROUND_M = 0.5
"""Above this much of the ground, a room is not below it: thresholds, light wells."""


def rooms_near(
    database: Database,
    element: int,
    within_m: float,
    *,
    stacked: bool = True,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """Rooms at most this far from an element, straight through space, the nearest first.

    Parameters
    ----------
    database : Database
        The city.
    element : int
        Id of a pipe, a duct, a shaft wall ...
    within_m : float
        Metres between the surfaces nearest to each other, of the upright prisms that plan and
        heights make.
    stacked : bool
        Take the pieces of the same name above and below along: the whole riser.
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: as it was then; None: now.

    Raises
    ------
    NotFound
        There is no such element.
    Unprocessable
        It has no place.
    """
    binds = {
        "element": element,
        "within_m": within_m,
        "stacked": stacked,
        "circles": sorted(circles),
        "moment": moment,
    }
    known = database.row(_sql("element_known", moment), binds)
    if known is None:
        raise NotFound(f"there is no element {element}")
    if not known.pop("placed"):
        raise Unprocessable(f"element {element} has no place yet: its model is not placed or has no shapes")
    rows = database.rows(_sql("rooms_near", moment), binds)
    return {
        "element": known,
        "within_m": within_m,
        "count": sum(row["distance_m"] is not None for row in rows),
        "height_unknown": sum(row["distance_m"] is None for row in rows),
        "rooms": rows,
    }


def floors_equipment(
    database: Database,
    building: int,
    low: int,
    high: int,
    *,
    kind: str | None = None,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """Equipment from one floor to another, both included, with counts by kind and by floor.

    Equipment of no known kind is counted as `unknown`; what is on no known floor of the building
    is not listed but counted as `floor_unknown`.
    """
    binds = {
        "building": building,
        "low": low,
        "high": high,
        "kind": kind,
        "circles": sorted(circles),
        "moment": moment,
    }
    rows = database.rows(_sql("floors_equipment", moment), binds)
    return {
        "count": len(rows),
        "floor_unknown": database.scalar(_sql("equipment_floorless", moment), binds),
        "by_kind": dict(Counter(row["kind"] or "unknown" for row in rows).most_common()),
        "by_floor": {
            str(floor): count for floor, count in sorted(Counter(r["floor_no"] for r in rows).items())
        },
        "equipment": rows,
    }


def spaces_below_ground(
    database: Database,
    *,
    building: int | None = None,
    limit: int = 1_000,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> list[Row]:
    """Rooms whose ceiling is below the ground at their building, or that reach below it (`partly`).

    By height where that is known, else by the floor number; `evidence` says which.
    """
    binds = {
        "building": building,
        "limit": limit,
        "tolerance_m": _GROUND_M,
        "circles": sorted(circles),
        "moment": moment,
    }
    return database.rows(_sql("spaces_below_ground", moment), binds)


def spaces_level_unknown(
    database: Database,
    *,
    building: int | None = None,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> int:
    """How many rooms may be below ground or not: neither their heights nor their floor are known."""
    binds = {"building": building, "circles": sorted(circles), "moment": moment}
    return int(database.scalar(_sql("spaces_level_unknown", moment), binds))


def compartments(
    database: Database,
    building: int,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> list[Row]:
    """Fire compartments of a building with their rooms, floors and areas."""
    binds = {"building": building, "circles": sorted(circles), "moment": moment}
    return database.rows(_sql("compartments", moment), binds)


def compartment_walls(
    database: Database,
    building: int,
    compartment: str,
    under_min: float = 60.0,
    circles: frozenset[str] = PUBLIC,
    *,
    moment: datetime | None = None,
) -> dict[str, Any]:
    """Walls around a compartment that hold a fire too short a time, and those of which nobody says.

    Raises
    ------
    NotFound
        No room of the building is in a compartment of that name.
    """
    if all(row["name"] != compartment for row in compartments(database, building, circles, moment)):
        raise NotFound(f"building {building} has no fire compartment '{compartment[:60]}'")
    binds = {
        "building": building,
        "compartment": compartment,
        "circles": sorted(circles),
        "moment": moment,
    }
    rows = database.rows(_sql("compartment_walls", moment), binds)
    rated = [row for row in rows if row["fire_rating_min"] is not None]
    weak = [row for row in rated if row["fire_rating_min"] < under_min]
    unknown = [row for row in rows if row["fire_rating_min"] is None]
    return {
        "compartment": compartment,
        "under_min": under_min,
        "counts": {"around": len(rows), "under": len(weak), "unknown": len(unknown)},
        "under": weak,
        "unknown": unknown,
    }


def _sql(name: str, moment: datetime | None) -> str:
    return dated(statement("twin.queries", name), moment)
