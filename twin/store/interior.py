"""Rows of a model beside its objects: how rooms connect, what feeds what, what belongs together.

Everything here runs in the transaction of a load (`Load.connection`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from psycopg.types.json import Jsonb

from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.store.edges import replace_edges

_HERE = "twin.store"
_EDGE = (
    "kind", "a_id", "b_id", "via_id", "floor_no", "width_m", "length_a_m", "length_b_m", "run_m", "at_m",
    "evidence",
)  # fmt: skip
_GROUP = ("global_id", "ifc_class", "predefined_type", "name", "members")


def write_space_edges(connection: Connection, model_id: int, edges: Iterable[Mapping[str, Any]]) -> int:
    """Bring the room graph of a model up to date; how many edges it has.

    Parameters
    ----------
    edges : iterable of mapping
        Columns of `twin.space_edge` that say what connects what; lengths in metres.
    """
    rows = [[edge[name] for name in _EDGE] for edge in edges]
    replace_edges(connection, "space_edge", _EDGE, model_id, rows)
    return len(rows)


def write_flow_edges(connection: Connection, model_id: int, pairs: Iterable[tuple[int, int]]) -> None:
    """Bring up to date which elements of a model are joined by their ports."""
    replace_edges(connection, "flow_edge", ("from_id", "to_id"), model_id, dict.fromkeys(pairs))


def write_groups(connection: Connection, model_id: int, groups: Iterable[dict[str, Any]]) -> None:
    """Bring the systems and zones of a model up to date.

    Parameters
    ----------
    groups : iterable of dict
        `global_id, ifc_class, predefined_type, name, members`; of several with one id the last counts.
    """
    known = {group["global_id"]: group | {"members": sorted(group["members"])} for group in groups}
    rows = [[group[name] for name in _GROUP] for group in known.values()]
    replace_edges(connection, "model_group", _GROUP, model_id, rows)


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
