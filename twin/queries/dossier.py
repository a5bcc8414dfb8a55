"""Everything known about a building, for a person who has to act on it."""

from __future__ import annotations

from typing import Any

from twin.catalogue.buildings import BUILDING, FIRE_PROFILE
from twin.database.connection import Connection, Database, Row
from twin.database.statements import statement
from twin.errors import NotFound
from twin.model.collection import Collection
from twin.queries.facts import Fact, changes, completeness, facts
from twin.queries.items import readable

Sheet = dict[str, Any]
_FRAME = (
    "feature_id",
    "z_min_m",
    "z_max_m",
    "valid_from",
    "valid_to",
    "recorded_at",
    "superseded_at",
    "provenance",
    "confidence",
)


def dossier(database: Database, building: int, circles: frozenset[str]) -> Sheet:
    """Facts of a building, its fire record, housing, storeys, models, sensors, incidents, history.

    Parameters
    ----------
    database : Database
        The city.
    building : int
        Its id.
    circles : frozenset of str
        Access circles of the reader.

    Raises
    ------
    NotFound
        There is no such building now.
    """
    shown = readable(BUILDING, circles)
    fire_shown = readable(FIRE_PROFILE, circles)
    binds = {"building": building, "circles": sorted(circles)}
    with database.transaction() as connection:
        found = building_row(connection, building)
        fire = one(connection, "dossier_fire", binds, values=version_values(FIRE_PROFILE, "p"))
        building_facts = facts(found, shown)
        known = completeness(building_facts | ({} if fire is None else facts(fire, fire_shown)))
        return {
            "building": {**identity(found), "fields": building_facts},
            "fire": None
            if fire is None
            else {"id": fire["version"]["feature_id"], "fields": facts(fire, fire_shown)},
            "protection": rows(connection, "dossier_protection", binds),
            "housing": one(connection, "dossier_housing", binds),
            "storeys": rows(connection, "dossier_storeys", binds),
            "models": rows(connection, "dossier_models", binds),
            "sensors": rows(connection, "dossier_sensors", binds),
            "incidents": rows(connection, "incidents", {**binds, "open": None, "limit": 50}),
            "history": changes(
                rows(connection, "dossier_versions", binds, values=version_values(BUILDING, "b")), shown
            ),
            "completeness": known,
        }


def storey(database: Database, building: int, floor: int, circles: frozenset[str]) -> Sheet:
    """One storey with its spaces, units, equipment and sensors.

    Raises
    ------
    NotFound
        The building has nothing on record on that floor.
    """
    binds = {"building": building, "floor": floor, "circles": sorted(circles)}
    with database.transaction() as connection:
        building_row(connection, building)
        floors = rows(connection, "dossier_storeys", binds)
        sheet: Sheet = {
            "storey": next((row for row in floors if row["floor_no"] == floor), None),
            "spaces": rows(connection, "storey_spaces", binds),
            "units": rows(connection, "storey_units", binds),
            "equipment": rows(connection, "storey_equipment", binds),
            "sensors": [
                row for row in rows(connection, "dossier_sensors", binds) if row["floor_no"] == floor
            ],
        }
    if not any(sheet.values()):
        raise NotFound(f"building {building} has nothing on record on floor {floor}")
    if "housing" not in circles:
        for unit in sheet["units"]:
            unit.pop("occupancy")
    return sheet


def building_row(connection: Connection, building: int) -> Row:
    """Present version of a building with its load and place."""
    values = version_values(BUILDING, "b")
    found = one(connection, "dossier_building", {"building": building}, values=values)
    if found is None:
        raise NotFound(f"there is no building {building}")
    return found


def identity(found: Row) -> dict[str, Any]:
    """What names and places a building."""
    version = found["version"]
    return {
        "id": version["feature_id"],
        "code": version["code"],
        "name_zh": version["name_zh"],
        "name_en": version["name_en"],
        "lon": found["lon"],
        "lat": found["lat"],
        "bbox": found["bbox"],
        "z_min_m": version["z_min_m"],
        "z_max_m": version["z_max_m"],
    }


def one(connection: Connection, name: str, binds: dict[str, Any], **names: str) -> Row | None:
    """First row of a named statement; `names` fill its markers from the catalogue."""
    return connection.execute(_text(name, names), binds).fetchone()


def rows(connection: Connection, name: str, binds: dict[str, Any], **names: str) -> list[Row]:
    """All rows of a named statement."""
    return connection.execute(_text(name, names), binds).fetchall()


def version_values(collection: Collection, alias: str) -> str:
    """Select list of what makes a version: the typed columns and the frame of every row."""
    return ", ".join(
        [f'{alias}."{c.name}"' for c in collection.listed_columns] + [f"{alias}.{n}" for n in _FRAME]
    )


def _text(name: str, names: dict[str, str]) -> bytes:
    text = statement("twin.queries", name)
    return (text.format(**names) if names else text).encode()


__all__ = ["Fact", "building_row", "dossier", "identity", "one", "rows", "storey", "version_values"]
