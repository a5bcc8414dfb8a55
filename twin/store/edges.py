"""Edges of a model against those that stand: what is gone is closed, what is new opened, the rest kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql

from twin.database.connection import Connection
from twin.database.statements import statement

_HERE = "twin.store"


def replace_edges(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    model_id: int,
    rows: Iterable[Sequence[Any]],
) -> None:
    """Bring the edges of a model up to what its newest file says, keeping those of before as history.

    Parameters
    ----------
    connection : Connection
        The transaction of the load.
    table : str
        Table of schema `twin` with `id`, `model_id`, the columns of validity and `load_id`.
    columns : sequence of str
        What an edge says; two edges are the same if all of it is.
    model_id : int
        `twin.model.id`; its row names the load already.
    rows : iterable of sequence
        Values of the columns, an edge each.
    """
    names = [sql.Identifier(name) for name in columns]
    parts = {
        "table": sql.Identifier("twin", table),
        "columns": sql.SQL(", ").join(names),
        "coming": sql.SQL(", ").join(sql.SQL("c.{}").format(name) for name in names),
    }

    def run(name: str) -> None:
        connection.execute(sql.SQL(statement(_HERE, name)).format(**parts), {"model": model_id})

    run("edges_stage")
    staged = sql.SQL("copy new_edges ({columns}) from stdin").format(**parts)
    with connection.cursor() as cursor, cursor.copy(staged) as copy:
        for row in rows:
            copy.write_row(row)
    for name in ("edges_compare", "edges_close", "edges_open"):
        run(name)
    connection.execute("drop table new_edges, edge_changes")
