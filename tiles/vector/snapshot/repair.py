"""Polygons that are invalid, or touch themselves on the grid of a tile, made valid by GEOS."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np
import shapely

from tiles.vector.snapshot.kernel.command import commands_of
from tiles.vector.snapshot.kernel.place import HIGH, LOW
from tiles.vector.snapshot.rows import Array

_SIGHT = shapely.box(LOW, LOW, HIGH, HIGH)


def repaired(
    feature_rings: Array,
    ring_points: Array,
    ring_holes: Array,
    xy: Array,
    whole: Callable[[int], shapely.MultiPolygon | None],
) -> tuple[Array, Array]:
    """Geometry commands of polygons, valid after rounding.

    What is valid by the OGC rules (a hole that touches its ring in a point) stays as it is. The
    rest is clipped and rounded anew by GEOS where it was valid before: where the mouth of a bay
    is narrower than a unit, rounding crosses its sides, and no rule tells from the crossed ring
    that the bay is none of the area. What never was valid is filled by the even-odd rule over
    all its rings, as ST_AsMVTGeom does it.

    Parameters
    ----------
    feature_rings, ring_points : int64 arrays
        Rings of feature `i` are `feature_rings[i]..feature_rings[i + 1]`, points of a ring likewise.
    ring_holes : uint8 array
        1: the ring is a hole of the one before it that is none.
    xy : int64 array, shape (points, 2)
        Units of the tile; rings open.
    whole : callable
        Feature `i` before it was clipped and rounded, units; None: it is invalid as it is stored.

    Returns
    -------
    ends : int64 array
        Where each feature is in the bytes; nothing is left of one whose range is empty.
    commands : uint8 array
        Bytes.
    """
    shapes = _polygons(feature_rings, ring_points, ring_holes, xy)
    wrong = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(wrong):
        return commands_of(feature_rings, ring_points, xy)
    for i in wrong:
        before = whole(int(i))
        shapes[i] = (
            _even_odd(shapes[i])
            if before is None or not before.is_valid
            else shapely.set_precision(_areas_of(shapely.intersection(before, _SIGHT)), 1.0)
        )
    return commands_of(*_rings(shapes))


def _even_odd(shape: shapely.Geometry) -> shapely.Geometry:
    """Where an odd number of rings lies one over another, with corners on the grid."""
    rings = shapely.polygons(shapely.get_rings(shapely.get_parts(shape)))
    areas = [shapely.set_precision(_areas_of(ring), 1.0) for ring in shapely.make_valid(rings)]
    return reduce(_either, areas)


def _either(a: shapely.Geometry, b: shapely.Geometry) -> shapely.Geometry:
    """What lies in one of two areas and not in both; overlaid on the grid, so digits cannot run out."""
    return _areas_of(shapely.symmetric_difference(a, b, grid_size=1.0))


def _areas_of(shape: shapely.Geometry) -> shapely.Geometry:
    """What of a shape has an area: a ring that runs back on itself leaves lines as well."""
    parts = _flat(np.array([shape], object))[0]
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def _flat(shapes: Array) -> tuple[Array, Array]:
    """Single parts of shapes, of collections in collections too, and which shape each is of."""
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    while np.any(shapely.get_type_id(parts) > shapely.GeometryType.POLYGON):
        parts, inner = shapely.get_parts(parts, return_index=True)
        part_of = part_of[inner]
    return parts, part_of


def _polygons(feature_rings: Array, ring_points: Array, ring_holes: Array, xy: Array) -> Array:
    """Multipolygons of shapely."""
    sizes = np.diff(ring_points)
    closed = np.concatenate([[0], np.cumsum(sizes + 1)])
    points = np.arange(closed[-1]) - np.repeat(np.arange(len(sizes)), sizes + 1)
    points[closed[1:] - 1] = ring_points[:-1]
    outer = np.append(np.flatnonzero(ring_holes == 0), len(ring_holes))
    return shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON,
        xy[points].astype(np.float64),
        (closed, outer, np.searchsorted(outer, feature_rings)),
    )


def _rings(shapes: Array) -> tuple[Array, Array, Array]:
    """Rings of polygons, exterior ones positive by the surveyor's formula: offsets and integer points."""
    parts, part_of = _flat(shapes)
    areas = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > 0)
    polygons = shapely.orient_polygons(parts[areas], exterior_cw=False)
    rings, ring_of = shapely.get_rings(polygons, return_index=True)
    xy, point_of = shapely.get_coordinates(rings, return_index=True)
    # open: the last point of each ring goes
    last = np.append(np.diff(point_of) != 0, True) if len(point_of) else np.zeros(0, bool)
    xy, point_of = np.rint(xy[~last]).astype(np.int64), point_of[~last]
    ring_points = np.searchsorted(point_of, np.arange(len(rings) + 1))
    feature_rings = np.searchsorted(part_of[areas][ring_of], np.arange(len(shapes) + 1))
    return feature_rings.astype(np.int64), ring_points.astype(np.int64), xy
