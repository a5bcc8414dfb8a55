"""Display meshes as the database keeps them, as points and triangles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_STEPS = 65_535


@dataclass(frozen=True, slots=True)
class Mesh:
    """A mesh in its own metres.

    Attributes
    ----------
    points : ndarray of shape (n, 3)
        Corners that lie at the same place are one.
    triangles : ndarray of shape (m, 3)
    colours : ndarray of shape (m, 4)
        Red, green, blue and opacity of each triangle, 0 to 255.
    """

    points: Array
    triangles: Array
    colours: Array


def read_mesh(row: Mapping[str, Any]) -> Mesh:
    """Read a row of `twin.mesh` (written by `loaders.ifc.quantise`)."""
    low, high = np.array(row["box_min_m"]), np.array(row["box_max_m"])
    steps = np.frombuffer(row["positions"], "<u2").reshape(-1, 3).astype(np.int64)
    # three numbers of 16 bits are one of 48: equal numbers are the same place
    _, first, number = np.unique(
        steps[:, 0] << 32 | steps[:, 1] << 16 | steps[:, 2], return_index=True, return_inverse=True
    )
    points = low + steps[first] / _STEPS * np.where(high > low, high - low, 1.0)
    triangles = number.reshape(-1)[np.frombuffer(row["indices"], "<u4").astype(np.int64)].reshape(-1, 3)
    palette = np.array(row["palette"] or [[200, 200, 200, 255]], np.uint8).reshape(-1, 4)
    chosen = np.zeros(len(triangles), np.int64)
    if row["materials"] is not None:
        chosen = np.frombuffer(row["materials"], "<u2").astype(np.int64)
    return Mesh(points, triangles, palette[np.minimum(chosen, len(palette) - 1)])


def boxes(lows: Array, highs: Array, matrices: Array) -> Array:
    """Boxes along the axes around boxes that were moved: shape (n, 2, 3).

    Parameters
    ----------
    lows, highs : ndarray of shape (n, 3)
        Corners in the metres of each mesh.
    matrices : ndarray of shape (n, 4, 4)
        To the storage CRS.
    """
    pick = np.array([(i & 1, i >> 1 & 1, i >> 2) for i in range(8)])
    corners = np.where(pick == 0, lows[:, None], highs[:, None])
    moved = corners @ np.swapaxes(matrices[:, :3, :3], 1, 2) + matrices[:, None, :3, 3]
    return np.stack([moved.min(axis=1), moved.max(axis=1)], axis=1)


def moved(points: Array, matrix: Array) -> Array:
    """Points by a 4 by 4 matrix."""
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])
