"""Placements at a distance along a line, resolved to a matrix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from loaders.ifc.linear.course import Course
from loaders.ifc.linear.layout import Unresolved
from loaders.ifc.linear.lines import Lines

Floats = npt.NDArray[np.float64]
_SHORTEST = 1e-9


@dataclass(frozen=True, slots=True)
class Along:
    """A point by distance (IfcPointByDistanceExpression), metres.

    Attributes
    ----------
    curve : entity_instance
        The basis curve.
    distance_m, lateral_m, vertical_m, longitudinal_m : float
        Along the curve; to its left; up, square to it; along its tangent.
    """

    curve: Any
    distance_m: float
    lateral_m: float
    vertical_m: float
    longitudinal_m: float


def along_of(point: Any, length_m: float) -> Along:
    """Read a point by distance.

    Raises
    ------
    Unresolved
        It is a point of another class, or its distance is a parameter of the curve.
    """
    if point is None or not point.is_a("IfcPointByDistanceExpression"):
        raise Unresolved(f"its point is an {point.is_a() if point is not None else 'unset value'}")
    distance = point.DistanceAlong
    if distance.is_a("IfcParameterValue"):
        raise Unresolved("its distance is a parameter of the curve, not a length")
    offsets = [
        (value or 0.0) * length_m
        for value in (point.OffsetLateral, point.OffsetVertical, point.OffsetLongitudinal)
    ]
    return Along(point.BasisCurve, float(distance.wrappedValue) * length_m, *offsets)


def linear_matrix(axes: Any, lines: Lines) -> Floats:
    """Matrix of an IfcAxis2PlacementLinear, file units, in the frame its placement is relative to.

    Raises
    ------
    Unresolved
        Its curve cannot be followed, or ends before the distance.
    """
    along = along_of(axes.Location, lines.length_m)
    if along.curve is None:
        raise Unresolved("its point names no curve")
    course: Course = lines.course(along.curve)
    if not course.holds(along.distance_m):
        raise Unresolved("its distance lies beyond the ends of its line")
    if course.grades and math.isnan(course.profile(np.array([along.distance_m]))[0][0]):
        raise Unresolved("its line has no height there")
    frame = course.frame(along.distance_m, along.lateral_m, along.vertical_m, along.longitudinal_m)
    frame[:3, 3] /= lines.length_m
    if axes.Axis is not None or axes.RefDirection is not None:
        frame[:3, :3] = _turned(axes, frame)
    return frame


def _turned(axes: Any, frame: Floats) -> Floats:
    """Axes that are stated take the place of the curve's; they are directions of the parent frame."""
    z = frame[:3, 2] if axes.Axis is None else _unit(axes.Axis)
    x = frame[:3, 0] if axes.RefDirection is None else _unit(axes.RefDirection)
    x = x - (x @ z) * z
    length = math.sqrt(float(x @ x))
    if length < _SHORTEST:
        raise Unresolved("its axes lie on one line")
    x = x / length
    return np.column_stack([x, np.cross(z, x), z])


def _unit(direction: Any) -> Floats:
    vector = np.array([*direction.DirectionRatios, 0.0][:3], dtype=np.float64)
    length = math.sqrt(float(vector @ vector))
    if not math.isfinite(length) or length < _SHORTEST:
        raise Unresolved("one of its axes has no direction")
    return vector / length
