"""Boxes around what stands in the storage CRS, in a local frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.source import Context

Array = npt.NDArray[Any]

_EARTH_M = 6_350_000.0
_MARGIN_M = 0.05


def around(place: Callable[[Array], Array], boxes: Array, more_m: float = 0.0) -> Array:
    """Lowest and highest corner of all between two heights over plan boxes.

    Nine places of each are projected at either height; between two of them a line leaves its
    chord by less than the sagitta added.

    Parameters
    ----------
    place : callable
        Storage CRS to local metres.
    boxes : ndarray of float64, shape (n, 6)
        West, south, east, north, lowest and highest.
    more_m : float
        Added on every side.

    Returns
    -------
    ndarray of float64, shape (n, 2, 3)
    """
    low, high = boxes[:, [0, 1, 4]], boxes[:, [2, 3, 5]]
    share = np.array([(e, n, z) for e in (0.0, 0.5, 1.0) for n in (0.0, 0.5, 1.0) for z in (0.0, 1.0)])
    points = low[:, None] + share * (high - low)[:, None]
    points = place(points.reshape(-1, 3)).reshape(points.shape)
    side = (high - low)[:, :2].max(axis=1)
    # twice the sagitta of a quarter of the side: the grid lines of a projection curve too
    slack = (_MARGIN_M + more_m + side * side / (16 * _EARTH_M))[:, None]
    return np.stack([points.min(axis=1) - slack, points.max(axis=1) + slack], axis=1)


def box_of(corners: Array) -> list[float]:
    """Bounding volume `box` of 3D Tiles: middle and three half axes."""
    middle, half = (corners[0] + corners[1]) / 2, (corners[1] - corners[0]) / 2
    return [float(v) for v in (*middle, half[0], 0, 0, 0, half[1], 0, 0, 0, half[2])]


def instant(context: Context) -> str:
    """Query of an address that carries the moment on; empty for the present."""
    if context.moment is None:
        return ""
    return "?datetime=" + context.moment.isoformat().replace("+00:00", "Z").replace("+", "%2B")
