"""Commits at a steady rate, one row each, some of them late; beside them edits that are taken back."""

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
        Commits a second. Each has its time; a writer who was late, as after a late commit, makes up for it.
        What is taken back comes in addition.
    """
    chance = random.Random(target.all[0][1])
    value, due = 1000.0, time.monotonic() + chance.uniform(0, 1 / rate)
    with psycopg.connect(dsn) as connection:
        while not session.stop.wait(max(0.0, due - time.monotonic())):
            value += 1
            looked_at = chance.random() < _WATCHED
            code, id = chance.choice(target.watched if looked_at else target.all)
            connection.execute(target.statement.encode(), {"id": id, "value": value})
            fate = chance.random()
            if fate < LATE:
                session.stop.wait(chance.uniform(0.1, 1.5))
            if LATE <= fate < LATE + BACK:
                connection.rollback()
                with session.lock:
                    session.taken_back += 1
            else:
                connection.commit()
                due += 1 / rate
                session.record.committed(code, value)
                if looked_at:
                    with suppress(Full):  # those who follow are busy with earlier ones
                        session.fresh.put_nowait((code, value, time.monotonic()))
