"""`Copied`: a layer as it was in one snapshot, in the order of the grid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace

import numpy as np

from tiles.vector.snapshot.dictionary import Dictionary
from tiles.vector.snapshot.kernel.cells import on_cells
from tiles.vector.snapshot.kernel.search import grid_keys
from tiles.vector.snapshot.room import Room, grown
from tiles.vector.snapshot.rows import Array, Rows
from twin.cells import Cell

_TAIL_ROWS = 4096
_TAIL_SHARE = 32
"""Rows that came since are looked at one by one; more than this, and a 32nd of all, are sorted in."""


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
    """

    rows: Rows
    keys: Array
    alive: Array
    dictionary: Dictionary
    names: tuple[str, ...]
    room: Room | None = None

    @property
    def nbytes(self) -> int:
        """Memory, bytes."""
        rows = self.rows.nbytes if self.room is None else self.room.nbytes
        return rows + self.keys.nbytes + self.alive.nbytes + self.dictionary.nbytes

    @property
    def count(self) -> int:
        """Rows that are there."""
        return int(np.count_nonzero(self.alive))

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
        if len(rows) - len(self.keys) <= max(_TAIL_ROWS, len(self.keys) // _TAIL_SHARE):
            return replace(self, rows=rows, alive=alive, room=room)
        return Copied.sorted(rows.take(np.flatnonzero(alive)), self.dictionary, self.names)


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
