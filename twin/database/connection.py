"""`Database`: a bounded pool of connections and the two or three ways to ask."""

from __future__ import annotations

import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from twin.database.again import GIVEN_UP, Again
from twin.errors import Conflict, DatabaseUnavailable, TooLarge, Unprocessable
from twin.settings import Settings

Row = dict[str, Any]
Connection = psycopg.Connection[Row]
_RECONNECT_S = 1.0


class Database:
    """The city database as the rest of the server sees it.

    Parameters
    ----------
    dsn : str
        libpq connection string.
    pool_size : int
        Most connections this process holds.
    pool_timeout_s : float
        How long to wait for a free one.
    statement_timeout_s : float
        Longest statement; 0 for no limit (loads).
    application : str
        Shown in `pg_stat_activity`.
    """

    def __init__(
        self,
        dsn: str,
        *,
        pool_size: int = 10,
        pool_timeout_s: float = 2.0,
        statement_timeout_s: float = 10.0,
        application: str = "twin",
    ) -> None:
        self.dsn = dsn
        self._reachable = True
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            dsn,
            connection_class=Again,
            min_size=0,
            max_size=pool_size,
            timeout=pool_timeout_s,
            max_idle=60.0,
            # the pool doubles its wait between attempts: a server back after a minute would be
            # found a minute later. Who asks next tries anew instead
            reconnect_timeout=_RECONNECT_S,
            reconnect_failed=self._gone,
            open=True,
            check=_check,
            kwargs={
                "row_factory": dict_row,
                "application_name": application,
                # a plan made once serves every later call of the same statement
                "prepare_threshold": 2,
                "options": f"-c statement_timeout={int(statement_timeout_s * 1000)}"
                " -c timezone=UTC -c jit=off -c search_path=public"
                # starting workers takes longer than a request may, and others need those cores
                + (" -c max_parallel_workers_per_gather=0" if statement_timeout_s else ""),
            },
        )

    @classmethod
    def from_settings(
        cls, settings: Settings, application: str = "twin", *, bounded: bool = True
    ) -> Database:
        """Open the database the settings name; `bounded=False` lifts the statement limit for loads."""
        return cls(
            settings.dsn,
            pool_size=settings.pool_size,
            pool_timeout_s=settings.pool_timeout_s if bounded else 30.0,
            statement_timeout_s=settings.statement_timeout_s if bounded else 0.0,
            application=application,
        )

    @contextmanager
    def transaction(self, *, actor: str | None = None) -> Iterator[Connection]:
        """One transaction on one connection: committed at the end, rolled back on any error.

        Parameters
        ----------
        actor : str, optional
            Who writes; kept in the provenance of hand-made edits.

        Raises
        ------
        DatabaseUnavailable
            The server does not answer or no connection came free in time.
        TooLarge
            A statement ran into the time limit.
        Conflict, Unprocessable
            A constraint of the schema refused the rows.
        """
        try:
            with self._pool.connection() as connection:
                self._reachable = True
                if actor is not None:
                    connection.execute("select set_config('twin.actor', %s, true)", (actor,))
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            raise DatabaseUnavailable(
                "no database connection came free in time; try again in a moment or raise TWIN_POOL_SIZE"
                if self._reachable
                else "the database cannot be reached; `twin status` says where it should be"
            ) from error
        except psycopg.errors.QueryCanceled as error:
            raise TooLarge(
                "the question took longer than allowed; ask for a smaller area or fewer rows"
            ) from error
        except psycopg.errors.UniqueViolation as error:
            raise Conflict(f"already there: {error.diag.message_detail or error}") from error
        except psycopg.errors.IntegrityError as error:
            raise Unprocessable(f"the database refused the rows: {error.diag.message_primary}") from error
        except GIVEN_UP as error:
            raise DatabaseUnavailable(
                "the database gave this question up for changes that came at the same moment "
                f"({_first_line(error)}); ask again"
            ) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise DatabaseUnavailable(f"the database does not answer: {_first_line(error)}") from error

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """A connection for one statement, which is a transaction by itself: one round trip and not three."""
        with self.transaction() as connection:
            connection.autocommit = True
            try:
                yield connection
            finally:
                if not connection.closed:
                    connection.autocommit = False

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of one statement, as dicts."""
        with self.statement() as connection:
            return connection.execute(sql.encode(), parameters).fetchall()

    def row(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Row | None:
        """First row of one statement, or None."""
        with self.statement() as connection:
            return connection.execute(sql.encode(), parameters).fetchone()

    def scalar(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """First column of the first row, or None."""
        row = self.row(sql, parameters)
        return None if row is None else next(iter(row.values()))

    def execute(
        self, sql: str, parameters: Mapping[str, Any] | None = None, *, actor: str | None = None
    ) -> int:
        """Run one statement in its own transaction; the number of rows it touched."""
        with self.statement() if actor is None else self.transaction(actor=actor) as connection:
            return connection.execute(sql.encode(), parameters).rowcount

    @cached_property
    def srid(self) -> int:
        """EPSG code of the storage CRS, as stamped into the database."""
        value = self.scalar("select value from twin.about where key = 'storage_srid'")
        if value is None:
            raise DatabaseUnavailable("the database is not initialised; run `twin up` or `twin migrate`")
        return int(value)

    def _gone(self, _: object) -> None:
        """Note that connecting failed: called by the pool when it gives up."""
        self._reachable = False

    def close(self) -> None:
        """Give every connection back."""
        self._pool.close()


def _check(connection: Connection) -> None:
    """Find out whether the server has hung up, without asking it.

    An idle connection has nothing to read. When it has, the end of the stream or a notice,
    a round trip tells which.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
