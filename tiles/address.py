"""Where a tile is: WebMercatorQuad coordinates and what they cover on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, degrees, pi, sinh

import numpy as np
import numpy.typing as npt

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
            min(max(value, -HALF_WORLD_M), HALF_WORLD_M) / HALF_WORLD_M for value in self.mercator(margin)
        )
        # the sphere of EPSG:3857, exact to a digit: PROJ takes much longer for two corners
        return 180 * west, degrees(atan(sinh(pi * south))), 180 * east, degrees(atan(sinh(pi * north)))
