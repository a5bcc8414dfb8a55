"""An octree of tiles with a bounded number of points each, in memory that does not follow the cloud.

Every point is in one tile, and a tile shows its share of all points below it (refinement ADD). Which
level a point gets is a lot: a tile that `n` points reach and that may have `MOST` takes each with
probability `MOST / n`, and what it does not take goes on to its children. So a coarse tile is an even
sample of all below it, points need not be held to choose among them, and two passes over the file do:
one counts, one writes. Where `_DOWN` levels do not suffice a tile begins an octree of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from loaders.pointcloud.point import NODE, POINT, Nodes, Points

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Progress = Callable[[int], None]

MOST = 40_000
"""Points of a tile; lots make it up to a twentieth more."""
_DOWN = 5
"""Levels done at once: 32768 squares are counted."""
_CHUNK = 500_000
_SLACK = 1.05
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


@dataclass(slots=True)
class Octree:
    """Writes the points of a cloud tile by tile.

    Parameters
    ----------
    out : binary file
        Points go here, one tile after the other.
    folder : Path
        For what is in between.
    most : int
        Points of a tile.
    """

    out: BinaryIO
    folder: Path
    most: int = MOST
    dropped: int = 0
    """Points beyond `most` in one cubic millimetre."""
    _written: int = 0

    def build(self, spool: Path, cube: Cube, progress: Progress) -> Nodes:
        """Divide the points of a file.

        Parameters
        ----------
        spool : Path
            File of `POINT`.
        cube : Cube
            Holds them all.
        progress : callable
            Called with how many more points have found their tile.

        Returns
        -------
        ndarray of NODE
            Tiles, in the order of the file.
        """
        return np.concatenate([np.zeros(0, NODE), *self._divide(spool, cube, progress)])

    def _divide(self, spool: Path, cube: Cube, progress: Progress) -> Iterator[Nodes]:
        down = min(_DOWN, cube.side.bit_length() - 1)
        taken, rest = self._plan(_count(spool, cube, down), down, last=cube.side >> down == 1)
        tiles = np.zeros(_start(down + 1) + 1, np.int64)  # the last one is for what is dropped
        further = np.zeros(8**down, np.int64)
        for _, tile in _lots(spool, cube, down, taken):
            goes = _goes_on(tile, rest, down)
            tiles += np.bincount(tile[~goes], minlength=tiles.size)
            further += np.bincount(tile[goes] - _start(down), minlength=further.size)
            progress(int(np.count_nonzero(~goes)))
        self.dropped += int(tiles[-1])
        tiles[-1] = 0
        first = self._written + np.cumsum(tiles) - tiles
        nodes = _nodes(cube, tiles, first, down)
        self._written += int(tiles.sum())
        deeper = spool.with_suffix(f".{cube.level + down}")
        starts = np.cumsum(further) - further
        with deeper.open("wb") as beyond:
            _write(_lots(spool, cube, down, taken), rest, down, (self.out, first), (beyond, starts), nodes)
        spool.unlink()
        yield nodes
        yield from self._children(deeper, cube, down, further, progress)

    def _children(
        self, deeper: Path, cube: Cube, down: int, further: Whole, progress: Progress
    ) -> Iterator[Nodes]:
        first = 0
        for number in np.flatnonzero(further):
            part = self.folder / f"{cube.level + down}-{number}.spool"
            with deeper.open("rb") as file, part.open("wb") as copy:
                file.seek(first * POINT.itemsize)
                _copy(file, copy, int(further[number]) * POINT.itemsize)
            first += int(further[number])
            yield from self._divide(part, cube.below(down, _cell(number, down)), progress)
        deeper.unlink()

    def _plan(
        self, counts: list[Whole], down: int, *, last: bool
    ) -> tuple[list[Real], npt.NDArray[np.bool_]]:
        """Share of the points of each tile that it or one above takes; and who begins a tree of its own."""
        taken: list[Real] = []
        left = np.ones(1)  # share that tiles above leave
        for level in range(down + 1):
            reach = counts[level] * left
            share = np.where(reach > self.most, self.most / np.maximum(reach, 1), 1.0)
            left = left * (1 - share)
            taken.append(1 - left)
            if level < down:
                left = _spread(left, level)
        rest = (counts[down] * (1 - (taken[down - 1][_parents(down)] if down else 0.0))) > self.most
        if last:
            # a cubic millimetre cannot be divided: the lot decides who is left out
            rest[:] = False
        else:
            taken[down] = np.ones_like(taken[down])
        return taken, rest


def _count(spool: Path, cube: Cube, down: int) -> list[Whole]:
    deepest = np.zeros(8**down, np.int64)
    for points in _chunks(spool):
        deepest += np.bincount(_morton(points, cube, down), minlength=deepest.size)
    counts = [deepest]
    for _ in range(down):
        counts.append(counts[-1].reshape(-1, 8).sum(axis=1))
    return counts[::-1]


def _lots(spool: Path, cube: Cube, down: int, taken: list[Real]) -> Iterator[tuple[Points, Whole]]:
    """Points with the number of their tile; the same lots each time the file is read."""
    for number, points in enumerate(_chunks(spool)):
        lot = np.random.default_rng((_SEED, cube.level, number)).random(len(points))
        deepest = _morton(points, cube, down)
        tile = np.full(len(points), _start(down + 1), np.int64)
        for level in range(down, -1, -1):
            cell = deepest >> 3 * (down - level)
            mine = lot < taken[level][cell]
            tile[mine] = _start(level) + cell[mine]
        yield points, tile


def _goes_on(tile: Whole, rest: npt.NDArray[np.bool_], down: int) -> npt.NDArray[np.bool_]:
    cell = tile - _start(down)
    inside = (cell >= 0) & (cell < rest.size)
    return inside & rest[np.where(inside, cell, 0)]


def _write(  # noqa: PLR0917
    lots: Iterator[tuple[Points, Whole]],
    rest: npt.NDArray[np.bool_],
    down: int,
    here: tuple[BinaryIO, Whole],
    beyond: tuple[BinaryIO, Whole],
    nodes: Nodes,
) -> None:
    place = {int(first): n for n, first in enumerate(nodes["first"])}
    (out, next_here), (deeper, next_beyond) = here, (beyond[0], beyond[1].copy())
    firsts, next_here = next_here, next_here.copy()
    for points, tile in lots:
        goes = _goes_on(tile, rest, down)
        for chosen, numbers, file, next_at in (
            (~goes & (tile < _start(down + 1)), tile, out, next_here),
            (goes, tile - _start(down), deeper, next_beyond),
        ):
            picked, ids = points[chosen], numbers[chosen]
            if not ids.size:
                continue
            order = np.argsort(ids, kind="stable")
            picked, ids = picked[order], ids[order]
            found, starts = np.unique(ids, return_index=True)
            for number, group in zip(found, np.split(picked, starts[1:]), strict=True):
                file.seek(int(next_at[number]) * POINT.itemsize)
                file.write(group.tobytes())
                next_at[number] += len(group)
                if file is out:
                    node = nodes[place[int(firsts[number])]]
                    node["low"] = np.minimum(node["low"], group["place"].min(axis=0))
                    node["high"] = np.maximum(node["high"], group["place"].max(axis=0))


def _nodes(cube: Cube, tiles: Whole, first: Whole, down: int) -> Nodes:
    numbers = np.flatnonzero(tiles)
    nodes = np.zeros(numbers.size, NODE)
    for node, number in zip(nodes, numbers, strict=True):
        level = next(at for at in range(down + 1) if number < _start(at + 1))
        below = cube.below(level, _cell(number - _start(level), level))
        node["level"], node["cell"] = below.level, below.cell
    nodes["first"], nodes["count"] = first[numbers], tiles[numbers]
    nodes["low"], nodes["high"] = np.iinfo(np.int32).max, np.iinfo(np.int32).min
    return nodes


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


def _cell(code: int | np.int64, down: int) -> Whole:
    return np.array(
        [sum((int(code) >> 3 * bit + axis & 1) << bit for bit in range(down)) for axis in range(3)]
    )


def _start(level: int) -> int:
    """Number of the first tile of a level: one, eight, sixty-four and so on stand before."""
    return (8**level - 1) // 7


def _parents(level: int) -> Whole:
    return np.arange(8**level) >> 3


def _spread(values: Real, level: int) -> Real:
    """From tiles of a level to their eight children."""
    return values[_parents(level + 1)]


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    while size:
        block = source.read(min(size, 1 << 22))
        target.write(block)
        size -= len(block)
