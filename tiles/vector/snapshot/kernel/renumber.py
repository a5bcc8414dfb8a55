"""Values in the order of the rows that have them: what one tile shows lies together in memory."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, leaf
from tiles.vector.snapshot.kernel.piece import put


@compiled
def by_first_use(codes, known):
    """Number values by the first row that has each.

    Parameters
    ----------
    codes : int32 array, shape (rows, columns)
        Numbers of values; -1: unknown.
    known : int
        How many values there are.

    Returns
    -------
    used : int32 array
        Old number of each value that is used.
    renumbered : int32 array, shape (rows, columns)
        New numbers.
    """
    rows, columns = codes.shape
    numbers, used, n = np.full(known, -1, np.int32), np.empty(known, np.int32), 0
    renumbered = np.empty((rows, columns), np.int32)
    for row in range(rows):
        for column in range(columns):
            code = codes[row, column]
            if code < 0:
                renumbered[row, column] = -1
                continue
            if numbers[code] < 0:
                numbers[code] = n
                used[n] = code
                n += 1
            renumbered[row, column] = numbers[code]
    return used[:n], renumbered


@leaf
def gather(value_bytes, value_start, used, out, out_start):
    """Write the bytes of these values one after another, and where each begins."""
    at = 0
    out_start[0] = 0
    for i in range(len(used)):
        first, last = value_start[used[i]], value_start[used[i] + 1]
        put(out, at, value_bytes, first, last - first)
        at += last - first
        out_start[i + 1] = at
