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
from tiles.fit import Fit
from twin.crs import WEB_MERCATOR, transformer

EXTENT = 4096
"""Units along a tile."""
LARGEST_UNITS = 0.4
"""Below half a unit, both ways of placing a vertex round to the same unit of the tile or the next."""
_STEPS = 7
"""Places looked at along each side of a tile."""


@dataclass(frozen=True, slots=True)
class Affine:
    """The six numbers `ST_Affine` takes, and for whom.

    Attributes
    ----------
    inner : tuple of float
        West, south, east, north of the storage CRS, metres, within the tile and its buffer. A feature
        that reaches beyond has to be transformed: a plane holds nowhere else, and where an outline is
        cut at a flat angle a fraction of a unit would become several.
    xx, xy, x0, yx, yy, y0 : float
        x of EPSG:3857 is `xx * east + xy * north + x0`, y likewise, metres.
    error_units : float
        Farthest from PROJ in all the tile shows, units of the tile.
    """

    inner: Box
    xx: float
    xy: float
    x0: float
    yx: float
    yy: float
    y0: float
    error_units: float


@lru_cache(maxsize=4096)
def affine(coord: TileCoord, box: Box, srid: int, margin: float) -> Affine | None:
    """Fit a plane to the projection over a tile.

    Parameters
    ----------
    coord : TileCoord
        The tile; decides the unit.
    box : tuple of float
        All it shows: west, south, east, north of the storage CRS, metres.
    srid : int
        EPSG code of the storage CRS.
    margin : float
        Buffer of the tile, as a share of its side.

    Returns
    -------
    Affine or None
        None: a plane is further off than `LARGEST_UNITS`, as in Luohu at zooms up to 12.
    """
    found = Fit.of(srid, WEB_MERCATOR, box, 1)
    error_units = found.off_m / (coord.side_m / EXTENT)
    if error_units > LARGEST_UNITS:
        return None
    (x0, y0), (xx, yx), (xy, yy) = found.plane.tolist()
    return Affine(_inner(coord, srid, margin), xx, xy, x0, yx, yy, y0, error_units)


def _inner(coord: TileCoord, srid: int, margin: float) -> Box:
    """Largest upright box of the storage CRS within the tile and its buffer, which may stand askew in it."""
    west, south, east, north = coord.mercator(margin)
    x, y = np.linspace(west, east, _STEPS), np.linspace(south, north, _STEPS)
    back = transformer(WEB_MERCATOR, srid)
    sides = [back.transform(np.full_like(y, west), y)[0], back.transform(x, np.full_like(x, south))[1]]
    sides += [back.transform(np.full_like(y, east), y)[0], back.transform(x, np.full_like(x, north))[1]]
    west, south, east, north = sides[0].max(), sides[1].max(), sides[2].min(), sides[3].min()
    # PostGIS compares boxes of 32 bits, rounded outward
    slack_m = 2 * float(np.spacing(np.float32(max(map(abs, (west, south, east, north))))))
    return float(west + slack_m), float(south + slack_m), float(east - slack_m), float(north - slack_m)
