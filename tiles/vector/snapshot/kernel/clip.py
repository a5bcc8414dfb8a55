"""A polygon on the integer grid of a tile, cut to a square: holes open where the edge crosses them.

One side after the other, as Sutherland and Hodgman (1974) do, but pieces stay apart: what a side
cuts off leaves chains of points, and where a chain ends, the next crossing along the side that
has the polygon between belongs to the chain it goes on with.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import leaf
from tiles.vector.snapshot.kernel.piece import put
from tiles.vector.snapshot.kernel.sort import order_of

CHAIN_ROWS = 6
"""Of the room for chains: the ring of each, its first point, how many it has, whether it is joined; then
for all ends their order along the side, and their rank in it."""


@leaf
def clip_polygon(
    x, y, starts, holes, first, last, low, high, other_x, other_y, other_starts, other_holes,
    chains, crossings,
):  # fmt: skip
    """Cut a polygon to the square `low..high`, in place.

    Parameters
    ----------
    x, y : int64 arrays
        Points; room for six times those of the polygon: a side adds at most half of what there is.
    starts : int64 array
        Ring `k` is `starts[k]..starts[k + 1]`; open, exterior ones positive by `twice_area`, holes negative.
    holes : uint8 array
        1: the ring is a hole.
    first, last : int
        Rings of the polygon: one exterior, then its holes.
    other_x, other_y, other_starts, other_holes : arrays
        Room of the same size.
    chains : int64 array, shape (`CHAIN_ROWS`, most)
        Room for as many ends of chains as `x` has points.
    crossings : float64 array
        Room for as many places.

    Returns
    -------
    int
        End of its rings now, exterior ones first; -1: they cross each other, or holes are left
        with several exterior rings, and nobody says here which is whose.
    """
    a, b, offsets, hole, begin, end = x, y, starts, holes, first, last
    to_a, to_b, to_offsets, to_hole, to_begin = other_x, other_y, other_starts, other_holes, first - first
    other_starts[0] = 0
    for side in range(4):
        if side == 2:
            a, b, to_a, to_b = b, a, to_b, to_a
        limit, sign = (high, -1) if side & 1 else (low, 1)
        end = _cut(
            a, b, offsets, hole, begin, end, limit, sign, to_a, to_b, to_offsets, to_hole, to_begin,
            chains, crossings,
        )  # fmt: skip
        if end <= to_begin:
            return first if end == to_begin else -1
        a, b, offsets, hole, begin, to_a, to_b, to_offsets, to_hole, to_begin = (
            to_a, to_b, to_offsets, to_hole, to_begin, a, b, offsets, hole, begin,
        )  # fmt: skip
    exteriors = 0
    for k in range(first, end):
        exteriors += holes[k] == 0
    return -1 if exteriors != 1 and exteriors < end - first else end


@leaf
def _cut(
    a, b, starts, holes, first, last, limit, sign, out_a, out_b, out_starts, out_holes, out_first,
    chains, crossings,
):  # fmt: skip
    """Keep what has `sign * (a - limit) >= 0`; the end of its rings, -1: rings cross each other."""
    uncut, crossed = 0, False
    for k in range(first, last):
        n, inside = starts[k + 1] - starts[k], _inside(a, starts[k], starts[k + 1], limit, sign)
        if inside == n:
            uncut += 1
        crossed = crossed or 0 < inside < n
    rings = out_first
    if crossed:
        rings = _cut_rings(
            a, b, starts, first, last, limit, sign, out_a, out_b, out_starts, out_holes, out_first,
            chains, crossings,
        )  # fmt: skip
    if rings < 0 or uncut == 0:
        return rings
    for hole in range(2):
        for k in range(first, last):
            n = starts[k + 1] - starts[k]
            if holes[k] == hole and _inside(a, starts[k], starts[k + 1], limit, sign) == n:
                put(out_a, out_starts[rings], a, starts[k], n)
                put(out_b, out_starts[rings], b, starts[k], n)
                out_holes[rings] = hole
                rings += 1
                out_starts[rings] = out_starts[rings - 1] + n
    return rings


@leaf
def _cut_rings(
    a, b, starts, first, last, limit, sign, out_a, out_b, out_starts, out_holes, out_first, chains, crossings
):  # fmt: skip
    """Join the chains that are left of the rings a side crosses."""
    ring, begin, many, joined = chains[0], chains[1], chains[2], chains[3]
    # where chain `c` comes in along the side is at `2 * c`, where it leaves next to it
    found = 0
    for k in range(first, last):
        low, high = starts[k], starts[k + 1]
        if not 0 < _inside(a, low, high, limit, sign) < high - low:
            continue
        at = low
        while not (sign * (a[at] - limit) >= 0 > sign * (a[_before(at, low, high)] - limit)):
            at += 1
        left = high - low
        while left > 0:
            ring[found], begin[found], many[found], joined[found] = k, at, 0, 0
            crossings[2 * found] = _crossing(a, b, _before(at, low, high), at, limit)
            while sign * (a[at] - limit) >= 0:
                many[found] += 1
                at = _after(at, low, high)
            crossings[2 * found + 1] = _crossing(a, b, _before(at, low, high), at, limit)
            left -= many[found]
            found += 1
            while left > 0 and sign * (a[at] - limit) < 0:
                left -= 1
                at = _after(at, low, high)
    order, rank = chains[4], chains[5]
    order_of(crossings, 2 * found, order)
    for i in range(2 * found):
        rank[order[i]] = i
    rings = out_first
    for c in range(found):
        if joined[c]:
            continue
        at, chain = out_starts[rings], c
        while not joined[chain]:
            joined[chain] = 1
            low, high, i = starts[ring[chain]], starts[ring[chain] + 1], begin[chain]
            out_a[at], out_b[at] = limit, int(np.rint(crossings[2 * chain]))
            at += 1
            for _ in range(many[chain]):
                out_a[at], out_b[at] = a[i], b[i]
                at, i = at + 1, _after(i, low, high)
            out_a[at], out_b[at] = limit, int(np.rint(crossings[2 * chain + 1]))
            at += 1
            onward = order[rank[2 * chain + 1] ^ 1]
            if onward & 1:
                return -1
            chain = onward >> 1
        if chain != c:
            return -1
        out_holes[rings] = 0
        rings += 1
        out_starts[rings] = at
    return rings


@leaf
def _inside(a, first, last, limit, sign):
    """How many points a side leaves."""
    inside = 0
    for i in range(first, last):
        inside += sign * (a[i] - limit) >= 0
    return inside


@leaf
def _crossing(a, b, i, j, limit):
    return b[i] + (b[j] - b[i]) * ((limit - a[i]) / (a[j] - a[i]))


@leaf
def _before(i, low, high):
    return i - 1 if i > low else high - 1


@leaf
def _after(i, low, high):
    return i + 1 if i + 1 < high else low
