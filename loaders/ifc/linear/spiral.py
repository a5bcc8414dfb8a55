"""Spirals as geometry states them: a curvature that is a polynomial of the arc length, or a wave."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from loaders.ifc.linear.bend import Floats, positions

_TERMS = (
    "ConstantTerm", "LinearTerm", "QuadraticTerm", "CubicTerm",
    "QuarticTerm", "QuinticTerm", "SexticTerm", "SepticTerm",
)  # fmt: skip
_SAMPLES = 65
_MARGIN = 1.1


@dataclass(frozen=True, slots=True)
class Spiral:
    """A stretch of a spiral (IfcSpiral and what is below it, IFC 4.3 ADD2, 8.9.3).

    Attributes
    ----------
    x_m, y_m, heading_rad : float
        Where it starts, and its direction there.
    length_m : float
        Along the curve.
    from_m : float
        Arc length of the spiral at the start.
    way : float
        1, or -1 where it is followed backwards.
    powers : tuple of float
        Curvature as a polynomial of the arc length s: powers[n] * s^n, 1/m.
    wave : tuple of float
        (height in 1/m, length of the whole wave in metres, 0 for a sine or a quarter turn for a cosine).
    """

    x_m: float
    y_m: float
    heading_rad: float
    length_m: float
    from_m: float
    way: float
    powers: tuple[float, ...]
    wave: tuple[float, float, float] = (0.0, 1.0, 0.0)

    @property
    def sharpest(self) -> float:
        """Greatest curvature on it, 1/m."""
        at = self.from_m + self.way * np.linspace(0, self.length_m, _SAMPLES)
        curvature = np.polynomial.polynomial.polyval(at, self.powers)
        height, length, phase = self.wave
        return _MARGIN * float(np.abs(curvature + height * np.sin(2 * np.pi * at / length + phase)).max())

    def headings(self, along_m: Floats) -> Floats:
        """Direction at distances from its start, radians."""
        # followed backwards a curve shows its other direction and bends the other way: the turn is the same
        return (
            self.heading_rad
            + self._turn(self.from_m + self.way * along_m)
            - self._turn(np.array(self.from_m))
        )

    def points(self, along_m: Floats) -> Floats:
        """Positions, shape (n, 2), at distances from its start."""
        return positions(self, along_m)

    def _turn(self, at: Floats) -> Floats:
        grown = np.polynomial.polynomial.polyint(self.powers)
        height, length, phase = self.wave
        waved = -height * length / (2 * np.pi) * np.cos(2 * np.pi * at / length + phase)
        return np.polynomial.polynomial.polyval(at, grown) + waved


def read_spiral(
    parent: Any, at: tuple[float, float, float, float], start_m: float, way: float, length_m: float
) -> Spiral | None:
    """Stretch of a spiral; None where the curve is none.

    Parameters
    ----------
    parent : entity_instance
        The curve.
    at : tuple of float
        x, y in metres, heading in radians, length in metres.
    start_m, way : float
        Arc length where it is cut, and 1 or -1 as it is followed.
    length_m : float
        Metres in one unit of the file.
    """
    if not parent.is_a("IfcSpiral") or parent.is_a("IfcClothoid"):
        return None
    powers = tuple(_power(getattr(parent, name, None), n, length_m) for n, name in enumerate(_TERMS))
    wave = (0.0, 1.0, 0.0)
    # IFC 4.3 ADD2, IfcSineSpiral and IfcCosineSpiral: the wave, or half of it, is as long as the segment
    if parent.is_a("IfcSineSpiral") and parent.SineTerm:
        wave = (1 / (parent.SineTerm * length_m), at[3], 0.0)
    elif parent.is_a("IfcCosineSpiral") and parent.CosineTerm:
        wave = (1 / (parent.CosineTerm * length_m), 2 * at[3], math.pi / 2)
    return Spiral(*at, start_m, way, powers, wave)


def _power(term: float | None, n: int, length_m: float) -> float:
    """Terms are lengths whose power gives the coefficient: sign(A) * |A|^-(n + 1)."""
    if not term:
        return 0.0
    size = abs(term) * length_m
    return math.copysign(size ** -(n + 1), term)
