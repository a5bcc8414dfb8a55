"""`Copied`: a layer as it was in one snapshot, in the order of the grid."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from tiles.vector.snapshot.dictionary import Dictionary
from tiles.vector.snapshot.kernel.cells import on_cells
from tiles.vector.snapshot.kernel.search import grid_keys
from tiles.vector.snapshot.rows import Array, Rows, joined

_TAIL_ROWS = 4096
"""Rows that came since and are looked at one by one; more than this, and an eighth of all, are sorted in."""

Cell = tuple[int, int]
"""floor(easting / 1000 m), floor(northing / 1000 m) of the storage CRS."""


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
    """

    rows: Rows
    keys: Array
    alive: Array
    dictionary: Dictionary
    names: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        """Memory, bytes."""
        return self.rows.nbytes + self.keys.nbytes + self.alive.nbytes + self.dictionary.nbytes

    @property
    def count(self) -> int:
        """Rows that are there."""
        return int(np.count_nonzero(self.alive))

    @classmethod
    def sorted(cls, rows: Rows, dictionary: Dictionary, names: tuple[str, ...]) -> Copied:
        """Bring rows into the order of the grid."""
        keys = grid_keys(rows.boxes.astype(np.float64))
        # rows of one cell by their numbers: the same data make the same tiles, however they are stored
        order = np.lexsort((rows.ids, keys))
        return cls(rows.take(order), keys[order], np.ones(len(rows), np.bool_), dictionary, names)

    def updated(self, cells: set[Cell], fresh: Rows) -> Copied:
        """Replace what stands on these cells.

        Parameters
        ----------
        cells : set of (int, int)
            Cells that were read again.
        fresh : Rows
            What was read; rows that stand on none of them are passed over.
        """
        east, north = (np.array(one, np.int32) for one in zip(*sorted(cells), strict=True))
        stay = self.alive & ~on_cells(self.rows.cells, self.alive, east, north)
        there = np.ones(len(fresh), np.bool_)
        fresh = fresh.take(np.flatnonzero(on_cells(fresh.cells, there, east, north)))
        tail = len(self.rows) - len(self.keys) + len(fresh)
        alive = np.concatenate([stay, np.ones(len(fresh), np.bool_)])
        rows = joined([self.rows, fresh])
        if tail <= max(_TAIL_ROWS, len(self.keys) // 8):
            return replace(self, rows=rows, alive=alive)
        kept = rows.take(np.flatnonzero(alive))
        dictionary, codes = self.dictionary.trimmed(kept.codes)
        return Copied.sorted(replace(kept, codes=codes), dictionary, self.names)


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
