"""Code lists: what a code means, in Chinese and English, and how it is drawn."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from twin.database.connection import Database
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
