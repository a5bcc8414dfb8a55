"""`Groups`: where buildings are, how large and how many, a square and a level at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from tiles.solids.grid import LEAF_M, SMALL_M, Root

Array = npt.NDArray[Any]

_DEEPEST = 16
_KEYS = ("x", "y", "above", "lost")
_SIDES = {
    "west": np.minimum, "south": np.minimum, "east": np.maximum, "north": np.maximum,
    "low_m": np.minimum, "top_m": np.maximum,
}  # fmt: skip
_SUMS = ("plan_m2", "east_m3", "north_m3", "base_m3", "known_m2", "volume_m3")
_COUNTS = ("buildings", "large")
_REDUCE = {**_SIDES, **dict.fromkeys((*_SUMS, *_COUNTS), np.add)}
_GROUP = np.dtype(
    [("x", "i8"), ("y", "i8"), ("above", "i8"), ("lost", "?")]
    + [(name, "i8") for name in _COUNTS]
    + [(name, "f8") for name in (*_SIDES, *_SUMS)]
)
SQUARE_M = 1000.0
"""Side of what is read anew at once: whole leaves, and whole squares of `SQUARE_M`."""
_FAR = 1 << 24
"""Squares from the origin of the storage grid, at most."""
STEPS_M = [SMALL_M * 2.0**i for i in range(_DEEPEST)]
"""Sizes at which a building rises by a level."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Buildings of a square and a level, as one row each.

    Attributes
    ----------
    table : structured ndarray, shape (n,)
        `x`, `y` of the square, counted from the origin of the storage grid; `above`: levels above the
        leaf up to which they are drawn themselves, by size alone; `lost`: no base is known; how many
        `buildings` there are, and of how many the ids are known (`large`: those from `SMALL_M` on);
        the box around them, storage metres; and sums over them: plan area, plan area times east and
        north of their middles and times base; of those of known height the plan area and the volume.
    ids : ndarray of int64
        Feature ids of the large ones, in the order of the rows.
    side_m : float
        Of a square, storage metres.
    """

    table: Array
    ids: Array
    side_m: float

    LAYOUT: ClassVar[object] = (_GROUP.descr, LEAF_M, SMALL_M)
    """What the numbers mean; kept tables of another one are not these."""

    def __len__(self) -> int:
        return len(self.table)

    @classmethod
    def none(cls, side_m: float) -> Groups:
        """No group."""
        return cls(np.zeros(0, _GROUP), np.zeros(0, np.int64), side_m)

    @classmethod
    def of(cls, columns: Mapping[str, bytes | None], side_m: float) -> Groups:
        """Groups as `city_squares` brings them: of each column all numbers, most significant byte first."""
        table = np.zeros(len(columns["x"] or b"") // 8, _GROUP)
        for name in _GROUP.names or ():
            table[name] = np.frombuffer(columns[name] or b"", ">f8")
        return cls(table, np.frombuffer(columns["ids"] or b"", ">i8").astype(np.int64), side_m)

    @classmethod
    def of_several(cls, several: Sequence[Groups]) -> Groups:
        """Those of several readings, at least one; what has square and level in common becomes one."""
        return cls.together(several)._merged()

    @classmethod
    def together(cls, several: Sequence[Groups]) -> Groups:
        """Those of several, at least one, that have no square in common."""
        table = np.concatenate([_bare(one.table) for one in several]).view(_GROUP)
        return cls(table, np.concatenate([one.ids for one in several]), several[0].side_m)

    @classmethod
    def of_flat(cls, table: Array, ids: Array, side_m: float) -> Groups:
        """Groups as a file kept them.

        Raises
        ------
        ValueError
            They do not fit together.
        """
        if table.dtype != _GROUP or table["large"].sum() != len(ids):
            raise ValueError("the table and its ids do not fit together")
        return cls(table, ids, side_m)

    def chosen(self, which: Array) -> Groups:
        """Some of them, by a mask or by their numbers, in that order."""
        if which.dtype == bool and which.all():
            return self
        rows = np.flatnonzero(which) if which.dtype == bool else which
        counts, ends = self.table["large"][rows], np.cumsum(self.table["large"])[rows]
        at = np.arange(counts.sum()) + np.repeat(ends - np.cumsum(counts), counts)
        return Groups(_bare(self.table)[rows].view(_GROUP), self.ids[at], self.side_m)

    def drawn(self) -> Groups:
        """Those that can be drawn."""
        return self.chosen(~self.table["lost"])

    def without(self, squares: Iterable[tuple[int, int]]) -> Groups:
        """All but those of some squares of `SQUARE_M`."""
        east, north = self._squares()
        gone = np.zeros(len(self), bool)
        for e, n in squares:
            gone |= (east == e) & (north == n)
        return self.chosen(~gone)

    def by_square(self) -> dict[tuple[int, int], Groups]:
        """Those of each square of `SQUARE_M`."""
        east, north = self._squares()
        key = (east + _FAR) << 32 | (north + _FAR)
        order = np.argsort(key, kind="stable")
        ordered, key = self.chosen(order), key[order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        squares = zip(east[order[first]].tolist(), north[order[first]].tolist(), strict=True)
        rows = pairwise([*first.tolist(), len(self)])
        upto = np.cumsum([0, *ordered.table["large"]])
        return {
            square: Groups(ordered.table[a:b], ordered.ids[upto[a] : upto[b]], self.side_m)
            for square, (a, b) in zip(squares, rows, strict=True)
        }

    def coarser(self, by: int, west: int = 0, south: int = 0, *, flat: bool = False) -> Groups:
        """The same by squares that are `by` times as wide, counted from the corner of one of these.

        Parameters
        ----------
        by : int
            At least 1.
        west, south : int
            Square of these from whose corner is counted.
        flat : bool
            Whether levels are not told apart.
        """
        table = self.table.copy()
        table["x"], table["y"] = (table["x"] - west) // by, (table["y"] - south) // by
        if flat:
            table["above"] = 0
        return Groups(table, self.ids, self.side_m * by)._merged()

    def within(self, root: Root, level: int, x: int, y: int) -> Groups:
        """Those in a square of a tree."""
        up, a_leaf = root.depth - level, round(LEAF_M / self.side_m)
        east, north = (self.table[name] // a_leaf for name in ("x", "y"))
        return self.chosen((east - root.west >> up == x) & (north - root.south >> up == y))

    def root(self) -> Root:
        """Smallest tree over those that are drawn, by leaves; at least one must be."""
        x, y = self.table["x"], self.table["y"]
        return Root.of_leaves(int(x.min()), int(y.min()), int(x.max()), int(y.max()))

    def boxes(self, root: Root, level: int) -> tuple[Array, Array]:
        """Squares of a level that have buildings, and the box around those; of groups by leaves.

        Returns
        -------
        squares : ndarray of int64, shape (k, 2)
            Column and row.
        boxes : ndarray of float64, shape (k, 6)
            West, south, east, north, lowest and highest, storage metres.
        """
        table, up = self.table, root.depth - level
        # one number a square: numpy finds distinct rows ten times as slowly
        keys = (table["x"] - root.west >> up) << _DEEPEST | (table["y"] - root.south >> up)
        keys, of = np.unique(keys, return_inverse=True)
        boxes = np.zeros((len(keys), len(_SIDES)))
        if len(keys):
            order = np.argsort(of, kind="stable")
            first = np.flatnonzero(np.diff(of[order], prepend=-1))
            for i, (name, reduce) in enumerate(_SIDES.items()):
                boxes[:, i] = reduce.reduceat(table[name][order], first)
        return np.column_stack([keys >> _DEEPEST, keys & (1 << _DEEPEST) - 1]), boxes

    def _squares(self) -> tuple[Array, Array]:
        """Square of `SQUARE_M` that each is in."""
        a_square = round(SQUARE_M / self.side_m)
        return self.table["x"] // a_square, self.table["y"] // a_square

    def _merged(self) -> Groups:
        """What has square and level in common as one row, in the order of the squares."""
        table = self.table
        key = (table["x"] + _FAR) << 31 | (table["y"] + _FAR) << 6 | table["above"] << 1 | table["lost"]
        ordered = self.chosen(np.argsort(key, kind="stable"))
        if not len(table):
            return ordered
        key.sort()
        first = np.flatnonzero(np.diff(key, prepend=key[0] - 1))
        merged = ordered.table[first].copy()
        for name, reduce in _REDUCE.items():
            merged[name] = reduce.reduceat(ordered.table[name], first)
        return Groups(merged, ordered.ids, self.side_m)


def _bare(table: Array) -> Array:
    """Rows as so many bytes: numpy copies structured ones field by field."""
    return table.view(f"V{_GROUP.itemsize}")
