"""`Fit`: what a projection does over a box, as a polynomial.

PROJ takes a microsecond a place, and a transformer is made anew in every thread that asks. The storage
CRS and EPSG:3857 are both conformal and smooth, so over a few kilometres one is nearly a turn and a
scale of the other. How far a polynomial is off is measured at each fit, never assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tiles.address import Box
from twin.crs import transformer

Floats = npt.NDArray[np.float64]
_STEPS = np.linspace(-1.0, 1.0, 9)
_U, _V = (axis.ravel() for axis in np.meshgrid(_STEPS, _STEPS))
_BETWEEN = (_STEPS[1:] + _STEPS[:-1]) / 2
_MORE_U, _MORE_V = (axis.ravel() for axis in np.meshgrid(_BETWEEN, _BETWEEN))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A projection over a box of the CRS it starts from.

    Attributes
    ----------
    frame : float64 array, shape (4,)
        Middle of the box, half of its width and of its height: x, y, x, y, metres.
    factors : float64 array, shape (terms, 2)
        Of the powers of u and v for x and y of the target, metres, where u and v run from -1 to 1 over the
        box. Powers of v run first: 1, v, u for a plane; 1, v, v², v³, u, uv, uv², u², u²v, u³ for the third
        degree.
    off_m : float
        Farthest from PROJ along an axis, metres of the target, at nine by nine places and at those between
        them; infinite where PROJ cannot project all of the box.
    """

    frame: Floats
    factors: Floats
    off_m: float

    @classmethod
    def of(cls, source: int, target: int, box: Box, degree: int) -> Fit:
        """Fit by least squares.

        Parameters
        ----------
        source, target : int
            EPSG codes.
        box : tuple of float
            West, south, east, north of the source, metres.
        degree : int
            Highest sum of powers.
        """
        west, south, east, north = box
        frame = np.array([(west + east) / 2, (south + north) / 2, (east - west) / 2, (north - south) / 2])
        u, v = np.concatenate([_U, _MORE_U]), np.concatenate([_V, _MORE_V])
        x, y = transformer(source, target).transform(frame[0] + frame[2] * u, frame[1] + frame[3] * v)
        exact = np.column_stack([x, y])
        factors = _solution(degree) @ exact[: len(_U)]
        off_m = float(np.abs(_powers(u, v, degree) @ factors - exact).max())
        return cls(frame, factors, off_m if np.isfinite(off_m) else np.inf)

    @property
    def plane(self) -> Floats:
        """Of the first degree: the target at 0, 0 of the source, then what a metre east and north adds."""
        middle_x, middle_y, half_x, half_y = self.frame
        east, north = self.factors[2] / half_x, self.factors[1] / half_y
        return np.vstack([self.factors[0] - middle_x * east - middle_y * north, east, north])


def _powers(u: Floats, v: Floats, degree: int) -> Floats:
    return np.column_stack([u**i * v**j for i in range(degree + 1) for j in range(degree + 1 - i)])


@lru_cache(maxsize=8)
def _solution(degree: int) -> Floats:
    return np.linalg.pinv(_powers(_U, _V, degree))
