"""One feature on the grid of a tile: scaled, rounded, clipped."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.clip import clip_polygon
from tiles.vector.snapshot.kernel.compiled import inlined, leaf
from tiles.vector.snapshot.kernel.line import clean_line, clip_line
from tiles.vector.snapshot.kernel.piece import put
from tiles.vector.snapshot.kernel.ring import clean_ring, clip_ring, reverse, twice_area

LOW, HIGH = -64, 4096 + 64
"""The tile and its buffer, units."""
POINT, LINE, POLYGON = 1, 2, 3
"""Types of geometry, as the specification numbers them."""


@inlined
def scale(xy, first, last, west, north, unit, x, y):
    """Bring points into units of a tile, y down; their bounds west, north, east, south."""
    low_x = low_y = np.inf
    high_x = high_y = -np.inf
    for i in range(first, last):
        a, b = (xy[i, 0] - west) / unit, (north - xy[i, 1]) / unit
        x[i - first], y[i - first] = a, b
        low_x, high_x = min(low_x, a), max(high_x, a)
        low_y, high_y = min(low_y, b), max(high_y, b)
    return low_x, low_y, high_x, high_y


@leaf
def place_points(fx, fy, n, whole, x, y):
    """Round points and keep those in the square; how many.

    A single point on the edge is inside; of several that do not all fit, those on it are
    not, as GEOS has it.
    """
    kept = 0
    for i in range(n):
        a, b = int(np.rint(fx[i])), int(np.rint(fy[i]))
        if not whole and (a <= LOW or a >= HIGH or b <= LOW or b >= HIGH):
            continue
        known = False
        for j in range(max(0, kept - 64), kept):
            known = known or (x[j] == a and y[j] == b)
        if not known:
            x[kept], y[kept] = a, b
            kept += 1
    return kept


@inlined
def lines_inside(fx, fy, offsets, parts, x, y, starts):
    """Lines of a feature that is all in the square: part `k` is `offsets[k]..offsets[k + 1]`; how many."""
    pieces = 0
    starts[0] = 0
    for k in range(parts):
        at = starts[pieces]
        n = _rounded(fx, fy, offsets[k], offsets[k + 1], x, y, at)
        n = clean_line(x, y, at, n)
        if n >= 2:
            pieces += 1
            starts[pieces] = at + n
    return pieces


@leaf
def lines_across(fx, fy, offsets, parts, x, y, starts, other_x, other_y, other_starts):
    """Lines of a feature that may cross the edge, cut to the square; how many pieces."""
    pieces = 0
    starts[0] = 0
    for k in range(parts):
        n = _rounded(fx, fy, offsets[k], offsets[k + 1], other_x, other_y, 0)
        n = clean_line(other_x, other_y, 0, n)
        where = _where(other_x, other_y, 0, n)
        if n < 2 or where < 0:
            continue
        at = starts[pieces]
        if where > 0:
            put(x, at, other_x, 0, n)
            put(y, at, other_y, 0, n)
            pieces += 1
            starts[pieces] = at + n
            continue
        cut = clip_line(other_x, other_y, n, LOW, HIGH, x[at:], y[at:], other_starts)
        for i in range(cut):
            starts[pieces + 1 + i] = at + other_starts[i + 1]
        pieces += cut
    return pieces


@inlined
def rings_inside(fx, fy, offsets, part_hole, first, parts, x, y, starts, holes):
    """Rings of a feature that is all in the square, wound as MVT 2.1 wants them; how many.

    A ring that shrinks to a line or a point goes, and its holes with it.

    Parameters
    ----------
    fx, fy : float64 arrays
        Its points, units; part `k` is `offsets[k]..offsets[k + 1]`.
    part_hole : uint8 array
        Whether part `first + k` is a hole.
    x, y, starts, holes : arrays
        The rings.
    """
    rings, drawn = 0, False
    starts[0] = 0
    for k in range(parts):
        hole = part_hole[first + k] != 0
        if hole and not drawn:
            continue
        at = starts[rings]
        n = _rounded(fx, fy, offsets[k], offsets[k + 1], x, y, at)
        n = clean_ring(x, y, at, n)
        drawn = drawn if hole else n >= 3
        if n < 3:
            continue
        # a clean ring without area crosses itself: that is seen by who looks for contacts
        if (twice_area(x, y, at, n) > 0) == hole:
            reverse(x, y, at, n)
        holes[rings] = hole
        rings += 1
        starts[rings] = at + n
    return rings


@leaf
def rings_across(
    fx, fy, offsets, part_hole, first, parts, apart, x, y, starts, holes,
    other_x, other_y, other_starts, other_holes, chains, crossings,
):  # fmt: skip
    """Rings of a feature that may cross the edge, cut to the square; how many.

    Parameters
    ----------
    fx ... holes
        As of `rings_inside`.
    apart : bool
        Whether each ring is cut by itself, as those of a polygon must be that crosses itself. The
        others are cut polygon by polygon, and where that fails the answer is -1.
    other_x ... crossings : arrays
        Room; see `clip_polygon`.
    """
    starts[0] = 0
    # a zero that is no constant: numba would compile what is called with it once more
    rings, polygon, drawn, cut = starts[0], starts[0], False, False
    for k in range(parts):
        hole = part_hole[first + k] != 0
        if not hole:
            if cut:
                rings = _clipped(
                    x, y, starts, holes, polygon, rings, other_x, other_y, other_starts, other_holes,
                    chains, crossings,
                )  # fmt: skip
                if rings < 0:
                    return -1
            polygon, drawn, cut = rings, False, False
        elif not drawn:
            continue
        at = starts[rings]
        n = _rounded(fx, fy, offsets[k], offsets[k + 1], x, y, at)
        n = clean_ring(x, y, at, n)
        where = _where(x, y, at, n)
        if apart and n >= 3 and where == 0:
            n = clip_ring(x[at:], y[at:], n, LOW, HIGH, other_x, other_y)
            n = clean_ring(x, y, at, n)
        if n < 3 or where < 0:
            continue
        drawn = True
        if (twice_area(x, y, at, n) > 0) == hole:
            reverse(x, y, at, n)
        cut = cut or (where == 0 and not apart)
        holes[rings] = hole
        rings += 1
        starts[rings] = at + n
    if cut:
        rings = _clipped(
            x, y, starts, holes, polygon, rings, other_x, other_y, other_starts, other_holes,
            chains, crossings,
        )  # fmt: skip
    return rings


@leaf
def _clipped(
    x, y, starts, holes, first, last, other_x, other_y, other_starts, other_holes, chains, crossings
):  # fmt: skip
    """Cut the last polygon to the square and clean its rings; the end of them, -1: it cannot be cut here."""
    cut = clip_polygon(
        x, y, starts, holes, first, last, LOW, HIGH, other_x, other_y, other_starts, other_holes,
        chains, crossings,
    )  # fmt: skip
    rings, begin = first, starts[first]
    for k in range(first, cut):
        at, end = starts[rings], starts[k + 1]
        put(x, at, x, begin, end - begin)
        put(y, at, y, begin, end - begin)
        n = clean_ring(x, y, at, end - begin)
        begin = end
        if n < 3:
            continue
        if (twice_area(x, y, at, n) > 0) == (holes[k] != 0):
            reverse(x, y, at, n)
        holes[rings] = holes[k]
        rings += 1
        starts[rings] = at + n
    return rings if cut >= 0 else -1


@inlined
def _rounded(fx, fy, first, last, x, y, at):
    """Write points rounded from `at`; how many."""
    for i in range(last - first):
        x[at + i], y[at + i] = int(np.rint(fx[first + i])), int(np.rint(fy[first + i]))
    return last - first


@inlined
def _where(x, y, at, n):
    """1: inside the square; 0: perhaps across its edge; -1: outside."""
    if n == 0:
        return -1
    west = east = x[at]
    north = south = y[at]
    for i in range(at + 1, at + n):
        west, east = min(west, x[i]), max(east, x[i])
        north, south = min(north, y[i]), max(south, y[i])
    if west >= LOW and east <= HIGH and north >= LOW and south <= HIGH:
        return 1
    return 0 if east >= LOW and west <= HIGH and south >= LOW and north <= HIGH else -1
