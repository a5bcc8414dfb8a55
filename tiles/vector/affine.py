"""From the storage CRS to EPSG:3857 over one tile, where a plane stands for the projection.

PROJ takes a third of the time of a tile made by PostGIS, and both projections are conformal: over
a deep tile they differ by a turn and a scale to a fraction of a unit. How far they differ is
measured at each tile, never assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tiles.address import Box, TileCoord
from twin.crs import WEB_MERCATOR, transformer

EXTENT = 4096
"""Units along a tile."""
LARGEST_UNITS = 0.4
"""Below half a unit, both ways of placing a vertex round to the same unit of the tile or the next."""
_MARGINS = ((1.0, 0.1), (0.25, 0.1), (0.04, LARGEST_UNITS))
"""How far around the tile the plane may hold, as a share of its side, and how far off it may be for that:
room for what crosses the edge is worth less than precision."""
_STEPS = np.linspace(-1.0, 1.0, 7)
_U, _V = (axis.ravel() for axis in np.meshgrid(_STEPS, _STEPS))
_PLANE = np.column_stack([np.ones_like(_U), _U, _V])
_FIT = np.linalg.pinv(_PLANE)


@dataclass(frozen=True, slots=True)
class Affine:
    """The six numbers `ST_Affine` takes, and where they hold.

    Attributes
    ----------
    box : tuple of float
        West, south, east, north of the storage CRS, metres. What lies within it is placed right; a
        feature that reaches beyond has to be transformed, for a plane holds nowhere else.
    xx, xy, x0, yx, yy, y0 : float
        x of EPSG:3857 is `xx * east + xy * north + x0`, y likewise, metres.
    error_units : float
        Farthest from PROJ within the box, units of the tile.
    """

    box: Box
    xx: float
    xy: float
    x0: float
    yx: float
    yy: float
    y0: float
    error_units: float


@lru_cache(maxsize=4096)
def affine(coord: TileCoord, box: Box, srid: int) -> Affine | None:
    """Fit a plane to the projection over a tile.

    Parameters
    ----------
    coord : TileCoord
        The tile; decides the unit.
    box : tuple of float
        All it shows: west, south, east, north of the storage CRS, metres.
    srid : int
        EPSG code of the storage CRS.

    Returns
    -------
    Affine or None
        None: a plane is further off than `LARGEST_UNITS`, as at zooms up to 12.
    """
    for margin, largest_units in _MARGINS:
        found = _fitted(coord, box, margin, srid)
        if found.error_units <= largest_units:
            return found
    return None


def _fitted(coord: TileCoord, box: Box, margin: float, srid: int) -> Affine:
    """Least squares over seven by seven places; between them the smooth projection is no further off."""
    west, south, east, north = box
    half_e, half_n = (0.5 + margin) * (east - west), (0.5 + margin) * (north - south)
    e, n = (west + east) / 2, (south + north) / 2
    x, y = transformer(srid, WEB_MERCATOR).transform(e + half_e * _U, n + half_n * _V)
    places = np.column_stack([x, y])
    plane = _FIT @ places
    # a place the CRS cannot project comes back infinite, and nothing fits
    error_m = np.abs(_PLANE @ plane - places).max()
    (x0, y0), (x_e, y_e), (x_n, y_n) = plane
    xx, xy, yx, yy = x_e / half_e, x_n / half_n, y_e / half_e, y_n / half_n
    return Affine(
        (e - half_e, n - half_n, e + half_e, n + half_n),
        float(xx),
        float(xy),
        float(x0 - xx * e - xy * n),
        float(yx),
        float(yy),
        float(y0 - yx * e - yy * n),
        float(error_m / (coord.side_m / EXTENT)),
    )
