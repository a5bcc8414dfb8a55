"""Corners within a millimetre are one corner."""

from __future__ import annotations

import numpy as np

from loaders.citymodel.faces import Floats, Integers

WELD_M = 0.001


def corner_ids(points: Floats) -> tuple[Integers, Integers]:
    """Number of the welded corner of each point, and the first point of each corner."""
    grid = np.round((points - points.min(axis=0)) / WELD_M).astype(np.int64)
    size = grid.max(axis=0) + 1
    if float(size[0]) * float(size[1]) * float(size[2]) < 2**62:
        key = (grid[:, 0] * size[1] + grid[:, 1]) * size[2] + grid[:, 2]
        _, first, ids = np.unique(key, return_index=True, return_inverse=True)
    else:
        _, first, ids = np.unique(grid, axis=0, return_index=True, return_inverse=True)
    return ids.reshape(-1), first
