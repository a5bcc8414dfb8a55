"""How far back news can be told again."""

from __future__ import annotations

from twin.database.connection import Database
from twin.database.statements import statement


def oldest_snapshot(database: Database) -> int:
    """Transaction id from which on the touch log is whole.

    A reader whose snapshot's `xmin` lies before it may have missed touches that were
    compacted away, and has to read everything again.
    """
    value = database.scalar(statement("twin.live", "touch_horizon"))
    return int(value) if value is not None else 0
