"""A statement the server gave up for somebody else's sake is asked again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

T = TypeVar("T")

GIVEN_UP = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
"""A standby cancels what is in the way of its primary's changes ("conflict with recovery"); of two writers
who wait for each other one is told to stop."""
_AFTER_S = (0.0, 0.02, 0.2)
"""When again. A primary that cleans up tells its standby so in bursts, and each of them may cancel."""


def again(connection: psycopg.Connection[Any], ask: Callable[[], T]) -> T:
    """Ask, and if the statement is given up ask again, three times at most, within a quarter of a second.

    Only a statement that is a transaction by itself: nothing of it was kept. Of one inside a
    transaction what came before it is lost as well, so the error goes to whoever began that.

    Raises
    ------
    psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected
        It was given up each time, or is part of a transaction.
    """
    for pause_s in _AFTER_S:
        try:
            return ask()
        except GIVEN_UP:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                raise
            time.sleep(pause_s)
    return ask()


class Again(psycopg.Connection[Any]):
    """A connection whose statements are asked again where they are transactions by themselves."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> psycopg.Cursor[Any]:
        """As psycopg's; see `again`."""
        return again(self, lambda: super(Again, self).execute(query, params, **how))
