"""A vertical clothoid: a profile whose curvature changes evenly along its own length."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from loaders.ifc.linear.bend import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_SHARES, _PARTS = (_NODES + 1) / 2, _WEIGHTS / 2
_STEPS = 60
_SAMPLES = 33


@dataclass(frozen=True, slots=True)
class Rise:
    """A stretch in profile, model metres (IfcAlignmentVerticalSegmentTypeEnum.CLOTHOID, IFC 4.3 ADD2).

    Attributes
    ----------
    start_m, length_m, height_m, first, last : float
        As of `Grade`: distance in plan, length in plan, height, slopes at both ends.
    bend_first : float
        Curvature of the profile where it starts, 1/m of its own length; upwards is positive. Slopes and
        length leave it open: what the stretch joins tells it.
    """

    start_m: float
    length_m: float
    height_m: float
    first: float
    last: float
    bend_first: float = 0.0

    @classmethod
    def ending(
        cls, start_m: float, length_m: float, height_m: float, slopes: tuple[float, float], bend_last: float
    ) -> Rise:
        """The stretch whose curvature at its end is known: the mirror image of one that starts with it."""
        mirror = cls(0.0, length_m, 0.0, -slopes[1], -slopes[0], bend_last)
        return cls(start_m, length_m, height_m, *slopes, mirror.bends[1])

    @property
    def _turn_rad(self) -> float:
        return math.atan(self.last) - math.atan(self.first)

    @property
    def arc_m(self) -> float:
        """Length of the profile itself, found so that its plan has the stated length."""
        arc = self.length_m
        for _ in range(_STEPS):
            plan = float(np.cos(self._angles(_SHARES, arc)) @ _PARTS)
            found = self.length_m / plan
            if abs(found - arc) < 1e-12 * max(arc, 1.0):
                return found
            arc = found
        return arc

    @property
    def bends(self) -> tuple[float, float]:
        """Curvature of the profile at both ends, 1/m of its own length; upwards is positive."""
        return self.bend_first, 2 * self._turn_rad / self.arc_m - self.bend_first

    @property
    def sharpest(self) -> float:
        """Bound of the second derivative of the height, 1/m."""
        arc = self.arc_m
        angles = self._angles(np.linspace(0, 1, _SAMPLES), arc)
        return float(max(map(abs, self.bends)) / np.cos(angles).min() ** 3)

    def heights(self, distance_m: Floats) -> tuple[Floats, Floats]:
        """Height and slope, shape (n,), at distances along the plan, metres from the start of the line."""
        arc, along = self.arc_m, distance_m - self.start_m
        u = along / self.length_m
        for _ in range(_STEPS):
            step = (self._grown(np.cos, u, arc) - along) / (arc * np.cos(self._angles(u, arc)))
            u = u - step
            if np.abs(step).max(initial=0.0) < 1e-14:
                break
        return self.height_m + self._grown(np.sin, u, arc), np.tan(self._angles(u, arc))

    def _angles(self, u: Floats, arc: float) -> Floats:
        """Slope angle at shares of the profile's length."""
        first = self.bend_first * arc
        return math.atan(self.first) + first * u + (self._turn_rad - first) * u**2

    def _grown(self, of: np.ufunc, u: Floats, arc: float) -> Floats:
        found: Floats = arc * u * (of(self._angles(u[..., None] * _SHARES, arc)) @ _PARTS)
        return found
