"""One stretch of a line in plan: straight, arc or transition, as a heading that turns with the distance."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
}
"""Share of the change of curvature that has turned the heading after the share u of the length:
the integral over u of (curvature - first) / (last - first). By name of IfcAlignmentHorizontalSegmentTypeEnum
(IFC 4.3 ADD2, 8.7.3); the cubic and the Viennese bend need more than two curvatures."""


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
    """

    kind: str
    x_m: float
    y_m: float
    heading_rad: float
    length_m: float
    first: float = 0.0
    last: float = 0.0

    @property
    def sharpest(self) -> float:
        """Greatest curvature anywhere on it, 1/m: the transitions go from one end to the other."""
        return max(abs(self.first), abs(self.last))

    def headings(self, along_m: Floats) -> Floats:
        """Direction at distances from its start, radians."""
        change = 0.0
        if self.length_m > 0 and self.last != self.first:
            change = (self.last - self.first) * self.length_m * TURNS[self.kind](along_m / self.length_m)
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
        start = np.array([self.x_m, self.y_m])
        if self.sharpest == 0.0:
            way = np.array([math.cos(self.heading_rad), math.sin(self.heading_rad)])
            return start + along_m[:, None] * way
        turn = self.sharpest * max(float(np.abs(along_m).max(initial=0.0)), self.length_m)
        panels = int(min(max(math.ceil(turn / _PANEL_RAD), 2), _MOST_PANELS))
        # nodes of all panels as shares of the distance asked for
        shares = ((np.arange(panels)[:, None] + (_NODES + 1) / 2) / panels).reshape(-1)
        weights = np.tile(_WEIGHTS / (2 * panels), panels)
        headings = self.headings(np.outer(along_m, shares))
        moved = np.stack([np.cos(headings) @ weights, np.sin(headings) @ weights], axis=1)
        return start + moved * along_m[:, None]
