"""Lines as an alignment's layouts state them: IfcAlignmentHorizontal and IfcAlignmentVertical."""

from __future__ import annotations

import math
from typing import Any

from loaders.ifc.linear.bend import TURNS, Bend, Stretch
from loaders.ifc.linear.course import Course
from loaders.ifc.linear.cubic import Cubic
from loaders.ifc.linear.grade import KINDS, Grade
from loaders.ifc.linear.rise import Rise

_SAME_M = 1e-3


class Unresolved(Exception):
    """A line that cannot be followed; the text says why and ends up in the report."""


def layout_course(
    horizontal: Any, vertical: Any | None, length_m: float, angle_rad: float, cant: Any | None = None
) -> Course:
    """Course of the parameters of layouts.

    Parameters
    ----------
    horizontal : entity_instance
        An IfcAlignmentHorizontal.
    vertical : entity_instance or None
        The IfcAlignmentVertical over it.
    length_m, angle_rad : float
        Metres and radians in one unit of the file.
    cant : entity_instance or None
        The IfcAlignmentCant over it: a Viennese bend follows from it.

    Raises
    ------
    Unresolved
        A stretch is of a kind that is not known, or is no number.
    """
    bends, distance = [], 0.0
    for stated in parameters(horizontal):
        if stated.SegmentLength:
            bends.append(_bend(stated, length_m, angle_rad, _sway(stated, cant, distance, length_m)))
            distance += bends[-1].length_m
    if not bends:
        raise Unresolved("its plan has no stretch of any length")
    return Course(tuple(bends), _grades([p for p in parameters(vertical) if p.HorizontalLength], length_m))


def parameters(layout: Any | None) -> list[Any]:
    """Design parameters of the stretches of a layout, in their order."""
    found = []
    for relation in getattr(layout, "IsNestedBy", None) or ():
        for segment in relation.RelatedObjects:
            stated = getattr(segment, "DesignParameters", None)
            if stated is not None:
                found.append(stated)
    return found


def _sway(stated: Any, cant: Any | None, distance_m: float, length_m: float) -> float:
    """Height of the centre of gravity times the change of the angle of cant; 0 where nobody states them.

    The angle is the difference of the rails' cants over their distance, the right one less the left one.
    """
    height = getattr(stated, "GravityCenterLineHeight", None)
    if stated.PredefinedType != "VIENNESEBEND" or cant is None or not height or not cant.RailHeadDistance:
        return 0.0
    for one in parameters(cant):
        if abs(one.StartDistAlong * length_m - distance_m) < _SAME_M and one.HorizontalLength:
            first = one.StartCantRight - one.StartCantLeft
            last = (one.EndCantRight or 0.0) - (one.EndCantLeft or 0.0)
            return float(height * length_m * (last - first) / cant.RailHeadDistance)
    return 0.0


def _bend(stated: Any, length_m: float, angle_rad: float, sway_m: float) -> Stretch:
    kind = stated.PredefinedType
    if kind not in TURNS and kind != "CUBIC":
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
    if kind == "CUBIC":
        return Cubic.between(values[:3], values[3], first, last)
    return Bend(kind, *values, first, last, sway_m)


def _curvature(radius: float, length_m: float) -> float:
    """A radius of 0 is written for a straight end."""
    return 0.0 if radius == 0 or not math.isfinite(radius) else 1.0 / (radius * length_m)


def _grades(stated: list[Any], length_m: float) -> tuple[Grade | Rise, ...]:
    """Stretches of a profile; a clothoid is known by what it joins."""
    values = [_numbers(one, length_m) for one in stated]
    grades: list[Grade | Rise | None] = [
        None if one.PredefinedType == "CLOTHOID" else Grade(_kind(one), *five)
        for one, five in zip(stated, values, strict=True)
    ]
    for number, five in enumerate(values):
        if grades[number] is None:
            before = grades[number - 1] if number else None
            after = grades[number + 1] if number + 1 < len(grades) else None
            grades[number] = _clothoid(five, before, after)
    return tuple(grade for grade in grades if grade is not None)


def _clothoid(
    five: tuple[float, float, float, float, float], before: Grade | Rise | None, after: Grade | Rise | None
) -> Rise:
    """A clothoid goes on with the curvature of what it joins: none next to an even slope, else an arc's."""
    start, length, height, first, last = five
    ends = [None if one is None or not _meets(one, five) else one.bends for one in (before, after)]
    entry = None if ends[0] is None else ends[0][1]
    leave = None if ends[1] is None else ends[1][0]
    if entry == 0.0 and leave == 0.0 and first != last:
        raise Unresolved(
            "a clothoid of its profile lies between two even slopes and does not say where it bends"
        )
    if entry == 0.0 or (entry is not None and leave != 0.0):
        return Rise(start, length, height, first, last, entry)
    if leave is not None:
        return Rise.ending(start, length, height, (first, last), leave)
    raise Unresolved("a clothoid of its profile joins nothing that says with which curvature it starts")


def _meets(one: Grade | Rise, five: tuple[float, float, float, float, float]) -> bool:
    """Whether a stretch ends where the other starts, or starts where it ends."""
    start, length = five[:2]
    return abs(one.start_m + one.length_m - start) < _SAME_M or abs(start + length - one.start_m) < _SAME_M


def _kind(stated: Any) -> Any:
    if stated.PredefinedType is None:
        raise Unresolved("a stretch of its profile states no type")
    if stated.PredefinedType not in KINDS:
        raise Unresolved(f"a stretch of its profile is a {stated.PredefinedType}")
    return stated.PredefinedType


def _numbers(stated: Any, length_m: float) -> tuple[float, float, float, float, float]:
    start, length, height = (
        value * length_m for value in (stated.StartDistAlong, stated.HorizontalLength, stated.StartHeight)
    )
    values = (start, length, height, stated.StartGradient, stated.EndGradient)
    if not all(map(math.isfinite, values)) or length < 0:
        raise Unresolved("a stretch of its profile has numbers that are none")
    return values
