"""Acknowledge alarms."""

from __future__ import annotations

from psycopg.types.json import Jsonb

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.errors import NotFound


def acknowledge(database: Database, alarm: int, actor: str) -> Row:
    """Note who has seen an alarm; the first to acknowledge stays.

    Raises
    ------
    NotFound
        There is no such alarm.
    """
    with database.transaction(actor=actor) as connection:
        row = connection.execute(
            statement("twin.live", "alarm_acknowledge").encode(), {"alarm": alarm, "actor": actor}
        ).fetchone()
        if row is None:
            raise NotFound(f"there is no alarm {alarm}")
        connection.execute(
            statement("twin.live", "audit").encode(),
            {"actor": actor, "action": "alarm.acknowledge", "subject": f"alarm/{alarm}", "detail": Jsonb({})},
        )
        return row
