"""One feature on the grid of a tile: scaled, generalised, rounded, clipped."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled
from tiles.vector.snapshot.kernel.line import clean_line, clip_line
from tiles.vector.snapshot.kernel.piece import put
from tiles.vector.snapshot.kernel.ring import clean_ring, clip_ring, reverse, twice_area
from tiles.vector.snapshot.kernel.simplify import simplify

LOW, HIGH = -64, 4096 + 64
"""The tile and its buffer, units."""
POINT, LINE, POLYGON = 1, 2, 3
"""Types of geometry, as the specification numbers them."""


@compiled
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


@compiled
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


@compiled
def place_lines(fx, fy, starts, parts, tolerance, x, y, out_x, out_y, out_starts, piece_starts):
    """Lines of a feature; how many pieces are in the square."""
    pieces = 0
    out_starts[0] = 0
    for k in range(parts):
        n = _rounded(fx, fy, starts[k], starts[k + 1], tolerance, 2, x, y)
        n = clean_line(x, y, n)
        where = _where(x, y, n)
        if n < 2 or where < 0:
            continue
        at = out_starts[pieces]
        if where > 0:
            put(out_x, at, x, 0, n)
            put(out_y, at, y, 0, n)
            pieces += 1
            out_starts[pieces] = at + n
            continue
        cut = clip_line(x, y, n, LOW, HIGH, out_x[at:], out_y[at:], piece_starts)
        for i in range(cut):
            out_starts[pieces + 1 + i] = at + piece_starts[i + 1]
        pieces += cut
    return pieces


@compiled
def place_rings(fx, fy, starts, holes, parts, tolerance, x, y, out_x, out_y, out_starts, out_holes):
    """Rings of a feature that are in the square, wound as MVT 2.1 wants them; how many.

    A ring that shrinks to a line or a point goes, and its holes with it.
    """
    rings, drawn = 0, False
    out_starts[0] = 0
    for k in range(parts):
        if holes[k] and not drawn:
            continue
        n = _rounded(fx, fy, starts[k], starts[k + 1], tolerance, 4, x, y)
        n = clean_ring(x, y, n)
        where = _where(x, y, n)
        at = out_starts[rings]
        if n >= 3 and where == 0:
            n = clip_ring(x, y, n, LOW, HIGH, out_x[at:], out_y[at:])
            n = clean_ring(x, y, n)
        there = n >= 3 and where >= 0
        if not holes[k]:
            drawn = there
        if not there:
            continue
        # a clean ring without area crosses itself: that is seen by who looks for contacts
        if (twice_area(x, y, n) > 0) == bool(holes[k]):
            reverse(x, y, n)
        put(out_x, at, x, 0, n)
        put(out_y, at, y, 0, n)
        out_holes[rings] = holes[k]
        rings += 1
        out_starts[rings] = at + n
    return rings


@compiled
def _rounded(fx, fy, first, last, tolerance, least, x, y):
    n = last - first
    if tolerance > 0:
        n = simplify(fx[first:last], fy[first:last], n, tolerance, least)
    for i in range(n):
        x[i], y[i] = int(np.rint(fx[first + i])), int(np.rint(fy[first + i]))
    return n


@compiled
def _where(x, y, n):
    """1: inside the square; 0: perhaps across its edge; -1: outside."""
    if n == 0:
        return -1
    west = east = x[0]
    north = south = y[0]
    for i in range(1, n):
        west, east = min(west, x[i]), max(east, x[i])
        north, south = min(north, y[i]), max(south, y[i])
    if west >= LOW and east <= HIGH and north >= LOW and south <= HIGH:
        return 1
    return 0 if east >= LOW and west <= HIGH and south >= LOW and north <= HIGH else -1
