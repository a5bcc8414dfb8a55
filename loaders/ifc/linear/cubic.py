"""A cubic parabola in plan: y = a x^3 about a straight axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loaders.ifc.linear.bend import Floats, positions

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_PANELS = 8
_STEPS = 40
_CLOSE_M = 1e-12


@dataclass(frozen=True, slots=True)
class Cubic:
    """A stretch of y = rate * x^3, moved and turned so that it starts where it should (IFC 4.3 ADD2,
    Cubic Transition Segment).

    Attributes
    ----------
    x_m, y_m, heading_rad : float
        Where it starts, and its direction there, counter-clockwise from x.
    length_m : float
        Along the curve.
    rate : float
        1/m2; 1 / (6 R L) for a transition of length L from the straight to the radius R.
    from_m : float
        Where it is cut: length along the curve from its straight point, x = 0, to the start.
    """

    x_m: float
    y_m: float
    heading_rad: float
    length_m: float
    rate: float
    from_m: float = 0.0

    @classmethod
    def between(cls, start: tuple[float, float, float], length_m: float, first: float, last: float) -> Cubic:
        """Cubic between two curvatures (1/m): they are 6 * rate * x at both ends, to first order."""
        rate = (last - first) / (6 * length_m)
        return cls(*start, length_m, rate, first / (6 * rate) if rate else 0.0)

    @property
    def sharpest(self) -> float:
        """Bound of the curvature, 1/m: 6 * rate * x, lessened by the slope; x is less than the way to it."""
        return 6 * abs(self.rate) * max(abs(self.from_m), abs(self.from_m + self.length_m))

    def headings(self, along_m: Floats) -> Floats:
        """Direction at distances from its start, radians."""
        first = np.arctan(3 * self.rate * self._abscissa(np.array([self.from_m])) ** 2)[0]
        return (
            self.heading_rad + np.arctan(3 * self.rate * self._abscissa(self.from_m + along_m) ** 2) - first
        )

    def points(self, along_m: Floats) -> Floats:
        """Positions, shape (n, 2), at distances from its start."""
        return positions(self, along_m)

    def _abscissa(self, way_m: Floats) -> Floats:
        """x at lengths along the curve from its straight point, by Newton's method."""
        x = np.array(way_m, dtype=np.float64)
        for _ in range(_STEPS):
            step = (self._way(x) - way_m) / np.sqrt(1 + (3 * self.rate * x**2) ** 2)
            x = x - step
            if np.abs(step).max(initial=0.0) < _CLOSE_M * max(self.length_m, 1.0):
                break
        return x

    def _way(self, x: Floats) -> Floats:
        shares = ((np.arange(_PANELS)[:, None] + (_NODES + 1) / 2) / _PANELS).reshape(-1)
        weights = np.tile(_WEIGHTS / (2 * _PANELS), _PANELS)
        at = x[..., None] * shares
        found: npt.NDArray[np.float64] = (np.sqrt(1 + (3 * self.rate * at**2) ** 2) @ weights) * x
        return found
