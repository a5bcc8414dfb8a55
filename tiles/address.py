"""Where a tile is: WebMercatorQuad coordinates and what they cover on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from twin.crs import WEB_MERCATOR, WGS84, crs, transformer
from twin.errors import InvalidParameter

MAX_ZOOM = 24
"""Deepest zoom answered: 2.4 m a tile."""
HALF_WORLD_M = 20037508.342789244
"""Half the side of the EPSG:3857 square, metres (pi times 6378137)."""

RADIUS_M = 6_378_137.0
"""Of the sphere of EPSG:3857."""

Box = tuple[float, float, float, float]
"""west, south, east, north."""


@dataclass(frozen=True, slots=True)
class TileCoord:
    """Column and row of a tile at a zoom; the row counts from the north.

    Attributes
    ----------
    z, x, y : int
        OGC WebMercatorQuad: zoom, column from 180° W, row from 85.05° N.
    """

    z: int
    x: int
    y: int

    @classmethod
    def checked(cls, z: int, x: int, y: int) -> TileCoord:
        """Make a coordinate that exists.

        Raises
        ------
        InvalidParameter
            The zoom or the place is outside the matrix.
        """
        if not 0 <= z <= MAX_ZOOM:
            raise InvalidParameter("z", f"{z} is outside 0..{MAX_ZOOM}")
        last = (1 << z) - 1
        for name, value in (("x", x), ("y", y)):
            if not 0 <= value <= last:
                raise InvalidParameter(name, f"{value} is outside 0..{last} at zoom {z}")
        return cls(z, x, y)

    @property
    def side_m(self) -> float:
        """Side of the tile, EPSG:3857 metres."""
        return 2 * HALF_WORLD_M / (1 << self.z)

    def pixels_m(self, size: int) -> npt.NDArray[np.float64]:
        """Ground size of a pixel in each row of the tile, from the north, metres.

        A row has one size in whatever tile it is looked at: by its own latitude, on the sphere of
        EPSG:3857.

        Parameters
        ----------
        size : int
            Pixels a side.
        """
        pixel = self.side_m / size
        rows = (size << self.z) / 2 - self.y * size - np.arange(size) - 0.5
        return np.asarray(pixel / np.cosh(rows * pixel / RADIUS_M))

    def mercator(self, margin: float = 0.0) -> Box:
        """Bounds in EPSG:3857, metres.

        Parameters
        ----------
        margin : float
            Added on each side, as a share of the side.
        """
        side, extra = self.side_m, self.side_m * margin
        west = -HALF_WORLD_M + self.x * side
        north = HALF_WORLD_M - self.y * side
        return west - extra, north - side - extra, west + side + extra, north + extra

    def lonlat(self, margin: float = 0.0) -> Box:
        """Bounds in longitude and latitude, degrees; a margin ends where the square does."""
        # beyond it longitudes begin anew, and the box would be turned inside out
        west, south, east, north = (
            min(max(value, -HALF_WORLD_M), HALF_WORLD_M) for value in self.mercator(margin)
        )
        (west, east), (south, north) = transformer(WEB_MERCATOR, WGS84).transform(
            [west, east], [south, north]
        )
        return west, south, east, north


@lru_cache(maxsize=4096)
def storage_box(coord: TileCoord, srid: int, margin: float) -> Box | None:
    """Smallest box of the storage CRS that surely holds all a tile shows.

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
    west, south, east, north = coord.lonlat(margin)
    domain = domain_lonlat(srid)
    west, south = max(west, domain[0]), max(south, domain[1])
    east, north = min(east, domain[2]), min(north, domain[3])
    if west >= east or south >= north:
        return None
    box = transformer(WGS84, srid).transform_bounds(west, south, east, north, densify_pts=21)
    # Edges curve in the projection: between two of the 21 points they leave the chord by less than this.
    slack_m = 1.0 + 0.002 * max(box[2] - box[0], box[3] - box[1])
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
