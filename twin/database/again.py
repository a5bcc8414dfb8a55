"""A statement the server gave up for somebody else's sake is asked again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

T = TypeVar("T")

GIVEN_UP = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
"""A standby cancels what is in the way of its primary's changes ("conflict with recovery"); of two writers
who wait for each other one is told to stop."""
_TIMES = 3
"""How often again. What a primary tells its standby comes in bursts, and each may cancel a statement."""


def again(connection: psycopg.Connection[Any], ask: Callable[[], T]) -> T:
    """Ask, and if the statement is given up ask again, three times at most.

    Only a statement that is a transaction by itself: nothing of it was kept. Of one inside a
    transaction what came before it is lost as well, so the error goes to whoever began that.

    Raises
    ------
    psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected
        It was given up each time, or is part of a transaction.
    """
    for _ in range(_TIMES):
        try:
            return ask()
        except GIVEN_UP:
            if connection.info.transaction_status != TransactionStatus.IDLE:
                raise
    return ask()


class Again(psycopg.Connection[Any]):
    """A connection whose statements are asked again where they are transactions by themselves."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> psycopg.Cursor[Any]:
        """As psycopg's; see `again`."""
        return again(self, lambda: super(Again, self).execute(query, params, **how))
