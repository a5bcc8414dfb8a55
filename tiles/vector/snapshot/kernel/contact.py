"""Whether the sides of a polygon meet where they should not: the cheap question before the dear one.

Rounding to the grid of a tile can make a valid polygon touch or cross itself. Most do not,
and that is seen here with integers; the few that do are looked at by GEOS.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, inlined, leaf

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
        Ring `k` is `starts[k]..starts[k + 1]`; the first starts at 0.
    rings : int
        How many there are.
    """
    n = starts[rings]
    if n <= _FEW:
        return _each_with_each(x, y, starts, rings)
    following, previous = np.empty(n, np.int64), np.empty(n, np.int64)
    for k in range(rings):
        first, last = starts[k], starts[k + 1] - 1
        for i in range(first, last + 1):
            following[i] = i + 1 if i < last else first
            previous[i] = i - 1 if i > first else last
    return _from_left_to_right(x, y, following, previous, n)


@inlined
def convex(x, y, n):
    """Whether a clean ring turns one way only, and around once: most houses do."""
    turn, rounds = 0, 0
    east, south = x[0] - x[n - 1], y[0] - y[n - 1]
    for i in range(n):
        j = i + 1 if i + 1 < n else 0
        next_east, next_south = x[j] - x[i], y[j] - y[i]
        way = 1 if east * next_south > south * next_east else -1
        if turn + way == 0:
            return False
        turn = way
        rounds += east <= 0 < next_east
        east, south = next_east, next_south
    return rounds == 1


@leaf
def _each_with_each(x, y, starts, rings):
    for k in range(rings):
        first, last = starts[k], starts[k + 1]
        for i in range(first, last):
            to = i + 1 if i + 1 < last else first
            west, east = min(x[i], x[to]), max(x[i], x[to])
            north, south = min(y[i], y[to]), max(y[i], y[to])
            for other in range(k, rings):
                begin, end = starts[other], starts[other + 1]
                for j in range(i + 2 if other == k else begin, end):
                    onward = j + 1 if j + 1 < end else begin
                    if other == k and onward == i:
                        continue
                    if max(x[j], x[onward]) < west or min(x[j], x[onward]) > east:
                        continue
                    if max(y[j], y[onward]) < north or min(y[j], y[onward]) > south:
                        continue
                    if _across(x, y, i, to, j, onward):
                        return True
    return False


@compiled
def _from_left_to_right(x, y, following, previous, n):
    west = np.minimum(x[:n], x[following])
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


@leaf
def _meet(x, y, a, b, c, d):
    if max(x[a], x[b]) < min(x[c], x[d]) or max(x[c], x[d]) < min(x[a], x[b]):
        return False
    if max(y[a], y[b]) < min(y[c], y[d]) or max(y[c], y[d]) < min(y[a], y[b]):
        return False
    return _across(x, y, a, b, c, d)


@inlined
def _across(x, y, a, b, c, d):
    """Whether segments meet whose boxes do: when neither has the other wholly on one side."""
    return (
        _side(x, y, a, b, c) * _side(x, y, a, b, d) <= 0 and _side(x, y, c, d, a) * _side(x, y, c, d, b) <= 0
    )


@inlined
def _side(x, y, a, b, c):
    turn = (x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a])
    if turn > 0:
        return 1
    return -1 if turn < 0 else 0
