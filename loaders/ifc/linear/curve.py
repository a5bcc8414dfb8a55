"""Lines as geometry states them: gradient curves, composites of segments, polylines."""

from __future__ import annotations

import cmath
import math
from itertools import pairwise
from typing import Any

import numpy as np

from loaders.ifc.linear.bend import Bend, Stretch
from loaders.ifc.linear.course import Course, Floats
from loaders.ifc.linear.cubic import Cubic
from loaders.ifc.linear.grade import Grade, Kind
from loaders.ifc.linear.layout import Unresolved
from loaders.ifc.linear.rise import Rise
from loaders.ifc.linear.spiral import read_spiral

_PROFILES: dict[str, Kind] = {
    "IfcLine": "CONSTANTGRADIENT",
    "IfcPolynomialCurve": "PARABOLICARC",
    "IfcCircle": "CIRCULARARC",
}
_DEEPEST = 8
_FLAT = 1e-9


def curve_course(curve: Any, length_m: float) -> Course:
    """Course of a curve.

    Parameters
    ----------
    curve : entity_instance
        An IfcGradientCurve, IfcSegmentedReferenceCurve (its cant is left out),
        IfcCompositeCurve, IfcPolyline or IfcIndexedPolyCurve.
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
        return polyline([p.Coordinates for p in curve.Points], length_m)
    if curve.is_a("IfcIndexedPolyCurve"):
        return _indexed(curve, length_m)
    raise Unresolved(f"its curve is an {curve.is_a()}")


def _bends(segment: Any, length_m: float) -> list[Stretch]:
    if not segment.is_a("IfcCurveSegment"):
        if segment.is_a("IfcCompositeCurveSegment") and segment.SameSense:
            return list(curve_course(segment.ParentCurve, length_m).bends)
        raise Unresolved(f"a part of its curve is an {segment.is_a()}")
    start, extent = (_length(value) * length_m for value in (segment.SegmentStart, segment.SegmentLength))
    if extent == 0:
        return []
    x, y, heading = _axes(segment.Placement)
    at = (x * length_m, y * length_m, heading, abs(extent))
    return [_stretch(segment.ParentCurve, at, start, extent, length_m)]


def _stretch(
    parent: Any, at: tuple[float, float, float, float], start: float, extent: float, length_m: float
) -> Stretch:
    way = math.copysign(1.0, extent)
    found: Stretch | None = None
    if parent.is_a("IfcLine"):
        found = Bend("LINE", *at)
    elif parent.is_a("IfcCircle"):
        turn = way / (parent.Radius * length_m)
        found = Bend("CIRCULARARC", *at, turn, turn)
    elif parent.is_a("IfcClothoid"):
        constant = parent.ClothoidConstant * length_m
        first, last = (way * s / (constant * abs(constant)) for s in (start, start + extent))
        found = Bend("CLOTHOID", *at, first, last)
    elif parent.is_a("IfcPolynomialCurve") and _is_cubic(parent) and way > 0:
        found = Cubic(*at, parent.CoefficientsY[3] / length_m**2, start)
    else:
        found = read_spiral(parent, at, start, way, length_m)
    if found is None:
        raise Unresolved(f"a part of its curve is an {parent.is_a()}")
    return found


def _is_cubic(curve: Any) -> bool:
    """Whether a polynomial curve is y = a x^3."""
    y = list(curve.CoefficientsY or ())
    return list(curve.CoefficientsX or ()) == [0.0, 1.0] and len(y) == 4 and not any(y[:3])


def _grades(curve: Any, plan_m: float, length_m: float) -> list[Grade | Rise]:
    """Stretches of a profile: each reaches to where the next one starts, with the next one's slope."""
    starts = []
    for segment in curve.Segments:
        distance, height, angle = _axes(segment.Placement)
        starts.append((distance * length_m, height * length_m, math.tan(angle), segment))
    grades: list[Grade | Rise] = []
    for (start, height, slope, segment), after in zip(starts, [*starts[1:], None], strict=True):
        parent = segment.ParentCurve.is_a()
        if parent == "IfcClothoid" and after is not None:
            if after[0] > start:
                bend = _first_bend(segment, length_m)
                grades.append(Rise(start, after[0] - start, height, slope, after[2], bend))
            continue
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


def _first_bend(segment: Any, length_m: float) -> float:
    """Curvature where a piece of a clothoid starts."""
    constant = segment.ParentCurve.ClothoidConstant * length_m
    way = math.copysign(1.0, _length(segment.SegmentLength))
    return way * _length(segment.SegmentStart) * length_m / (constant * abs(constant))


def polyline(points: list[Any], length_m: float) -> Course:
    """Course of straight parts; those of no length in plan are left out."""
    return _joined([(before, after, None) for before, after in pairwise(points)], length_m)


def line_course(points: Floats) -> Course:
    """Course through the vertices of a line string, metres; z is NaN where it is not known."""
    flat = bool(np.isnan(points[:, 2]).any())
    return polyline((points[:, :2] if flat else points).tolist(), 1.0)


def _joined(pieces: list[tuple[Any, Any, Any]], length_m: float) -> Course:
    """Straight parts and arcs, each by its ends and, of an arc, a point between."""
    bends: list[Stretch] = []
    grades: list[Grade | Rise] = []
    distance = 0.0
    for before, after, between in pieces:
        bend = (
            _straight(before, after, length_m) if between is None else _arc(before, between, after, length_m)
        )
        if bend is None:
            continue
        bends.append(bend)
        if len(before) == len(after) == 3:
            slope = (after[2] - before[2]) * length_m / bend.length_m
            grades.append(
                Grade("CONSTANTGRADIENT", distance, bend.length_m, before[2] * length_m, slope, slope)
            )
        distance += bend.length_m
    if not bends:
        raise Unresolved("its curve has no segment of any length")
    return Course(tuple(bends), tuple(grades))


def _straight(before: Any, after: Any, length_m: float) -> Bend | None:
    run = math.hypot(after[0] - before[0], after[1] - before[1]) * length_m
    if run == 0:
        return None
    heading = math.atan2(after[1] - before[1], after[0] - before[0])
    return Bend("LINE", before[0] * length_m, before[1] * length_m, heading, run)


def _arc(before: Any, between: Any, after: Any, length_m: float) -> Bend | None:
    """The arc through three points, in plan: how it rises in between is not followed if it does."""
    if len(before) == 3 and len({before[2], between[2], after[2]}) > 1:
        raise Unresolved("its curve has an arc that does not lie level")
    a, b, c = (complex(p[0], p[1]) * length_m for p in (before, between, after))
    if len({a, b, c}) < 3:
        raise Unresolved("its curve has an arc whose points fall together")
    inner = (b - a) * (c - b).conjugate()
    if abs(inner.imag) <= _FLAT * abs(inner):  # on one line
        return _straight(before, after, length_m)
    # the ways to and from the point between turn by half of the arc (the inscribed angle)
    turn = 2 * cmath.phase((c - b) / (b - a))
    radius = abs(c - a) / (2 * abs(math.sin(turn / 2)))
    chord = cmath.phase(c - a)
    return Bend(
        "CIRCULARARC", a.real, a.imag, chord - turn / 2, abs(turn) * radius,
        math.copysign(1 / radius, turn), math.copysign(1 / radius, turn),
    )  # fmt: skip


def _indexed(curve: Any, length_m: float) -> Course:
    points = curve.Points.CoordList
    if not curve.Segments:
        return polyline(list(points), length_m)
    pieces = []
    for segment in curve.Segments:
        order = segment.wrappedValue
        if any(not 1 <= index <= len(points) for index in order):
            raise Unresolved("its curve names a point that is not there")
        named = [points[index - 1] for index in order]
        if segment.is_a("IfcArcIndex"):
            pieces.append((named[0], named[2], named[1]))
        else:
            pieces += [(before, after, None) for before, after in pairwise(named)]
    return _joined(pieces, length_m)


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
