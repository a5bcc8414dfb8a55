"""Rows of a model beside its objects: how rooms connect and what feeds what.

Everything here runs in the transaction of a load and is replaced as a whole: an edge has no
life of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from psycopg.types.json import Jsonb

from twin.database.connection import Connection, Database
from twin.database.statements import statement

_HERE = "twin.store"
_EDGE = (
    "kind", "a_id", "b_id", "via_id", "floor_no", "width_m", "length_a_m", "length_b_m", "run_m", "at_m",
    "evidence",
)  # fmt: skip


def write_space_edges(connection: Connection, model_id: int, edges: Iterable[Mapping[str, Any]]) -> int:
    """Replace the room graph of a model; how many edges it has.

    Parameters
    ----------
    edges : iterable of mapping
        Columns of `twin.space_edge` without `id` and `model_id`; lengths in metres.
    """
    connection.execute("delete from twin.space_edge where model_id = %s", (model_id,))
    copy_sql = f"copy twin.space_edge (model_id, {', '.join(_EDGE)}) from stdin"
    count = 0
    with connection.cursor() as cursor, cursor.copy(copy_sql.encode()) as copy:
        for edge in edges:
            copy.write_row((model_id, *(edge[name] for name in _EDGE)))
            count += 1
    return count


def write_flow_edges(connection: Connection, model_id: int, pairs: Iterable[tuple[int, int]]) -> None:
    """Replace which elements of a model are joined by their ports."""
    connection.execute("delete from twin.flow_edge where model_id = %s", (model_id,))
    with (
        connection.cursor() as cursor,
        cursor.copy("copy twin.flow_edge (model_id, from_id, to_id) from stdin") as copy,
    ):
        for pair in dict.fromkeys(pairs):
            copy.write_row((model_id, *pair))


def note_changes(database: Database, load_id: int) -> dict[str, int] | None:
    """Count how a model differs from the load before, and note it in the load's row.

    Returns
    -------
    dict or None
        `added`, `removed`, `moved`, `reshaped`, `properties`; an object may count in several.
        None where there was no load before.
    """
    with database.transaction() as connection:
        row = connection.execute(_sql("model_change_counts"), {"load": load_id}).fetchone()
        if row is None or row["before"] is None:
            return None
        changes = {name: row[name] for name in ("added", "removed", "moved", "reshaped", "properties")}
        connection.execute(_sql("load_changes"), {"load": load_id, "changes": Jsonb(changes)})
    return changes


def _sql(name: str) -> bytes:
    return statement(_HERE, name).encode()
