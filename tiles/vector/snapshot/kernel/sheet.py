"""Vertices of the storage CRS to EPSG:3857 by the polynomial of a sheet."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, inlined


@compiled
def place(xy, row_part, part_point, frame, factors):
    """Project every row in its place.

    Parameters
    ----------
    xy : float64 array, shape (points, 2)
        East and north of the storage CRS; those of EPSG:3857 afterwards.
    row_part, part_point : int64 arrays
        Which are of which row.
    frame, factors : float64 arrays
        As of `tiles.fit.Fit`, of the third degree.

    Returns
    -------
    sides_m : float64 array, shape (rows,)
        Larger side of each row in the storage CRS.
    beyond : int64 array
        Rows that reach beyond the sheet, where its polynomial says nothing: theirs are as they were.
    """
    n = len(row_part) - 1
    sides_m, beyond, far = np.zeros(n), np.empty(n, np.int64), 0
    middle_e, middle_n, half_e, half_n = frame[0], frame[1], frame[2], frame[3]
    for row in range(n):
        first, last = part_point[row_part[row]], part_point[row_part[row + 1]]
        if first == last:
            continue
        west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
        for i in range(first, last):
            west, east = min(west, xy[i, 0]), max(east, xy[i, 0])
            south, north = min(south, xy[i, 1]), max(north, xy[i, 1])
        sides_m[row] = max(east - west, north - south)
        # said so that a vertex that is no number is beyond as well
        if not (
            west >= middle_e - half_e and east <= middle_e + half_e
            and south >= middle_n - half_n and north <= middle_n + half_n
        ):  # fmt: skip
            beyond[far] = row
            far += 1
            continue
        for i in range(first, last):
            u, v = (xy[i, 0] - middle_e) / half_e, (xy[i, 1] - middle_n) / half_n
            xy[i, 0], xy[i, 1] = _third(factors, 0, u, v), _third(factors, 1, u, v)
    return sides_m, beyond[:far]


@inlined
def _third(f, k, u, v):
    """Horner's scheme in both variables."""
    return (
        f[0, k] + v * (f[1, k] + v * (f[2, k] + v * f[3, k]))
        + u * (f[4, k] + v * (f[5, k] + v * f[6, k]) + u * (f[7, k] + v * f[8, k] + u * f[9, k]))
    )  # fmt: skip
