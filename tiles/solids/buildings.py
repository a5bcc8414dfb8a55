"""Statements about the buildings of the city, as they are now or were at a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from tiles.address import Box
from tiles.solids.asking import binds, fill, versions
from tiles.source import Context
from tiles.vector.layers import Layer, layer
from twin.database.connection import Database
from twin.database.statements import statement
from twin.database.validity import as_of, present
from twin.live.snapshot import Snapshot

COLLECTION = "building"
SHAPES = frozenset({COLLECTION, "building_part"})
"""What the bodies come from; a part touches the cells of its building too."""
_WITH_BODIES = frozenset({"city_content"})
"""Statements that draw; the others only ask where things are."""
_HERE = "tiles.solids"
_NOW, _THEN = present("p"), as_of("p")

Answer = TypeVar("Answer")
Which = Literal["box", "some", "range"]
"""Buildings of the box, those of the bind `ids`, or those of ids above `after` up to `upto`."""


def buildings() -> Layer:
    """Layer of the buildings: its columns, joins and what it reads."""
    return layer(COLLECTION, ("public",))


def ask_buildings(
    database: Database,
    name: str,
    context: Context,
    box: Box,
    *,
    words: Mapping[str, str] | None = None,
    which: Which = "box",
    more: Mapping[str, Any],
    read: Callable[[Database, str, Mapping[str, Any]], tuple[Snapshot, Answer]],
) -> tuple[Snapshot, Answer]:
    """Ask a statement of this package about the buildings whose middle is in a box.

    Parameters
    ----------
    database : Database
        Where they are.
    name : str
        Statement, with `{buildings}` where they stand.
    context : Context
        For whom, and when.
    box : tuple of float
        Storage metres.
    words : mapping, optional
        Further words of the statement.
    which : str
        How they are found; a moment in the past knows `box` only.
    more : mapping
        Further binds.
    read : callable
        How the answer is read: `ask` or `ask_table`.
    """
    past = context.moment is not None
    shown = next(e for e in buildings().extras if e.name == "has_model")
    rows = versions(COLLECTION, context) if which == "box" else statement(_HERE, f"city_{which}")
    bodies = statement(_HERE, "city_part_bodies").strip() if name in _WITH_BODIES else ""
    fitted = {
        "rows": rows,
        "hidden": "false" if past and shown.present_only else shown.sql,
        "parts": fill("city_parts", {"which": _parts(which, rows, past=past), "bodies": bodies}),
    }
    sql = fill(name, {**(words or {}), "buildings": fill("city_rows", fitted)})
    west, south, east, north = box
    sides = {"west": west, "south": south, "east": east, "north": north}
    return read(database, sql, binds(context, database.srid, **sides, **more))


def _parts(which: Which, rows: str, *, past: bool) -> str:
    """Which parts count; looked up once for all buildings, for each by itself is dear."""
    if past:
        return _THEN
    if which == "range":
        return f"p.building_id > %(after)s and p.building_id <= %(upto)s and {_NOW}"
    if which == "some":
        return f"p.building_id = any(%(ids)s) and {_NOW}"
    return f"{fill('city_parts_of', {'rows': rows}).strip()} and {_NOW}"
