"""`Sheet`: the projection from the storage CRS to EPSG:3857 over one square of ground, as a polynomial.

PROJ takes a microsecond a vertex, and a transformer is made anew in every thread that asks. Both
projections are conformal and smooth: over twenty kilometres a polynomial of the third degree is a
tenth of a millimetre off. How far it is off is measured at each sheet, never assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tiles.address import TileCoord
from tiles.storage import domain_lonlat
from twin.crs import WEB_MERCATOR, transformer

ZOOM = 12
"""A sheet is one tile of this zoom, ten kilometres, and half of that around it."""
_MARGIN = 0.5
_DEGREE = 3
LARGEST_OFF_M = 0.001
"""Half a unit of a tile at zoom 22, where a feature ends at the end of its storage's own precision."""


def _terms(u: npt.NDArray[np.float64], v: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Powers in the order of `Sheet.factors`: those of v run first."""
    return np.column_stack([u**i * v**j for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)])


_STEPS = np.linspace(-1.0, 1.0, 9)
_U, _V = (axis.ravel() for axis in np.meshgrid(_STEPS, _STEPS))
_FIT = np.linalg.pinv(_terms(_U, _V))
_BETWEEN = (_STEPS[1:] + _STEPS[:-1]) / 2
_U_BETWEEN, _V_BETWEEN = (axis.ravel() for axis in np.meshgrid(_BETWEEN, _BETWEEN))


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The projection over a box of the storage CRS.

    Attributes
    ----------
    frame : float64 array, shape (4,)
        East and north of the middle, half of the width and of the height, metres of the storage CRS.
    factors : float64 array, shape (10, 2)
        Of 1, v, v², v³, u, uv, uv², u², u²v and u³ for x and y of EPSG:3857, where u and v run from -1
        to 1 over the box.
    off_m : float
        Farthest from PROJ, metres of EPSG:3857, at eight by eight places the fit did not use.
    """

    frame: npt.NDArray[np.float64]
    factors: npt.NDArray[np.float64]
    off_m: float


def sheet(coord: TileCoord, srid: int) -> Sheet | None:
    """Find the sheet a tile lies on.

    Parameters
    ----------
    coord : TileCoord
        A tile of at least `ZOOM`.
    srid : int
        EPSG code of the storage CRS.

    Returns
    -------
    Sheet or None
        None: the tile is larger, not all of the sheet is where the CRS is usable, or the polynomial is
        further off than `LARGEST_OFF_M`.
    """
    up = coord.z - ZOOM
    return _sheet(coord.x >> up, coord.y >> up, srid) if up >= 0 else None


@lru_cache(maxsize=1024)
def _sheet(x: int, y: int, srid: int) -> Sheet | None:
    square = TileCoord(ZOOM, x, y)
    west, south, east, north = square.lonlat(_MARGIN)
    domain = domain_lonlat(srid)
    if west < domain[0] or south < domain[1] or east > domain[2] or north > domain[3]:
        return None
    box = transformer(WEB_MERCATOR, srid).transform_bounds(*square.mercator(_MARGIN))
    west, south, east, north = box
    frame = np.array([(west + east) / 2, (south + north) / 2, (east - west) / 2, (north - south) / 2])
    place = transformer(srid, WEB_MERCATOR)

    def exact(u: npt.NDArray[np.float64], v: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(place.transform(frame[0] + frame[2] * u, frame[1] + frame[3] * v))

    factors = _FIT @ exact(_U, _V)
    off_m = np.abs(_terms(_U_BETWEEN, _V_BETWEEN) @ factors - exact(_U_BETWEEN, _V_BETWEEN)).max()
    # a place the CRS cannot project comes back infinite
    return Sheet(frame, factors, float(off_m)) if off_m <= LARGEST_OFF_M else None
