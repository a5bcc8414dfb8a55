"""An octree of tiles with a bounded number of points each, in memory that does not follow the cloud.

Every point is in one tile, and a tile shows its share of all points below it (refinement ADD). Which
level a point gets is a lot: a tile that `n` points reach and that may have `MOST` takes each with
probability `MOST / n`, and what it does not take goes on to its children. So a coarse tile is an even
sample of all below it, points need not be held to choose among them, and three passes over the file do:
counting all, counting lots, writing. Where `_DOWN` levels do not suffice a tile begins an octree of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from loaders.pointcloud.lots import Cube, Real, Whole, cell_of, counted, first_of, lots, parents
from loaders.pointcloud.point import NODE, POINT, Nodes, Points

Progress = Callable[[int], None]

MOST = 40_000
"""Points of a tile; lots make it up to a twentieth more."""
_DOWN = 5
"""Levels done at once: 32768 squares are counted."""


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
        taken, rest = self._plan(counted(spool, cube, down), down, last=cube.side >> down == 1)
        tiles = np.zeros(first_of(down + 1) + 1, np.int64)  # the last one is for what is dropped
        further = np.zeros(8**down, np.int64)
        for _, tile in lots(spool, cube, down, taken):
            goes = _goes_on(tile, rest, down)
            tiles += np.bincount(tile[~goes], minlength=tiles.size)
            further += np.bincount(tile[goes] - first_of(down), minlength=further.size)
            progress(int(np.count_nonzero(~goes)))
        self.dropped += int(tiles[-1])
        tiles[-1] = 0
        first = self._written + np.cumsum(tiles) - tiles
        nodes = _nodes(cube, tiles, first, down)
        self._written += int(tiles.sum())
        deeper = spool.with_suffix(f".{cube.level + down}")
        starts = np.cumsum(further) - further
        with deeper.open("wb") as beyond:
            _write(lots(spool, cube, down, taken), rest, down, (self.out, first), (beyond, starts), nodes)
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
            yield from self._divide(part, cube.below(down, cell_of(number, down)), progress)
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
        rest = (counts[down] * (1 - (taken[down - 1][parents(down)] if down else 0.0))) > self.most
        if last:
            # a cubic millimetre cannot be divided: the lot decides who is left out
            rest[:] = False
        else:
            taken[down] = np.ones_like(taken[down])
        return taken, rest


def _goes_on(tile: Whole, rest: npt.NDArray[np.bool_], down: int) -> npt.NDArray[np.bool_]:
    cell = tile - first_of(down)
    inside = (cell >= 0) & (cell < rest.size)
    return inside & rest[np.where(inside, cell, 0)]


def _write(  # noqa: PLR0917
    drawn: Iterator[tuple[Points, Whole]],
    rest: npt.NDArray[np.bool_],
    down: int,
    here: tuple[BinaryIO, Whole],
    beyond: tuple[BinaryIO, Whole],
    nodes: Nodes,
) -> None:
    place = {int(first): n for n, first in enumerate(nodes["first"])}
    (out, next_here), (deeper, next_beyond) = here, (beyond[0], beyond[1].copy())
    firsts, next_here = next_here, next_here.copy()
    for points, tile in drawn:
        goes = _goes_on(tile, rest, down)
        for chosen, numbers, file, next_at in (
            (~goes & (tile < first_of(down + 1)), tile, out, next_here),
            (goes, tile - first_of(down), deeper, next_beyond),
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
        level = next(at for at in range(down + 1) if number < first_of(at + 1))
        below = cube.below(level, cell_of(number - first_of(level), level))
        node["level"], node["cell"] = below.level, below.cell
    nodes["first"], nodes["count"] = first[numbers], tiles[numbers]
    nodes["low"], nodes["high"] = np.iinfo(np.int32).max, np.iinfo(np.int32).min
    return nodes


def _spread(values: Real, level: int) -> Real:
    """From tiles of a level to their eight children."""
    return values[parents(level + 1)]


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    while size:
        block = source.read(min(size, 1 << 22))
        target.write(block)
        size -= len(block)
