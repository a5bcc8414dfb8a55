"""Coordinate reference systems and the rules that keep places right.

Inside the server every coordinate is east, north(, up). Axis order of an authority
is a matter of its text form only and never of our arrays (`always_xy`).
"""

from __future__ import annotations

from functools import lru_cache
from math import atan2, degrees

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from twin.errors import NotGeoreferenced

WGS84 = 4326
"""Longitude, latitude, degrees: CRS84 in our axis order."""
WEB_MERCATOR = 3857
"""Vector and raster tiles, metres."""
GEOCENTRIC = 4978
"""3D Tiles, metres."""
CGCS2000 = 4490
"""China Geodetic Coordinate System 2000. PROJ takes it as equal to WGS 84 (ballpark);
good for display, not for survey claims."""

_LITTLE_NORTH_DEG = 1e-3
"""A hundred metres: short enough for the meridian to be straight, long enough for its direction."""


@lru_cache(maxsize=64)
def transformer(source: str | int, target: str | int) -> Transformer:
    """Cached transformer, always x,y.

    Parameters
    ----------
    source, target : str or int
        EPSG code or anything `pyproj.CRS` reads.

    Raises
    ------
    NotGeoreferenced
        One of the two is not a CRS known to PROJ.
    """
    return Transformer.from_crs(crs(source), crs(target), always_xy=True)


@lru_cache(maxsize=64)
def crs(name: str | int) -> CRS:
    """Read a CRS.

    Raises
    ------
    NotGeoreferenced
        PROJ does not know it.
    """
    try:
        return CRS.from_user_input(name)
    except CRSError as error:
        raise NotGeoreferenced(
            f"{name!r} is not a coordinate reference system PROJ knows; give an EPSG code such as EPSG:4547"
        ) from error


def grid_turn_deg(srid: int, lon: float, lat: float) -> float:
    """By how much the north of a projected CRS is turned from true north at a place, clockwise.

    Parameters
    ----------
    srid : int
        EPSG code.
    lon, lat : float
        Degrees, CRS84.

    Returns
    -------
    float
        Degrees to be added to an azimuth from true north to have one in the grid; the grid convergence
        with its sign turned.
    """
    east, north = transformer(WGS84, srid).transform([lon] * 2, [lat, lat + _LITTLE_NORTH_DEG])
    return degrees(atan2(east[1] - east[0], north[1] - north[0]))


def usable(srid: int, west: float, south: float, east: float, north: float) -> bool:
    """Whether a box in degrees lies in the area of use of a CRS, a degree around it included.

    Parameters
    ----------
    srid : int
        EPSG code; a CRS that does not state its area is usable everywhere.
    west, south, east, north : float
        Degrees, CRS84.
    """
    use = crs(srid).area_of_use
    return use is None or (
        use.west - 1 <= west <= east <= use.east + 1 and use.south - 1 <= south <= north <= use.north + 1
    )
