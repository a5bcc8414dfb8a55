"""Lay one outline on another by turning and shifting it; nothing is stretched.

First guesses turn the smallest rectangle around one outline onto that of the other, in its
four ways; each is refined by pairing points of the outlines with the nearest place on the
other and solving for the motion (iterative closest point: Besl and McKay 1992; the motion
in the plane as in Umeyama 1991, without scale).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Plane = npt.NDArray[np.float64]
"""3 x 3, homogeneous: model metres in plan -> storage CRS, east and north."""

_POINTS = 160
_ROUNDS = 40
_SETTLED_M = 1e-4
_ALIKE_DEG = 5.0
RIVAL_FACTOR, RIVAL_M = 1.25, 0.25
"""Another way round that is hardly worse makes the fit ambiguous."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an outline lies on another.

    Attributes
    ----------
    plane : ndarray of shape (3, 3)
        Rotation and shift.
    residual_m : float
        Root mean square distance between the outlines, both ways.
    overlap : float
        Area in common, as a share of the area of both together (0 to 1).
    ambiguous : bool
        Turned otherwise, the outline fits hardly worse.
    """

    plane: Plane
    residual_m: float
    overlap: float
    ambiguous: bool

    @property
    def rotation_deg(self) -> float:
        """Turn from the model's x axis to east, counter-clockwise, -180 to 180."""
        return math.degrees(math.atan2(self.plane[1, 0], self.plane[0, 0]))


def fit(outline: Any, target: Any, start: Iterable[float] = ()) -> Fit:
    """Lay an outline on a target.

    Parameters
    ----------
    outline, target : Polygon or MultiPolygon
        Metres; holes do not count.
    start : iterable of float
        Rotations to begin with, radians, besides those the rectangles give. Where some are
        given and one of them is as good as any, it is taken: a direction that is stated counts.

    Raises
    ------
    ValueError
        One of them has no area.
    """
    outline, target = filled(outline), filled(target)
    if outline.area <= 0 or target.area <= 0:
        raise ValueError("an outline without area cannot be laid on anything")
    stated = list(start)
    quarter = _direction(target) - _direction(outline)
    tried = [
        _refined(outline, target, angle)
        for angle in (*stated, *(quarter + k * math.pi / 2 for k in range(4)))
    ]
    best = min(tried, key=lambda found: found.residual_m)
    worst = max(best.residual_m * RIVAL_FACTOR, best.residual_m + RIVAL_M)
    for found in tried[: len(stated)]:
        if found.residual_m <= worst:
            return found
    rivals = [
        found
        for found in tried
        if found.residual_m <= worst and abs(_turn(found.rotation_deg - best.rotation_deg)) > _ALIKE_DEG
    ]
    return Fit(best.plane, best.residual_m, best.overlap, bool(rivals))


def measure(outline: Any, target: Any, plane: Plane) -> Fit:
    """How an outline lies on a target as it is placed, without moving it."""
    moved, target = apply(plane, filled(outline)), filled(target)
    return Fit(plane, _residual(moved, target), _overlap(moved, target), ambiguous=False)


def plane_of(matrix: npt.NDArray[np.float64]) -> Plane:
    """The part of a 4 x 4 matrix that moves things in plan."""
    plane = np.eye(3)
    plane[:2, :2], plane[:2, 2] = matrix[:2, :2], matrix[:2, 3]
    return plane


def filled(shape: Any) -> Any:
    """The same without holes, and of several parts the sum."""
    parts = [shapely.polygons(part.exterior) for part in shapely.get_parts(shape) if part.area > 0]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def apply(plane: Plane, shape: Any) -> Any:
    """A shape, moved."""
    return shapely.transform(shape, lambda xy: xy @ plane[:2, :2].T + plane[:2, 2])


def _refined(outline: Any, target: Any, angle: float) -> Fit:
    """From a rotation to the nearest fit."""
    plane = _motion(angle, _middle(outline), _middle(target))
    mine, theirs = _walk(outline), _walk(target)
    for _ in range(_ROUNDS):
        moved = apply(plane, outline)
        here = mine @ plane[:2, :2].T + plane[:2, 2]
        # both ways, or a small outline would slide along a large one
        there = _nearest(target.boundary, here)
        back = _nearest(moved.boundary, theirs)
        step = _kabsch(np.vstack((here, back)), np.vstack((there, theirs)))
        plane = step @ plane
        if np.hypot(*(step @ np.array([*_middle(moved), 1.0]))[:2] - _middle(moved)) < _SETTLED_M and (
            abs(step[1, 0]) < 1e-6
        ):
            break
    moved = apply(plane, outline)
    return Fit(plane, _residual(moved, target), _overlap(moved, target), ambiguous=False)


def _motion(angle: float, start: Plane, end: Plane) -> Plane:
    cos, sin = math.cos(angle), math.sin(angle)
    plane = np.eye(3)
    plane[:2, :2] = [[cos, -sin], [sin, cos]]
    plane[:2, 2] = end - plane[:2, :2] @ start
    return plane


def _kabsch(start: Plane, end: Plane) -> Plane:
    """The rotation and shift that bring points onto others with the least squared distance."""
    a, b = start.mean(axis=0), end.mean(axis=0)
    spread = (start - a).T @ (end - b)
    angle = math.atan2(spread[0, 1] - spread[1, 0], spread[0, 0] + spread[1, 1])
    return _motion(angle, a, b)


def _walk(shape: Any) -> Plane:
    """Points along an outline, evenly."""
    line = shape.boundary
    at = np.linspace(0, line.length, _POINTS, endpoint=False)
    if line.geom_type == "MultiLineString":
        parts = shapely.get_parts(line)
        count = np.maximum(8, np.round(_POINTS * shapely.length(parts) / line.length)).astype(int)
        return np.vstack([
            shapely.get_coordinates(
                shapely.line_interpolate_point(part, np.linspace(0, part.length, n, endpoint=False))
            )
            for part, n in zip(parts, count, strict=True)
        ])  # fmt: skip
    return shapely.get_coordinates(shapely.line_interpolate_point(line, at))


def _nearest(line: Any, points: Plane) -> Plane:
    shapely.prepare(line)
    lines = shapely.shortest_line(shapely.points(points), line)
    return shapely.get_coordinates(lines).reshape(-1, 2, 2)[:, 1]


def _residual(moved: Any, target: Any) -> float:
    there = shapely.distance(shapely.points(_walk(moved)), target.boundary)
    back = shapely.distance(shapely.points(_walk(target)), moved.boundary)
    return float(np.sqrt((np.mean(there**2) + np.mean(back**2)) / 2))


def _overlap(a: Any, b: Any) -> float:
    union = shapely.union(a, b).area
    return float(shapely.intersection(a, b).area / union) if union else 0.0


def _direction(shape: Any) -> float:
    """Direction of the long side of the smallest rectangle around a shape, radians."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shape))
    sides = np.diff(corners[:3], axis=0)
    longest = sides[np.argmax(np.hypot(*sides.T))]
    return math.atan2(longest[1], longest[0])


def _middle(shape: Any) -> Plane:
    return shapely.get_coordinates(shapely.centroid(shape))[0]


def _turn(angle_deg: float) -> float:
    return (angle_deg + 180.0) % 360.0 - 180.0
