"""One stretch of a line in profile: even slope, parabola or arc, as a height over the distance in plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Kind = Literal["CONSTANTGRADIENT", "PARABOLICARC", "CIRCULARARC"]
_EVEN = 1e-12
"""Slopes closer than this are one."""
KINDS: tuple[Kind, ...] = ("CONSTANTGRADIENT", "PARABOLICARC", "CIRCULARARC")


@dataclass(frozen=True, slots=True)
class Grade:
    """A stretch in profile, model metres.

    Attributes
    ----------
    kind : Kind
        Name in IfcAlignmentVerticalSegmentTypeEnum.
    start_m, length_m : float
        Distance along the plan where it starts, and its length in plan.
    height_m : float
        Where it starts.
    first, last : float
        Slope at both ends, metres up per metre in plan.
    """

    kind: Kind
    start_m: float
    length_m: float
    height_m: float
    first: float
    last: float

    @property
    def sharpest(self) -> float:
        """Bound of the second derivative of the height, 1/m."""
        if self._straight:
            return 0.0
        if self.kind == "PARABOLICARC":
            return abs(self.last - self.first) / self.length_m
        steepest = max(abs(self.first), abs(self.last))
        return float((1 + steepest**2) ** 1.5 / abs(self._radius_m))

    @property
    def bends(self) -> tuple[float, float]:
        """Curvature of the profile at both ends, 1/m of its own length; upwards is positive."""
        if self._straight:
            return 0.0, 0.0
        if self.kind == "CIRCULARARC":
            return 1 / self._radius_m, 1 / self._radius_m
        second = (self.last - self.first) / self.length_m
        return second / (1 + self.first**2) ** 1.5, second / (1 + self.last**2) ** 1.5

    @property
    def _straight(self) -> bool:
        return self.kind == "CONSTANTGRADIENT" or self.length_m <= 0 or abs(self.last - self.first) < _EVEN

    @property
    def _radius_m(self) -> float:
        """Radius of the arc, positive where it opens upwards: sin of the slope angle grows evenly in plan."""
        return self.length_m / (math.sin(math.atan(self.last)) - math.sin(math.atan(self.first)))

    def heights(self, distance_m: Floats) -> tuple[Floats, Floats]:
        """Height and slope at distances along the plan.

        Parameters
        ----------
        distance_m : ndarray of shape (n,)
            Metres from the start of the line, not of the stretch.

        Returns
        -------
        heights, slopes : ndarray of shape (n,)
            Metres, and metres up per metre in plan.
        """
        along = distance_m - self.start_m
        if self._straight:
            return self.height_m + self.first * along, np.full_like(along, self.first)
        if self.kind == "PARABOLICARC":
            bend = (self.last - self.first) / self.length_m
            return self.height_m + along * (self.first + bend * along / 2), self.first + bend * along
        radius, start = self._radius_m, math.atan(self.first)
        angle = np.arcsin(np.clip(math.sin(start) + along / radius, -1, 1))
        # equal to radius times the difference of the cosines, but exact for wide radii too
        return self.height_m + along * np.tan((start + angle) / 2), np.tan(angle)
