"""Rows whose box meets another: a grid for the sorted ones, a look at each of the few that came since.

A row is filed by the south-west corner of its box at the level whose cells are at least as
large as the box, so a question looks one cell further west and south and finds it once.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, inlined, leaf
from tiles.vector.snapshot.kernel.piece import larger_numbers

LEVELS = 18
"""Cells of 128 m double in size 17 times: 16,777 km."""
FINEST_M = 128.0
_BITS, _HALF = 28, 1 << 27


@leaf
def grid_key(west, south, east, north):
    """Place of a box in the order of the grid: level, then row from the south, then column."""
    side = max(east - west, north - south)
    level, cell_m = 0, FINEST_M
    while cell_m < side and level < LEVELS - 1:
        level, cell_m = level + 1, cell_m * 2
    return _key(level, int(np.floor(south / cell_m)), int(np.floor(west / cell_m)))


@compiled
def grid_keys(boxes):
    """Keys of many boxes, float64 array of shape (n, 4): west, south, east, north."""
    keys = np.empty(len(boxes), np.int64)
    for i in range(len(boxes)):
        keys[i] = grid_key(boxes[i, 0], boxes[i, 1], boxes[i, 2], boxes[i, 3])
    return keys


@compiled
def search(keys, boxes, alive, west, south, east, north):
    """Find the living rows whose box meets that box, edges included.

    Parameters
    ----------
    keys : int64 array, shape (sorted,)
        Keys of the rows that are in the order of the grid, ascending.
    boxes : float32 array, shape (rows, 4)
        Boxes of all rows; those after the sorted ones are looked at one by one.
    alive : bool array, shape (rows,)
        Whether the row is still there.
    west, south, east, north : float
        The box; PostGIS compares boxes in 32 bits, rounded away from their middle, and so does this.
    """
    west, south = _down(west), _down(south)
    east, north = -_down(-east), -_down(-north)
    found, n = np.empty(256, np.int64), 0
    total = len(keys)
    at = 0
    while at < total:
        # levels without rows are passed over: most layers have three or four of eighteen
        level = keys[at] >> (2 * _BITS)
        cell_m = FINEST_M * (1 << level)
        first_col, last_col = _clamped(west / cell_m) - 1, _clamped(east / cell_m)
        first_row, last_row = _clamped(south / cell_m) - 1, _clamped(north / cell_m)
        at = _first(keys, _key(level, first_row, first_col), at)
        while at < total:
            row = ((keys[at] >> _BITS) & ((1 << _BITS) - 1)) - _HALF
            if keys[at] >> (2 * _BITS) != level or row > last_row:
                break
            at = _first(keys, _key(level, row, first_col), at)
            end = _first(keys, _key(level, row, last_col + 1), at)
            if n + end - at > len(found):
                found = larger_numbers(found, n, n + end - at)
            n = _meeting(found, n, boxes, alive, at, end, west, south, east, north)
            # what comes next in the order: the rest of this row is passed over, empty rows as well
            at = _first(keys, _key(level, row + 1, first_col), end) if row < last_row else total
        at = _first(keys, (level + 1) << (2 * _BITS), 0)
    if n + len(alive) - total > len(found):
        found = larger_numbers(found, n, n + len(alive) - total)
    n = _meeting(found, n, boxes, alive, total, len(alive), west, south, east, north)
    return found[:n]


@leaf
def _first(keys, key, low):
    """Place of the first key that is not below, from `low` on: mostly it is near."""
    step, high = 1, low
    while high < len(keys) and keys[high] < key:
        low, high = high + 1, high + step
        step *= 2
    high = min(high, len(keys))
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _down(value):
    """The largest 32-bit number that is not above."""
    near = np.float32(value)
    return np.float64(near if near <= value else np.nextafter(near, np.float32(-np.inf)))


@leaf
def _meeting(found, n, boxes, alive, first, last, west, south, east, north):
    for i in range(first, last):
        if (
            alive[i]
            and boxes[i, 0] <= east
            and boxes[i, 2] >= west
            and boxes[i, 1] <= north
            and boxes[i, 3] >= south
        ):
            found[n] = i
            n += 1
    return n


@inlined
def _key(level, row, col):
    return (level << (2 * _BITS)) | ((row + _HALF) << _BITS) | (col + _HALF)


@inlined
def _clamped(value):
    limit = _HALF - 3.0
    return int(np.floor(min(limit, max(-limit, value))))
