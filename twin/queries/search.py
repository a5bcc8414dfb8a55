"""Search by name, address, code, pinyin or position."""

from __future__ import annotations

import re
from typing import Any

from twin.catalogue import COLLECTIONS
from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.errors import InvalidParameter

_PAIR = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_LONGEST = 100
_LINES = [c.name for c in COLLECTIONS if (c.geometry or "").startswith("MultiLineString")]


def search(database: Database, text: str, *, limit: int = 10) -> list[Row]:
    """Best hits first.

    A word of Chinese is found anywhere in a name or an address; codes, names, full pinyin
    and pinyin initials by their beginning; several words separated by spaces must all be
    there. Simplified and traditional characters, full and half width, upper and lower case
    are the same. The pieces of a street are one hit. When nothing
    else is found, Latin names with typing errors are tried.

    Parameters
    ----------
    database : Database
        The city.
    text : str
        What was typed; a pair of degrees gives that position.
    limit : int
        Most hits.

    Raises
    ------
    InvalidParameter
        Empty, or longer than 100 characters.
    """
    if not text.strip():
        raise InvalidParameter("q", "is empty; type a name, an address, a code or pinyin")
    if len(text) > _LONGEST:
        raise InvalidParameter("q", f"is longer than {_LONGEST} characters")
    position = _position(text)
    binds = {"words": text.split()[:8], "lines": _LINES, "limit": limit}
    found = database.rows(statement("twin.queries", "search"), binds)
    if not found and _is_latin(text):
        found = database.rows(statement("twin.queries", "search_typing"), {"text": text, "limit": limit})
    return ([position] if position else []) + found


def _position(text: str) -> Row | None:
    match = _PAIR.fullmatch(text)
    if match is None:
        return None
    first, second = float(match[1]), float(match[2])
    # latitude never exceeds 90, so in China the order shows by itself
    lat, lon = (first, second) if abs(first) <= 90 < abs(second) else (second, first)
    if abs(lat) > 90 or abs(lon) > 180:
        return None
    hit: dict[str, Any] = dict.fromkeys(("id", "building_id", "building_code", "floor_no"))
    label = f"{lon:.6f}, {lat:.6f}"
    return hit | {
        "collection": "position",
        "label_zh": label,
        "label_en": label,
        "detail": "WGS84",
        "lon": lon,
        "lat": lat,
        "score": 1.0,
        "matched": "position",
    }


def _is_latin(text: str) -> bool:
    return len(text.strip()) >= 4 and text.isascii()
