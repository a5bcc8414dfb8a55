"""A whole line in space: points, directions and frames at a distance along it, and a faithful line string."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from loaders.ifc.linear.bend import Stretch
from loaders.ifc.linear.grade import Grade
from loaders.ifc.linear.rise import Rise

Floats = npt.NDArray[np.float64]

CHORD_M = 0.01
"""Farthest a stored line string may lie from its curve."""
MOST_POINTS = 20_000
_TOUCH_M = 1e-3
_GAP_M = 0.02


@dataclass(frozen=True, slots=True)
class Course:
    """Stretches in plan, one after the other, and the heights over them.

    Attributes
    ----------
    bends : tuple of Bend, Cubic or Spiral
        In order; distance 0 is the start of the first.
    grades : tuple of Grade or Rise
        In order; may be empty or cover a part only: elsewhere the height is unknown.
    """

    bends: tuple[Stretch, ...]
    grades: tuple[Grade | Rise, ...] = ()
    _starts: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        ends = np.cumsum([bend.length_m for bend in self.bends])
        object.__setattr__(self, "_starts", np.concatenate([[0.0], ends[:-1]]))

    @property
    def length_m(self) -> float:
        """Length in plan."""
        return float(self._starts[-1] + self.bends[-1].length_m)

    def gaps(self, tolerance_m: float = _GAP_M) -> int:
        """How many stretches do not start where the one before them ends."""
        count = 0
        for before, after in pairwise(self.bends):
            end = before.points(np.array([before.length_m]))[0]
            count += math.hypot(end[0] - after.x_m, end[1] - after.y_m) > tolerance_m
        return count

    def plan(self, distance_m: Floats) -> tuple[Floats, Floats]:
        """Positions, shape (n, 2), and headings, shape (n,), radians, at distances along the line."""
        which = np.clip(np.searchsorted(self._starts, distance_m, "right") - 1, 0, len(self.bends) - 1)
        points, headings = np.empty((len(distance_m), 2)), np.empty(len(distance_m))
        for index in np.unique(which):
            chosen = which == index
            along = distance_m[chosen] - self._starts[index]
            points[chosen] = self.bends[index].points(along)
            headings[chosen] = self.bends[index].headings(along)
        return points, headings

    def profile(self, distance_m: Floats) -> tuple[Floats, Floats]:
        """Heights and slopes at distances along the plan; NaN where no stretch tells them."""
        heights, slopes = np.full(len(distance_m), np.nan), np.full(len(distance_m), np.nan)
        for grade in self.grades:
            inside = (distance_m >= grade.start_m - _TOUCH_M) & (
                distance_m <= grade.start_m + grade.length_m + _TOUCH_M
            )
            heights[inside], slopes[inside] = grade.heights(distance_m[inside])
        return heights, slopes

    def holds(self, distance_m: float) -> bool:
        """Whether a distance lies on the line."""
        return -_TOUCH_M <= distance_m <= self.length_m + _TOUCH_M

    def frame(
        self, distance_m: float, lateral_m: float = 0.0, vertical_m: float = 0.0, longitudinal_m: float = 0.0
    ) -> Floats:
        """Frame of a point by distance: x along the line, y to its left, z square to both.

        Offsets are measured along these axes, so the vertical one leans with the slope
        (IFC 4.3 ADD2, IfcPointByDistanceExpression: perpendicular to the tangent). Where the
        line has no height it is taken to lie in the plane of its model, as the schema has it
        for a curve in plan.

        Returns
        -------
        ndarray of shape (4, 4)
            Columns x, y, z and origin; metres.
        """
        at = np.array([distance_m])
        points, headings = self.plan(at)
        heights, slopes = self.profile(at)
        height, slope = (0.0, 0.0) if np.isnan(heights[0]) else (heights[0], slopes[0])
        cos, sin = math.cos(headings[0]), math.sin(headings[0])
        rise = math.hypot(1.0, slope)
        x = np.array([cos / rise, sin / rise, slope / rise])
        y = np.array([-sin, cos, 0.0])
        frame = np.eye(4)
        z = np.cross(x, y)
        frame[:3, 0], frame[:3, 1], frame[:3, 2] = x, y, z
        frame[:3, 3] = [*points[0], height] + longitudinal_m * x + lateral_m * y + vertical_m * z
        return frame

    def distances(self, chord_m: float = CHORD_M) -> Floats:
        """Distances of the vertices of a line string no farther than `chord_m` from the curve.

        A chord over the length s of a curve of curvature k leaves it by at most k s²/8; the
        error is shared between plan and profile. At most `MOST_POINTS` vertices are given.
        """
        marks = {0.0, self.length_m, *self._starts.tolist()}
        marks |= {x for g in self.grades for x in (g.start_m, g.start_m + g.length_m)}
        stops = np.array(sorted(x for x in marks if 0.0 <= x <= self.length_m))
        stops = stops[np.concatenate([[True], np.diff(stops) > _TOUCH_M / 10])]
        parts = [self._steps(low, high, chord_m) for low, high in pairwise(stops)]
        total = sum(parts)
        if total > MOST_POINTS:
            parts = [max(1, part * MOST_POINTS // total) for part in parts]
        found = [
            np.linspace(low, high, count, endpoint=False)
            for low, high, count in zip(stops, stops[1:], parts, strict=False)
        ]
        return np.concatenate([*found, stops[-1:]])

    def line(self, chord_m: float = CHORD_M) -> Floats:
        """Vertices of that line string, shape (n, 3); z is NaN where the height is unknown."""
        at = self.distances(chord_m)
        return np.column_stack([self.plan(at)[0], self.profile(at)[0]])

    def _steps(self, low: float, high: float, chord_m: float) -> int:
        middle = (low + high) / 2
        index = int(np.clip(np.searchsorted(self._starts, middle, "right") - 1, 0, len(self.bends) - 1))
        sharpest = self.bends[index].sharpest
        inside = [g.sharpest for g in self.grades if g.start_m <= middle <= g.start_m + g.length_m]
        bent = max(sharpest, *inside, 0.0) if inside else sharpest
        longest = math.sqrt(8 * chord_m / math.sqrt(2) / bent) if bent > 0 else math.inf
        return max(1, math.ceil((high - low) / longest)) if math.isfinite(longest) else 1
