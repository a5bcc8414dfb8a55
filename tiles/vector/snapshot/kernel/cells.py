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
    # by column: a hundred cells all over a city are one or two in each, and none in most
    west, south, north = touched_e.min(), touched_n.min(), touched_n.max()
    columns = touched_e.max() - west + 1
    first = np.zeros(columns + 1, np.int64)
    for e in touched_e:
        first[e - west + 1] += 1
    first = np.cumsum(first)
    rows_n = np.empty(len(touched_n), np.int32)
    filled = first[:-1].copy()
    for k in range(len(touched_e)):
        column = touched_e[k] - west
        rows_n[filled[column]] = touched_n[k]
        filled[column] += 1
    for i in range(len(alive)):
        if not alive[i] or cells[i, 1] > north or cells[i, 3] < south:
            continue
        for column in range(max(cells[i, 0] - west, 0), min(cells[i, 2] - west, columns - 1) + 1):
            for k in range(first[column], first[column + 1]):
                if cells[i, 1] <= rows_n[k] <= cells[i, 3]:
                    found[i] = True
                    break
            if found[i]:
                break
    return found
