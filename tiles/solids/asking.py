"""Statements of this package: their text, their binds, their snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from tiles.solids.table import Table
from tiles.source import Context
from twin.database.connection import Database
from twin.database.short import ask_rows
from twin.database.statements import statement
from twin.live.snapshot import Snapshot
from twin.model.collection import Access

_HERE = "tiles.solids"
EVERYWHERE_M = 3e7
"""Further than any projected coordinate."""


def fill(name: str, words: Mapping[str, str]) -> str:
    """Put words of ours into a template; what a caller says travels in binds."""
    text = statement(_HERE, name).replace("{snapshot}", statement(_HERE, "snapshot").strip())
    for word, value in words.items():
        text = text.replace("{" + word + "}", value)
    return text


def versions(collection: str, context: Context) -> str:
    """Rows of a collection in a box, now or as of the moment, as the vector tiles choose them."""
    past = "rows_past" if context.moment is not None else "rows_now"
    return statement("tiles.vector", past).replace("{name}", collection)


def binds(context: Context, srid: int, **more: Any) -> dict[str, Any]:
    """Binds of every statement: who asks, and for when."""
    access = list(get_args(Access)) if "admin" in context.access else [*context.access, "public"]
    return {"srid": srid, "access": access, "moment": context.moment, **more}


def ask_table(database: Database, sql: str, values: Mapping[str, Any]) -> tuple[Snapshot, Table]:
    """As `ask`, column by column; the row that a statement without rows brings is not one of them.

    A row as a dict takes as long to make as to read.
    """
    with database.statement() as connection:
        names, rows = ask_rows(connection, sql, values)
    columns: dict[str, Sequence[Any]] = dict(zip(names, zip(*rows, strict=True), strict=True))
    return Snapshot.parse(columns["snapshot"][0]), Table(columns).known("id")


def ask(database: Database, sql: str, values: Mapping[str, Any]) -> tuple[Snapshot, list[dict[str, Any]]]:
    """One statement; what it could see, and its rows.

    A statement without rows brings one all the same, for its snapshot; it has no `x` of its own.
    """
    with database.statement() as connection:
        rows = connection.execute(sql.encode(), values, binary=True).fetchall()
    return Snapshot.parse(rows[0]["snapshot"]), rows
