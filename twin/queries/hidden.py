"""Properties of a building model a caller may not read: those named like a column that is not theirs."""

from __future__ import annotations

from collections.abc import Collection as Many
from typing import Any

from twin import catalogue


def hidden_names(circles: Many[str]) -> frozenset[str]:
    """Plain names (lower case, letters and digits) of columns the caller may not read in any collection."""
    told: set[str] = set()
    kept: set[str] = set()
    for layer in catalogue.COLLECTIONS:
        for column in layer.columns:
            (told if column.access in circles else kept).add(plain(column.name))
    return frozenset(kept - told)


def told_sets(sets: dict[str, Any] | None, hidden: frozenset[str]) -> dict[str, Any] | None:
    """Property sets of an object without the hidden properties."""
    if not sets or not hidden:
        return sets
    psets = {
        title: {name: value for name, value in values.items() if plain(name) not in hidden}
        for title, values in sets.get("psets", {}).items()
    }
    return {**sets, "psets": psets}


def plain(name: str) -> str:
    """Name without case, spaces and signs."""
    return "".join(letter for letter in name.lower() if letter.isalnum())
