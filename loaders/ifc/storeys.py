"""Buildings and their storeys: elevations that agree with the geometry, and floor numbers."""

from __future__ import annotations

import math
from typing import Any

from loaders.ifc.floors import number_floors
from loaders.ifc.objects import first, quantity, truth
from loaders.ifc.positions import Positions
from loaders.ifc.properties import Sets
from loaders.ifc.spatial import Spatial
from loaders.ifc.units import Units
from loaders.ifc.values import text

_SAME_M = 0.01
_LISTED = 5


def read_buildings(model: Any, sets: Sets, spatial: Spatial, positions: Positions) -> list[dict[str, Any]]:
    """Buildings of a model as plain rows."""
    rows = []
    for building in model.by_type("IfcBuilding"):
        entry = sets.get(building.GlobalId, {})
        rows.append(
            {
                "global_id": building.GlobalId,
                "name": text(building.Name),
                "long_name": text(building.LongName),
                "name_en": text(first(entry, "NameEn")),
                "code": text(first(entry, "BuildingCode")) or _code_above(building, sets, spatial),
                "year_built": _year(first(entry, "YearOfConstruction")),
                "gfa_m2": quantity(entry, "GrossFloorArea"),
                "ground_m": _height(building, positions) or 0.0,
            }
        )
    return rows


def read_storeys(
    model: Any,
    *,
    sets: Sets,
    spatial: Spatial,
    units: Units,
    positions: Positions,
    buildings: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Storeys with elevation in model metres, height to the next one, and floor number.

    The elevation is the one the geometry hangs on (the placement); where placements say
    nothing, all storeys lying in one plane, the stated `Elevation` counts. A storey that has
    neither is at no known elevation: `elev_m` None, after the others. Its floor number is then
    the one its name states, where the other names hold, else None.
    """
    ground = {b["global_id"]: b["ground_m"] for b in buildings}
    by_building: dict[str | None, list[dict[str, Any]]] = {}
    for storey in model.by_type("IfcBuildingStorey"):
        entry = sets.get(storey.GlobalId, {})
        building = spatial.address(storey).building
        by_building.setdefault(building, []).append(
            {
                "global_id": storey.GlobalId,
                "building": building,
                "name": text(storey.Name),
                "long_name": text(storey.LongName),
                "stated_m": None if storey.Elevation is None else storey.Elevation * units.length_m,
                "placed_m": _height(storey, positions),
                "use": text(first(entry, "UseCode")),
                "area_m2": quantity(entry, "NetFloorArea", "GrossFloorArea"),
                "gross_height_m": quantity(entry, "GrossHeight", "NetHeight", "Height"),
                "refuge": truth(first(entry, "Refuge")),
                "capacity": first(entry, "OccupancyNumber"),
            }
        )
    for building, rows in by_building.items():
        _elevate(rows, ground.get(building, 0.0) if building else 0.0)
    return [row for rows in by_building.values() for row in rows]


def without_elevation(storeys: list[dict[str, Any]]) -> list[str]:
    """A warning that names the storeys at no known elevation; none where there are none."""
    found = [row["name"] or row["global_id"] for row in storeys if row["elev_m"] is None]
    listed = ", ".join(found[:_LISTED]) + (" ..." if len(found) > _LISTED else "")
    told = f"storey-elevation: {len(found)} storeys have neither a placement nor an Elevation: {listed}"
    return [f"{told}; how high they lie is unknown"] if found else []


def _elevate(rows: list[dict[str, Any]], ground_m: float) -> None:
    stated = [row["stated_m"] for row in rows if row["stated_m"] is not None]
    placed = [row["placed_m"] for row in rows if row["placed_m"] is not None]
    flat = not placed or max(placed) - min(placed) < _SAME_M
    use_stated = flat and len(stated) > 1 and max(stated) - min(stated) > _SAME_M
    for row in rows:
        # one without a place of its own is where it says; of one that says nothing either nobody knows
        said_m = None if row["stated_m"] is None else ground_m + row["stated_m"]
        row["elev_m"] = said_m if use_stated or row["placed_m"] is None else row["placed_m"]
    rows.sort(key=lambda row: math.inf if row["elev_m"] is None else row["elev_m"])
    named = [(row["name"] or row["long_name"] or "", row["elev_m"]) for row in rows]
    for row, floor in zip(rows, number_floors(named, ground_m), strict=True):
        row["floor_no"], row["label"] = (floor.floor_no, floor.label) if floor else (None, None)
    for row, above in zip(rows, [*rows[1:], None], strict=True):
        known = above is not None and above["elev_m"] is not None and row["elev_m"] is not None
        rise = above["elev_m"] - row["elev_m"] if above is not None and known else None
        row["height_m"] = rise if rise is not None and rise > _SAME_M else row["gross_height_m"]


def _height(entity: Any, positions: Positions) -> float | None:
    origin = positions.origin_m(entity)
    return None if origin is None else origin[2]


def _code_above(building: Any, sets: Sets, spatial: Spatial) -> str | None:
    for whole in spatial.above(building):
        code = first(sets.get(whole.GlobalId, {}), "BuildingCode")
        if code:
            return text(code)
    return None


def _year(value: Any) -> int | None:
    digits = str(value or "")[:4]
    return int(digits) if digits.isdigit() and 1000 <= int(digits) <= 2200 else None
