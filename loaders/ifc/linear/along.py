"""Points by distance: where they are along a curve, and how far off it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loaders.ifc.linear.layout import Unresolved


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
