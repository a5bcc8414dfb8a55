"""A box in degrees as an area of the storage CRS."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from twin.crs import WGS84, crs, transformer

_MARGIN_DEG = 3.0
_STEP_DEG = 0.02
_RIM = 0.1
"""Share of an area's width in which a corner of its side is looked for."""

Degrees = tuple[float, float, float, float]


def storage_area(srid: int, west: float, south: float, east: float, north: float) -> BaseGeometry | None:
    """Area of a CRS84 box in the storage CRS; empty where they have nothing in common.

    A projected CRS is only defined around its own area of use, so the box is cut to that
    area and 3 degrees around it first; edges are densified, for a parallel is no straight
    line there. West greater than east crosses the date line.

    Parameters
    ----------
    srid : int
        EPSG code of the storage CRS.
    west, south, east, north : float
        Degrees, CRS84.

    Returns
    -------
    shapely geometry or None
        None: the box holds everything the storage CRS can hold.
    """
    limits = shapely.box(*_limits(srid))
    boxes = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    asked = shapely.union_all([shapely.box(w, south, e, north) for w, e in boxes])
    if asked.covers(limits):
        return None
    cut = asked.intersection(limits)
    if cut.is_empty:
        return shapely.Polygon()
    to_storage = transformer(WGS84, srid)

    def place(lon_lat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(to_storage.transform(lon_lat[:, 0], lon_lat[:, 1]))

    return shapely.transform(shapely.segmentize(cut, _STEP_DEG), place)


def area_wkb(srid: int, bbox: Degrees | None) -> bytes | None:
    """Like `storage_area`, as EWKB for a statement; None where nothing is to be cut off."""
    area = None if bbox is None else storage_area(srid, *bbox)
    return None if area is None else ewkb(area, srid)


def inner_box(area: BaseGeometry, srid: int) -> bytes | None:
    """A box with straight sides inside an area, as EWKB: whatever lies in it meets the area for certain.

    The area of a box in degrees is nearly one in metres: what remains between the two is a rim.
    None where there is no such box, as around the date line.
    """
    west, south, east, north = area.bounds
    rim_e, rim_n = _RIM * (east - west), _RIM * (north - south)
    e, n = shapely.get_coordinates(area).T
    box = shapely.box(
        e[e < west + rim_e].max(),
        n[n < south + rim_n].max(),
        e[e > east - rim_e].min(),
        n[n > north - rim_n].min(),
    )
    if not (box.is_valid and box.area > 0 and area.covers(box)):
        return None
    return ewkb(box, srid)


def ewkb(shape: BaseGeometry, srid: int) -> bytes:
    """A shape of the storage CRS as a statement takes it."""
    return bytes(shapely.to_wkb(shapely.set_srid(shape, srid), include_srid=True))


@lru_cache(maxsize=8)
def _limits(srid: int) -> Degrees:
    use = crs(srid).area_of_use
    if use is None:
        return -180.0, -89.0, 180.0, 89.0
    return (
        max(-180.0, use.west - _MARGIN_DEG),
        max(-89.0, use.south - _MARGIN_DEG),
        min(180.0, use.east + _MARGIN_DEG),
        min(89.0, use.north + _MARGIN_DEG),
    )
