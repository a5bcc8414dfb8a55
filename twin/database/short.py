"""A statement asked the short way: one call of libpq, and its row as the server sent it.

psycopg waits for an answer piece by piece and takes the interpreter for each; a tile of 90 kB comes
in a dozen. Here libpq waits by itself. For statements that are asked hundreds of times a second;
all others have `Database.row`.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from itertools import count
from weakref import WeakKeyDictionary

import psycopg
from psycopg.pq import ExecStatus, Format

from twin.database.connection import Connection

Value = str | int | float | datetime
_BIND = re.compile(r"%\((\w+)\)s")
_MOST = 64
"""Statements a connection keeps prepared: callers may name layers in any order."""
_numbers = count(1)
_prepared: WeakKeyDictionary[Connection, OrderedDict[str, bytes]] = WeakKeyDictionary()


def ask(connection: Connection, sql: str, binds: Mapping[str, Value]) -> list[bytes | None]:
    """Columns of the first row, in the binary form of their types.

    Parameters
    ----------
    connection : Connection
        Of `Database.statement`: outside of any transaction.
    sql : str
        Binds are written `%(name)s`; the server finds their types from where they stand.
    binds : mapping
        May hold more than is asked for.

    Raises
    ------
    psycopg.Error
        What the server says of it; `Database.statement` translates it.
    """
    text, names = _numbered(sql)
    own = _prepared.setdefault(connection, OrderedDict())
    name = own.get(sql)
    server = connection.pgconn
    if name is None:
        name = b"twin_%d" % next(_numbers)
        _expect(server.prepare(name, text), ExecStatus.COMMAND_OK)
        own[sql] = name
        if len(own) > _MOST:
            _, old = own.popitem(last=False)
            _expect(server.exec_(b"deallocate " + old), ExecStatus.COMMAND_OK)
    else:
        own.move_to_end(sql)
    result = server.exec_prepared(name, [_text(binds[one]) for one in names], None, Format.BINARY)
    _expect(result, ExecStatus.TUPLES_OK)
    return [result.get_value(0, i) for i in range(result.nfields)]


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """The text with `$1` for a bind, and the names in the order of the numbers."""
    names = tuple(dict.fromkeys(_BIND.findall(sql)))
    text = _BIND.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
    return text.replace("%%", "%").encode(), names


def _text(value: Value) -> bytes:
    return (value.isoformat() if isinstance(value, datetime) else str(value)).encode()


def _expect(result: psycopg.pq.abc.PGresult, status: ExecStatus) -> None:
    if result.status != status:
        raise psycopg.errors.error_from_result(result)
