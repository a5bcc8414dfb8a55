"""The few columns of every row that shapes and the room graph ask for.

A model says far more than it shows: the whole of it took eight times the file when it was
read again. Rows stand here some hundreds a line, and texts that come again are kept once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from sys import intern
from typing import Any

import orjson

ROLES = ("space", "opening", "equipment", "element")
_WHOLE = ("storeys", "buildings", "boundaries")
_ALWAYS = ("global_id", "parent", "storey", "building", "ifc_class", "predefined_type")
_IF_THERE = ("kind", "width_m", "is_external", "fire_exit", "placed", "doubtful")
_ROWS = 500
_CLIMBS = ("IfcStair", "IfcRamp")

Row = dict[str, Any]


def write_abridged(path: Path, meaning: Mapping[str, Any], parts: Mapping[str, Iterable[list[Row]]]) -> None:
    """Write what the third step needs of a meaning.

    Parameters
    ----------
    path : Path
        The file.
    meaning : mapping
        Storeys, buildings and space boundaries are taken as they are.
    parts : mapping of str to iterable of list of dict
        Rows of each role, some at a time.
    """
    with path.open("wb") as file:
        file.write(_line({name: meaning[name] for name in _WHOLE}))
        for role in ROLES:
            for rows in parts[role]:
                for at in range(0, len(rows), _ROWS):
                    told = [_abridged(row) for row in rows[at : at + _ROWS] if _needed(role, row)]
                    file.write(_line([role, told]))


def read_abridged(path: Path) -> dict[str, Any]:
    """Read it back, in the form of a meaning."""
    with path.open("rb") as file:
        meaning: dict[str, Any] = orjson.loads(file.readline()) | {role: [] for role in ROLES}
        for line in file:
            role, rows = orjson.loads(line)
            meaning[role] += [
                {key: intern(value) if isinstance(value, str) else value for key, value in row.items()}
                for row in rows
            ]
    return meaning


def _needed(role: str, row: Row) -> bool:
    """What has a shape; and what the room graph asks for without one."""
    return bool(row["shown"]) or role == "opening" or row["ifc_class"].startswith(_CLIMBS)


def _abridged(row: Row) -> Row:
    told = {key: row[key] for key in _ALWAYS}
    return told | {key: row[key] for key in _IF_THERE if key in row}


def _line(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n"
