"""Outlines of the model, its buildings and its storeys, from the plans of what they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import shapely

from loaders.ifc.chunk import Floats
from loaders.ifc.footprint import BODY, outline
from loaders.ifc.scene import Shown
from loaders.ifc.storeyplan import StoreyPlans


def write_outlines(
    path: Path, shown: list[Shown], meaning: dict[str, Any], place: Floats | None, drawn: StoreyPlans | None
) -> None:
    """Write outlines, heights and drawings.

    Parameters
    ----------
    path : Path
        The JSON file.
    shown : list of Shown
        Objects with their plans.
    meaning : dict
        Its `storeys` and `buildings`.
    place : ndarray of shape (4, 4) or None
        Model metres -> storage CRS.
    drawn : StoreyPlans or None
        Drawings of the storeys; None where the model has no place.
    """
    below = {s["global_id"] for s in meaning["storeys"] if (s["floor_no"] or 1) < 0}
    outside = [s for s in shown if s.role in ("element", "space") and s.row["storey"] not in below]
    whole = _outline(outside)
    buildings = {}
    for building in meaning["buildings"]:
        inside = [s for s in outside if s.row["building"] == building["global_id"]]
        shape = whole if len(inside) == len(outside) else _outline(inside)
        buildings[building["global_id"]] = shape | _extent(shown, building["global_id"], place)
    by_storey: dict[str | None, list[Shown]] = {}
    for item in shown:
        if item.role in ("element", "space"):
            by_storey.setdefault(item.row["storey"], []).append(item)
    storeys = {}
    for storey in meaning["storeys"]:
        # as text: nobody on its way to the database looks into it, and as numbers it is six times as large
        drawing = None if drawn is None else drawn.of(storey)
        lines = None if drawing is None else orjson.dumps(drawing).decode()
        storeys[storey["global_id"]] = _outline(by_storey.get(storey["global_id"], [])) | {"plan": lines}
    told = {"buildings": buildings, "storeys": storeys, "model": whole, "placed": place is not None}
    path.write_bytes(orjson.dumps(told))


def heights(item: Shown, place: Floats | None) -> tuple[float | None, float | None]:
    """Lowest and highest point of an object, storage heights."""
    if place is None:
        return None, None
    return tuple(float(place[2, 2] * z + place[2, 3]) for z in (item.z_min_m, item.z_max_m))  # type: ignore[return-value]


def _outline(shown: list[Shown]) -> dict[str, Any]:
    chosen = [s for s in shown if _is_body(s)]
    if all(s.role == "space" for s in chosen):
        chosen = shown
    floors = [s.plan for s in chosen if s.row["ifc_class"].startswith(("IfcSlab", "IfcSpace"))]
    shape, quality = outline([s.plan for s in chosen], floors)
    return {
        "shape": None if shape is None else shapely.to_wkb(shape, hex=True),
        "area_m2": None if shape is None else shape.area,
        "quality": quality,
    }


def _is_body(shown: Shown) -> bool:
    """Walls and floors; roofs reach over the walls by their eaves and would widen the outline."""
    if shown.row["predefined_type"] == "ROOF":
        return False
    return shown.role == "space" or shown.row["ifc_class"].startswith(BODY)


def _extent(shown: list[Shown], building: str, place: Floats | None) -> dict[str, Any]:
    """Lowest and highest point of a building's parts, storage heights."""
    inside = [s for s in shown if s.row["building"] == building and s.role != "equipment"]
    if place is None or not inside:
        return {"z_min_m": None, "z_max_m": None}
    found = [heights(s, place) for s in inside]
    return {"z_min_m": min(h[0] for h in found), "z_max_m": max(h[1] for h in found)}  # type: ignore[type-var]
