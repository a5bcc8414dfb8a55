"""Placements at a distance along a line, resolved to a matrix."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from loaders.ifc.linear.along import along_of
from loaders.ifc.linear.course import Course
from loaders.ifc.linear.layout import Unresolved
from loaders.ifc.linear.lines import Lines

Floats = npt.NDArray[np.float64]
_SHORTEST = 1e-9


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
