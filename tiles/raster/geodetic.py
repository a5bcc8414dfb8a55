"""Tiles of longitude and latitude, as globes ask for terrain: TMS, two at the top, rows from the south."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np
import numpy.typing as npt

from tiles.address import Box
from twin.errors import InvalidParameter

MAX_LEVEL = 22
"""Deepest level answered: 4.8 m a tile."""
CELLS = 64
"""Squares of the grid along a side of a tile: 65 corners, what globes reckon the error of a level from."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GeodeticTile:
    """Column and row of a tile at a level; the row counts from the south.

    Attributes
    ----------
    z, x, y : int
        TMS global geodetic: level, column from 180° W, row from 90° S.
    """

    z: int
    x: int
    y: int

    @classmethod
    def checked(cls, z: int, x: int, y: int) -> GeodeticTile:
        """Make an address that exists.

        Raises
        ------
        InvalidParameter
            The level or the place is outside the matrix.
        """
        if not 0 <= z <= MAX_LEVEL:
            raise InvalidParameter("z", f"{z} is outside 0..{MAX_LEVEL}")
        for name, value, last in (("x", x, (2 << z) - 1), ("y", y, (1 << z) - 1)):
            if not 0 <= value <= last:
                raise InvalidParameter(name, f"{value} is outside 0..{last} at level {z}")
        return cls(z, x, y)

    def grid(self, margin: int = 0) -> tuple[Array, Array]:
        """Longitudes from the west and latitudes from the south of the corners of the grid, degrees.

        A corner has one number in the whole level, and its degrees follow from that alone: two
        tiles that share it have the same bits.

        Parameters
        ----------
        margin : int
            Corners beyond each side; behind a pole stands the pole.
        """
        step = cell_deg(self.z)
        numbers = np.arange(-margin, CELLS + 1 + margin)
        lon = -180.0 + (self.x * CELLS + numbers) * step
        return lon, np.clip(-90.0 + (self.y * CELLS + numbers) * step, -90.0, 90.0)

    def meets(self, box: Box) -> bool:
        """Whether a box of longitudes and latitudes shares ground with the tile."""
        return self.z == 0 or any(
            span["startX"] <= self.x <= span["endX"] and span["startY"] <= self.y <= span["endY"]
            for span in available(box, self.z)
        )


def cell_deg(level: int) -> float:
    """Side of a square of the grid, degrees."""
    return 180.0 / (CELLS << level)


def available(box: Box, level: int) -> list[dict[str, int]]:
    """Ranges of tiles of a level that meet a box of longitudes and latitudes, as layer.json has them."""
    side, columns, rows = 180.0 / (1 << level), 2 << level, 1 << level
    west, south, east, north = box
    return [
        {
            "startX": min(max(floor((west + 180) / side), 0), columns - 1),
            "startY": min(max(floor((south + 90) / side), 0), rows - 1),
            "endX": min(max(floor((east + 180) / side), 0), columns - 1),
            "endY": min(max(floor((north + 90) / side), 0), rows - 1),
        }
    ]
