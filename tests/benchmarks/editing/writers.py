"""Edits at a steady rate: one row and one commit each, some late, some taken back."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Full

import psycopg

from tests.benchmarks.editing.session import Session

LATE, BACK = 0.05, 0.05
"""Shares of transactions that commit up to a second and a half after their edit, and that roll back."""
_WATCHED = 0.3
"""Share of edits at buildings somebody looks at; the rest are anywhere in the city."""

Building = tuple[str, int]
"""Code and feature id."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where edits go.

    Attributes
    ----------
    statement : str
        Changes `height_m` of the building with `%(id)s` to `%(value)s`.
    watched, all : sequence of Building
        Codes and ids; `watched` are not among `all`.
    """

    statement: str
    watched: Sequence[Building]
    all: Sequence[Building]

    def share(self, number: int, of: int) -> Target:
        """Every `of`-th building from the `number`-th on."""
        return Target(self.statement, self.watched[number::of], self.all[number::of])


def write(dsn: str, target: Target, rate: float, session: Session) -> None:
    """Edit until the session ends; no two writers may have buildings in common.

    Parameters
    ----------
    rate : float
        Edits a second.
    """
    chance = random.Random(target.all[0][1])
    value, due = 1000.0, time.monotonic()
    with psycopg.connect(dsn) as connection:
        while not session.stop.is_set():
            value += 1
            looked_at = chance.random() < _WATCHED
            code, id = chance.choice(target.watched if looked_at else target.all)
            connection.execute(target.statement.encode(), {"id": id, "value": value})
            fate = chance.random()
            if fate < LATE:
                session.stop.wait(chance.uniform(0.1, 1.5))
            if LATE <= fate < LATE + BACK:
                connection.rollback()
            else:
                connection.commit()
                session.record.committed(code, value)
                if looked_at:
                    with suppress(Full):  # those who follow are busy with earlier ones
                        session.fresh.put_nowait((code, value, time.monotonic()))
            due += 1 / rate
            session.stop.wait(max(0.0, due - time.monotonic()))
