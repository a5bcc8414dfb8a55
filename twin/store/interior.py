"""Rows of a model beside its objects: how rooms connect and what feeds what.

Everything here runs in the transaction of a load and is replaced as a whole: an edge has no
life of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from twin.database.connection import Connection
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


def count_changes(connection: Connection, model_id: int, load_id: int) -> dict[str, int] | None:
    """How the objects of a model differ from the load before; None where there was none.

    Returns
    -------
    dict or None
        `added`, `removed`, `moved`, `reshaped`, `properties`; an object may count in several.
    """
    row = connection.execute(
        statement(_HERE, "model_change_counts").encode(), {"model": model_id, "load": load_id}
    ).fetchone()
    if row is None or row["before"] is None:
        return None
    return {name: row[name] for name in ("added", "removed", "moved", "reshaped", "properties")}
