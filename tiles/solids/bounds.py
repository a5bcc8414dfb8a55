"""Boxes around what stands in the storage CRS, in a local frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.address import Box
from tiles.source import Context

Array = npt.NDArray[Any]

_EARTH_M = 6_350_000.0
_MARGIN_M = 0.05


def around(place: Callable[[Array], Array], plan: Box, low_m: float, top_m: float) -> Array:
    """Lowest and highest corner, shape (2, 3), of all between two heights over a plan box.

    Nine places are projected at either height; between two of them a line leaves its chord by
    less than the sagitta added.
    """
    west, south, east, north = plan
    es, ns, zs = np.meshgrid(np.linspace(west, east, 3), np.linspace(south, north, 3), [low_m, top_m])
    points = place(np.column_stack([es.ravel(), ns.ravel(), zs.ravel()]))
    side = max(east - west, north - south)
    # twice the sagitta of a quarter of the side: the grid lines of a projection curve too
    slack = _MARGIN_M + side * side / (16 * _EARTH_M)
    return np.vstack([points.min(axis=0) - slack, points.max(axis=0) + slack])


def box_of(corners: Array) -> list[float]:
    """Bounding volume `box` of 3D Tiles: middle and three half axes."""
    middle, half = (corners[0] + corners[1]) / 2, (corners[1] - corners[0]) / 2
    return [float(v) for v in (*middle, half[0], 0, 0, 0, half[1], 0, 0, 0, half[2])]


def instant(context: Context) -> str:
    """Query of an address that carries the moment on; empty for the present."""
    if context.moment is None:
        return ""
    return "?datetime=" + context.moment.isoformat().replace("+00:00", "Z").replace("+", "%2B")
