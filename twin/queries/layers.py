"""What layers there are, how large, and the code lists their values come from."""

from __future__ import annotations

from typing import Any

from twin.catalogue import COLLECTIONS
from twin.database.connection import Database, Row
from twin.database.statements import statement

Bounds = tuple[float, float, float, float]


def layer_sizes(database: Database) -> dict[str, Row]:
    """Number of present features and extent by collection, from the planner's statistics.

    Returns
    -------
    dict
        By name: `count`, and `west`, `south`, `east`, `north` in CRS84 degrees; null where
        nothing is known yet.
    """
    names = [c.name for c in COLLECTIONS]
    placed = [c.name for c in COLLECTIONS if c.geometry is not None]
    rows = database.rows(statement("twin.queries", "layer_sizes"), {"names": names, "placed": placed})
    sizes = {row["name"]: row for row in rows}
    small = [name for name in names if sizes[name].pop("small")]
    if small:
        # the planner's guess is poor where a table is small, and counting it is cheap
        one = statement("twin.queries", "layer_count")
        counted = " union all ".join(one.format(name=name) for name in small)
        for row in database.rows(counted):
            sizes[row["name"]]["count"] = row["n"]
    return sizes


def code_lists(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Code lists: codes in their order with names, colour and icon; withdrawn ones are left out."""
    lists: dict[str, list[dict[str, Any]]] = {}
    for row in database.rows(statement("twin.queries", "code_lists")):
        lists.setdefault(row.pop("list"), []).append(row)
    return lists
