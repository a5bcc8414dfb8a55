"""A later load against what is there: set-based, and what did not change is not written.

The rows go to a temporary table, get a verdict each, and one statement a verdict
does the rest. A changed row closes its version and adds one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from twin.database.statements import statement
from twin.model.collection import Collection
from twin.model.load import LoadCounts
from twin.store.copy import copy_rows
from twin.store.fields import Field

_HERE = "twin.store"
_HANGS_ON = ("parent_id", "building_id", "storey_id", "space_id", "floor_no")
_OF_THE_VERSION = ("valid_from", "valid_to", "load_id")


def content_columns(collection: Collection) -> list[str]:
    """Columns whose difference makes a new version."""
    names = [*_HANGS_ON, *(column.name for column in collection.columns), "properties"]
    if collection.geometry is not None:
        names.append("geometry")
    if collection.solid:
        names.append("solid")
    return [*names, "z_min_m", "z_max_m", "confidence", "visibility"]


def write_known(
    connection: psycopg.Connection[Any],
    collection: Collection,
    fields: Mapping[str, Field],
    rows: int,
    load_id: int,
) -> tuple[LoadCounts, int]:
    """Write rows of objects that exist already.

    Returns
    -------
    counts : LoadCounts
        How many were written (no version stood), changed, unchanged, closed.
    kept : int
        Hand-made edits that the source contradicts and that were kept.
    """
    columns = content_columns(collection)
    parts = _parts(collection, columns)
    _make_stage(connection, parts)
    copy_rows(connection, sql.Identifier("stage"), fields, rows)
    bind = {"load_id": load_id, "columns": columns}
    kept = _judge(connection, parts, bind)
    # the history trigger guards hand-made edits; a load keeps its history itself
    connection.execute("select set_config('twin.loading', 'on', true)")
    for name in ("stage_close", "stage_insert", "stage_rewrite"):
        _run(connection, name, parts, bind)
    connection.execute("select set_config('twin.loading', '', true)")
    verdicts = dict(_run(connection, "stage_count", parts, bind).fetchall())
    counts = LoadCounts(
        written=verdicts.get("new", 0) + verdicts.get("rewrite", 0),
        changed=verdicts.get("changed", 0) + verdicts.get("corrected", 0),
        unchanged=verdicts.get("same", 0),
        closed=verdicts.get("ended", 0),
    )
    return counts, kept


def _judge(
    connection: psycopg.Connection[Any], parts: Mapping[str, sql.Composable], bind: Mapping[str, Any]
) -> int:
    """A verdict a row; returns how many keep what a person corrected.

    An edit may be committed while the rows are judged: whatever is about to change is held,
    and judged again if it is not what was judged.
    """
    while True:
        kept = _run(connection, "stage_keep_edits", parts, bind).rowcount
        _run(connection, "stage_judge", parts, bind)
        overtaken = _run(connection, "stage_lock", parts, bind).fetchone()
        if overtaken is None or not overtaken[0]:
            return kept
        connection.execute("drop table verdict")


def _parts(collection: Collection, columns: list[str]) -> dict[str, sql.Composable]:
    names = [sql.Identifier(name) for name in columns]

    def joined(template: str) -> sql.Composed:
        return sql.SQL(", ").join(sql.SQL(template).format(name) for name in names)

    edits = sql.SQL(", ").join(
        sql.SQL("{0} = case when c.provenance ? {1} then c.{0} else s.{0} end").format(
            sql.Identifier(name), sql.Literal(name)
        )
        for name in columns
    )
    return {
        "table": sql.Identifier("city", collection.name),
        "columns": joined("{}"),
        "staged": joined("s.{}"),
        "current": joined("c.{}"),
        "assign": joined("{0} = s.{0}"),
        "edits": edits,
        "stamps": sql.SQL(", ").join(sql.Identifier(name) for name in _OF_THE_VERSION),
    }


def _make_stage(connection: psycopg.Connection[Any], parts: Mapping[str, sql.Composable]) -> None:
    connection.execute("drop table if exists stage, verdict")
    _run(connection, "stage_make", parts, {})
    # left out by a source means unknown, and these two are never null
    connection.execute(
        "alter table stage alter properties set default '{}', alter visibility set default 'public'"
    )


def _run(
    connection: psycopg.Connection[Any],
    name: str,
    parts: Mapping[str, sql.Composable],
    bind: Mapping[str, Any],
) -> psycopg.Cursor[Any]:
    text = sql.SQL(statement(_HERE, name)).format(**parts)
    return connection.cursor(row_factory=tuple_row).execute(text, bind)
