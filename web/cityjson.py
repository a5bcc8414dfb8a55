"""Buildings as CityJSON 2.0: solids with the meaning of their faces, attributes with their source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import shapely

from loaders.citymodel.crs import read_reference
from loaders.citymodel.faces import Faces, Floats, from_wkb, joined, made
from twin.queries.export import Bodies

SCALE_M = 0.001
_SEMANTICS = frozenset(
    (
        *("RoofSurface", "GroundSurface", "WallSurface", "ClosureSurface", "OuterCeilingSurface"),
        *("OuterFloorSurface", "Window", "Door", "InteriorWallSurface", "CeilingSurface", "FloorSurface"),
    )
)
"""Surfaces a building of CityJSON 2.0 may have; others have no meaning there and become null."""
_RENAMED = {"WindowSurface": "Window", "DoorSurface": "Door"}
_STANDARD = {
    "height_m": "measuredHeight",
    "floors_up": "storeysAboveGround",
    "floors_down": "storeysBelowGround",
    "year_built": "yearOfConstruction",
    "roof": "roofType",
}
"""Columns of ours that CityJSON has a name for."""
_OURS = frozenset(("lods", "codeSpaces", "cityObjectType"))
_PART_KINDS = frozenset(("BuildingPart", "BuildingInstallation"))


def document(found: Bodies, srid: int, moment: datetime | None = None) -> dict[str, Any]:
    """One CityJSON 2.0 object.

    Coordinates come in the axis order of the authority, as the address of the CRS says
    (EPSG:4547: north, east), heights in metres, all as whole millimetres.

    Parameters
    ----------
    found : Bodies
        What to write.
    srid : int
        EPSG code of the storage CRS.
    moment : datetime, optional
        As of when they are, where that is the past; its day becomes the `referenceDate`.
    """
    system = f"https://www.opengis.net/def/crs/EPSG/0/{srid}"
    keys = _keys(found)
    shapes: list[tuple[dict[str, Any], Faces, bool, list[str | None] | None]] = []
    objects: dict[str, Any] = {}
    parts_of: dict[int, list[str]] = {}
    by_id = {row["id"]: row for row in (*found.buildings, *found.parts)}
    for row in (*found.buildings, *found.parts):
        one: dict[str, Any] = {"type": _kind(row, found), "attributes": _attributes(row)}
        objects[keys[row["id"]]] = one
        shape = _shape(row)
        if shape is not None:
            shapes.append((one, *shape))
    for part in found.parts:
        whole = part["parent_id"] if part["parent_id"] in by_id else part["building_id"]
        objects[keys[part["id"]]]["parents"] = [keys[whole]]
        parts_of.setdefault(whole, []).append(keys[part["id"]])
    for whole, children in parts_of.items():
        objects[keys[whole]]["children"] = children
    vertices, translate = _geometries(shapes, north_first=read_reference(system).north_first)
    return {
        "type": "CityJSON",
        "version": "2.0",
        "transform": {"scale": [SCALE_M] * 3, "translate": translate},
        "metadata": {"referenceSystem": system}
        | ({} if moment is None else {"referenceDate": moment.date().isoformat()}),
        "CityObjects": objects,
        "vertices": vertices,
    }


def _keys(found: Bodies) -> dict[int, str]:
    """An id each: the source's key where it is the only one, else with the source before it."""
    rows = (*found.buildings, *found.parts)
    times = Counter(row["source_key"] for row in rows)
    keys, used = {}, set()
    for row in rows:
        key = row["source_key"] if times[row["source_key"]] == 1 else f"{row['source']}/{row['source_key']}"
        # a building and its part may have one key in one source
        keys[row["id"]] = key if key not in used else f"{key}/{row['id']}"
        used.add(keys[row["id"]])
    return keys


def _kind(row: Mapping[str, Any], found: Bodies) -> str:
    if "kind" not in row["fields"]:
        return "Building"
    return row["fields"]["kind"] if row["fields"]["kind"] in _PART_KINDS else "BuildingPart"


def _attributes(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the source said, our columns over it, and where it comes from; unknown is left out."""
    said = {name: value for name, value in row["properties"].items() if name not in _OURS}
    for name, value in row["fields"].items():
        if value is not None:
            said[_STANDARD.get(name, name)] = value
    fields = row["fields"]
    name = fields.get("name_zh") or fields.get("name_en")
    if name is not None:
        said["name"] = name
    source = {name: row[name] for name in ("source", "source_date", "recorded_at", "load_id", "confidence")}
    said["source"] = {name: _plain(value) for name, value in source.items() if value is not None}
    return said


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _shape(row: Mapping[str, Any]) -> tuple[Faces, bool, list[str | None] | None] | None:
    """Solid; else the faces for display; else the ground plan at its height."""
    if row["solid"] is not None:
        return from_wkb(bytes(row["solid"])), True, row["surfaces"]
    shell = row["shell"]
    if shell is not None:
        points = np.array(shell["vertices"], float).reshape(-1, 3)
        return (
            made([[points[ring] for ring in face] for face in shell["boundaries"]]),
            False,
            shell.get("surfaces"),
        )
    low = row["z_min_m"] if row["z_min_m"] is not None else row["fields"].get("elev_base_m")
    if row["plan"] is None or low is None:
        return None
    polygons = shapely.get_parts(shapely.orient_polygons(shapely.from_wkb(bytes(row["plan"]))))
    rings = [[_at(ring, low) for ring in (polygon.exterior, *polygon.interiors)] for polygon in polygons]
    return made(rings), False, None


def _at(ring: Any, height_m: float) -> Floats:
    plan = shapely.get_coordinates(ring)[:-1]
    return np.column_stack((plan, np.full(len(plan), height_m)))


def _geometries(
    shapes: list[tuple[dict[str, Any], Faces, bool, list[str | None] | None]], *, north_first: bool
) -> tuple[list[list[int]], list[float]]:
    """Give every object its geometry; vertices as whole numbers, each once, and where they start."""
    if not shapes:
        return [], [0.0, 0.0, 0.0]
    points = joined([faces for _, faces, _, _ in shapes]).points
    points = points[:, [1, 0, 2]] if north_first else points
    translate = np.floor(points.min(axis=0))
    whole = np.round((points - translate) / SCALE_M).astype(np.int64)
    vertices, numbers = np.unique(whole, axis=0, return_inverse=True)
    flat, at = numbers.reshape(-1).tolist(), 0
    for one, faces, solid, meanings in shapes:
        boundaries, kept = _boundaries(faces, flat[at : at + len(faces.points)])
        at += len(faces.points)
        told = None if meanings is None else [meanings[face] for face in kept]
        one["geometry"] = [_geometry(one, boundaries, told, solid=solid)]
    return vertices.tolist(), translate.tolist()


def _boundaries(faces: Faces, numbers: list[int]) -> tuple[list[list[list[int]]], list[int]]:
    """Faces as numbers of vertices; corners that fall on one millimetre are one."""
    boundaries, kept, at, ring = [], [], 0, 0
    sizes = faces.rings.tolist()
    for place, count in enumerate(faces.faces.tolist()):
        face = []
        for size in sizes[ring : ring + count]:
            corners = numbers[at : at + size]
            at += size
            corners = [corner for i, corner in enumerate(corners) if corner != corners[i - 1]]
            if len(corners) > 2:
                face.append(corners)
        ring += count
        if face:
            boundaries.append(face)
            kept.append(place)
    return boundaries, kept


def _geometry(
    one: Mapping[str, Any], boundaries: list[Any], meanings: list[str | None] | None, *, solid: bool
) -> dict[str, Any]:
    lod = one["attributes"].get("lod")
    level = str(min(max(int(lod), 0), 3)) if lod is not None else "1" if solid else "0"
    found: dict[str, Any] = {
        "type": "Solid" if solid else "MultiSurface",
        "lod": level,
        "boundaries": [boundaries] if solid else boundaries,
    }
    known = [_RENAMED.get(meaning or "", meaning) for meaning in meanings or ()]
    names = sorted({meaning for meaning in known if meaning in _SEMANTICS})
    if names:
        values = [names.index(meaning) if meaning in names else None for meaning in known]
        found["semantics"] = {
            "surfaces": [{"type": name} for name in names],
            "values": [values] if solid else values,
        }
    return found
