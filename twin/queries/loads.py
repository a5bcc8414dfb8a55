"""Loads, registered rasters and point clouds."""

from __future__ import annotations

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.errors import NotFound

REJECTIONS_LISTED = 1_000
"""How many refused objects of one load are listed; all are counted."""


def loads(database: Database, limit: int = 100) -> list[Row]:
    """Loads, the newest first."""
    return database.rows(statement("twin.queries", "loads"), {"limit": limit})


def load(database: Database, load_id: int) -> Row:
    """One load with the first `REJECTIONS_LISTED` objects it refused.

    Raises
    ------
    NotFound
        There is no such load.
    """
    row = database.row(statement("twin.queries", "load"), {"load": load_id, "listed": REJECTIONS_LISTED})
    if row is None:
        raise NotFound(f"there is no load {load_id}")
    return row


def holds_sample(database: Database) -> bool:
    """Whether anything of the sample city was loaded: whoever looks must be told that it is invented."""
    return bool(database.scalar(statement("twin.queries", "sample"), {}))


def coverages(database: Database) -> list[Row]:
    """Registered rasters with their extent in CRS84 degrees."""
    return database.rows(statement("twin.queries", "coverages"))


def point_clouds(database: Database) -> list[Row]:
    """Registered point clouds with their extent in CRS84 degrees."""
    return database.rows(statement("twin.queries", "point_clouds"))
