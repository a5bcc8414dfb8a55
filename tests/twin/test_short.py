"""A statement asked the short way."""

from __future__ import annotations

import socket
import struct
from datetime import UTC, datetime

import psycopg
import pytest

from twin.database.short import ask, ask_rows
from twin.errors import DatabaseUnavailable, TooLarge

_NOW = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)


def _prepared(connection) -> int:
    return connection.execute(
        "select count(*) as n from pg_prepared_statements where name like 'twin%'"
    ).fetchone()["n"]


def test_columns_come_as_the_server_sends_them(database):
    sql = (
        "select %(name)s::text, %(far_m)s::float8, %(n)s::int8 + %(n)s, null::int,"
        " %(at)s::timestamptz = '2026-11-27 12:30Z', 'a' like 'a%%', string_agg(i::text, '')"
        " from generate_series(1, 3) i"
    )
    binds = {"name": "人民'路", "far_m": -2.5, "n": 21, "at": _NOW, "not asked for": 1}
    for _ in range(3):
        with database.statement() as connection:
            row = ask(connection, sql, binds)
        assert row == [
            "人民'路".encode(), struct.pack(">d", -2.5), struct.pack(">q", 42), None, b"\1", b"\1", b"123",
        ]  # fmt: skip
    assert database.scalar("select 7 as seven") == 7


def test_a_value_is_never_read_as_sql(database):
    with database.statement() as connection:
        assert ask(connection, "select %(x)s::text", {"x": "'; drop table city.building; --"})[0].startswith(
            b"'; "
        )
    assert database.scalar("select count(*) from city.building") == 0


def test_a_connection_keeps_so_many_and_forgets_the_oldest(database):
    with database.statement() as connection:
        for turn in range(2):
            for i in range(70):
                assert ask(connection, f"select {i}::int4", {}) == [struct.pack(">i", i)], turn
        assert _prepared(connection) == 64


def test_what_the_server_refuses_is_said_and_the_connection_goes_on(database):
    with database.statement() as connection:
        with pytest.raises(psycopg.errors.UndefinedColumn, match="nothing"):
            ask(connection, "select nothing", {})
        with pytest.raises(psycopg.errors.DivisionByZero):
            ask(connection, "select 1 / %(n)s::int", {"n": 0})
        assert ask(connection, "select 1 / %(n)s::int", {"n": 1}) == [struct.pack(">i", 1)]


def test_one_that_takes_too_long_is_ended(database):
    with pytest.raises(TooLarge), database.statement() as connection:
        connection.execute("set statement_timeout = 50")
        try:
            ask(connection, "select pg_sleep(%(s)s)::text", {"s": 20})
        finally:
            connection.execute("reset statement_timeout")


def test_rows_are_python_values_and_lists_are_arrays(database):
    sql = (
        "select i as number, %(names)s::text[] as names, i = any(%(ids)s::int8[]) as there,"
        " %(gone)s::date as gone from generate_series(1, 2) i order by i"
    )
    names = ["a,b", 'say "no"', "back\\slash", "", "null", "人民路"]
    with database.statement() as connection:
        columns, rows = ask_rows(connection, sql, {"names": names, "ids": [2, 9], "gone": None})
        assert ask_rows(connection, "select 1 as one where false", {}) == (["one"], [])
    assert columns == ["number", "names", "there", "gone"]
    assert rows == [(1, names, False, None), (2, names, True, None)]


def test_a_connection_that_is_gone_is_said_so_and_another_one_answers(database):
    with pytest.raises(DatabaseUnavailable), database.statement() as connection:
        pid = connection.info.backend_pid
        with psycopg.connect(database.dsn) as other:
            other.execute("select pg_terminate_backend(%s)", (pid,))
        ask(connection, "select pg_sleep(5)::text", {})
    with pytest.raises(DatabaseUnavailable), database.statement() as connection:
        ask(connection, "select 1", {})
        with socket.socket(fileno=socket.dup(connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
        ask(connection, "select 1", {})
    with database.statement() as connection:
        assert ask(connection, "select 7::int4", {}) == [struct.pack(">i", 7)]
