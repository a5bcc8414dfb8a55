"""`Copied`: a layer as it was in one snapshot, in the order of the grid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace

import numpy as np

from tiles.vector.snapshot.base import Base
from tiles.vector.snapshot.dictionary import Dictionary
from tiles.vector.snapshot.kernel.cells import on_cells
from tiles.vector.snapshot.kernel.search import grid_keys
from tiles.vector.snapshot.room import Room, grown
from tiles.vector.snapshot.rows import Array, Rows
from twin.cells import Cell

_TAIL_ROWS = 4096
_TAIL_SHARE = 32
"""Rows that came since are looked at one by one; more than this, and a 32nd of all, are sorted in."""
_FEW_ROWS = 20_000
"""Of so many it is known on which cells they stand; to find that out again after each update is cheap."""
_PATIENCE = 4
"""A copy that is shared is sorted for all who share it; if nobody can, each does at so many times that."""


@dataclass(frozen=True, slots=True)
class Copied:
    """Public rows of a layer as they are now. Never changed: an update makes another.

    Attributes
    ----------
    rows : Rows
        All rows, those that are gone among them.
    keys : int64 array
        Keys of the rows that are in the order of the grid, the first ones.
    alive : bool array, shape (rows,)
        Whether a row is still there.
    dictionary : Dictionary
        Values.
    names : tuple of str
        Attributes, in the order of `rows.codes`.
    room : Room or None
        Where the rows are and can grow; None: nothing came yet since they were sorted.
    base : Base or None
        The file that other processes map too and that holds all but what came since; None: there is none.
    """

    rows: Rows
    keys: Array
    alive: Array
    dictionary: Dictionary
    names: tuple[str, ...]
    room: Room | None = None
    base: Base | None = None

    @property
    def nbytes(self) -> int:
        """Memory, bytes."""
        return self.shared_bytes + self.own_bytes

    @property
    def shared_bytes(self) -> int:
        """Memory that all processes share who have this copy, bytes."""
        return 0 if self.base is None else self.base.nbytes

    @property
    def own_bytes(self) -> int:
        """Memory that this process has of it beside that, bytes."""
        if self.base is not None:
            return self.base.own_bytes(self.rows, self.room, self.alive, self.dictionary)
        rows = self.rows.nbytes if self.room is None else self.room.nbytes
        return rows + self.keys.nbytes + self.alive.nbytes + self.dictionary.nbytes

    @property
    def changed(self) -> bool:
        """Whether it differs from what its file holds, or has none."""
        return self.base is None or not self.base.mapped.holds(self.alive)

    @property
    def crowded(self) -> bool:
        """Whether so much came since the rows were sorted that they should be again."""
        return self._tail > self._longest_tail

    @property
    def _tail(self) -> int:
        return len(self.rows) - len(self.keys)

    @property
    def _longest_tail(self) -> int:
        return max(_TAIL_ROWS, len(self.keys) // _TAIL_SHARE)

    @property
    def count(self) -> int:
        """Rows that are there."""
        return int(np.count_nonzero(self.alive))

    def taken(self) -> frozenset[Cell] | None:
        """Cells something stands on; None: there are too many rows to say it each time."""
        west, south, east, north = self.rows.cells[:_FEW_ROWS].T.astype(np.int64)
        columns = east - west + 1
        each = columns * (north - south + 1)
        if len(self.rows) > _FEW_ROWS or each.sum() > _FEW_ROWS:
            return None
        owner = np.repeat(np.arange(len(each)), each * self.alive)
        number = np.arange(len(owner)) - np.searchsorted(owner, owner)
        e = west[owner] + number % columns[owner]
        n = south[owner] + number // columns[owner]
        return frozenset(zip(e.tolist(), n.tolist(), strict=True))

    @classmethod
    def sorted(cls, rows: Rows, dictionary: Dictionary, names: tuple[str, ...]) -> Copied:
        """Bring rows into the order of the grid, and their values after them."""
        keys = grid_keys(rows.boxes.astype(np.float64))
        # rows of one cell by their numbers: the same data make the same tiles, however they are stored
        order = np.lexsort((rows.ids, keys))
        rows = rows.take(order)
        dictionary, codes = dictionary.in_order(rows.codes)
        return cls(replace(rows, codes=codes), keys[order], np.ones(len(rows), np.bool_), dictionary, names)

    def updated(self, cells: Collection[Cell], fresh: Rows, unchanged: Array | None = None) -> Copied:
        """Replace what stands on these cells.

        Parameters
        ----------
        cells : collection of (int, int)
            Cells that were looked at again.
        fresh : Rows
            What was read; rows that stand on none of them are passed over.
        unchanged : int64 array, optional
            Ids of rows on these cells that are as they were; they stay unless they were read all the same.
        """
        east, north = (np.array(one, np.int32) for one in zip(*sorted(cells), strict=True))
        old = np.flatnonzero(on_cells(self.rows.cells, self.alive, east, north))
        there = np.ones(len(fresh), np.bool_)
        fresh = fresh.take(np.flatnonzero(on_cells(fresh.cells, there, east, north)))
        if unchanged is not None:
            ids = self.rows.ids[old]
            old = old[~np.isin(ids, unchanged) | np.isin(ids, fresh.ids)]
        alive = np.concatenate([self.alive, np.ones(len(fresh), np.bool_)])
        alive[old] = False
        rows, room = grown(self.rows, fresh, self.room)
        found = replace(self, rows=rows, alive=alive, room=room)
        if found._tail <= found._longest_tail * (1 if self.base is None else _PATIENCE):
            return found
        return found.in_order()

    def in_order(self) -> Copied:
        """Return what is there sorted anew, in memory of this process alone."""
        return Copied.sorted(self.rows.take(np.flatnonzero(self.alive)), self.dictionary, self.names)


def empty_rows(attributes: int) -> Rows:
    """No rows, with columns of the right types."""
    shapes = {
        "ids": (np.int64, (0,)), "lots": (np.int32, (0,)), "invalid": (np.uint8, (0,)),
        "kinds": (np.uint8, (0,)), "sides_m": (np.float64, (0,)), "boxes": (np.float32, (0, 4)),
        "cells": (np.int32, (0, 4)), "codes": (np.int32, (0, attributes)),
        "row_part": (np.int64, (1,)), "part_point": (np.int64, (1,)),
        "part_hole": (np.uint8, (0,)), "xy": (np.float64, (0, 2)),
    }  # fmt: skip
    return Rows(**{one.name: np.zeros(shapes[one.name][1], shapes[one.name][0]) for one in fields(Rows)})
