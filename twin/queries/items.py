"""Features of one collection: pages of GeoJSON text, keyset by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import shapely

from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.errors import NotFound
from twin.model.collection import Collection, Column
from twin.queries.area import storage_area

_SHARED = (
    "parent_id",
    "building_id",
    "storey_id",
    "space_id",
    "floor_no",
    "z_min_m",
    "z_max_m",
    "valid_from",
    "valid_to",
)
_DIGITS = 7
"""Decimals of a degree in answers: 1 cm."""


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """What is asked of a collection.

    Attributes
    ----------
    limit : int
        Features a page.
    after : int
        Id the page begins after; 0 for the first.
    bbox : (west, south, east, north) or None
        CRS84, degrees.
    z_range_m : (low, high) or None
        Metres above the vertical datum; a feature of unknown height is not in any range.
    start, end : datetime or None
        Versions that were so at some time between the two; both None: the present.
    building, floor : int or None
        Floor address: id of the building, number of the floor.
    equal : mapping of str to value
        Typed columns and the value they have.
    circles : collection of str
        Access circles of the caller.
    """

    limit: int = 10
    after: int = 0
    bbox: tuple[float, float, float, float] | None = None
    z_range_m: tuple[float, float] | None = None
    start: datetime | None = None
    end: datetime | None = None
    building: int | None = None
    floor: int | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    circles: frozenset[str] = frozenset({"public"})


class Page(NamedTuple):
    """Features as the inside of a GeoJSON array, how many, and where the next page begins."""

    features: str
    returned: int
    next_after: int | None


def items(database: Database, collection: Collection, query: ItemQuery) -> Page:
    """One page of a collection in the order of ids; stable while others write."""
    binds, where = _filters(database, collection, query)
    if where is None:
        return Page("", 0, None)
    with database.transaction() as connection:
        return _page(connection, _page_sql(collection, query, where), binds, query.limit)


def counted_items(
    database: Database, collection: Collection, query: ItemQuery, *, exact: bool = False
) -> tuple[Page, int]:
    """One page as by `items`, and how many features match in all.

    Parameters
    ----------
    database : Database
        The city.
    collection : Collection
        Which layer.
    query : ItemQuery
        What is asked of it.
    exact : bool
        Count what matches; else, where the page does not hold it all, the planner's
        estimate is given, which costs nothing.

    Returns
    -------
    Page, int
        The page, and the number that matches in all, never less than the page shows.
    """
    binds, where = _filters(database, collection, query)
    if where is None:
        return Page("", 0, None), 0
    sql = _page_sql(collection, query, where)
    with database.transaction() as connection:
        page = _page(connection, sql, binds, query.limit)
        if page.next_after is None and not query.after:
            return page, page.returned
        matched = _count(connection, collection, query, binds, exact=exact)
    return page, max(matched, page.returned + (page.next_after is not None))


def item(database: Database, collection: Collection, feature_id: int, query: ItemQuery) -> str:
    """One feature as GeoJSON text.

    Raises
    ------
    NotFound
        The collection has no such feature at the time asked for.
    """
    with database.transaction() as connection:
        return item_text(connection, collection, feature_id, query)


def item_text(connection: Connection, collection: Collection, feature_id: int, query: ItemQuery) -> str:
    """Like `item`, inside a transaction that is open."""
    binds = {**_binds(collection, query), "limit": 1, "feature": feature_id}
    sql = _page_sql(collection, query, " and c.feature_id = %(feature)s")
    page = _page(connection, sql, binds, 1)
    if not page.returned:
        raise NotFound(f"collection '{collection.name}' has no feature {feature_id}")
    return page.features


def readable(collection: Collection, circles: Iterable[str]) -> tuple[Column, ...]:
    """Listed columns of a collection that a caller of these circles may read."""
    allowed = frozenset(circles)
    return tuple(c for c in collection.listed_columns if c.access in allowed)


def _page(connection: Connection, sql: str, binds: dict[str, Any], limit: int) -> Page:
    # planned anew each time: with the box and the filters known the right index is taken
    found = connection.execute(sql.encode(), binds, prepare=False).fetchall()
    shown = found[:limit]
    more = len(found) > limit
    return Page(",".join(row["feature"] for row in shown), len(shown), shown[-1]["id"] if more else None)


def _count(
    connection: Connection, collection: Collection, query: ItemQuery, binds: dict[str, Any], *, exact: bool
) -> int:
    where = _where(collection, query, binds, exact=exact)
    counted = statement("twin.queries", "items_count").format(rows=_rows(collection, query, where))
    binds = {**binds, "after": 0}
    if exact:
        row = connection.execute(counted.encode(), binds, prepare=False).fetchone()
        assert row is not None  # noqa: S101 - an aggregate always brings its row
        return int(row["count"])
    row = connection.execute(b"explain (format json) " + counted.encode(), binds, prepare=False).fetchone()
    assert row is not None  # noqa: S101 - EXPLAIN always brings its row
    # the node below the aggregate says how many rows it expects
    return int(row["QUERY PLAN"][0]["Plan"]["Plans"][0]["Plan Rows"])


def _page_sql(collection: Collection, query: ItemQuery, where: str) -> str:
    columns = [f'c."{column.name}"' for column in readable(collection, query.circles)]
    values = ", ".join([*columns, *(f"c.{name}" for name in _SHARED), "nullif(c.properties, '{}') as other"])
    place = (
        "null" if collection.geometry is None else f"st_asgeojson(st_transform(c.geometry, 4326), {_DIGITS})"
    )
    return statement("twin.queries", "items").format(
        rows=_rows(collection, query, where), values=values, place=place
    )


def _rows(collection: Collection, query: ItemQuery, where: str) -> str:
    """Return the versions asked for; names come from the catalogue, values are bound."""
    name = "present" if query.start is None and query.end is None else "versions"
    return statement("twin.queries", name).format(table=f'city."{collection.name}"', where=where)


def _filters(
    database: Database, collection: Collection, query: ItemQuery
) -> tuple[dict[str, Any], str | None]:
    """Binds and predicate; no predicate where nothing can match."""
    binds = _binds(collection, query)
    if query.bbox is not None:
        if collection.geometry is None:
            return binds, None
        area = storage_area(database.srid, *query.bbox)
        if area is not None:
            if area.is_empty:
                return binds, None
            binds["area"] = shapely.to_wkb(shapely.set_srid(area, database.srid), include_srid=True)
    if query.z_range_m is not None:
        binds["low"], binds["high"] = query.z_range_m
    binds |= {"building": query.building, "floor": query.floor}
    binds |= {f"equal_{number}": value for number, value in enumerate(query.equal.values())}
    return binds, _where(collection, query, binds)


def _where(collection: Collection, query: ItemQuery, binds: dict[str, Any], *, exact: bool = True) -> str:
    """Return the predicate; not `exact`: boxes only, which is what an estimate can reckon with."""
    where = " and c.feature_id > %(after)s"
    if "area" in binds:
        where += " and c.geometry && %(area)s::geometry"
        where += " and st_intersects(c.geometry, %(area)s::geometry)" if exact else ""
    elif query.bbox is not None:
        where += " and c.geometry is not null"
    if query.z_range_m is not None:
        where += " and c.z_max_m >= %(low)s and c.z_min_m <= %(high)s"
    if query.building is not None:
        own = " or c.feature_id = %(building)s" if collection.name == "building" else ""
        where += f" and (c.building_id = %(building)s{own})"
    if query.floor is not None:
        where += " and c.floor_no = %(floor)s"
    for number, name in enumerate(query.equal):
        column = next(c for c in readable(collection, query.circles) if c.name == name)
        value = f"%(equal_{number})s"
        array = column.kind.endswith("_array")
        kind = column.kind.removesuffix("_array")
        where += f' and c."{column.name}" ' + (f"@> array[{value}]::{kind}[]" if array else f"= {value}")
    return where


def _binds(collection: Collection, query: ItemQuery) -> dict[str, Any]:
    shown = {column.name for column in readable(collection, query.circles)}
    return {
        "limit": query.limit,
        "after": query.after,
        "start": query.start,
        "end": query.end,
        "circles": sorted(query.circles),
        "hidden": [column.name for column in collection.columns if column.name not in shown],
    }
