"""Features of one collection: pages of GeoJSON text, keyset by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.errors import NotFound
from twin.model.collection import Collection, Column
from twin.queries import item_sql
from twin.queries.area import ewkb, inner_box, storage_area

_AFTER = " and c.feature_id > %(after)s"
_LARGE_M2 = 25e6
"""A box from here on may hold so much that finding all of it takes longer than a page should."""
_CHEAP = 2_000.0
"""Planner's cost up to which a count is made and not guessed: about 20 ms (200,000 sensors, 6,409: 63 ms)."""
_WALKED = 10
"""So many ids a feature of the page are looked at for a large box, before all of it is found."""


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
    space : int or None
        Room address: id of the room.
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
    space: int | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    circles: frozenset[str] = frozenset({"public"})

    @property
    def present(self) -> bool:
        """Whether the city is asked for as it is."""
        return self.start is None and self.end is None


class Page(NamedTuple):
    """Features as the inside of a GeoJSON array, how many, and where the next page begins."""

    features: str
    returned: int
    next_after: int | None


def items(database: Database, collection: Collection, query: ItemQuery) -> Page:
    """One page of a collection in the order of ids; stable while others write."""
    asked = _Asked.of(database, collection, query)
    if asked is None:
        return Page("", 0, None)
    with database.transaction() as connection:
        return asked.page(connection)


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
        Count whatever matches. Else that is done where it costs little: where the page holds it
        all, in a box of up to 25 km², and where the planner thinks so; beyond, the planner's estimate
        may be given, which costs nothing.

    Returns
    -------
    Page, int
        The page, and the number that matches in all, never less than the page shows.
    """
    asked = _Asked.of(database, collection, query)
    if asked is None:
        return Page("", 0, None), 0
    if "area" in asked.binds and query.present:
        return asked.found_page(database, exact=exact)
    with database.transaction() as connection:
        page = asked.page(connection)
        if page.next_after is None and not query.after:
            return page, page.returned
        matched = asked.count(connection, exact=exact)
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
    asked = _Asked(collection, query, _binds(collection, query))
    asked.binds |= {"limit": 1, "feature": feature_id}
    page = asked.page(connection, " and c.feature_id = %(feature)s")
    if not page.returned:
        raise NotFound(f"collection '{collection.name}' has no feature {feature_id}")
    return page.features


def readable(collection: Collection, circles: Iterable[str]) -> tuple[Column, ...]:
    """Listed columns of a collection that a caller of these circles may read."""
    allowed = frozenset(circles)
    return tuple(c for c in collection.listed_columns if c.access in allowed)


@dataclass(slots=True)
class _Asked:
    """A question with its binds, and the ways to answer it."""

    collection: Collection
    query: ItemQuery
    binds: dict[str, Any]
    large: bool = False

    @classmethod
    def of(cls, database: Database, collection: Collection, query: ItemQuery) -> _Asked | None:
        """None where nothing can match."""
        binds, large = _binds(collection, query), False
        if query.bbox is not None:
            if collection.geometry is None:
                return None
            area = storage_area(database.srid, *query.bbox)
            if area is not None:
                if area.is_empty:
                    return None
                binds["area"] = ewkb(area, database.srid)
                binds["inner"] = inner_box(area, database.srid)
                large = area.area > _LARGE_M2
        if query.z_range_m is not None:
            binds["low"], binds["high"] = query.z_range_m
        if query.space is not None and query.building is None:
            # of addresses only the floor has an index; what is in a room is in its building
            room = database.row(statement("twin.queries", "space_building"), {"space": query.space})
            if room is None:
                return None
            query = replace(query, building=room["building_id"])
        binds |= {"building": query.building, "floor": query.floor, "space": query.space}
        binds |= {f"equal_{number}": value for number, value in enumerate(query.equal.values())}
        return cls(collection, query, binds, large)

    def page(self, connection: Connection, where: str | None = None) -> Page:
        """The page as the planner thinks best."""
        where = _AFTER + self._where() if where is None else where
        rows = item_sql.rows_of(self.collection, self.query, where)
        sql = item_sql.ordered(self.collection, self._columns, rows)
        # planned anew each time: with the filters known the right index is taken
        return _cut(connection.execute(sql.encode(), self.binds, prepare=False).fetchall(), self.query.limit)

    def count(self, connection: Connection, *, exact: bool) -> int:
        """How many match; what is not cheap to count, as many as the planner expects, by boxes only."""
        rows = item_sql.rows_of(self.collection, self.query, self._where(exact=exact))
        counted = item_sql.counted(rows).encode()
        if not exact:
            row = connection.execute(
                b"explain (format json) " + counted, self.binds, prepare=False
            ).fetchone()
            assert row is not None  # noqa: S101 - EXPLAIN always brings its row
            plan = row["QUERY PLAN"][0]["Plan"]
            if plan["Total Cost"] > _CHEAP:
                # the node below the aggregate says how many rows it expects
                return int(plan["Plans"][0]["Plan Rows"])
        row = connection.execute(counted, self.binds, prepare=False).fetchone()
        assert row is not None  # noqa: S101 - an aggregate always brings its row
        return int(row["count"])

    def found_page(self, database: Database, *, exact: bool) -> tuple[Page, int]:
        """Page and count of a box; what is in it is found once, which tells both.

        The page of a large box is looked for among the first ids. Where they lie elsewhere, all that
        is in the box is found after all: ids are in the order of loading, which may begin anywhere.
        """
        if self.large and not exact:
            with database.transaction() as connection:
                sql = item_sql.walked(self.collection, self._columns, self._where())
                rows = connection.execute(
                    sql.encode(), {**self.binds, "walked": _WALKED * (self.query.limit + 1)}
                ).fetchall()
                if len(rows) > self.query.limit:
                    matched = self.count(connection, exact=False)
                    return _cut(rows, self.query.limit), max(matched, len(rows))
        # a statement the connection keeps: a box always means the index of geometry
        sql = item_sql.found(self.collection, self._columns, self._where())
        *rows, last = database.rows(sql, self.binds)
        return _cut(rows, self.query.limit), int(last["matched"])

    def _where(self, *, exact: bool = True) -> str:
        area = "area" in self.binds
        return item_sql.predicate(self.collection, self._columns, self.query, area=area, exact=exact)

    @property
    def _columns(self) -> tuple[Column, ...]:
        return readable(self.collection, self.query.circles)


def _cut(found: Sequence[Mapping[str, Any]], limit: int) -> Page:
    """Page of the rows that were found, of which one may be more than it holds."""
    shown = found[:limit]
    more = len(found) > limit
    return Page(",".join(row["feature"] for row in shown), len(shown), shown[-1]["id"] if more else None)


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
