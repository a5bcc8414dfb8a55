"""Corners of the curves that bound profiles and half spaces."""

from __future__ import annotations

from typing import Any


def corners(curve: Any) -> list[Any] | None:
    """Corners of a curve of straight lines, file units; None where it has arcs, or is of another kind."""
    if curve.is_a("IfcPolyline"):
        return [point.Coordinates for point in curve.Points]
    if curve.is_a("IfcIndexedPolyCurve"):
        listed, segments = curve.Points.CoordList, curve.Segments
        if segments is None:
            return list(listed)
        straight = all(segment.is_a("IfcLineIndex") for segment in segments)
        return [listed[i - 1] for s in segments for i in s.wrappedValue] if straight else None
    if not curve.is_a("IfcCompositeCurve"):
        return None
    points: list[Any] = []
    for segment in curve.Segments:
        part = corners(segment.ParentCurve)
        if part is None:
            return None
        points += part if segment.SameSense else reversed(part)
    return points
