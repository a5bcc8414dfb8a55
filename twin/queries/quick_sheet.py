"""What a fire crew needs first, in the order it needs it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from twin.catalogue.buildings import BUILDING, FIRE_PROFILE
from twin.database.connection import Database, Row
from twin.queries.dossier import building_row, identity, one, rows, version_values
from twin.queries.facts import facts
from twin.queries.hydrants import hydrants_nearest

_OLD_DAYS = 365
_RESIDENTIAL = frozenset({"R", "RV"})

_SECTIONS: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("where", "位置", "Where", ("address",), ("access_width_m", "ladder_side", "assembly_point")),
    ("life", "人员", "Life", ("use", "population_cap"), ("key_unit",)),
    (
        "building",
        "建筑",
        "Building",
        ("structure", "fire_resistance", "floors_up", "floors_down", "height_m", "year_built"),
        ("refuge_floors",),
    ),
    ("water", "水源", "Water", (), ("indoor_hydrant", "inlets", "tank_m3", "roof_tank_m3", "pump_lps")),
    ("inside", "内部", "Inside", (), ("stairs", "fire_lift", "control_room", "alarm_system", "sprinkler")),
    (
        "danger",
        "危险",
        "Danger",
        (),
        ("hazmat", "gas", "shutoff_gas", "shutoff_power", "ebike", "pv", "risk"),
    ),
    ("contacts", "联系", "Contacts", ("manager",), ()),
)
"""Name, zh, en, columns of the building, columns of its fire record."""


def quick_sheet(
    database: Database, building: int, circles: frozenset[str], moment: datetime | None = None
) -> dict[str, Any]:
    """One screen about one building, now or as of a moment.

    Every item carries its source and date; null is unknown. `verified.old` tells a record
    that nobody has checked for a year, or that does not say when.

    Raises
    ------
    NotFound
        There is no such building, or was none then.
    """
    binds = {"building": building, "circles": sorted(circles), "moment": moment}
    with database.transaction() as connection:
        found = building_row(connection, building, moment)
        fire = one(connection, "dossier_fire", binds, values=version_values(FIRE_PROFILE, "p"))
        floors = rows(connection, "dossier_storeys", binds)
    placed = found["lon"] is not None
    near = (found["lon"], found["lat"])
    hydrants = hydrants_nearest(database, near, circles=circles, moment=moment) if placed else []
    own = facts(found, BUILDING.listed_columns)
    record = {} if fire is None else facts(fire, FIRE_PROFILE.columns)
    blank = {
        c.name: {"value": None, "unit": c.unit, "zh": c.zh, "en": c.en, "source": None, "date": None}
        for c in FIRE_PROFILE.columns
    }
    sections = [
        {
            "section": name,
            "zh": zh,
            "en": en,
            "items": [
                *({"name": c, **own[c]} for c in of_building),
                *({"name": c, **(record or blank)[c]} for c in of_record),
            ],
        }
        for name, zh, en, of_building, of_record in _SECTIONS
    ]
    height, use = own["height_m"]["value"], own["use"]["value"]
    return {
        "building": identity(found),
        "height_class": height_class(use, height),
        "people": _people(floors),
        "hydrants": hydrants,
        "sections": sections,
        "verified": _verified(record.get("checked_on", {}).get("value"), moment or datetime.now(UTC)),
    }


def height_class(use: str | None, height_m: float | None) -> str:
    """Class of a building by its height (GB 50016-2014 (2018), table 5.1.1).

    Dwellings: over 27 m high-rise of class II, over 54 m class I. Others: over 24 m
    class II, over 50 m class I. Without a height or a use nothing is guessed.

    Examples
    --------
    >>> height_class("R", 27.0), height_class("R", 27.1), height_class("O", 50.1)
    ('low-rise', 'high-rise-2', 'high-rise-1')
    >>> height_class("R", None)
    'unknown'
    """
    if height_m is None or use is None:
        return "unknown"
    second, first = (27.0, 54.0) if use in _RESIDENTIAL else (24.0, 50.0)
    if height_m > first:
        return "high-rise-1"
    return "high-rise-2" if height_m > second else "low-rise"


def _people(floors: list[Row]) -> dict[str, Any]:
    """How many people the floors are laid out for; not how many are there now."""
    known = {row["floor_no"]: row["capacity"] for row in floors if row["capacity"] is not None}
    return {
        "capacity": sum(known.values()) if known else None,
        "by_floor": [{"floor_no": floor, "capacity": known[floor]} for floor in sorted(known)],
        "floors_known": len(known),
        "floors": len(floors),
    }


def _verified(on: str | None, at: datetime) -> dict[str, Any]:
    if on is None:
        return {"on": None, "age_days": None, "old": True}
    age = (at.date() - date.fromisoformat(on)).days
    return {"on": on, "age_days": age, "old": age > _OLD_DAYS}
