"""What a tile shows, in the storage CRS."""

from __future__ import annotations

from functools import lru_cache

from tiles.address import Box, TileCoord
from tiles.fit import Fit, Floats
from twin.crs import WEB_MERCATOR, WGS84, crs, transformer

_PLANE_ZOOM = 13
"""Five kilometres: around it too a plane is 0.7 m off the projection in Luohu, 0.9 at 60 degrees."""
_MOST_OFF_M = 2.0
_WIDEST = 0.5
"""Largest margin of a tile below `_PLANE_ZOOM` that is still within what its plane was measured on."""


@lru_cache(maxsize=4096)
def storage_box(coord: TileCoord, srid: int, margin: float) -> Box | None:
    """Small box of the storage CRS that surely holds all a tile shows.

    A projected CRS is only usable around its area of use, so what lies further than 3° from
    it is left out: nothing stored can be there.

    Parameters
    ----------
    coord : TileCoord
        The tile.
    srid : int
        EPSG code of the storage CRS.
    margin : float
        Buffer of the tile, as a share of its side.

    Returns
    -------
    tuple of float, or None
        west, south, east, north in storage metres; None: the tile is outside the CRS.
    """
    up = coord.z - _PLANE_ZOOM
    if up > 0 and margin <= _WIDEST:
        plane = _plane(coord.x >> up, coord.y >> up, srid)
        if plane is not None:
            return _by_plane(coord.mercator(margin), *plane)
    west, south, east, north = coord.lonlat(margin)
    domain = domain_lonlat(srid)
    west, south = max(west, domain[0]), max(south, domain[1])
    east, north = min(east, domain[2]), min(north, domain[3])
    if west >= east or south >= north:
        return None
    box = transformer(WGS84, srid).transform_bounds(west, south, east, north, densify_pts=21)
    # Edges curve in the projection: between two of the 21 points they leave the chord by less than this.
    return _wider(box, 1.0)


def inner_box(coord: TileCoord, srid: int, margin: float) -> Box | None:
    """Upright box of the storage CRS that is surely within a tile and its buffer.

    Parameters
    ----------
    coord : TileCoord
        The tile.
    srid : int
        EPSG code of the storage CRS.
    margin : float
        Buffer of the tile, as a share of its side; at most a half.

    Returns
    -------
    tuple of float, or None
        west, south, east, north in storage metres; None: the tile is too large for a plane to say it, or
        not all where the CRS is usable.
    """
    up = coord.z - _PLANE_ZOOM
    plane = _plane(coord.x >> up, coord.y >> up, srid) if up > 0 else None
    if plane is None:
        return None
    corners, off_m = _corners(coord.mercator(margin), plane[0]), plane[1]
    # a tile may stand askew, so its sides are no straight lines of the grid
    easts, norths = sorted(e for e, _ in corners), sorted(n for _, n in corners)
    slack_m = 1.0 + 2 * off_m
    return easts[1] + slack_m, norths[1] + slack_m, easts[2] - slack_m, norths[2] - slack_m


@lru_cache(maxsize=4096)
def _plane(x: int, y: int, srid: int) -> tuple[Floats, float] | None:
    """Plane that stands for the projection over a tile of `_PLANE_ZOOM`, and how far it is off, metres.

    PROJ takes longer to place a small tile than its features take to be found. None: it is farther
    off than `_MOST_OFF_M`, or the tile is not all where the CRS is usable.
    """
    coord = TileCoord(_PLANE_ZOOM, x, y)
    west, south, east, north = coord.lonlat(_WIDEST / 2)
    domain = domain_lonlat(srid)
    if west < domain[0] or south < domain[1] or east > domain[2] or north > domain[3]:
        return None
    found = Fit.of(WEB_MERCATOR, srid, coord.mercator(_WIDEST / 2), 1)
    return (found.plane, found.off_m) if found.off_m <= _MOST_OFF_M else None


def _by_plane(box: Box, plane: Floats, off_m: float) -> Box:
    easts, norths = zip(*_corners(box, plane), strict=True)
    # measured at a hundred places; between them a smooth projection is hardly further off
    return _wider((min(easts), min(norths), max(easts), max(norths)), 1.0 + 2 * off_m)


def _corners(box: Box, plane: Floats) -> list[tuple[float, float]]:
    (e0, n0), (e_x, n_x), (e_y, n_y) = plane.tolist()
    return [
        (e0 + e_x * x + e_y * y, n0 + n_x * x + n_y * y) for x in (box[0], box[2]) for y in (box[1], box[3])
    ]


def _wider(box: Box, by_m: float) -> Box:
    """A box with room on all sides: so much, and a share of its size."""
    slack_m = by_m + 0.002 * max(box[2] - box[0], box[3] - box[1])
    return box[0] - slack_m, box[1] - slack_m, box[2] + slack_m, box[3] + slack_m


@lru_cache(maxsize=8)
def domain_lonlat(srid: int) -> Box:
    """Longitudes and latitudes in which the storage CRS is usable: its area of use and 3° around."""
    area = crs(srid).area_of_use
    if area is None:
        return -180.0, -85.06, 180.0, 85.06
    return (
        max(area.west - 3, -180.0),
        max(area.south - 3, -85.06),
        min(area.east + 3, 180.0),
        min(area.north + 3, 85.06),
    )
