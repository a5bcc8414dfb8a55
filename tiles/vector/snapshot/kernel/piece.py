"""Pieces of arrays, by plain loops: numba compiles an assignment of slices ten times as long."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, inlined


@inlined
def put(out, at, source, first, n):
    """Copy `source[first:first + n]` to `out[at:]`."""
    for i in range(n):
        out[at + i] = source[first + i]


@compiled
def larger_bytes(array, used, size):
    """Bytes with room for `size`, at least twice as many as before; the used ones copied."""
    larger = np.empty(max(size, 2 * len(array)), np.uint8)
    put(larger, 0, array, 0, used)
    return larger


@compiled
def larger_numbers(array, used, size):
    """Whole numbers with room for `size`, at least twice as many as before; the used ones copied."""
    larger = np.empty(max(size, 2 * len(array)), np.int64)
    put(larger, 0, array, 0, used)
    return larger
