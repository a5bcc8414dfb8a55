"""What was committed since a copy that another process read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import Unavailable
from twin.live.snapshot import Snapshot
from twin.live.tick import Touch


@dataclass(frozen=True, slots=True)
class Missed:
    """What the touch log says.

    Attributes
    ----------
    snapshot : Snapshot
        What it was read in.
    server : str
        History of transactions it belongs to.
    horizon : int
        First transaction from which on the log is whole.
    touches : tuple of Touch
        What the snapshot asked for did not see and this one does.
    """

    snapshot: Snapshot
    server: str
    horizon: int
    touches: tuple[Touch, ...]


def missed(database: Database, reads: Iterable[str], since: Snapshot | None) -> Missed:
    """Touches of these tables since a snapshot; None: only what is seen now, and where.

    Raises
    ------
    Unavailable
        The database is a standby, whose snapshots do not list what is still running.
    """
    binds = {"since": None if since is None else str(since), "names": sorted(reads)}
    with database.transaction() as connection:
        # xid8 has no statistics worth trusting; the rows after a horizon are few
        connection.execute("set local enable_seqscan = off")
        row = connection.execute(statement("tiles.vector.snapshot", "missed").encode(), binds).fetchone()
    assert row is not None  # noqa: S101 - a select without a table always brings its row
    if row["standby"]:
        raise Unavailable("this database is a standby: its snapshots do not say what is still running")
    touches = (Touch(name, e, n, int(xid)) for name, e, n, xids in row["touches"] for xid in xids)
    return Missed(Snapshot.parse(row["snapshot"]), row["server"], int(row["horizon"]), tuple(touches))
