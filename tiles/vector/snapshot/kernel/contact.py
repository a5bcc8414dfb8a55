"""Whether the sides of a polygon meet where they should not: the cheap question before the dear one.

Rounding to the grid of a tile can make a valid polygon touch or cross itself. Most do not,
and that is seen here with integers; the few that do are looked at by GEOS.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled

_FEW = 48
"""Sides up to which comparing each with each is faster than sorting them (measured)."""


@compiled
def touching(x, y, starts, rings):
    """Whether any two sides that are no neighbours in a ring have a point in common.

    Parameters
    ----------
    x, y : int64 arrays
        Points of all rings, one after another, open and clean.
    starts : int64 array
        Ring `k` is `starts[k]..starts[k + 1]`.
    rings : int
        How many there are.
    """
    n = starts[rings] - starts[0]
    if rings == 1 and n == 3:
        return False
    following, previous = np.empty(n, np.int64), np.empty(n, np.int64)
    base = starts[0]
    for k in range(rings):
        first, last = starts[k] - base, starts[k + 1] - base - 1
        for i in range(first, last + 1):
            following[i] = i + 1 if i < last else first
            previous[i] = i - 1 if i > first else last
    x, y = x[base : base + n], y[base : base + n]
    if n <= _FEW:
        return _each_with_each(x, y, following, previous, n)
    return _from_left_to_right(x, y, following, previous, n)


@compiled
def _each_with_each(x, y, following, previous, n):
    for i in range(n - 1):
        for j in range(i + 1, n):
            if j != following[i] and j != previous[i] and _meet(x, y, i, following[i], j, following[j]):
                return True
    return False


@compiled
def _from_left_to_right(x, y, following, previous, n):
    west = np.minimum(x, x[following])
    order = np.argsort(west)
    for a in range(n - 1):
        i = order[a]
        east = max(x[i], x[following[i]])
        for b in range(a + 1, n):
            j = order[b]
            if west[j] > east:
                break
            if j != following[i] and j != previous[i] and _meet(x, y, i, following[i], j, following[j]):
                return True
    return False


@compiled
def _meet(x, y, a, b, c, d):
    if max(x[a], x[b]) < min(x[c], x[d]) or max(x[c], x[d]) < min(x[a], x[b]):
        return False
    if max(y[a], y[b]) < min(y[c], y[d]) or max(y[c], y[d]) < min(y[a], y[b]):
        return False
    # boxes meet; the segments do when neither has the other wholly on one side
    return (
        _side(x, y, a, b, c) * _side(x, y, a, b, d) <= 0 and _side(x, y, c, d, a) * _side(x, y, c, d, b) <= 0
    )


@compiled
def _side(x, y, a, b, c):
    turn = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
    if turn > 0:
        return 1
    return -1 if turn < 0 else 0
