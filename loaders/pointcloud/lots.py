"""Which tile a point gets: counted, then drawn by lot, the same each time the file is read.

Tiles of some levels below a cube are numbered level by level, and in a level by three bits a level
(east, north, up), the uppermost level first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from loaders.pointcloud.point import POINT, Points

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]

_CHUNK = 500_000
_SEED = 20_261_126


@dataclass(frozen=True, slots=True)
class Cube:
    """A tile of the octree.

    Attributes
    ----------
    corner : tuple of int
        Lowest east, north and up, millimetres.
    side : int
        Millimetres, a power of two.
    level : int
        Of the tile in the whole tree.
    cell : tuple of int
        Its number along each axis at that level.
    """

    corner: tuple[int, int, int]
    side: int
    level: int
    cell: tuple[int, int, int]

    @classmethod
    def around(cls, low: Whole, high: Whole) -> Cube:
        """Smallest cube whose side is a power of two and that holds two corners."""
        side = 1 << max(int((high - low).max()), 1).bit_length()
        corner = low - (side - 1 - (high - low)) // 2
        return cls((int(corner[0]), int(corner[1]), int(corner[2])), side, 0, (0, 0, 0))

    def below(self, down: int, cell: Whole) -> Cube:
        """Tile some levels further down."""
        side = self.side >> down
        corner = [c + int(n) * side for c, n in zip(self.corner, cell, strict=True)]
        whole = [(c << down) + int(n) for c, n in zip(self.cell, cell, strict=True)]
        return Cube(
            (corner[0], corner[1], corner[2]), side, self.level + down, (whole[0], whole[1], whole[2])
        )


def counted(spool: Path, cube: Cube, down: int) -> list[Whole]:
    """How many points reach each tile if none above takes any, level by level from the cube itself."""
    deepest = np.zeros(8**down, np.int64)
    for points in _chunks(spool):
        deepest += np.bincount(_morton(points, cube, down), minlength=deepest.size)
    counts = [deepest]
    for _ in range(down):
        counts.append(counts[-1].reshape(-1, 8).sum(axis=1))
    return counts[::-1]


def lots(spool: Path, cube: Cube, down: int, taken: list[Real]) -> Iterator[tuple[Points, Whole]]:
    """Points with the number of their tile, or of the one after the last where none takes them.

    Parameters
    ----------
    spool : Path
        File of `POINT`.
    cube : Cube
        Holds them all.
    down : int
        Levels below it.
    taken : list of ndarray
        For each level and tile, the share of its points that it or one above takes.
    """
    for number, points in enumerate(_chunks(spool)):
        lot = np.random.default_rng((_SEED, cube.level, number)).random(len(points))
        deepest = _morton(points, cube, down)
        tile = np.full(len(points), first_of(down + 1), np.int64)
        for level in range(down, -1, -1):
            cell = deepest >> 3 * (down - level)
            mine = lot < taken[level][cell]
            tile[mine] = first_of(level) + cell[mine]
        yield points, tile


def _chunks(spool: Path) -> Iterator[Points]:
    with spool.open("rb") as file:
        while data := file.read(_CHUNK * POINT.itemsize):
            yield np.frombuffer(data, POINT)


def _morton(points: Points, cube: Cube, down: int) -> Whole:
    """Number of the smallest tile of each point: three bits a level, the uppermost level first."""
    cells = (points["place"].astype(np.int64) - np.array(cube.corner)) // (cube.side >> down)
    cells = np.clip(cells, 0, (1 << down) - 1)
    code = np.zeros(len(points), np.int64)
    for bit in range(down):
        for axis in range(3):
            code |= (cells[:, axis] >> bit & 1) << (3 * bit + axis)
    return code


def cell_of(code: int | np.int64, down: int) -> Whole:
    """Numbers along east, north and up of a tile of a level, from its number in the level."""
    return np.array(
        [sum((int(code) >> 3 * bit + axis & 1) << bit for bit in range(down)) for axis in range(3)]
    )


def first_of(level: int) -> int:
    """Number of the first tile of a level: one, eight, sixty-four and so on stand before."""
    return (8**level - 1) // 7


def parents(level: int) -> Whole:
    """Number, in the level above, of the parent of each tile of a level."""
    return np.arange(8**level) >> 3
