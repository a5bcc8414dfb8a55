"""How far behind a standby is."""

from __future__ import annotations

from twin.database.connection import Database
from twin.database.statements import statement


def behind_s(database: Database) -> float | None:
    """Age of what the server shows, if it is a standby; its own clock against that of the primary.

    Returns
    -------
    float or None
        Seconds since the newest commit it has applied was made, 0 where it has applied all it received;
        None: it is no standby.
    """
    found = database.scalar(statement("twin.queries", "standby"), {})
    return None if found is None else float(found)
