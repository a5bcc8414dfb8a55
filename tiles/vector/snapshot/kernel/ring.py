"""Rings on the integer grid of a tile: cleaned, measured, clipped. Open: the first point is not repeated."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled


@compiled
def clean_ring(x, y, n):
    """Drop repeated points, points on a straight side and spikes, in place; how many points stay.

    Dropping one point may make its neighbours straight, so the stack is looked at again,
    and the seam of the ring as well.
    """
    kept = 0
    for i in range(n):
        a, b = x[i], y[i]
        while kept > 0:
            same = x[kept - 1] == a and y[kept - 1] == b
            if not same and not (kept > 1 and _straight(x, y, kept - 2, kept - 1, a, b)):
                break
            kept -= 1
        x[kept], y[kept] = a, b
        kept += 1
    first = 0
    while kept - first > 2:
        same = x[first] == x[kept - 1] and y[first] == y[kept - 1]
        if same or _straight(x, y, kept - 2, kept - 1, x[first], y[first]):
            kept -= 1
        elif _straight(x, y, kept - 1, first, x[first + 1], y[first + 1]):
            first += 1
        else:
            break
    if first:
        for i in range(first, kept):
            x[i - first], y[i - first] = x[i], y[i]
    return kept - first


@compiled
def _straight(x, y, i, j, a, b):
    return (x[j] - x[i]) * (b - y[i]) == (a - x[i]) * (y[j] - y[i])


@compiled
def twice_area(x, y, n):
    """Twice the signed area by the surveyor's formula; with y down, positive is clockwise on the screen."""
    total = x[n - 1] * y[0] - x[0] * y[n - 1]
    for i in range(n - 1):
        total += x[i] * y[i + 1] - x[i + 1] * y[i]
    return total


@compiled
def reverse(x, y, n):
    """Turn a ring around, in place."""
    for i in range(n // 2):
        j = n - 1 - i
        x[i], x[j] = x[j], x[i]
        y[i], y[j] = y[j], y[i]


@compiled
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


@compiled
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


@compiled
def _rounded(value):
    return int(np.rint(value))
