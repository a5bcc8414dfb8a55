"""Lines on the integer grid of a tile: cleaned, and cut into what lies in a square."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import inlined, leaf


@inlined
def clean_line(x, y, at, n):
    """Drop repeated points and points on the way straight ahead, in place; how many of `n` from `at` stay."""
    kept = at
    for i in range(at, at + n):
        a, b = x[i], y[i]
        if kept > at and x[kept - 1] == a and y[kept - 1] == b:
            continue
        if kept > at + 1:
            east, south = x[kept - 1] - x[kept - 2], y[kept - 1] - y[kept - 2]
            next_east, next_south = a - x[kept - 1], b - y[kept - 1]
            if east * next_south == south * next_east and east * next_east + south * next_south > 0:
                kept -= 1
        x[kept], y[kept] = a, b
        kept += 1
    return kept - at


@leaf
def clip_line(x, y, n, low, high, out_x, out_y, starts):
    """Cut a line to the square `low..high` (Liang and Barsky 1984 for each segment).

    Parameters
    ----------
    x, y : int64 arrays
        The line.
    out_x, out_y : int64 arrays
        Room for twice as many points.
    starts : int64 array
        Room for as many pieces as segments, and one.

    Returns
    -------
    int
        Pieces; piece `k` is `starts[k]..starts[k + 1]` of the output.
    """
    pieces, kept, joined = 0, 0, False
    starts[0] = 0
    for i in range(n - 1):
        enter, leave = _inside(x[i], y[i], x[i + 1], y[i + 1], low, high)
        if enter >= leave:
            joined = False
            continue
        if not joined or enter > 0:
            if kept - starts[pieces] >= 2:
                pieces += 1
                starts[pieces] = kept
            kept = starts[pieces]
            out_x[kept], out_y[kept] = _at(x, y, i, enter)
            kept += 1
        a, b = _at(x, y, i, leave)
        if a != out_x[kept - 1] or b != out_y[kept - 1]:
            out_x[kept], out_y[kept] = a, b
            kept += 1
        joined = leave == 1
    if kept - starts[pieces] >= 2:
        pieces += 1
        starts[pieces] = kept
    return pieces


@leaf
def _at(x, y, i, share):
    if share == 0:
        return x[i], y[i]
    if share == 1:
        return x[i + 1], y[i + 1]
    across, down = x[i + 1] - x[i], y[i + 1] - y[i]
    return int(np.rint(x[i] + across * share)), int(np.rint(y[i] + down * share))


@leaf
def _inside(x0, y0, x1, y1, low, high):
    """Shares of a segment at which it enters and leaves the square; nothing inside: the first is larger."""
    enter, leave = 0.0, 1.0
    for start, step in ((x0, x1 - x0), (y0, y1 - y0)):
        if step == 0:
            if start < low or start > high:
                return 1.0, 0.0
            continue
        first, second = (low - start) / step, (high - start) / step
        if first > second:
            first, second = second, first
        enter, leave = max(enter, first), min(leave, second)
    return enter, leave
