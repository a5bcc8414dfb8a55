"""Third step in the child: from meshes to plan polygons, solids, outlines, storey plans and stored meshes.

One pass over the chunks; what is left of an object after it is its row, its heights and its plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from loaders.ifc.abridged import read_abridged
from loaders.ifc.chunk import Floats, Mesh
from loaders.ifc.mapscale import inside_area_of_use
from loaders.ifc.outlining import heights, write_outlines
from loaders.ifc.plan import plan_polygon
from loaders.ifc.quantise import quantise
from loaders.ifc.roomgraph import room_graph
from loaders.ifc.scene import Part, Shown, Standing, parts
from loaders.ifc.scratch import ABRIDGED, GRAPH, MESHES, OUTLINES, SHAPES, RowWriter
from loaders.ifc.solid import is_closed, mesh_solid, prism, signed_volume, surface_area
from loaders.ifc.storeyplan import StoreyPlans
from twin.crs import crs as read_crs
from twin.memory import give_back

_NEARBY_M = 50_000.0
_UPRIGHT = 1e-9


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
        Holds the chunks and what `loaders.ifc.abridged` wrote; results go here, see
        `loaders.ifc.scratch`.
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
    meaning = read_abridged(scratch / ABRIDGED)
    place = None if matrix is None else np.array(matrix, dtype=np.float64).reshape(4, 4)
    misplaced = None if place is None else _misplaced(_centres(scratch, chunks, meaning), place, srid)
    place = None if misplaced else place
    drawn = None if place is None else StoreyPlans(meaning["storeys"], place)
    shown: list[Shown] = []
    count = 0
    with RowWriter(scratch / SHAPES) as shapes, RowWriter(scratch / MESHES) as meshes:
        for part in parts(scratch, chunks, meaning):
            _plans(part, place)
            _write_shapes(shapes, part, place)
            _write_meshes(meshes, part)
            if drawn is not None:
                drawn.draw(part)
            shown += [one.item for one in part.standing]
            count += len(part.meshes)
    give_back()
    emit({"step": "meshes"})
    write_outlines(scratch / OUTLINES, shown, meaning, place, drawn)
    del drawn
    give_back()
    emit({"step": "outlines"})
    (scratch / GRAPH).write_bytes(orjson.dumps(room_graph(shown, meaning, place)))
    return {"misplaced": misplaced, "objects": len(shown), "meshes": count}


def _centres(scratch: Path, chunks: list[str], meaning: dict[str, Any]) -> Floats:
    """Middle of the corners of every object, model metres, shape (n, 3)."""
    found = []
    for part in parts(scratch, chunks, meaning):
        middle = [mesh.vertices.mean(axis=0) for mesh in part.meshes]
        found += [(one.matrix @ np.append(middle[one.mesh], 1.0))[:3] for one in part.standing]
    return np.array(found).reshape(-1, 3)


def _misplaced(centres: Floats, place: Floats, srid: int) -> str | None:
    """A placement that lands outside the city's grid: often applied twice."""
    if not len(centres):
        return None
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


def _plans(part: Part, place: Floats | None) -> None:
    shadows: dict[int, Any] = {}
    for one in part.standing:
        mesh, full, item = part.meshes[one.mesh], one.matrix, one.item
        upright = abs(full[2, 0]) < _UPRIGHT and abs(full[2, 1]) < _UPRIGHT
        above = mesh.vertices @ full[2, :3] + full[2, 3]
        item.z_min_m, item.z_max_m = float(above.min()), float(above.max())
        to_place = full if place is None else place @ full
        if upright:
            if one.mesh not in shadows:
                shadows[one.mesh] = plan_polygon(mesh.vertices, mesh.triangles)
            item.plan = move(shadows[one.mesh], to_place)
        else:
            points = mesh.vertices @ to_place[:3, :3].T + to_place[:3, 3]
            item.plan = plan_polygon(points - [*to_place[:2, 3], 0.0], mesh.triangles)
            item.plan = move(item.plan, _shift(to_place))


def move(shape: Any, matrix: Floats) -> Any:
    """Apply the plan part of a 4x4 matrix to a geometry."""
    if shape is None:
        return None
    return shapely.transform(shape, lambda xy: xy @ matrix[:2, :2].T + matrix[:2, 3])


def _shift(matrix: Floats) -> Floats:
    shift = np.eye(4)
    shift[:3, 3] = matrix[:3, 3]
    return shift


def _write_shapes(writer: RowWriter, part: Part, place: Floats | None) -> None:
    measured: dict[int, tuple[float | None, float]] = {}
    for one in part.standing:
        mesh, item = part.meshes[one.mesh], one.item
        if one.mesh not in measured:
            closed = is_closed(mesh.vertices, mesh.triangles)
            volume = abs(signed_volume(mesh.vertices, mesh.triangles)) if closed else None
            measured[one.mesh] = (volume, surface_area(mesh.vertices, mesh.triangles))
        volume, area = measured[one.mesh] if item.quality != "box" else (None, None)
        z_min, z_max = heights(item, place)
        writer.write(
            {
                "global_id": item.row["global_id"],
                "mesh": part.base + one.mesh if _displayed(item) else None,
                "matrix": one.matrix.reshape(-1).tolist(),
                "z_min_m": z_min,
                "z_max_m": z_max,
                "height_m": item.z_max_m - item.z_min_m,
                "plan_m2": None if item.plan is None else item.plan.area,
                "volume_m3": volume,
                "area_m2": area,
                "quality": item.quality,
                "plan": None if place is None or item.plan is None else shapely.to_wkb(item.plan),
                "solid": _solid(one, mesh, place) if item.role == "space" else None,
            }
        )


def _displayed(item: Shown) -> bool:
    return item.row["ifc_class"] not in ("IfcOpeningElement", "IfcOpeningStandardCase", "IfcVirtualElement")


def _solid(one: Standing, mesh: Mesh, place: Floats | None) -> bytes | None:
    if place is None:
        return None
    full = place @ one.matrix
    points = mesh.vertices @ full[:3, :3].T + full[:3, 3]
    low, high = heights(one.item, place)
    return mesh_solid(points, mesh.triangles) or prism(one.item.plan, low or 0.0, high or 0.0)


def _write_meshes(writer: RowWriter, part: Part) -> None:
    for index in sorted({one.mesh for one in part.standing if _displayed(one.item)}):
        writer.write({"mesh": part.base + index} | asdict(quantise(part.meshes[index])))
