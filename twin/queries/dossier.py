"""Everything known about a building, for a person who has to act on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from twin.catalogue.buildings import BUILDING, FIRE_PROFILE
from twin.database.connection import Connection, Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound
from twin.model.collection import Collection
from twin.queries.facts import Fact, changes, completeness, facts
from twin.queries.hidden import hidden_names, told_sets
from twin.queries.items import readable
from twin.queries.model_past import sets_at
from twin.queries.moments import incidents_at, sensor_states_at
from twin.queries.safety import protection_at

Sheet = dict[str, Any]
_OF_BUILDING = "o.model_id = m.id and o.feature_id = m.building_id"
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


def dossier(
    database: Database, building: int, circles: frozenset[str], moment: datetime | None = None
) -> Sheet:
    """Facts of a building, its fire record, housing, storeys, models, sensors, incidents, history.

    Parameters
    ----------
    database : Database
        The city.
    building : int
        Its id.
    circles : frozenset of str
        Access circles of the reader.
    moment : datetime, optional
        With zone: as it was then, as far as is known today; None: now.

    Raises
    ------
    NotFound
        There is no such building, or was none then.
    """
    shown = readable(BUILDING, circles)
    fire_shown = readable(FIRE_PROFILE, circles)
    binds: dict[str, Any] = {"building": building, "circles": sorted(circles), "moment": moment}
    with database.transaction() as connection:
        found = building_row(connection, building, moment)
        fire = one(connection, "dossier_fire", binds, values=version_values(FIRE_PROFILE, "p"))
        building_facts = facts(found, shown)
        known = completeness(building_facts | ({} if fire is None else facts(fire, fire_shown)))
        said = protection_at(moment, "array[%(building)s::bigint]")
        protection = rows(connection, "dossier_protection", binds, protection=said)
        sheet: Sheet = {
            "building": {**identity(found), "fields": building_facts},
            "fire": None
            if fire is None
            else {"id": fire["version"]["feature_id"], "fields": facts(fire, fire_shown)},
            "protection": protection,
            "housing": one(
                connection, "dossier_housing" if moment is None else "dossier_housing_then", binds
            ),
            "storeys": rows(connection, "dossier_storeys", binds),
            "models": [
                {**row, "sets": told_sets(row["sets"], hidden_names(circles))}
                for row in rows(connection, "dossier_models", binds, sets=sets_at(moment, _OF_BUILDING))
            ],
            "sensors": rows(connection, "dossier_sensors", binds),
            "incidents": [],
            "history": changes(
                rows(connection, "dossier_versions", binds, values=version_values(BUILDING, "b")), shown
            ),
            "completeness": known,
        }
        if moment is None:
            sheet["incidents"] = rows(connection, "incidents", {**binds, "open": None, "limit": 50})
    return sheet if moment is None else _then(database, sheet, building, circles, moment)


def _then(
    database: Database, sheet: Sheet, building: int, circles: frozenset[str], moment: datetime
) -> Sheet:
    """What is told elsewhere: readings and incidents of then; what came later is not in the history."""
    states = sensor_states_at(database, moment, building=building, circles=circles)
    return sheet | {
        "sensors": read_then(sheet["sensors"], states),
        "incidents": incidents_at(database, moment, building=building, limit=50, circles=circles),
        "history": [entry for entry in sheet["history"] if datetime.fromisoformat(entry["at"]) <= moment],
    }


def read_then(sensors: list[Row], states: list[Row]) -> list[Row]:
    """Sensors with what they had last read by then."""
    known = {row["id"]: row for row in states}
    told = ("state", "result", "unit", "phenomenon_time", "age_s", "stale")
    return [
        sensor | {name: known[sensor["id"]][name] for name in told}
        for sensor in sensors
        if sensor["id"] in known
    ]


def storey(
    database: Database,
    building: int,
    floor: int,
    circles: frozenset[str],
    moment: datetime | None = None,
) -> Sheet:
    """One storey with its spaces, units, equipment and sensors, now or as of a moment.

    Raises
    ------
    NotFound
        The building has nothing on record on that floor.
    """
    binds = {"building": building, "floor": floor, "circles": sorted(circles), "moment": moment}
    with database.transaction() as connection:
        building_row(connection, building, moment)
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
    if moment is not None:
        states = sensor_states_at(database, moment, building=building, floor=floor, circles=circles)
        sheet["sensors"] = read_then(sheet["sensors"], states)
    if not any(sheet.values()):
        raise NotFound(f"building {building} has nothing on record on floor {floor}")
    if "housing" not in circles:
        for unit in sheet["units"]:
            unit.pop("occupancy")
    return sheet


def building_row(connection: Connection, building: int, moment: datetime | None = None) -> Row:
    """Version of a building, present or of a moment, with its load and place."""
    values = version_values(BUILDING, "b")
    found = one(connection, "dossier_building", {"building": building, "moment": moment}, values=values)
    if found is None:
        raise NotFound(f"there {'is' if moment is None else 'was'} no building {building}")
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
    """First row of a named statement as of `binds["moment"]`; `names` fill its markers from the catalogue."""
    return connection.execute(_text(name, binds, names), binds).fetchone()


def rows(connection: Connection, name: str, binds: dict[str, Any], **names: str) -> list[Row]:
    """All rows of a named statement."""
    return connection.execute(_text(name, binds, names), binds).fetchall()


def version_values(collection: Collection, alias: str) -> str:
    """Select list of what makes a version: the typed columns and the frame of every row."""
    return ", ".join(
        [f'{alias}."{c.name}"' for c in collection.listed_columns] + [f"{alias}.{n}" for n in _FRAME]
    )


def _text(name: str, binds: dict[str, Any], names: dict[str, str]) -> bytes:
    text = dated(statement("twin.queries", name), binds["moment"])
    return (text.format(**names) if names else text).encode()


__all__ = ["Fact", "building_row", "dossier", "identity", "one", "rows", "storey", "version_values"]
