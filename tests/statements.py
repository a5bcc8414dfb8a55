"""Statements as the product sends them, caught on their way, and the plans PostgreSQL has for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import psycopg
from psycopg import sql

from twin.database import short
from twin.database.connection import Connection

MANY_CORES = {
    "max_parallel_workers_per_gather": 4,
    "min_parallel_table_scan_size": 0,
    "min_parallel_index_scan_size": 0,
    "parallel_setup_cost": 0,
    "parallel_tuple_cost": 0,
}
"""Parameters with which PostgreSQL takes workers whenever it may, as on a machine with many cores."""


def give_many_cores(url: str) -> None:
    """Let sessions of a database to come plan as on a machine with many cores.

    Connections of requests say themselves that they take no workers, which is stronger.
    """
    with psycopg.connect(url, autocommit=True) as owner:
        for parameter, value in MANY_CORES.items():
            owner.execute(
                sql.SQL("alter database {} set {} = {}").format(
                    sql.Identifier(owner.info.dbname), sql.Identifier(parameter), sql.Literal(value)
                )
            )


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement and what it was sent with.

    Attributes
    ----------
    text : str
        As the product wrote it, binds as `%(name)s`.
    binds : mapping, sequence or None
        Their values.
    prepared : bool
        Whether it goes the way of `twin.database.short`: prepared, its values as text.
    """

    text: str
    binds: Any
    prepared: bool

    def plan(self, connection: Connection, *, options: str = "", generic: bool = False) -> str:
        """Explain it, without running it.

        Parameters
        ----------
        connection : Connection
            In a transaction.
        options : str
            Of `explain`, such as `verbose`.
        generic : bool
            Whether the plan is asked for that PostgreSQL keeps for any values of a prepared statement.
        """
        explain = f"explain ({options}) " if options else "explain "
        if not self.prepared:
            rows = connection.execute((explain + self.text).encode(), self.binds, prepare=False).fetchall()
            return _joined(rows)
        text, names = short._numbered(self.text)
        values = [short._text(self.binds[name]) for name in names]
        given = sql.SQL(", ").join(sql.Literal(v if v is None else v.decode()) for v in values)
        with connection.transaction(force_rollback=True):
            connection.execute(
                "select set_config('plan_cache_mode', %(mode)s, true)",
                {"mode": "force_generic_plan" if generic else "force_custom_plan"},
            )
            # prepared by the protocol as the product does, so that the server finds the types of the binds
            short._expect(
                connection.pgconn,
                connection.pgconn.prepare(b"planned", text),
                psycopg.pq.ExecStatus.COMMAND_OK,
            )
            try:
                return _joined(
                    connection.execute(
                        sql.SQL("{}execute planned ({})").format(sql.SQL(explain), given), prepare=False
                    ).fetchall()
                )
            finally:
                connection.execute("deallocate planned")


def _joined(rows: list[dict[str, Any]]) -> str:
    return "\n".join(row["QUERY PLAN"] for row in rows)


def sent(ask: Callable[[], object]) -> list[Statement]:
    """Statements a question sends, in order."""
    found: list[Statement] = []
    with _caught(found):
        ask()
    return [one for one in found if not one.text.lstrip().startswith("explain")]


@contextmanager
def _caught(found: list[Statement]) -> Iterator[None]:
    plain, prepared = psycopg.Cursor.execute, short._result

    def execute(self: Any, query: Any, params: Any = None, **named: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else query
        found.append(Statement(text, params, prepared=False))
        return plain(self, query, params, **named)

    def result(connection: Any, text: str, binds: Any) -> Any:
        found.append(Statement(text, dict(binds), prepared=True))
        return prepared(connection, text, binds)

    with patch.object(psycopg.Cursor, "execute", execute), patch.object(short, "_result", result):
        yield
