"""COPY out of the database in pieces: psycopg hands it on a row at a time, at more than the row costs."""

from __future__ import annotations

import select
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from twin.database.connection import Connection


def copied(
    connection: Connection, sql: str, binds: Mapping[str, Any] | None, piece_bytes: int
) -> Iterator[bytearray]:
    """Bytes of a COPY in pieces that end with a row.

    Parameters
    ----------
    connection : Connection
        In a transaction or not.
    sql : str
        `copy (…) to stdout …`.
    binds : mapping or None
        What stands for its `%(name)s`.
    piece_bytes : int
        A piece is this long or one row longer; the last one may be shorter, or empty.

    Raises
    ------
    psycopg.Error
        What the server says of it, before or while it sends.
    """
    with connection.cursor() as cursor, cursor.copy(sql.encode(), binds):
        server = connection.pgconn
        piece = bytearray()
        while True:
            size, row = server.get_copy_data(1)
            if size > 0:
                # not kept by itself: thousands of rows are thousands of objects to the collector
                piece += row
                if len(piece) >= piece_bytes:
                    yield piece
                    piece = bytearray()
            elif size == 0:
                _wait(server)
            else:
                break
        _end(server)
        yield piece


def _end(server: PGconn) -> None:
    """Hear how it ended; only then is the connection free again."""
    results = []
    while True:
        while server.is_busy():
            _wait(server)
        result = server.get_result()
        if result is None:
            break
        results.append(result)
    for result in results:
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)


def _wait(server: PGconn) -> None:
    poll = select.poll()
    poll.register(server.socket, select.POLLIN)
    # a connection that is gone shows as readable too
    poll.poll()
    server.consume_input()
