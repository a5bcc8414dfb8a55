"""Triangles without width taken out of a mesh, so that it stays closed where a reader drops them.

Stored positions have 16 bits; corners that lay a hair off a line may lie on it afterwards. A
reader that leaves such a triangle out leaves a slit, and a wall with a slit has no volume.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
_NARROW_M = 2e-4
_TURNS = 8


def without_slivers(points: Floats, triangles: Integers) -> tuple[Floats, Integers]:
    """Corners that fall together made one, and the longest side of each sliver turned.

    A sliver (a, b, c) on its longest side a-b and the neighbour (b, a, d) become (a, d, c) and
    (d, b, c): the same surface, to less than the width of the sliver.

    Parameters
    ----------
    points : ndarray of shape (n, 3)
        Metres, rounded as they will be written.
    triangles : ndarray of shape (m, 3)
        Numbers of corners from 0.
    """
    corners, numbers = np.unique(points, axis=0, return_inverse=True)
    welded = numbers.reshape(-1)[triangles]
    a, b, c = welded.T
    welded = welded[(a != b) & (b != c) & (c != a)]
    pending = np.flatnonzero(_widths(corners, welded) < _NARROW_M).tolist()
    if not pending:
        return corners, welded
    return corners, _turned(corners, welded.tolist(), pending)


def _widths(points: Floats, triangles: Integers) -> Floats:
    """Height of each triangle over its longest side."""
    sides = points[np.roll(triangles, -1, axis=1)] - points[triangles]
    longest = np.linalg.norm(sides, axis=2).max(axis=1)
    twice = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
    return twice / np.where(longest > 0, longest, 1.0)


def _turned(points: Floats, triangles: list[Any], pending: list[int]) -> Integers:
    across = {(t[i], t[i - 2]): n for n, t in enumerate(triangles) for i in range(3)}
    left = _TURNS * len(pending)
    while pending and left:
        left -= 1
        number = pending.pop()
        sliver = triangles[number]
        if sliver is None or _widths(points, np.array([sliver]))[0] >= _NARROW_M:
            continue
        ends = [points[sliver[i - 2]] - points[sliver[i]] for i in range(3)]
        at = int(np.argmax([np.dot(side, side) for side in ends]))
        a, b, c = sliver[at], sliver[at - 2], sliver[at - 1]
        other = across.get((b, a))
        if other is None or triangles[other] is None:
            continue
        [d] = [corner for corner in triangles[other] if corner not in (a, b)]
        for old in (number, other):
            for i in range(3):
                across.pop((triangles[old][i], triangles[old][i - 2]), None)
            triangles[old] = None
        if d == c:  # two that lie on each other: both go
            continue
        for where, made in ((number, [a, d, c]), (other, [d, b, c])):
            triangles[where] = made
            across.update({(made[i], made[i - 2]): where for i in range(3)})
            pending.append(where)
    return np.array([t for t in triangles if t is not None], np.int64).reshape(-1, 3)
