"""Shadows and cuts: the plan polygon of a mesh, and what a horizontal plane meets."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import shapely

from loaders.ifc.chunk import Floats, Integers

_GRID_M = 0.001
_SMOOTH_M = 0.002
_MOST_TRIANGLES = 6_000
_FLAT_M2 = 1e-7
_LINE_M = 0.005
_SAME = 1e-6
_LEVEL_M = 1e-6


def plan_polygon(points: Floats, triangles: Integers) -> Any:
    """Shadow of a mesh under a light from above, MultiPolygon; None where there is nothing.

    Very fine meshes give their convex hull, and what is upright and thin a strip of 1 cm.

    Parameters
    ----------
    points : ndarray of shape (n, 3)
        East, north, up; metres.
    triangles : ndarray of shape (m, 3)
    """
    flat = points[:, :2]
    hull = shapely.convex_hull(shapely.multipoints(flat))
    shadow = hull if len(triangles) > _MOST_TRIANGLES else _shadow(points, triangles, hull)
    if shadow is None or shadow.is_empty or shadow.area < _FLAT_M2:
        shadow = hull.buffer(_LINE_M, cap_style="square")
    return polygons_of(shapely.simplify(shadow, _SMOOTH_M))


def _shadow(points: Floats, triangles: Integers, hull: Any) -> Any:
    """Union of projected triangles, by the cheapest way that is exact.

    The top of most walls and slabs fills their hull: then the hull is the shadow. Faces up
    that do not lie over each other are a coverage, merged without any overlay. Only the rest
    needs the general union.
    """
    a, b, c = (points[triangles[:, i]] for i in range(3))
    doubled = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    up, down = doubled > _FLAT_M2, doubled < -_FLAT_M2
    up_m2, down_m2 = doubled[up].sum() / 2, -doubled[down].sum() / 2
    closed = abs(up_m2 - down_m2) <= _SAME * max(up_m2, down_m2)
    lying = up if closed else up | down
    if not lying.any():
        return None
    top = np.minimum(np.minimum(a[:, 2], b[:, 2]), c[:, 2]) > points[:, 2].max() - _LEVEL_M
    if abs(doubled[up & top].sum() / 2 - hull.area) <= _SAME * hull.area:
        return hull
    faces = shapely.polygons(np.stack([a[lying, :2], b[lying, :2], c[lying, :2]], axis=1))
    if closed:
        with suppress(shapely.errors.GEOSException):  # faces lie over each other after all
            merged = shapely.coverage_union_all(faces)
            if merged.is_valid and abs(merged.area - up_m2) <= _SAME * up_m2:
                return merged
    return shapely.union_all(faces, grid_size=_GRID_M)


def polygons_of(shape: Any) -> Any:
    """Only the polygons of a geometry, valid, as a MultiPolygon; None where there are none."""
    if shape is None or shape.is_empty:
        return None
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    parts = shapely.get_parts(shape)
    parts = shapely.get_parts(parts)
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > _FLAT_M2)]
    return shapely.multipolygons(parts) if len(parts) else None


def cut(points: Floats, triangles: Integers, z_m: float) -> Floats:
    """Segments in which a horizontal plane meets a mesh, shape (k, 2, 2)."""
    height = points[:, 2] - z_m
    # a plane through a vertex would meet its triangles in points: lift it by a hair
    height = np.where(np.abs(height) < 1e-9, 1e-9, height)
    corners = height[triangles]
    crossing = (corners.min(axis=1) < 0) & (corners.max(axis=1) > 0)
    if not crossing.any():
        return np.empty((0, 2, 2))
    chosen, h = triangles[crossing], corners[crossing]
    ends = []
    for i, j in ((0, 1), (1, 2), (2, 0)):
        crosses = h[:, i] * h[:, j] < 0
        share = np.where(crosses, h[:, i] / np.where(crosses, h[:, i] - h[:, j], 1.0), np.nan)
        start, end = points[chosen[:, i], :2], points[chosen[:, j], :2]
        ends.append(start + share[:, None] * (end - start))
    stacked = np.stack(ends, axis=1)
    # of three edges exactly two cross; the third is NaN and goes last
    order = np.argsort(np.isnan(stacked[:, :, 0]), axis=1, kind="stable")[:, :2]
    return np.take_along_axis(stacked, order[:, :, None], axis=1)
