"""Code lists: what a code means, in Chinese and English, and how it is drawn."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from twin.database.connection import Connection, Database
from twin.database.statements import statement
from twin.errors import SourceUnreadable

_WANTED = ("code", "zh", "en")
_NO = {"", "0", "false", "no", "否"}


def load_codes(database: Database, file: Path) -> int:
    """Bring the lists of a CSV file into the city; codes no longer named are marked deprecated.

    Parameters
    ----------
    database : Database
        The city.
    file : Path
        UTF-8 with a header: list, code, zh, en, colour, icon, deprecated. Without a `list`
        column the file's name is the list. The order of the lines is kept.

    Returns
    -------
    int
        Codes that were new or changed.

    Raises
    ------
    SourceUnreadable
        A column is missing, a line has no code or a code comes twice; nothing is written.
    """
    rows = _rows(file)
    lists = sorted({row["list"] for row in rows})
    with database.transaction() as connection:
        with connection.cursor() as cursor:
            cursor.executemany(statement("twin.store", "code_upsert"), rows)
            changed = max(cursor.rowcount, 0)
        connection.execute(
            statement("twin.store", "code_deprecate").encode(),
            {"lists": lists, "known": [f"{row['list']}/{row['code']}" for row in rows]},
        )
    return changed


def renew_codes(database: Database, files: Iterable[Path]) -> list[str]:
    """Bring the lists this version ships into a city that has them of an older one, or not at all.

    A list is written when its file differs from what was last brought, and only then: a name or a
    colour somebody changed by hand stays until the file itself changes. Codes that left the file are
    marked deprecated; codes somebody added are left alone. Two processes may call it at once.

    Parameters
    ----------
    database : Database
        The city.
    files : iterable of Path
        As for `load_codes`, one list each, named by the file.

    Returns
    -------
    list of str
        Lists that were written.

    Raises
    ------
    SourceUnreadable
        A file is no code list; nothing is written.
    """
    shipped = {file.stem: (_rows(file), hashlib.sha256(file.read_bytes()).hexdigest()) for file in files}
    with database.transaction() as connection:
        connection.execute(statement("twin.store", "codes_lock").encode())
        brought = _brought(connection)
        fresh = [
            name for name, (_, digest) in shipped.items() if brought.get(name, {}).get("sha256") != digest
        ]
        for name in fresh:
            rows, digest = shipped[name]
            codes = [row["code"] for row in rows]
            with connection.cursor() as cursor:
                cursor.executemany(statement("twin.store", "code_upsert"), rows)
            left = [code for code in brought.get(name, {}).get("codes", ()) if code not in set(codes)]
            connection.execute(statement("twin.store", "code_retire").encode(), {"list": name, "codes": left})
            brought[name] = {"sha256": digest, "codes": codes}
        if fresh:
            connection.execute(
                statement("twin.store", "codes_brought_write").encode(),
                {"value": orjson.dumps(brought, option=orjson.OPT_SORT_KEYS).decode()},
            )
    return fresh


def _brought(connection: Connection) -> dict[str, Any]:
    row = connection.execute(statement("twin.store", "codes_brought").encode()).fetchone()
    found: dict[str, Any] = orjson.loads(row["value"]) if row is not None else {}
    return found


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceUnreadable(f"{file.name}: not a code list in UTF-8 CSV: {error}") from error
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for number, line in enumerate(lines, start=2):
        missing = [name for name in _WANTED if not line.get(name)]
        if missing:
            raise SourceUnreadable(f"{file.name}, line {number}: no {', '.join(missing)}")
        key = (line.get("list") or file.stem, line["code"])
        if key in rows:
            raise SourceUnreadable(f"{file.name}, line {number}: code {key[1]} comes twice in list {key[0]}")
        rows[key] = {
            "list": key[0],
            "code": key[1],
            "zh": line["zh"],
            "en": line["en"],
            "colour": line.get("colour") or None,
            "icon": line.get("icon") or None,
            "deprecated": (line.get("deprecated") or "").strip().lower() not in _NO,
            "rank": number - 2,
        }
    return list(rows.values())
