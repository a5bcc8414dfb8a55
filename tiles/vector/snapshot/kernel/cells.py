"""Which rows stand on touched cells of the storage grid."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled


@compiled
def on_cells(cells, alive, touched_e, touched_n):
    """Living rows that meet one of these cells.

    Parameters
    ----------
    cells : int32 array, shape (rows, 4)
        First and last cell of each row: west, south, east, north, as the touch log counts them.
    alive : bool array, shape (rows,)
        Whether the row is still there.
    touched_e, touched_n : int32 arrays
        Cells.

    Returns
    -------
    bool array, shape (rows,)
    """
    found = np.zeros(len(alive), np.bool_)
    if len(touched_e) == 0:
        return found
    west, east = touched_e.min(), touched_e.max()
    south, north = touched_n.min(), touched_n.max()
    for i in range(len(alive)):
        if not alive[i] or cells[i, 0] > east or cells[i, 2] < west:
            continue
        if cells[i, 1] > north or cells[i, 3] < south:
            continue
        for k in range(len(touched_e)):
            if cells[i, 0] <= touched_e[k] <= cells[i, 2] and cells[i, 1] <= touched_n[k] <= cells[i, 3]:
                found[i] = True
                break
    return found
