"""Upright boxes as a shape: what a tile above the leaves draws most of.

The same triangles as those of their faces (a test compares), but each corner goes to the local
frame and to whole numbers once instead of once a face, and nothing has to be found out about how
a face is cut. Memory counts as much: what is large is given back to the system after each tile.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.solids.faces import SLIVER_M2, Place
from tiles.solids.shape import Shape

Array = npt.NDArray[Any]

_CORNERS = np.array([[0, 1, 2], [3, 1, 2], [3, 4, 2], [0, 4, 2], [0, 1, 5], [3, 1, 5], [3, 4, 5], [0, 4, 5]])
"""Columns of a box that make its corners."""
_FACES = np.array([[0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7], [4, 5, 6, 7]])
"""Walls and roof; nobody sees a block from below."""
_AHEAD = (1, 2, 3, 0)
_TRIANGLES = np.array([[0, 1, 2], [0, 2, 3]], np.uint32)


def box_shape(boxes: Array, owners: Array, place: Place) -> Shape:
    """Walls and roofs of upright boxes.

    Parameters
    ----------
    boxes : ndarray of float64, shape (n, 6)
        West, south, base, east, north and top, storage metres. A flat one has no walls.
    owners : ndarray of int64, shape (n,)
        Whose each is.
    place : callable
        Storage CRS to local metres.
    """
    points = place(boxes[:, _CORNERS].reshape(-1, 3))
    # all that face one way, one after another: their normals cost nothing then
    at = (_FACES[:, None] + len(_CORNERS) * np.arange(len(boxes))[:, None]).reshape(-1, 4)
    owners = np.tile(owners, len(_FACES))
    normals, sound = _directions(points.reshape(-1, len(_CORNERS), 3))
    if not sound.all():
        at, owners, normals = at[sound], owners[sound], normals[sound]
        used, at = np.unique(at, return_inverse=True)
        points, at = points[used], at.reshape(-1, 4)
    first = np.arange(0, at.size, 4, dtype=np.uint32)
    return Shape(
        points,
        normals,
        (first[:, None, None] + _TRIANGLES).reshape(-1, 3),
        np.repeat(owners, 4),
        at=at.reshape(-1),
        facing=np.repeat(np.arange(len(at)), 4),
    )


def _directions(corners: Array) -> tuple[Array, Array]:
    """Unit vector of each face by Newell's method, and whether it has one."""
    x, y, z = (np.ascontiguousarray(corners[:, :, axis].T)[_FACES] for axis in range(3))
    # summed corner by corner, as everywhere
    area = [
        sum(a[:, i] * b[:, k] - b[:, i] * a[:, k] for i, k in enumerate(_AHEAD)).reshape(-1)
        for a, b in ((y, z), (z, x), (x, y))
    ]
    size = np.sqrt(area[0] * area[0] + area[1] * area[1] + area[2] * area[2])
    sound = size > 2 * SLIVER_M2
    return np.column_stack(area) / np.where(sound, size, 1.0)[:, None], sound
