"""Douglas and Peucker (1973), as `ST_Simplify(..., preserveCollapsed => true)` does it."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled


@compiled
def simplify(x, y, n, tolerance, least):
    """Drop points nearer than `tolerance` to the line between those kept, in place; how many stay.

    Parameters
    ----------
    x, y : float64 arrays
        A line, or a ring with its first point repeated at the end.
    n : int
        Points.
    tolerance : float
        In units of the coordinates.
    least : int
        Points that stay however near they are: 2 of a line, 4 of a ring.
    """
    if n <= least:
        return n
    keep = np.zeros(n, np.bool_)
    keep[0] = keep[n - 1] = True
    kept = 2
    stack = np.empty((n, 2), np.int64)
    stack[0, 0], stack[0, 1], height = 0, n - 1, 1
    while height:
        height -= 1
        first, last = stack[height, 0], stack[height, 1]
        split, far = _farthest(x, y, first, last)
        if split > 0 and (far > tolerance * tolerance or kept < least):
            keep[split] = True
            kept += 1
            stack[height, 0], stack[height, 1] = split, last
            stack[height + 1, 0], stack[height + 1, 1] = first, split
            height += 2
    at = 0
    for i in range(n):
        if keep[i]:
            x[at], y[at] = x[i], y[i]
            at += 1
    return at


@compiled
def _farthest(x, y, first, last):
    """Point between two others farthest from the segment between them, and its squared distance."""
    split, far = -1, -1.0
    dx, dy = x[last] - x[first], y[last] - y[first]
    length = dx * dx + dy * dy
    for i in range(first + 1, last):
        px, py = x[i] - x[first], y[i] - y[first]
        share = 0.0 if length == 0 else min(1.0, max(0.0, (px * dx + py * dy) / length))
        px -= share * dx
        py -= share * dy
        away = px * px + py * py
        if away > far:
            split, far = i, away
    return split, far
