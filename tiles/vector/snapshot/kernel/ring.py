"""Rings on the integer grid of a tile: cleaned, measured, clipped. Open: the first point is not repeated."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import inlined, leaf


@inlined
def clean_ring(x, y, at, n):
    """Drop repeated points, points on a straight side and spikes, in place; how many points stay.

    Dropping one point may make its neighbours straight, so the stack is looked at again,
    and the seam of the ring as well. The ring is the `n` points from `at`.
    """
    kept = at
    for i in range(at, at + n):
        a, b = x[i], y[i]
        while kept > at:
            same = x[kept - 1] == a and y[kept - 1] == b
            if not same and not (kept > at + 1 and _straight(x, y, kept - 2, kept - 1, a, b)):
                break
            kept -= 1
        x[kept], y[kept] = a, b
        kept += 1
    first = at
    while kept - first > 2:
        same = x[first] == x[kept - 1] and y[first] == y[kept - 1]
        if same or _straight(x, y, kept - 2, kept - 1, x[first], y[first]):
            kept -= 1
        elif _straight(x, y, kept - 1, first, x[first + 1], y[first + 1]):
            first += 1
        else:
            break
    if first > at:
        for i in range(first, kept):
            x[at + i - first], y[at + i - first] = x[i], y[i]
    return kept - first


@inlined
def _straight(x, y, i, j, a, b):
    return (x[j] - x[i]) * (b - y[i]) == (a - x[i]) * (y[j] - y[i])


@inlined
def twice_area(x, y, at, n):
    """Twice the signed area by the surveyor's formula; with y down, positive is clockwise on the screen."""
    last = at + n - 1
    total = x[last] * y[at] - x[at] * y[last]
    for i in range(at, last):
        total += x[i] * y[i + 1] - x[i + 1] * y[i]
    return total


@inlined
def reverse(x, y, at, n):
    """Turn a ring around, in place."""
    for k in range(n // 2):
        i, j = at + k, at + n - 1 - k
        x[i], x[j] = x[j], x[i]
        y[i], y[j] = y[j], y[i]


@leaf
def clip_ring(x, y, n, low, high, other_x, other_y):
    """Clip a ring to the square `low..high` by Sutherland and Hodgman (1974), in place.

    A ring that leaves the square more than once is joined along its edge; who draws it
    looks at that (`contact.touching`).

    Parameters
    ----------
    x, y : int64 arrays
        The ring; room for six times `n`: a side adds at most half of what there is.
    other_x, other_y : int64 arrays
        Room of the same size.
    """
    n = _clip_side(x, y, n, other_x, other_y, low, 1)
    n = _clip_side(other_x, other_y, n, x, y, high, -1)
    n = _clip_side(y, x, n, other_y, other_x, low, 1)
    return _clip_side(other_y, other_x, n, y, x, high, -1)


@leaf
def _clip_side(a, b, n, out_a, out_b, limit, sign):
    """Keep what has `sign * (a - limit) >= 0`."""
    kept = 0
    for i in range(n):
        j = i - 1 if i else n - 1
        here, before = sign * (a[i] - limit), sign * (a[j] - limit)
        if (here < 0) != (before < 0):
            out_a[kept] = limit
            out_b[kept] = _rounded(b[j] + (b[i] - b[j]) * (before / (before - here)))
            kept += 1
        if here >= 0:
            out_a[kept], out_b[kept] = a[i], b[i]
            kept += 1
    return kept


@leaf
def _rounded(value):
    return int(np.rint(value))
