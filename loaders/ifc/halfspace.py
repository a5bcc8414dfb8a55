"""Half spaces that cut a body, read from the chain of differences a wall or roof is written as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from loaders.ifc.chunk import Floats
from loaders.ifc.corners import corners
from loaders.ifc.positions import axes_matrix
from loaders.ifc.profiles import is_hard

_DEEPEST = 200
_SMALLEST_M2 = 1e-8
_IDENTITY = 1e-9


@dataclass(frozen=True, slots=True)
class HalfSpace:
    """What one clip takes away: all points with `normal @ point < offset_m`, within the ring.

    Attributes
    ----------
    normal : ndarray of shape (3,)
        Unit vector into what is kept.
    offset_m : float
        Distance of the plane from the origin along `normal`.
    ring_m : ndarray of shape (n, 2) or None
        Boundary in the plane of `frame`, counter-clockwise; None: no bound.
    frame : ndarray of shape (4, 4)
        Frame of the boundary -> frame of the body, metres; the clip reaches along its z without end.
    """

    normal: Floats
    offset_m: float
    ring_m: Floats | None
    frame: Floats


def half_spaces(item: Any, length_m: float) -> tuple[HalfSpace, ...] | None:
    """Clips of a body, outermost first; empty where it has none.

    Parameters
    ----------
    item : entity_instance
        A representation item.
    length_m : float
        Metres of the file's length unit.

    Returns
    -------
    tuple of HalfSpace or None
        None where the item is a boolean of another kind, or has arcs in its profile, in the
        surface or in the boundary of a clip: then only the exact kernel can tell its shape.
    """
    if item.is_a("IfcMappedItem"):
        items = item.MappingSource.MappedRepresentation.Items or ()
        found = _of_all(items, length_m)
        return found if not found or _stays(item) else None
    chain: list[HalfSpace] = []
    for _ in range(_DEEPEST):
        if not item.is_a("IfcBooleanResult"):
            hard = item.is_a("IfcHalfSpaceSolid") or item.is_a("IfcCsgSolid") or is_hard(item)
            return None if hard else tuple(chain)
        clip = None if item.Operator != "DIFFERENCE" else _half_space(item.SecondOperand, length_m)
        if clip is None or item.FirstOperand is None:
            return None
        chain.append(clip)
        item = item.FirstOperand
    return None


def body_clips(items: Any, length_m: float) -> tuple[HalfSpace, ...] | None:
    """Clips of all items of a body; None as in `half_spaces`, or where only some parts are clipped."""
    return _of_all(items, length_m)


def _of_all(items: Any, length_m: float) -> tuple[HalfSpace, ...] | None:
    found = [half_spaces(item, length_m) for item in items]
    if any(clips is None for clips in found):
        return None
    clipped = [clips for clips in found if clips]
    if not clipped:
        return ()
    return clipped[0] if len(found) == 1 else None


def _half_space(solid: Any, length_m: float) -> HalfSpace | None:
    if solid is None or not solid.is_a("IfcHalfSpaceSolid") or not solid.BaseSurface.is_a("IfcPlane"):
        return None
    plane = axes_matrix(solid.BaseSurface.Position)
    if plane is None:
        return None
    # the flag is true where the normal points away from what the half space fills
    normal = plane[:3, 2] * (1.0 if solid.AgreementFlag else -1.0)
    offset_m = float(normal @ plane[:3, 3]) * length_m
    frame, ring = np.eye(4), None
    if solid.is_a("IfcPolygonalBoundedHalfSpace"):
        placed, ring = axes_matrix(solid.Position), _ring(solid.PolygonalBoundary, length_m)
        if placed is None or ring is None:
            return None
        frame = placed.copy()
        frame[:3, 3] *= length_m
    if not np.isfinite([*normal, offset_m]).all() or not np.isfinite(frame).all():
        return None
    return HalfSpace(normal, offset_m, ring, frame)


def _ring(curve: Any, length_m: float) -> Floats | None:
    """Corners of a boundary of straight lines, counter-clockwise; None for arcs and knots."""
    points = corners(curve)
    if points is None or len(points) < 3:
        return None
    ring = np.array(points, dtype=np.float64)[:, :2] * length_m
    polygon = shapely.Polygon(ring)
    if not polygon.is_valid or polygon.area < _SMALLEST_M2:
        return None
    return np.asarray(shapely.get_coordinates(shapely.orient_polygons(polygon)))[:-1]


def _stays(item: Any) -> bool:
    """Whether a mapped item stands where it was drawn."""
    target, origin = item.MappingTarget, axes_matrix(item.MappingSource.MappingOrigin)
    if origin is None or not np.allclose(origin, np.eye(4), atol=_IDENTITY):
        return False
    for axis, wanted in ((target.Axis1, (1, 0, 0)), (target.Axis2, (0, 1, 0)), (target.Axis3, (0, 0, 1))):
        if axis is not None and not np.allclose(axis.DirectionRatios, wanted[: len(axis.DirectionRatios)]):
            return False
    scales = [getattr(target, name, None) for name in ("Scale", "Scale2", "Scale3")]
    return all(s is None or s == 1.0 for s in scales) and not any(target.LocalOrigin.Coordinates)
