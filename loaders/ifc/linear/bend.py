"""One stretch of a line in plan: straight, arc or transition, as a heading that turns with the distance."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_PANEL_RAD = 0.5
"""Turn within one panel of the quadrature: with 12 nodes the position errs by less than a
thousandth of a millimetre a kilometre."""
_MOST_PANELS = 4_096


def _helmert(u: Floats) -> Floats:
    return np.where(u <= 0.5, 2 * u**3 / 3, -2 * u**3 / 3 + 2 * u**2 - u + 1 / 6)


TURNS: Mapping[str, Callable[[Floats], Floats]] = {
    "LINE": lambda u: 0 * u,
    "CIRCULARARC": lambda u: 0 * u,
    "CLOTHOID": lambda u: u**2 / 2,
    "BLOSSCURVE": lambda u: u**3 - u**4 / 2,
    "COSINECURVE": lambda u: u / 2 - np.sin(np.pi * u) / (2 * np.pi),
    "SINECURVE": lambda u: u**2 / 2 + (np.cos(2 * np.pi * u) - 1) / (4 * np.pi**2),
    "HELMERTCURVE": _helmert,
    "VIENNESEBEND": lambda u: u**5 * (7 - 14 * u + 10 * u**2 - 2.5 * u**3),
}
"""Share of the change of curvature that has turned the heading after the share u of the length:
the integral over u of (curvature - first) / (last - first). By name of IfcAlignmentHorizontalSegmentTypeEnum
(IFC 4.3 ADD2, 8.7.3). The Viennese bend sways besides; the cubic has a law of its own."""
_SWAYS = 7.52
"""Bound of the second derivative of the Viennese base function 35 u^4 - 84 u^5 + 70 u^6 - 20 u^7."""


@dataclass(frozen=True, slots=True)
class Bend:
    """A stretch in plan, model metres.

    Attributes
    ----------
    kind : str
        A key of `TURNS`.
    x_m, y_m, heading_rad : float
        Where it starts, and its direction there, counter-clockwise from x.
    length_m : float
        Along the curve.
    first, last : float
        Curvature at both ends, 1/m; positive turns left.
    sway_m : float
        Viennese bend: height of the centre of gravity times the change of the angle of cant. What is
        followed evenly is that centre, so the track between the ends swings by it.
    """

    kind: str
    x_m: float
    y_m: float
    heading_rad: float
    length_m: float
    first: float = 0.0
    last: float = 0.0
    sway_m: float = 0.0

    @property
    def sharpest(self) -> float:
        """Greatest curvature anywhere on it, 1/m: the transitions go from one end to the other."""
        swing = 0.0 if self.length_m <= 0 else _SWAYS * abs(self.sway_m) / self.length_m**2
        return max(abs(self.first), abs(self.last)) + swing

    def headings(self, along_m: Floats) -> Floats:
        """Direction at distances from its start, radians."""
        change: Floats | float = 0.0
        if self.length_m > 0 and self.last != self.first:
            change = (self.last - self.first) * self.length_m * TURNS[self.kind](along_m / self.length_m)
        if self.sway_m and self.length_m > 0:
            u = along_m / self.length_m
            change = change - self.sway_m / self.length_m * 140 * (u * (1 - u)) ** 3
        return self.heading_rad + self.first * along_m + change

    def points(self, along_m: Floats) -> Floats:
        """Positions at distances from its start.

        Parameters
        ----------
        along_m : ndarray of shape (n,)
            Metres, 0 to `length_m`; beyond, the curve goes on by its own law.

        Returns
        -------
        ndarray of shape (n, 2)
            x, y in model metres.
        """
        return positions(self, along_m)


class Stretch(Protocol):
    """What a line in plan is made of."""

    @property
    def x_m(self) -> float:
        """Where it starts, metres."""

    @property
    def y_m(self) -> float:
        """Where it starts, metres."""

    @property
    def heading_rad(self) -> float:
        """Direction where it starts, counter-clockwise from x."""

    @property
    def length_m(self) -> float:
        """Along the curve."""

    @property
    def sharpest(self) -> float:
        """Bound of the curvature anywhere on it, 1/m."""

    def headings(self, along_m: Floats) -> Floats:
        """Direction at distances from its start, radians."""

    def points(self, along_m: Floats) -> Floats:
        """Positions, shape (n, 2), at distances from its start."""


def positions(stretch: Stretch, along_m: Floats) -> Floats:
    """Integral of the direction: positions, shape (n, 2), at distances from the start of a stretch."""
    start = np.array([stretch.x_m, stretch.y_m])
    if stretch.sharpest == 0.0:
        way = np.array([math.cos(stretch.heading_rad), math.sin(stretch.heading_rad)])
        return start + along_m[:, None] * way
    turn = stretch.sharpest * max(float(np.abs(along_m).max(initial=0.0)), stretch.length_m)
    panels = int(min(max(math.ceil(turn / _PANEL_RAD), 2), _MOST_PANELS))
    # nodes of all panels as shares of the distance asked for
    shares = ((np.arange(panels)[:, None] + (_NODES + 1) / 2) / panels).reshape(-1)
    weights = np.tile(_WEIGHTS / (2 * panels), panels)
    headings = stretch.headings(np.outer(along_m, shares))
    moved = np.stack([np.cos(headings) @ weights, np.sin(headings) @ weights], axis=1)
    return start + moved * along_m[:, None]
