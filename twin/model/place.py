"""A point that is the value of a column: a shut-off, an assembly point."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from twin.crs import WGS84, transformer, usable

_DIGITS = 7
"""A hundredth of a metre in degrees."""


def place(value: Any, srid: int) -> dict[str, Any]:
    """GeoJSON point (CRS84) of what a source or a person wrote.

    Parameters
    ----------
    value : list or mapping
        ``[longitude, latitude]`` in degrees, ``[east, north]`` in the storage CRS (no number of which
        could be degrees), or a GeoJSON Point of one of them. A height after the two is left out.
    srid : int
        EPSG code of the storage CRS.

    Raises
    ------
    ValueError
        It is none of these, or lies outside the area of the storage CRS.

    Examples
    --------
    >>> place([114.12, 22.55], 4547)
    {'type': 'Point', 'coordinates': [114.12, 22.55]}
    >>> place([512345.6, 2494567.8], 4547)["coordinates"]
    [114.1200231, 22.5487236]
    """
    if isinstance(value, Mapping):
        value = value.get("coordinates") if value.get("type") == "Point" else None
    if not isinstance(value, list | tuple) or len(value) not in (2, 3):
        raise ValueError("must be two numbers, longitude and latitude, or a GeoJSON Point")
    x, y = value[:2]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and isfinite(v) for v in (x, y)):
        raise ValueError("must be two numbers, longitude and latitude, or a GeoJSON Point")
    lon, lat = float(x), float(y)
    if abs(lon) > 180 or abs(lat) > 90:
        lon, lat = transformer(srid, WGS84).transform(lon, lat)
    if not (isfinite(lon) and isfinite(lat) and usable(srid, lon, lat, lon, lat)):
        raise ValueError(f"{x:g}, {y:g} lies outside the area of EPSG:{srid}; are x and y swapped?")
    return {"type": "Point", "coordinates": [round(lon, _DIGITS), round(lat, _DIGITS)]}
