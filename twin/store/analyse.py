"""Statistics of layers that grew."""

from __future__ import annotations

from collections.abc import Sequence

from twin.catalogue import COLLECTIONS
from twin.database.connection import Database
from twin.model.load import LoadReport

_ANALYSE_ROWS = 1_000
_TABLES = frozenset(layer.name for layer in COLLECTIONS)


def analyse(database: Database, reports: Sequence[LoadReport]) -> None:
    """Tell the planner about many new rows now, not when autovacuum comes round.

    Parameters
    ----------
    database : Database
        The city.
    reports : sequence of LoadReport
        Of the loads that were just done.
    """
    grown = {
        name
        for report in reports
        for name, counts in report.counts.items()
        if counts.written + counts.changed >= _ANALYSE_ROWS and name in _TABLES
    }
    for name in sorted({*grown, "feature"} if grown else ()):
        with database.transaction() as connection:
            connection.execute("select set_config('statement_timeout', '0', true)")
            connection.execute(f"analyze city.{name}".encode())
