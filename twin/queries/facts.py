"""A row as facts: every value with its unit, its source, its date and its confidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from twin.database.connection import Row
from twin.model.collection import Column

Fact = dict[str, Any]


def facts(row: Row, columns: Iterable[Column]) -> dict[str, Fact]:
    """Facts of one row by column name.

    A value edited by hand comes from who edited it, at that time; any other from the row's
    load, with the date the data describe or, where that is not stated, when it was written.

    Parameters
    ----------
    row : dict
        `version` (the row as JSON) and `source`, `source_date` of its load.
    columns : iterable of Column
        Which of them; null is unknown and stays null.
    """
    version = row["version"]
    return {column.name: fact(row, column, version.get(column.name)) for column in columns}


def fact(row: Row, column: Column, value: Any) -> Fact:
    """One value of a row with where it comes from."""
    version = row["version"]
    edited: Mapping[str, Any] | None = (version.get("provenance") or {}).get(column.name)
    return {
        "value": value,
        "unit": column.unit,
        "zh": column.zh,
        "en": column.en,
        "source": edited["source"] if edited else row["source"],
        "date": edited["at"] if edited else row["source_date"] or version["recorded_at"],
        "confidence": None if edited else version.get("confidence"),
    }


def completeness(found: Mapping[str, Fact]) -> dict[str, int]:
    """How many of the values are known."""
    return {"known": sum(f["value"] is not None for f in found.values()), "total": len(found)}


def changes(versions: list[Row], columns: Iterable[Column]) -> list[dict[str, Any]]:
    """What became of a row, the newest change first.

    Parameters
    ----------
    versions : list of dict
        Every version as for `facts`, the oldest first.
    columns : iterable of Column
        Which columns to compare.
    """
    compared = tuple(columns)
    log: list[dict[str, Any]] = []
    before: Mapping[str, Any] | None = None
    for row in versions:
        version = row["version"]
        differences = [
            {
                "column": c.name,
                "zh": c.zh,
                "en": c.en,
                "before": before.get(c.name),
                "after": version.get(c.name),
            }
            for c in compared
            if before is not None and before.get(c.name) != version.get(c.name)
        ]
        if before is None or differences:
            actors = {_actor(version, d["column"]) for d in differences} - {None}
            log.append(
                {
                    "at": version["recorded_at"],
                    "actor": actors.pop() if len(actors) == 1 else None,
                    "source": row["source"],
                    "changes": differences,
                }
            )
        before = version
    last = versions[-1]["version"] if versions else None
    if last is not None and (last.get("valid_to") or last.get("superseded_at")):
        closed = last.get("superseded_at") or last["valid_to"]
        log.append({"at": closed, "actor": None, "source": None, "changes": [], "closed": True})
    return log[::-1]


def _actor(version: Mapping[str, Any], column: str) -> str | None:
    edited = (version.get("provenance") or {}).get(column)
    return None if edited is None else str(edited["source"])
