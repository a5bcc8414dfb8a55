"""LoD1 solids: a footprint, a base and a height to a closed PolyhedralSurfaceZ.

Faces look outward (anti-clockwise seen from outside): the roof up, the floor down, a
wall for every edge, also around courtyards. Written as ISO WKB for whole arrays at once.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

_POLYHEDRAL_SURFACE_Z, _POLYGON_Z = 1015, 1003
_HEAD, _FACE = struct.Struct("<BII"), struct.Struct("<BIII")
_WALL = np.dtype(
    [("order", "u1"), ("type", "<u4"), ("rings", "<u4"), ("points", "<u4"), ("xyz", "<f8", (5, 3))]
)


def extrude(
    footprint: npt.NDArray[np.object_], base_m: npt.NDArray[np.float64], height_m: npt.NDArray[np.float64]
) -> list[bytes | None]:
    """Solids of a batch of footprints.

    Parameters
    ----------
    footprint : ndarray of Polygon or MultiPolygon
        Valid, in a metric CRS; None where unknown.
    base_m, height_m : ndarray of float
        Lowest level and height above it, metres; NaN where unknown.

    Returns
    -------
    list of bytes or None
        ISO WKB; None where a part is unknown or the height is not positive.
    """
    base, height = np.asarray(base_m, float), np.asarray(height_m, float)
    solids: list[bytes | None] = [None] * len(footprint)
    known = ~shapely.is_missing(footprint) & ~shapely.is_empty(footprint) & np.isfinite(base) & (height > 0)
    rows = np.flatnonzero(known)
    if not len(rows):
        return solids
    flat = shapely.orient_polygons(shapely.remove_repeated_points(shapely.force_2d(footprint[rows]), 0.0))
    parts, part_row = shapely.get_parts(flat, return_index=True)
    low, top = base[rows], (base + height)[rows]
    caps, cap_row = _caps(parts, part_row)
    walls, wall_row = _walls(parts, part_row, low, top)
    xy, point_cap = shapely.get_coordinates(caps, return_index=True)
    cap_points = np.bincount(point_cap, minlength=len(caps))
    roof = _with_height(xy, top[cap_row[point_cap]]).tobytes()
    # the floor is the same ring backwards, as it looks down
    floor = _with_height(xy, low[cap_row[point_cap]])[::-1].tobytes()
    wall_bytes = walls.tobytes()
    row_caps = np.bincount(cap_row, minlength=len(rows)).tolist()
    row_walls = np.bincount(wall_row, minlength=len(rows)).tolist()
    sizes, total = cap_points.tolist(), len(xy)
    cap = wall = end = 0
    for place, row in enumerate(rows.tolist()):
        pieces = [_HEAD.pack(1, _POLYHEDRAL_SURFACE_Z, row_walls[place] + 2 * row_caps[place])]
        for size in sizes[cap : cap + row_caps[place]]:
            start, end = end, end + size
            head = _FACE.pack(1, _POLYGON_Z, 1, size)
            pieces += (
                head,
                floor[(total - end) * 24 : (total - start) * 24],
                head,
                roof[start * 24 : end * 24],
            )
        cap += row_caps[place]
        stop = wall + row_walls[place]
        pieces.append(wall_bytes[wall * _WALL.itemsize : stop * _WALL.itemsize])
        wall = stop
        solids[row] = b"".join(pieces)
    return solids


def _caps(parts: Any, part_row: Any) -> tuple[Any, Any]:
    """Floor and roof faces: the part itself, or triangles where it has courtyards.

    PostGIS looks only at the first ring of a face when it asks whether a surface is closed.
    """
    holed = shapely.get_num_interior_rings(parts) > 0
    if not holed.any():
        return parts, part_row
    triangles, index = shapely.get_parts(
        shapely.constrained_delaunay_triangles(parts[holed]), return_index=True
    )
    caps = np.concatenate((parts[~holed], shapely.orient_polygons(triangles)))
    rows = np.concatenate((part_row[~holed], part_row[holed][index]))
    order = np.argsort(rows, kind="stable")
    return caps[order], rows[order]


def _with_height(xy: npt.NDArray[np.float64], z: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.ascontiguousarray(np.column_stack((xy, z)), dtype="<f8")


def _walls(parts: Any, part_row: Any, low: Any, top: Any) -> tuple[Any, Any]:
    """One upright face an edge; the rings turn left, so outside is on their right."""
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, point_ring = shapely.get_coordinates(rings, return_index=True)
    point_row = part_row[ring_part[point_ring]]
    floor, roof = _with_height(xy, low[point_row]), _with_height(xy, top[point_row])
    first = np.flatnonzero(point_ring[:-1] == point_ring[1:])
    walls = np.empty(len(first), _WALL)
    walls["order"], walls["type"], walls["rings"], walls["points"] = 1, _POLYGON_Z, 1, 5
    for place, corner in enumerate(
        (floor[first], floor[first + 1], roof[first + 1], roof[first], floor[first])
    ):
        walls["xyz"][:, place] = corner
    return walls, point_row[first]
