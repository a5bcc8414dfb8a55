"""The drawing of a storey: what a plane 1.2 m above its floor cuts, by class."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from loaders.ifc.chunk import Floats, Mesh
from loaders.ifc.plan import cut

CUT_ABOVE_FLOOR_M = 1.2
_STRAIGHT_M = 0.001
_DECIMALS = 3
_UPRIGHT = 1e-9


def plan_lines(shown: list[Any], meshes: list[Mesh], storey: dict[str, Any], place: Floats) -> dict[str, Any]:
    """Cut everything of the storey's building at eye height.

    Parameters
    ----------
    shown : list of Shown
        Objects with their meshes, all storeys: a facade may belong to another one.
    meshes : list of Mesh
    storey : dict
        Its `elev_m` in model metres and its `building`.
    place : ndarray of shape (4, 4)
        Model metres -> storage CRS.

    Returns
    -------
    dict
        `cut_elev_m` (storage height) and `lines`: IFC class -> list of lines, each a list of
        [east, north] in the storage CRS, rounded to 1 mm.
    """
    z_m = storey["elev_m"] + CUT_ABOVE_FLOOR_M
    found: dict[str, list[Any]] = {}
    cuts: dict[tuple[int, float], Any] = {}
    for item in shown:
        if item.role not in ("element", "opening") or not item.z_min_m < z_m < item.z_max_m:
            continue
        if item.row["building"] != storey["building"]:
            continue
        lines = _lines(item, meshes[item.mesh], z_m, cuts)
        if lines is None:
            continue
        full = place @ item.matrix if _upright(item.matrix) else place
        moved = shapely.transform(lines, lambda xy, m=full: xy @ m[:2, :2].T + m[:2, 3])
        found.setdefault(item.row["ifc_class"], []).extend(shapely.get_parts(moved).tolist())
    return {
        "cut_elev_m": round(float(place[2, 2] * z_m + place[2, 3]), _DECIMALS),
        "lines": {
            name: [np.round(shapely.get_coordinates(line), _DECIMALS).tolist() for line in lines]
            for name, lines in sorted(found.items())
        },
    }


def _lines(item: Any, mesh: Mesh, z_m: float, cuts: dict[tuple[int, float], Any]) -> Any:
    if not _upright(item.matrix):
        points = mesh.vertices @ item.matrix[:3, :3].T + item.matrix[:3, 3]
        return _merged(cut(points, mesh.triangles, z_m))
    # the same type at the same height is the same drawing: cut once, in its own frame
    local_m = (z_m - item.matrix[2, 3]) / item.matrix[2, 2]
    key = (item.mesh, round(local_m, 4))
    if key not in cuts:
        cuts[key] = _merged(cut(mesh.vertices, mesh.triangles, local_m))
    return cuts[key]


def _merged(segments: Any) -> Any:
    segments = np.round(segments, 5)
    segments = segments[(segments[:, 0] != segments[:, 1]).any(axis=1)]
    if not len(segments):
        return None
    merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(segments)))
    return shapely.simplify(merged, _STRAIGHT_M)


def _upright(matrix: Floats) -> bool:
    return abs(matrix[2, 0]) < _UPRIGHT and abs(matrix[2, 1]) < _UPRIGHT
