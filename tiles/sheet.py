"""A sheet: the projection from the storage CRS to EPSG:3857 over the square of ground a tile lies on."""

from __future__ import annotations

from functools import lru_cache

from tiles.address import TileCoord
from tiles.fit import Fit
from tiles.storage import domain_lonlat
from twin.crs import WEB_MERCATOR, transformer

ZOOM = 12
"""A sheet is one tile of this zoom, ten kilometres, and half of that around it."""
_MARGIN = 0.5
_DEGREE = 3
"""A tenth of a millimetre off at most where the storage CRS is made for, measured at each sheet."""
LARGEST_OFF_M = 0.001
"""Half a unit of a tile at zoom 22."""


def sheet(coord: TileCoord, srid: int) -> Fit | None:
    """Find the sheet a tile lies on.

    Parameters
    ----------
    coord : TileCoord
        A tile of at least `ZOOM`.
    srid : int
        EPSG code of the storage CRS.

    Returns
    -------
    Fit or None
        From storage metres to EPSG:3857, of the third degree. None: the tile is larger, not all of the sheet
        is where the CRS is usable, or the polynomial is further off than `LARGEST_OFF_M`.
    """
    up = coord.z - ZOOM
    return _sheet(coord.x >> up, coord.y >> up, srid) if up >= 0 else None


@lru_cache(maxsize=1024)
def _sheet(x: int, y: int, srid: int) -> Fit | None:
    square = TileCoord(ZOOM, x, y)
    west, south, east, north = square.lonlat(_MARGIN)
    domain = domain_lonlat(srid)
    if west < domain[0] or south < domain[1] or east > domain[2] or north > domain[3]:
        return None
    box = transformer(WEB_MERCATOR, srid).transform_bounds(*square.mercator(_MARGIN))
    found = Fit.of(srid, WEB_MERCATOR, box, _DEGREE)
    return found if found.off_m <= LARGEST_OFF_M else None
