"""`Groups`: where buildings are and how large, a leaf and a level at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from tiles.solids.grid import LEAF_M, SMALL_M, Root

Array = npt.NDArray[Any]

_DEEPEST = 16
_REDUCE = {
    "west": np.minimum, "south": np.minimum, "east": np.maximum, "north": np.maximum,
    "low_m": np.minimum, "top_m": np.maximum,
}  # fmt: skip
_SIDES = tuple(_REDUCE)
_GROUP = np.dtype(
    [("x", "i8"), ("y", "i8"), ("above", "i8"), ("lost", "?"), *((name, "f8") for name in _SIDES)]
)
SQUARE_M = 1000.0
"""Side of what is read anew at once: whole leaves, and whole cells of the touch log."""
_LEAVES_A_SQUARE = round(SQUARE_M / LEAF_M)
STEPS_M = [SMALL_M * 2.0**i for i in range(_DEEPEST)]
"""Sizes at which a building rises by a level."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Buildings of a leaf and a level, as one row each.

    Attributes
    ----------
    table : structured ndarray, shape (n,)
        `x`, `y` of the leaf, counted from the origin of the storage grid; `above`: levels above the
        leaf by size alone; `lost`: no base is known; the box around them, storage metres.
    ids : ndarray of object, shape (n,)
        Feature ids where they stand above the leaf, int64 arrays.
    """

    table: Array
    ids: Array

    LAYOUT: ClassVar[object] = (_GROUP.descr, LEAF_M, SMALL_M)
    """What the numbers mean; kept tables of another one are not these."""

    def __len__(self) -> int:
        return len(self.table)

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]]) -> Groups:
        """Groups as `city_squares` brings them."""
        found = [row for row in rows if row["x"] is not None]
        table, ids = np.zeros(len(found), _GROUP), np.empty(len(found), object)
        for name in ("x", "y", "above", "lost"):
            table[name] = [row[name] for row in found]
        for name in _SIDES:
            table[name] = np.array([row[name] for row in found], float)
        for i, row in enumerate(found):
            ids[i] = np.array(row["ids"] or (), np.int64)
        return cls(table, ids)

    @classmethod
    def of_several(cls, several: Sequence[Groups]) -> Groups:
        """Those of several readings, at least one; what has leaf and level in common becomes one."""
        table = np.concatenate([one.table for one in several])
        ids = np.concatenate([one.ids for one in several])
        names = ["x", "y", "above", "lost"]
        order = np.lexsort([table[name] for name in names])
        table, ids = table[order], ids[order]
        if not len(table):
            return cls(table, ids)
        first = np.flatnonzero(np.r_[True, table[names][1:] != table[names][:-1]])
        merged = table[first].copy()
        for name, reduce in _REDUCE.items():
            merged[name] = reduce.reduceat(table[name], first)
        pieces = np.empty(len(first), object)
        for i, (start, end) in enumerate(pairwise([*first, len(table)])):
            pieces[i] = np.concatenate(ids[start:end])
        return cls(merged, pieces)

    @classmethod
    def of_flat(cls, table: Array, ids: Array, counts: Array) -> Groups:
        """Groups as `flat` took them apart.

        Raises
        ------
        ValueError
            They do not fit together.
        """
        if table.dtype != _GROUP or len(counts) != len(table) or counts.sum() != len(ids):
            raise ValueError("the table, its ids and their counts do not fit together")
        pieces = np.empty(len(table), object)
        for i, (start, end) in enumerate(pairwise(np.cumsum([0, *counts]).tolist())):
            pieces[i] = ids[start:end]
        return cls(table, pieces)

    def flat(self) -> tuple[Array, Array, Array]:
        """Table, all ids one after another, and how many there are of each."""
        counts = np.array([len(one) for one in self.ids], np.int64)
        return self.table, np.concatenate([np.zeros(0, np.int64), *self.ids]), counts

    @property
    def squares(self) -> int:
        """Squares that have some."""
        here = np.column_stack([self.table["x"], self.table["y"]]) // _LEAVES_A_SQUARE
        return len(np.unique(here, axis=0))

    def joined(self, other: Groups) -> Groups:
        """Both, which have no leaf in common."""
        return Groups(np.concatenate([self.table, other.table]), np.concatenate([self.ids, other.ids]))

    def chosen(self, which: Array) -> Groups:
        """Some of them."""
        return Groups(self.table[which], self.ids[which])

    def drawn(self) -> Groups:
        """Those that can be drawn."""
        return self.chosen(~self.table["lost"])

    def without(self, squares: Iterable[tuple[int, int]]) -> Groups:
        """All but those of some squares."""
        here = np.column_stack([self.table["x"], self.table["y"]]) // _LEAVES_A_SQUARE
        gone = np.zeros(len(self), bool)
        for square in squares:
            gone |= (here == square).all(axis=1)
        return self.chosen(~gone)

    def within(self, root: Root, level: int, x: int, y: int) -> Groups:
        """Those in a square of a tree."""
        up = root.depth - level
        east, north = self.table["x"] - root.west, self.table["y"] - root.south
        return self.chosen((east >> up == x) & (north >> up == y))

    def levels(self, root: Root) -> Array:
        """Level of each in a tree; what is too large for its root stands there."""
        return np.asarray(root.depth - np.minimum(self.table["above"], root.depth))

    def root(self) -> Root:
        """Smallest tree over those that are drawn; at least one must be."""
        x, y = self.table["x"], self.table["y"]
        return Root.of_leaves(int(x.min()), int(y.min()), int(x.max()), int(y.max()))

    def boxes(self, root: Root, level: int) -> tuple[Array, Array]:
        """Squares of a level with buildings of it or of levels below, and the box around those.

        Returns
        -------
        squares : ndarray of int64, shape (k, 2)
            Column and row.
        boxes : ndarray of float64, shape (k, 6)
            West, south, east, north, lowest and highest, storage metres.
        """
        squares, of, table = self._squares(root, level, self.levels(root) >= level)
        boxes = np.zeros((len(squares), len(_SIDES)))
        if len(squares):
            order = np.argsort(of, kind="stable")
            first = np.flatnonzero(np.diff(of[order], prepend=-1))
            for i, (name, reduce) in enumerate(_REDUCE.items()):
                boxes[:, i] = reduce.reduceat(table[name][order], first)
        return squares, boxes

    def filled(self, root: Root, level: int) -> Array:
        """Squares of a level that have buildings of that very level; ndarray of int64, shape (k, 2)."""
        return self._squares(root, level, self.levels(root) == level)[0]

    def _squares(self, root: Root, level: int, which: Array) -> tuple[Array, Array, Array]:
        """Squares of a level that some are in, which one each is in, and those."""
        table, up = self.table[which], root.depth - level
        # one number a square: numpy finds distinct rows ten times as slowly
        keys = (table["x"] - root.west >> up) << _DEEPEST | (table["y"] - root.south >> up)
        keys, of = np.unique(keys, return_inverse=True)
        return np.column_stack([keys >> _DEEPEST, keys & (1 << _DEEPEST) - 1]), of, table
