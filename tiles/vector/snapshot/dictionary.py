"""`Dictionary`: every value of a layer once, as bytes of a tile."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.renumber import by_first_use, gather
from tiles.vector.snapshot.kernel.value import file_values
from tiles.vector.snapshot.rows import Array


class Dictionary:
    """Values by number; grows at the end only, so a reader of an older state is not disturbed.

    Attributes
    ----------
    bytes, start : uint8, int64 arrays
        Value `v` is `bytes[start[v]:start[v + 1]]`: field 4 of a layer, key and length included.
    table : int32 array
        Open addressing; -1: free.
    known : int
        How many values there are.
    """

    def __init__(self, values: int = 511, size: int = 1024) -> None:
        """Make one without values, with room for so many of so many bytes together."""
        self.bytes: Array = np.empty(size, np.uint8)
        self.start: Array = np.empty(values + 1, np.int64)
        self.start[0] = 0
        self.table: Array = _table(values)
        self.known = 0

    @property
    def nbytes(self) -> int:
        """Memory that is used, bytes; the space behind it costs nothing yet."""
        return self.used_bytes + (self.known + 1) * self.start.itemsize + self.table.nbytes

    @classmethod
    def over(cls, bytes: Array, start: Array, table: Array, known: int) -> Dictionary:
        """So many values that lie in these arrays, which have space behind them."""
        one = cls()
        one.bytes, one.start, one.table, one.known = bytes, start, table, known
        return one

    @property
    def used_bytes(self) -> int:
        """How many of `bytes` are used."""
        return int(self.start[self.known])

    def make_room(self, values: int, size: int) -> None:
        """Have room for so many more values of so many bytes together."""
        used = self.used_bytes
        if used + size > len(self.bytes):
            self.bytes = _larger(self.bytes, used, used + size)
        if self.known + values + 1 > len(self.start):
            self.start = _larger(self.start, self.known + 1, self.known + values + 1)
        if 2 * (self.known + values) > len(self.table):
            self.table = _table(self.known + values)
            file_values(self.bytes, self.start, self.known, self.table)

    def in_order(self, codes: Array) -> tuple[Dictionary, Array]:
        """Return a dictionary of only the values these rows have, in their order, and their codes in it."""
        used, renumbered = by_first_use(codes, self.known)
        sizes = self.start[used + 1] - self.start[used]
        fresh = Dictionary(len(used), int(sizes.sum()))
        gather(self.bytes, self.start, used, fresh.bytes, fresh.start)
        fresh.known = len(used)
        file_values(fresh.bytes, fresh.start, fresh.known, fresh.table)
        return fresh, renumbered


def _table(values: int) -> Array:
    """An empty table that is never more than half full."""
    return np.full(1 << (2 * values).bit_length(), -1, np.int32)


def _larger(array: Array, used: int, need: int) -> Array:
    larger = np.empty(max(need, len(array) + len(array) // 2), array.dtype)
    larger[:used] = array[:used]
    return larger
