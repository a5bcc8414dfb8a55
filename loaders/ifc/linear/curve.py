"""Lines as geometry states them: gradient curves, composites of segments, polylines."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from loaders.ifc.linear.bend import Bend
from loaders.ifc.linear.course import Course
from loaders.ifc.linear.grade import Grade, Kind
from loaders.ifc.linear.layout import Unresolved

_PROFILES: dict[str, Kind] = {
    "IfcLine": "CONSTANTGRADIENT",
    "IfcPolynomialCurve": "PARABOLICARC",
    "IfcCircle": "CIRCULARARC",
}
_DEEPEST = 8


def curve_course(curve: Any, length_m: float) -> Course:
    """Course of a curve.

    Parameters
    ----------
    curve : entity_instance
        An IfcGradientCurve, IfcSegmentedReferenceCurve (its cant is left out),
        IfcCompositeCurve, IfcPolyline or IfcIndexedPolyCurve of straight parts.
    length_m : float
        Metres in one unit of the file.

    Raises
    ------
    Unresolved
        The curve is of another class, or of parts that are not known here.
    """
    for _ in range(_DEEPEST):
        if not curve.is_a("IfcSegmentedReferenceCurve"):
            break
        curve = curve.BaseCurve
    if curve.is_a("IfcGradientCurve"):
        plan = curve_course(curve.BaseCurve, length_m)
        return Course(plan.bends, tuple(_grades(curve, plan.length_m, length_m)))
    if curve.is_a("IfcCompositeCurve"):
        bends = tuple(bend for segment in curve.Segments for bend in _bends(segment, length_m))
        if not bends:
            raise Unresolved("its curve has no segment of any length")
        return Course(bends)
    if curve.is_a("IfcPolyline"):
        return _polyline([p.Coordinates for p in curve.Points], length_m)
    if curve.is_a("IfcIndexedPolyCurve"):
        return _polyline(_indexed(curve), length_m)
    raise Unresolved(f"its curve is an {curve.is_a()}")


def _bends(segment: Any, length_m: float) -> list[Bend]:
    if not segment.is_a("IfcCurveSegment"):
        if segment.is_a("IfcCompositeCurveSegment") and segment.SameSense:
            return list(curve_course(segment.ParentCurve, length_m).bends)
        raise Unresolved(f"a part of its curve is an {segment.is_a()}")
    start, extent = (_length(value) * length_m for value in (segment.SegmentStart, segment.SegmentLength))
    if extent == 0:
        return []
    x, y, heading = _axes(segment.Placement)
    at = (x * length_m, y * length_m, heading, abs(extent))
    parent = segment.ParentCurve
    if parent.is_a("IfcLine"):
        return [Bend("LINE", *at)]
    way = math.copysign(1.0, extent)
    if parent.is_a("IfcCircle"):
        turn = way / (parent.Radius * length_m)
        return [Bend("CIRCULARARC", *at, turn, turn)]
    if parent.is_a("IfcClothoid"):
        constant = parent.ClothoidConstant * length_m
        first, last = (way * s / (constant * abs(constant)) for s in (start, start + extent))
        return [Bend("CLOTHOID", *at, first, last)]
    raise Unresolved(f"a part of its curve is an {parent.is_a()}")


def _grades(curve: Any, plan_m: float, length_m: float) -> list[Grade]:
    """Stretches of a profile: each reaches to where the next one starts, with the next one's slope."""
    starts = []
    for segment in curve.Segments:
        distance, height, angle = _axes(segment.Placement)
        starts.append((distance * length_m, height * length_m, math.tan(angle), segment))
    grades = []
    for (start, height, slope, segment), after in zip(starts, [*starts[1:], None], strict=True):
        parent = segment.ParentCurve.is_a()
        if parent not in _PROFILES:
            raise Unresolved(f"a part of its profile is an {parent}")
        if after is None:
            if _length(segment.SegmentLength) and _PROFILES[parent] == "CONSTANTGRADIENT":
                grades.append(
                    Grade("CONSTANTGRADIENT", start, max(plan_m - start, 0.0), height, slope, slope)
                )
            elif _length(segment.SegmentLength):
                raise Unresolved("its profile ends in a curve and does not say with which slope")
            continue
        if after[0] > start:
            grades.append(Grade(_PROFILES[parent], start, after[0] - start, height, slope, after[2]))
    return grades


def _polyline(points: list[Any], length_m: float) -> Course:
    bends, grades, distance = [], [], 0.0
    for before, after in pairwise(points):
        run = math.hypot(after[0] - before[0], after[1] - before[1]) * length_m
        if run == 0:
            continue
        heading = math.atan2(after[1] - before[1], after[0] - before[0])
        bends.append(Bend("LINE", before[0] * length_m, before[1] * length_m, heading, run))
        if len(before) == len(after) == 3:
            slope = (after[2] - before[2]) * length_m / run
            grades.append(Grade("CONSTANTGRADIENT", distance, run, before[2] * length_m, slope, slope))
        distance += run
    if not bends:
        raise Unresolved("its curve has no segment of any length")
    return Course(tuple(bends), tuple(grades))


def _indexed(curve: Any) -> list[Any]:
    points = curve.Points.CoordList
    if not curve.Segments:
        return list(points)
    if any(segment.is_a("IfcArcIndex") for segment in curve.Segments):
        raise Unresolved("its curve is an IfcIndexedPolyCurve with arcs")
    order = [index for segment in curve.Segments for index in segment.wrappedValue]
    if any(not 1 <= index <= len(points) for index in order):
        raise Unresolved("its curve names a point that is not there")
    return [points[index - 1] for index in order]


def _axes(placement: Any) -> tuple[float, float, float]:
    """Position, and angle of the x axis, of a placement in the plane."""
    x, y = list(placement.Location.Coordinates)[:2]
    direction = getattr(placement, "RefDirection", None)
    dx, dy = list(direction.DirectionRatios)[:2] if direction is not None else (1.0, 0.0)
    return x, y, math.atan2(dy, dx)


def _length(value: Any) -> float:
    """A length of a curve; a parameter instead of one cannot be measured without the curve's own law."""
    if value.is_a("IfcParameterValue"):
        raise Unresolved("its curve is cut at a parameter, not at a length")
    return float(value.wrappedValue)
