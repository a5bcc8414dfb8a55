"""What a loader may ask about the city it loads into, inside its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import shapely
from psycopg import sql
from psycopg.rows import tuple_row

from twin.catalogue import collection as look_up
from twin.database.statements import statement

_HERE = "twin.store"


def footprints(connection: psycopg.Connection[Any], ids: Sequence[int]) -> dict[int, Any]:
    """Footprints of buildings by feature id, in the storage CRS; those without one are left out."""
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        found = cursor.execute(statement(_HERE, "footprints").encode(), {"ids": list(ids)}).fetchall()
    shapes = shapely.from_wkb([wkb for _, wkb in found])
    return {feature_id: shape for (feature_id, _), shape in zip(found, shapes, strict=True)}


def centres(
    connection: psycopg.Connection[Any],
    collection: str,
    box_m: tuple[float, float, float, float],
    *,
    other_than: str,
    limit: int,
) -> npt.NDArray[np.float64]:
    """Centres of the boxes of current features of other sources, n by 2, east and north.

    Parameters
    ----------
    collection : str
        Name in the catalogue; one with a geometry.
    box_m : tuple of float
        west, south, east, north in the storage CRS.
    other_than : str
        Source that does not count.
    limit : int
        At most so many.
    """
    text = sql.SQL(statement(_HERE, "centres")).format(table=sql.Identifier("city", look_up(collection).name))
    names = ("west", "south", "east", "north")
    bind = {**dict(zip(names, box_m, strict=True)), "source": other_than, "limit": limit}
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        found = cursor.execute(text, bind).fetchall()
    return np.array(found, float).reshape(-1, 2)
