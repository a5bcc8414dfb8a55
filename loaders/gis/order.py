"""The order in which rows of a chunk are written: those near each other on the ground near on the disk."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

_LEAST_ROWS = 256
"""A page or two of the database: fewer rows lie together anyway."""


def in_space(shapes: npt.NDArray[np.object_] | None, source_key: list[Any]) -> npt.NDArray[np.int64] | None:
    """Order rows along Hilbert's curve through the box of the chunk.

    A tile of a layer whose rows lie on the disk as they came in a file is a page a row.

    Parameters
    ----------
    shapes : ndarray of shapely geometry or None
        In any one CRS.
    source_key : list
        Keys of the rows.

    Returns
    -------
    ndarray of int64, or None
        Numbers of the rows, those without a place last; None: they stay as they are. So they do where a key
        comes twice, for the first row of the file is the one that counts.
    """
    if shapes is None or len(shapes) < _LEAST_ROWS or len({*source_key}) < len(source_key):
        return None
    placed = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    if not placed.any():
        return None
    along = gpd.GeoSeries(shapes[placed]).hilbert_distance().to_numpy()
    placed_rows = np.flatnonzero(placed)
    return np.concatenate([placed_rows[np.argsort(along, kind="stable")], np.flatnonzero(~placed)])
