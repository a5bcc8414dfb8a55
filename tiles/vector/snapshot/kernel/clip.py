"""A polygon on the integer grid of a tile, cut to a square: holes open where the edge crosses them.

One side after the other, as Sutherland and Hodgman (1974) do, but pieces stay apart: what a side
cuts off leaves chains of points, and where a chain ends, the next crossing along the side that
has the polygon between belongs to the chain it goes on with.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled
from tiles.vector.snapshot.kernel.piece import put


@compiled
def clip_polygon(
    x, y, starts, holes, first, last, low, high, other_x, other_y, other_starts, other_holes
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
        end = _cut(a, b, offsets, hole, begin, end, limit, sign, to_a, to_b, to_offsets, to_hole, to_begin)
        if end <= to_begin:
            return first if end == to_begin else -1
        a, b, offsets, hole, begin, to_a, to_b, to_offsets, to_hole, to_begin = (
            to_a, to_b, to_offsets, to_hole, to_begin, a, b, offsets, hole, begin,
        )  # fmt: skip
    exteriors = 0
    for k in range(first, end):
        exteriors += holes[k] == 0
    return -1 if exteriors != 1 and exteriors < end - first else end


@compiled
def _cut(a, b, starts, holes, first, last, limit, sign, out_a, out_b, out_starts, out_holes, out_first):
    """Keep what has `sign * (a - limit) >= 0`; the end of its rings, -1: rings cross each other."""
    uncut, room = 0, 2
    for k in range(first, last):
        n, inside = starts[k + 1] - starts[k], _inside(a, starts[k], starts[k + 1], limit, sign)
        if inside == n:
            uncut += 1
        elif inside > 0:
            room += n
    rings = out_first
    if room > 2:
        rings = _cut_rings(
            a, b, starts, first, last, limit, sign, out_a, out_b, out_starts, out_holes, out_first, room // 2
        )
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


@compiled
def _cut_rings(
    a, b, starts, first, last, limit, sign, out_a, out_b, out_starts, out_holes, out_first, most
):  # fmt: skip
    """Join the chains that are left of the rings a side crosses."""
    begin, many, ring = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64)
    # where chain `c` comes in along the side is at `2 * c`, where it leaves next to it
    crossings, chains = np.empty(2 * most), 0
    for k in range(first, last):
        low, high = starts[k], starts[k + 1]
        if not 0 < _inside(a, low, high, limit, sign) < high - low:
            continue
        at = low
        while not (sign * (a[at] - limit) >= 0 > sign * (a[_before(at, low, high)] - limit)):
            at += 1
        left = high - low
        while left > 0:
            ring[chains], begin[chains], many[chains] = k, at, 0
            crossings[2 * chains] = _crossing(a, b, _before(at, low, high), at, limit)
            while sign * (a[at] - limit) >= 0:
                many[chains] += 1
                at = _after(at, low, high)
            crossings[2 * chains + 1] = _crossing(a, b, _before(at, low, high), at, limit)
            left -= many[chains]
            chains += 1
            while left > 0 and sign * (a[at] - limit) < 0:
                left -= 1
                at = _after(at, low, high)
    order = np.argsort(crossings[: 2 * chains])
    rank = np.empty(2 * chains, np.int64)
    for i in range(2 * chains):
        rank[order[i]] = i
    rings, joined = out_first, np.zeros(chains, np.bool_)
    for c in range(chains):
        if joined[c]:
            continue
        at, chain = out_starts[rings], c
        while not joined[chain]:
            joined[chain] = True
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


@compiled
def _inside(a, first, last, limit, sign):
    """How many points a side leaves."""
    inside = 0
    for i in range(first, last):
        inside += sign * (a[i] - limit) >= 0
    return inside


@compiled
def _crossing(a, b, i, j, limit):
    return b[i] + (b[j] - b[i]) * ((limit - a[i]) / (a[j] - a[i]))


@compiled
def _before(i, low, high):
    return i - 1 if i > low else high - 1


@compiled
def _after(i, low, high):
    return i + 1 if i + 1 < high else low
