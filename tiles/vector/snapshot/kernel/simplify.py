"""Douglas and Peucker (1973), as `ST_Simplify(..., preserveCollapsed => true)` does it."""

from __future__ import annotations

from tiles.vector.snapshot.kernel.compiled import leaf
from tiles.vector.snapshot.kernel.piece import put


@leaf
def simplify_parts(x, y, offsets, parts, tolerance, least, keep, stack):
    """Simplify each part of a feature, in place; parameters as of `simplify`.

    Part `k` is `offsets[k]..offsets[k + 1]`, before and afterwards.
    """
    begin, end = offsets[0], offsets[0]
    for k in range(parts):
        n = simplify(x, y, begin, offsets[k + 1] - begin, tolerance, least, keep, stack)
        put(x, end, x, begin, n)
        put(y, end, y, begin, n)
        begin, end = offsets[k + 1], end + n
        offsets[k + 1] = end


@leaf
def simplify(x, y, at, n, tolerance, least, keep, stack):
    """Drop points nearer than `tolerance` to the line between those kept, in place; how many stay.

    Parameters
    ----------
    x, y : float64 arrays
        Among others a line, or a ring with its first point repeated at the end.
    at, n : int
        It is the `n` points from `at`.
    tolerance : float
        In units of the coordinates.
    least : int
        Points that stay however near they are: 2 of a line, 4 of a ring.
    keep, stack : bool array, shape (n,); int64 array, shape (n, 2)
        Room.
    """
    if n <= least:
        return n
    for i in range(n):
        keep[i] = i == 0 or i == n - 1
    kept = 2
    stack[0, 0], stack[0, 1], height = 0, n - 1, 1
    while height:
        height -= 1
        first, last = stack[height, 0], stack[height, 1]
        split, far = _farthest(x, y, at + first, at + last)
        if split > 0 and (far > tolerance * tolerance or kept < least):
            split -= at
            keep[split] = True
            kept += 1
            stack[height, 0], stack[height, 1] = split, last
            stack[height + 1, 0], stack[height + 1, 1] = first, split
            height += 2
    put_at = at
    for i in range(n):
        if keep[i]:
            x[put_at], y[put_at] = x[at + i], y[at + i]
            put_at += 1
    return put_at - at


@leaf
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
