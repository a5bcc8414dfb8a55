"""Proposed places of building models, and what they are laid on."""

from __future__ import annotations

from typing import Any

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.errors import NotFound
from twin.queries.buildings import PUBLIC

_HERE = "twin.queries"
_NEAR = 400


def placing_model(database: Database, source: str) -> Row:
    """What is known of a model's place: `matrix`, `georeference`, `footprint` (WKB), `building_id`.

    Raises
    ------
    NotFound
        No model in use comes from that source.
    """
    row = database.row(statement(_HERE, "placing_model"), {"source": source})
    if row is None:
        raise NotFound(f"no building model comes from '{source}'")
    return row


def buildings_near(database: Database, box_m: tuple[float, float, float, float]) -> list[Row]:
    """Buildings of the city that meet a box of the storage CRS: `id`, `code`, `outline` (WKB), `base_m`."""
    west, south, east, north = box_m
    bind = {"west": west, "south": south, "east": east, "north": north, "srid": database.srid, "limit": _NEAR}
    return database.rows(statement(_HERE, "placing_near"), bind)


def buildings_alike(database: Database, area_m2: float, share: float, limit: int) -> list[Row]:
    """Buildings whose area differs by no more than a share, the most alike first; as `buildings_near`."""
    bind = {"area_m2": area_m2, "share": share, "limit": limit}
    return database.rows(statement(_HERE, "placing_alike"), bind)


def building_outline(database: Database, number: int) -> Row | None:
    """A building of the city, unless a model brought it along; as `buildings_near`."""
    return database.row(statement(_HERE, "placing_building"), {"id": number})


def placings(
    database: Database,
    *,
    source: str | None = None,
    undecided: bool = False,
    limit: int = 200,
    circles: frozenset[str] = PUBLIC,
) -> list[Row]:
    """Proposed places, the open ones first, then the newest."""
    bind = {"id": None, "source": source, "open": undecided, "limit": limit, "circles": sorted(circles)}
    return database.rows(statement(_HERE, "placings"), bind)


def placing(database: Database, number: int, circles: frozenset[str] = PUBLIC) -> dict[str, Any]:
    """One proposed place with the outlines around it.

    Returns
    -------
    dict
        As in `placings`, and `shapes`: rows of `kind` (`frame`, `building`, `stated`,
        `proposed`) and `shape` (WKB, storage CRS).

    Raises
    ------
    NotFound
        There is no such proposal, or the building is not for this caller.
    """
    bind = {"id": number, "source": None, "open": False, "limit": 1, "circles": sorted(circles)}
    row = database.row(statement(_HERE, "placings"), bind)
    if row is None:
        raise NotFound(f"there is no proposed place {number}")
    shapes = database.rows(statement(_HERE, "placing_shapes"), {"id": number, "circles": sorted(circles)})
    return {**row, "shapes": shapes}
