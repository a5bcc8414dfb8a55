"""Third step in the child: from meshes to plan polygons, solids, outlines, storey plans and stored meshes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from loaders.ifc.chunk import Floats, Mesh, load_chunk
from loaders.ifc.footprint import BODY, outline
from loaders.ifc.mapscale import inside_area_of_use
from loaders.ifc.plan import plan_polygon
from loaders.ifc.quantise import quantise
from loaders.ifc.roomgraph import room_graph
from loaders.ifc.scratch import GRAPH, MEANING, MESHES, OUTLINES, SHAPES, RowWriter
from loaders.ifc.solid import is_closed, mesh_solid, prism, signed_volume, surface_area
from loaders.ifc.storeyplan import plan_lines
from twin.crs import crs as read_crs

_NEARBY_M = 50_000.0
_UPRIGHT = 1e-9


@dataclass(slots=True)
class Shown:
    """One object with its mesh.

    Attributes
    ----------
    mesh : int
        Index of the mesh.
    matrix : ndarray of shape (4, 4)
        Mesh -> model metres.
    z_min_m, z_max_m : float
        Model metres.
    plan : MultiPolygon or None
        Storage CRS where the model is placed, else model metres.
    """

    row: dict[str, Any]
    role: str
    mesh: int
    matrix: Floats
    quality: str
    z_min_m: float = math.nan
    z_max_m: float = math.nan
    plan: Any = None


@dataclass(slots=True)
class Scene:
    """Everything of a model that has a shape."""

    meshes: list[Mesh] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)


def derive_shapes(
    scratch: Path,
    emit: Callable[[dict[str, Any]], None],
    *,
    chunks: list[str],
    matrix: list[float] | None,
    srid: int,
) -> dict[str, Any]:
    """Derive what is stored from the chunks of the second step.

    Parameters
    ----------
    scratch : Path
        Holds the chunks and `meaning.json`; results go here, see `loaders.ifc.scratch`.
    emit : callable
        Takes progress events.
    chunks : list of str
        File names; of two shapes of one object the first counts.
    matrix : list of 16 float or None
        Model metres -> storage CRS, row-major; None: the model needs placing, and only
        what does not depend on the place is derived.
    srid : int
        EPSG code of the storage CRS.

    Returns
    -------
    dict
        `misplaced` (why the placement cannot be right, or None) and counts.
    """
    meaning = orjson.loads((scratch / MEANING).read_bytes())
    scene = _scene(scratch, chunks, meaning)
    place = None if matrix is None else np.array(matrix, dtype=np.float64).reshape(4, 4)
    misplaced = None if place is None else _misplaced(scene, place, srid)
    place = None if misplaced else place
    _plans(scene, place)
    emit({"step": "plans"})
    _write_shapes(scratch / SHAPES, scene, place)
    _write_meshes(scratch / MESHES, scene)
    emit({"step": "meshes"})
    (scratch / OUTLINES).write_bytes(orjson.dumps(_outlines(scene, meaning, place)))
    (scratch / GRAPH).write_bytes(orjson.dumps(room_graph(scene.shown, meaning, place)))
    return {"misplaced": misplaced, "objects": len(scene.shown), "meshes": len(scene.meshes)}


def _scene(scratch: Path, chunks: list[str], meaning: dict[str, Any]) -> Scene:
    rows = {row["global_id"]: (role, row) for role in _ROLES for row in meaning[role]}
    scene = Scene()
    seen: set[str] = set()
    for name in chunks:
        chunk = load_chunk(scratch / name)
        base = len(scene.meshes)
        scene.meshes += chunk.meshes
        for placed in chunk.placed:
            if placed.global_id in seen or placed.global_id not in rows:
                continue
            seen.add(placed.global_id)
            role, row = rows[placed.global_id]
            # what stands along a line stands where our own curves say
            own = row.get("placed")
            matrix = placed.matrix if own is None else np.array(own, dtype=np.float64).reshape(4, 4)
            doubtful = row.get("doubtful") and placed.quality == "exact"
            quality = "unconfirmed" if doubtful else placed.quality
            scene.shown.append(Shown(row, role, base + placed.mesh, matrix, quality))
    return scene


_ROLES = ("space", "opening", "equipment", "element")


def _misplaced(scene: Scene, place: Floats, srid: int) -> str | None:
    """A placement that lands outside the city's grid: often applied twice."""
    if not scene.shown:
        return None
    centres = np.array(
        [(s.matrix @ np.append(scene.meshes[s.mesh].vertices.mean(axis=0), 1.0))[:3] for s in scene.shown]
    )
    centre = np.median(centres, axis=0)
    at = place @ np.append(centre, 1.0)
    # once is right, whether the model's own coordinates carry the offset or the placement does
    once = min(np.hypot(*centre[:2]), np.hypot(*place[:2, 3])) < _NEARBY_M
    if inside_area_of_use(read_crs(srid), at[0], at[1]) and once:
        return None
    return (
        f"the model's own coordinates lie {np.hypot(*centre[:2]) / 1000:.0f} km from its origin, so the map "
        f"conversion would put it at east {at[0]:.0f}, north {at[1]:.0f}: probably placed twice"
    )


def _plans(scene: Scene, place: Floats | None) -> None:
    shadows: dict[int, Any] = {}
    for shown in scene.shown:
        mesh, full = scene.meshes[shown.mesh], shown.matrix
        upright = abs(full[2, 0]) < _UPRIGHT and abs(full[2, 1]) < _UPRIGHT
        heights = mesh.vertices @ full[2, :3] + full[2, 3]
        shown.z_min_m, shown.z_max_m = float(heights.min()), float(heights.max())
        to_place = full if place is None else place @ full
        if upright:
            if shown.mesh not in shadows:
                shadows[shown.mesh] = plan_polygon(mesh.vertices, mesh.triangles)
            shown.plan = move(shadows[shown.mesh], to_place)
        else:
            points = mesh.vertices @ to_place[:3, :3].T + to_place[:3, 3]
            shown.plan = plan_polygon(points - [*to_place[:2, 3], 0.0], mesh.triangles)
            shown.plan = move(shown.plan, _shift(to_place))


def move(shape: Any, matrix: Floats) -> Any:
    """Apply the plan part of a 4x4 matrix to a geometry."""
    if shape is None:
        return None
    return shapely.transform(shape, lambda xy: xy @ matrix[:2, :2].T + matrix[:2, 3])


def _shift(matrix: Floats) -> Floats:
    shift = np.eye(4)
    shift[:3, 3] = matrix[:3, 3]
    return shift


def _write_shapes(path: Path, scene: Scene, place: Floats | None) -> None:
    measured: dict[int, tuple[float | None, float]] = {}
    with RowWriter(path) as writer:
        for shown in scene.shown:
            mesh = scene.meshes[shown.mesh]
            if shown.mesh not in measured:
                closed = is_closed(mesh.vertices, mesh.triangles)
                volume = abs(signed_volume(mesh.vertices, mesh.triangles)) if closed else None
                measured[shown.mesh] = (volume, surface_area(mesh.vertices, mesh.triangles))
            volume, area = measured[shown.mesh] if shown.quality != "box" else (None, None)
            z_min, z_max = _heights(shown, place)
            writer.write(
                {
                    "global_id": shown.row["global_id"],
                    "mesh": shown.mesh if _displayed(shown) else None,
                    "matrix": shown.matrix.reshape(-1).tolist(),
                    "z_min_m": z_min,
                    "z_max_m": z_max,
                    "height_m": shown.z_max_m - shown.z_min_m,
                    "plan_m2": None if shown.plan is None else shown.plan.area,
                    "volume_m3": volume,
                    "area_m2": area,
                    "quality": shown.quality,
                    "plan": None if place is None or shown.plan is None else shapely.to_wkb(shown.plan),
                    "solid": _solid(shown, mesh, place) if shown.role == "space" else None,
                }
            )


def _displayed(shown: Shown) -> bool:
    return shown.row["ifc_class"] not in ("IfcOpeningElement", "IfcOpeningStandardCase", "IfcVirtualElement")


def _heights(shown: Shown, place: Floats | None) -> tuple[float | None, float | None]:
    if place is None:
        return None, None
    return tuple(float(place[2, 2] * z + place[2, 3]) for z in (shown.z_min_m, shown.z_max_m))  # type: ignore[return-value]


def _solid(shown: Shown, mesh: Mesh, place: Floats | None) -> bytes | None:
    if place is None:
        return None
    full = place @ shown.matrix
    points = mesh.vertices @ full[:3, :3].T + full[:3, 3]
    low, high = _heights(shown, place)
    return mesh_solid(points, mesh.triangles) or prism(shown.plan, low or 0.0, high or 0.0)


def _write_meshes(path: Path, scene: Scene) -> None:
    used = {shown.mesh for shown in scene.shown if _displayed(shown)}
    with RowWriter(path) as writer:
        for index in sorted(used):
            writer.write({"mesh": index} | asdict(quantise(scene.meshes[index])))


def _outlines(scene: Scene, meaning: dict[str, Any], place: Floats | None) -> dict[str, Any]:
    below = {s["global_id"] for s in meaning["storeys"] if s["floor_no"] < 0}
    outside = [s for s in scene.shown if s.role in ("element", "space") and s.row["storey"] not in below]
    whole = _outline(outside)
    buildings = {}
    for building in meaning["buildings"]:
        inside = [s for s in outside if s.row["building"] == building["global_id"]]
        shape = whole if len(inside) == len(outside) else _outline(inside)
        buildings[building["global_id"]] = shape | _extent(scene, building["global_id"], place)
    storeys = {}
    for storey in meaning["storeys"]:
        inside = [s for s in scene.shown if s.row["storey"] == storey["global_id"]]
        shape = _outline([s for s in inside if s.role in ("element", "space")])
        lines = None if place is None else plan_lines(scene.shown, scene.meshes, storey, place)
        storeys[storey["global_id"]] = {**shape, "plan": lines}
    return {"buildings": buildings, "storeys": storeys, "model": whole, "placed": place is not None}


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


def _extent(scene: Scene, building: str, place: Floats | None) -> dict[str, Any]:
    """Lowest and highest point of a building's parts, storage heights."""
    inside = [s for s in scene.shown if s.row["building"] == building and s.role != "equipment"]
    if place is None or not inside:
        return {"z_min_m": None, "z_max_m": None}
    heights = [_heights(s, place) for s in inside]
    return {"z_min_m": min(h[0] for h in heights), "z_max_m": max(h[1] for h in heights)}  # type: ignore[type-var]
