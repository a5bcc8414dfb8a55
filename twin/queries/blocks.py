"""Bodies of the city that no building model draws: their faces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Array = npt.NDArray[Any]


def faces_of(row: Mapping[str, Any], here: Array) -> list[Any]:
    """Faces of a row of `bodies_over`, as plane polygons in metres from a place; none where it has no height.

    Parameters
    ----------
    row : mapping
        With `faces` or `shell`.
    here : ndarray of shape (3,)
        East, north and height in the storage CRS.
    """
    if row["faces"] is not None:
        whole = shapely.from_wkb(bytes(row["faces"]))
        return list(shapely.get_parts(shapely.transform(whole, lambda c: c - here, include_z=True)))
    if row["shell"] is None:
        return []
    corners = np.array(row["shell"]["vertices"], float).reshape(-1, 3) - here
    rings = [[corners[ring] for ring in face] for face in row["shell"]["boundaries"]]
    return [shapely.Polygon(one[0], one[1:]) for one in rings]
