"""What a loader may ask about the city it loads into, inside its own transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import shapely
from psycopg import sql
from psycopg.rows import dict_row, tuple_row

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


def standing(
    connection: psycopg.Connection[Any],
    collection: str,
    codes: Sequence[str | None],
    shapes: npt.NDArray[np.object_],
    *,
    srid: int,
    other_than: str,
    limit: int,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Current features of other sources that share a code, or whose box meets that of a new one.

    Parameters
    ----------
    collection : str
        Name in the catalogue; one with a code and a geometry.
    codes : sequence of str or None
        One a new feature.
    shapes : ndarray of shapely geometry
        Plan shapes in the storage CRS, one a new feature; None where there is none.
    srid : int
        EPSG code of the storage CRS.
    other_than : str
        Source that does not count.
    limit : int
        At most so many.

    Yields
    ------
    int, dict
        Number of the new feature; source, source_key, code, same_code and shape of what stands.
    """
    text = sql.SQL(statement(_HERE, "standing")).format(
        table=sql.Identifier("city", look_up(collection).name)
    )
    wkb = [None if shape is None else shapely.to_wkb(shape, output_dimension=2) for shape in shapes]
    bind = {
        "rows": list(range(len(wkb))),
        "codes": [None if code is None else str(code) for code in codes],
        "shapes": wkb,
        "srid": srid,
        "source": other_than,
        "limit": limit,
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(text, bind).fetchall()
    for row in found:
        place, raw = row.pop("row"), row.pop("wkb")
        yield place, {**row, "shape": None if raw is None else shapely.from_wkb(bytes(raw))}
