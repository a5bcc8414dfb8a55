"""COPY out in pieces: whole, to the row, and leaving a connection that can be used."""

from __future__ import annotations

import psycopg
import pytest

from twin.database.connection import Database
from twin.database.copying import copied

_ROWS = "copy (select i, repeat('字', i %% 50) from generate_series(1, %(upto)s) i) to stdout"


def _expected(upto: int) -> bytes:
    return "".join(f"{i}\t{'字' * (i % 50)}\n" for i in range(1, upto + 1)).encode()


@pytest.mark.parametrize("upto", [0, 1, 30_000])
def test_pieces_end_with_a_row_and_are_all_of_it(database: Database, upto: int) -> None:
    with database.transaction() as connection:
        pieces = list(copied(connection, _ROWS, {"upto": upto}, 100_000))
        assert b"".join(pieces) == _expected(upto)
        assert all(100_000 <= len(piece) < 100_200 for piece in pieces[:-1])
        assert all(piece.endswith(b"\n") for piece in pieces if piece)
        assert connection.execute("select 1 as one").fetchone() == {"one": 1}


def test_who_has_enough_leaves_a_sound_connection(database: Database) -> None:
    with database.transaction() as connection:
        pieces = copied(connection, _ROWS, {"upto": 200_000}, 1_000)
        assert next(pieces).startswith(b"1\t")
        pieces.close()
    assert database.scalar("select 1") == 1


def test_what_goes_wrong_on_the_way_is_raised(database: Database) -> None:
    sql = "copy (select 1 / (5000 - i) from generate_series(1, 9000) i) to stdout"
    with database.transaction() as connection:
        got = copied(connection, sql, None, 100)
        with pytest.raises(psycopg.errors.DivisionByZero):
            list(got)
        connection.rollback()
    assert database.scalar("select 1") == 1


def test_what_is_no_copy_is_refused(database: Database) -> None:
    with database.transaction() as connection:
        with pytest.raises(psycopg.errors.SyntaxError):
            list(copied(connection, "copy (select from nowhere where) to stdout", None, 100))
        connection.rollback()


def test_a_connection_that_is_cut_is_said_to_be(database: Database) -> None:
    with pytest.raises(psycopg.OperationalError), psycopg.connect(database.dsn) as connection:
        got = copied(connection, _ROWS, {"upto": 3_000_000}, 1_000)  # type: ignore[arg-type]
        next(got)
        database.execute("select pg_terminate_backend(%(pid)s)", {"pid": connection.info.backend_pid})
        list(got)
