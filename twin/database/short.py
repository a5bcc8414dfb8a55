"""A statement asked the short way: one call of libpq, and its row as the server sent it.

psycopg waits for an answer piece by piece and takes the interpreter for each; a tile of 90 kB comes
in a dozen. Here libpq waits by itself. For statements that are asked hundreds of times a second;
all others have `Database.row`.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGconn, PGresult

from twin.database.again import again
from twin.database.connection import Connection

Scalar = str | int | float | datetime
Value = Scalar | Sequence[Scalar] | None
_BIND = re.compile(r"%\((\w+)\)s")
_MOST = 64
"""Statements a connection keeps prepared: callers may name layers in any order."""
_numbers = count(1)
_prepared: WeakKeyDictionary[Connection, OrderedDict[str, bytes]] = WeakKeyDictionary()


def ask(connection: Connection, sql: str, binds: Mapping[str, Any]) -> list[bytes | None]:
    """Columns of the first row, in the binary form of their types; parameters as of `ask_rows`."""
    result = again(connection, lambda: _result(connection, sql, binds))
    return [result.get_value(0, i) for i in range(result.nfields)]


def ask_rows(
    connection: Connection, sql: str, binds: Mapping[str, Any]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Names of the columns, and every row.

    Parameters
    ----------
    connection : Connection
        Of `Database.statement`: outside of any transaction.
    sql : str
        Binds are written `%(name)s`; the server finds their types from where they stand.
    binds : mapping of str to str, number, instant, list of them or None
        May hold more than is asked for.

    Raises
    ------
    psycopg.Error
        What the server says of it; `Database.statement` translates it.
    """
    result = again(connection, lambda: _result(connection, sql, binds))
    reader = Transformer(connection)
    reader.set_pgresult(result, format=Format.BINARY)
    names = [(result.fname(i) or b"").decode() for i in range(result.nfields)]
    return names, reader.load_rows(0, result.ntuples, tuple)


def _result(connection: Connection, sql: str, binds: Mapping[str, Any]) -> PGresult:
    text, names = _numbered(sql)
    own = _prepared.setdefault(connection, OrderedDict())
    name = own.get(sql)
    server = connection.pgconn
    if name is None:
        name = b"twin_%d" % next(_numbers)
        _expect(server, server.prepare(name, text), ExecStatus.COMMAND_OK)
        own[sql] = name
        if len(own) > _MOST:
            _, old = own.popitem(last=False)
            _expect(server, server.exec_(b"deallocate " + old), ExecStatus.COMMAND_OK)
    else:
        own.move_to_end(sql)
    values: Any = [_text(binds[one]) for one in names]  # the protocol of psycopg leaves out null
    result = server.exec_prepared(name, values, None, Format.BINARY)
    _expect(server, result, ExecStatus.TUPLES_OK)
    return result


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The text with `$1` for a bind, and the names in the order of the numbers."""
    names = tuple(dict.fromkeys(_BIND.findall(sql)))
    text = _BIND.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
    return text.replace("%%", "%").encode(), names


def _text(value: Value) -> bytes | None:
    """A value as PostgreSQL reads it."""
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        # in quotes, an empty one and one that says null are what they are
        quoted = (str(one).replace("\\", "\\\\").replace('"', '\\"') for one in value)
        return "{{{}}}".format(",".join(f'"{one}"' for one in quoted)).encode()
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()


def _expect(server: PGconn, result: PGresult, status: ExecStatus) -> None:
    if result.status == status:
        return
    if server.status == ConnStatus.BAD and not result.error_field(DiagnosticField.SQLSTATE):
        # nobody said it: it is what libpq found of a connection that is gone
        raise psycopg.OperationalError(result.get_error_message())
    raise psycopg.errors.error_from_result(result)
