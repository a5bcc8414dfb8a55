"""Statements of `twin.queries.items`: names come from the catalogue, values are bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from twin.database.statements import statement
from twin.model.collection import Collection, Column

if TYPE_CHECKING:
    from twin.queries.items import ItemQuery

_HERE = "twin.queries"
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


def ordered(collection: Collection, columns: Sequence[Column], rows: str) -> str:
    """Page of the rows of `rows_of`, as the planner thinks best."""
    return _text(collection, columns, chosen=statement(_HERE, "items_ordered").format(rows=rows))


def walked(collection: Collection, columns: Sequence[Column], where: str) -> str:
    """Page of present rows, looked for among so many ids only."""
    chosen = statement(_HERE, "items_walked").format(table=_table(collection), where=where)
    return _text(collection, columns, chosen=chosen)


def found(collection: Collection, columns: Sequence[Column], where: str) -> str:
    """Page of present rows, and as a last row how many there are, by finding all of them once."""
    table = _table(collection)
    return _text(
        collection,
        columns,
        found=statement(_HERE, "items_found").format(table=table, where=where),
        chosen=statement(_HERE, "items_page").format(table=table),
        count=statement(_HERE, "items_found_count"),
    )


def counted(rows: str) -> str:
    """How many rows of `rows_of` there are."""
    return statement(_HERE, "items_count").format(rows=rows)


def rows_of(collection: Collection, query: ItemQuery, where: str) -> str:
    """Return the versions asked for."""
    name = "present" if query.present else "versions"
    return statement(_HERE, name).format(table=_table(collection), where=where)


def predicate(
    collection: Collection, columns: Sequence[Column], query: ItemQuery, *, area: bool, exact: bool = True
) -> str:
    """What features have to be; which page they are on is not asked.

    Parameters
    ----------
    collection : Collection
        Which layer.
    columns : sequence of Column
        Those the caller may read.
    query : ItemQuery
        What is asked.
    area : bool
        Whether there are binds `area` and `inner`.
    exact : bool
        False: by boxes only, which is what an estimate can reckon with.
    """
    where = ""
    if area:
        where += " and c.geometry && %(area)s::geometry"
        # most shapes lie well inside, which their boxes tell
        where += (
            " and case when c.geometry @ %(inner)s::geometry then true"
            " else st_intersects(c.geometry, %(area)s::geometry) end"
            if exact
            else ""
        )
    elif query.bbox is not None:
        where += " and c.geometry is not null"
    if query.z_range_m is not None:
        where += " and c.z_max_m >= %(low)s and c.z_min_m <= %(high)s"
    if query.building is not None:
        own = " or c.feature_id = %(building)s" if collection.name == "building" else ""
        where += f" and (c.building_id = %(building)s{own})"
    if query.floor is not None:
        where += " and c.floor_no = %(floor)s"
    if query.space is not None:
        # a register of sensors names the room as its model does
        named = (
            " or c.host_space in (select s.global_id from city.space s where s.feature_id = %(space)s)"
            if any(column.name == "host_space" for column in collection.columns)
            else ""
        )
        where += f" and (c.space_id = %(space)s{named})"
    for number, name in enumerate(query.equal):
        column = next(c for c in columns if c.name == name)
        value = f"%(equal_{number})s"
        array = column.kind.endswith("_array")
        kind = column.kind.removesuffix("_array")
        where += f' and c."{column.name}" ' + (f"@> array[{value}]::{kind}[]" if array else f"= {value}")
    return where


def _text(
    collection: Collection,
    columns: Sequence[Column],
    *,
    chosen: str,
    found: str = "",
    count: str = "",
) -> str:
    names = [f'c."{column.name}"' for column in columns]
    values = ", ".join([*names, *(f"c.{name}" for name in _SHARED), "nullif(c.properties, '{}') as other"])
    place = (
        "null" if collection.geometry is None else f"st_asgeojson(st_transform(c.geometry, 4326), {_DIGITS})"
    )
    return statement(_HERE, "items").format(
        found=found, chosen=chosen, count=count, values=values, place=place
    )


def _table(collection: Collection) -> str:
    return f'city."{collection.name}"'
