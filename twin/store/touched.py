"""What a batch of a load touches, reckoned beside the database; see `twin/database/sql/018_cells.sql`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import shapely

from twin.cells import CELL_M, MOST_CELLS
from twin.database.statements import statement
from twin.model.collection import Collection

_HERE = "twin.store"

Boxes = npt.NDArray[np.int64]
"""West, south, east, north of each row in cells of the storage grid, shape (n, 4)."""


def boxes(geometry: npt.NDArray[np.object_]) -> Boxes:
    """Cells that the boxes of shapes reach to; of no place: the lowest beyond the highest.

    Parameters
    ----------
    geometry : ndarray of shapely geometry
        In the storage CRS, metres.
    """
    bounds = shapely.bounds(geometry)
    return np.where(np.isfinite(bounds), np.floor(bounds / CELL_M), [1, 1, 0, 0]).astype(np.int64)


def cells(reached: Boxes) -> tuple[list[int | None], list[int | None]]:
    """East and north of every cell some box covers, each once; None for what touches as a whole."""
    found: set[tuple[int, int]] = set()
    whole: list[None] = []
    for west, south, east, north in np.unique(reached, axis=0).tolist():
        if (east - west + 1) * (north - south + 1) > MOST_CELLS and west <= east:
            whole = [None]
            found |= {((west + east >> 1) + i, (south + north >> 1) + j) for i in (0, 1) for j in (0, 1)}
        else:
            found |= {(e, n) for e in range(west, east + 1) for n in range(south, north + 1)}
    return [*whole, *(e for e, _ in sorted(found))], [*whole, *(n for _, n in sorted(found))]


@contextmanager
def vouched(
    connection: psycopg.Connection[Any], collection: Collection, reached: Boxes | None
) -> Iterator[None]:
    """Rows sent meanwhile have ids that were just made; what they touch is written once, not by trigger.

    Parameters
    ----------
    connection : psycopg.Connection
        The transaction of the load; when sending fails, it is undone, and this with it.
    collection : Collection
        Where the rows go.
    reached : Boxes or None
        Of the rows; None where they have no place, and the trigger judges.
    """
    # a part touches the cells of its building as well: the trigger knows
    known = reached is not None and collection.name != "building_part"
    connection.execute(statement(_HERE, "vouch").encode(), {"touched": "on" if known else ""})
    yield
    cells_e, cells_n = cells(reached) if known and reached is not None else ([], [])
    bind = {"collection": collection.name, "cells_e": cells_e, "cells_n": cells_n}
    connection.execute(statement(_HERE, "touch_cells").encode(), bind)
