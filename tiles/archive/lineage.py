"""Whether what an archive says of transactions means anything here."""

from __future__ import annotations

from collections.abc import Iterable

from tiles.archive.stale import Stale
from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import Unavailable
from twin.live.snapshot import Snapshot


def lineage(database: Database) -> str:
    """History of transactions this database has: server, database and timeline.

    Raises
    ------
    Unavailable
        It is a standby, whose snapshots do not say what is still running.
    """
    row = database.row(statement("tiles.archive", "lineage"))
    assert row is not None  # noqa: S101 - a select without a table always brings its row
    if row["standby"]:
        raise Unavailable("this database is a standby: its snapshots do not say what is still running")
    return str(row["lineage"])


def snapshot_now(database: Database) -> Snapshot:
    """What a statement sees now."""
    return Snapshot.parse(database.scalar(statement("tiles.archive", "snapshot")))


def horizon(database: Database, reads: Iterable[str], xmin: int) -> int:
    """First transaction that tiles of snapshots from this `xmin` on may not show.

    Everything below `xmin` was finished, so its touches are all in the log. From `xmin` on
    nothing counts as shown, though some of it may be: the log, which keeps only the newest of
    the old touches of a cell, cannot tell more.
    """
    binds = {"names": sorted(reads), "xmin": str(xmin)}
    return int(database.scalar(statement("tiles.archive", "horizon"), binds))


def touched_since(database: Database, reads: Iterable[str], first: int) -> tuple[Stale, Snapshot]:
    """Cells touched by a transaction from that one on, and the snapshot that sees them."""
    with database.transaction() as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        row = connection.execute(statement("tiles.archive", "snapshot").encode()).fetchone()
        assert row is not None  # noqa: S101 - a select without a table always brings its row
        touches = connection.execute(
            statement("tiles.archive", "touched").encode(), {"names": sorted(reads), "horizon": str(first)}
        ).fetchall()
    stale = Stale()
    for one in touches:
        stale.add(one["cell_e"], one["cell_n"])
    return stale, Snapshot.parse(row["snapshot"])
