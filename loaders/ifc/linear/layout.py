"""Lines as an alignment's layouts state them: IfcAlignmentHorizontal and IfcAlignmentVertical."""

from __future__ import annotations

import math
from typing import Any

from loaders.ifc.linear.bend import TURNS, Bend
from loaders.ifc.linear.course import Course
from loaders.ifc.linear.grade import KINDS, Grade


class Unresolved(Exception):
    """A line that cannot be followed; the text says why and ends up in the report."""


def layout_course(horizontal: Any, vertical: Any | None, length_m: float, angle_rad: float) -> Course:
    """Course of the parameters of two layouts.

    Parameters
    ----------
    horizontal : entity_instance
        An IfcAlignmentHorizontal.
    vertical : entity_instance or None
        The IfcAlignmentVertical over it.
    length_m, angle_rad : float
        Metres and radians in one unit of the file.

    Raises
    ------
    Unresolved
        A stretch is of a kind that two curvatures do not tell, or is no number.
    """
    bends = tuple(_bend(p, length_m, angle_rad) for p in parameters(horizontal) if p.SegmentLength)
    if not bends:
        raise Unresolved("its plan has no stretch of any length")
    grades = tuple(_grade(p, length_m) for p in parameters(vertical) if p.HorizontalLength)
    return Course(bends, grades)


def parameters(layout: Any | None) -> list[Any]:
    """Design parameters of the stretches of a layout, in their order."""
    found = []
    for relation in getattr(layout, "IsNestedBy", None) or ():
        for segment in relation.RelatedObjects:
            stated = getattr(segment, "DesignParameters", None)
            if stated is not None:
                found.append(stated)
    return found


def _bend(stated: Any, length_m: float, angle_rad: float) -> Bend:
    kind = stated.PredefinedType
    if kind not in TURNS:
        raise Unresolved(f"a stretch of its plan is a {kind}")
    x, y = list(stated.StartPoint.Coordinates)[:2]
    first, last = (
        _curvature(r, length_m) for r in (stated.StartRadiusOfCurvature, stated.EndRadiusOfCurvature)
    )
    if kind == "LINE":
        first = last = 0.0
    elif kind == "CIRCULARARC":
        last = first
    values = (x * length_m, y * length_m, stated.StartDirection * angle_rad, stated.SegmentLength * length_m)
    if not all(map(math.isfinite, (*values, first, last))) or values[3] < 0:
        raise Unresolved("a stretch of its plan has numbers that are none")
    return Bend(kind, *values, first, last)


def _curvature(radius: float, length_m: float) -> float:
    """A radius of 0 is written for a straight end."""
    return 0.0 if radius == 0 or not math.isfinite(radius) else 1.0 / (radius * length_m)


def _grade(stated: Any, length_m: float) -> Grade:
    kind = stated.PredefinedType
    if kind not in KINDS:
        raise Unresolved(f"a stretch of its profile is a {kind}")
    start, length, height = (
        value * length_m for value in (stated.StartDistAlong, stated.HorizontalLength, stated.StartHeight)
    )
    values = (start, length, height, stated.StartGradient, stated.EndGradient)
    if not all(map(math.isfinite, values)) or length < 0:
        raise Unresolved("a stretch of its profile has numbers that are none")
    return Grade(kind, *values)
