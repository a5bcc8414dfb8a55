"""Names and form of what the children leave for the parent: JSON rows, and bytes they point into."""

from __future__ import annotations

import mmap
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import orjson

from loaders.ifc.spill import Spill

MEANING = "meaning.json"
ABRIDGED = "abridged.jsonl"
SHAPES = "shapes.json"
MESHES = "meshes.json"
OUTLINES = "outlines.json"
GRAPH = "graph.json"
_BLOBS = ".blobs"
_ROWS = 500


def write_meaning(path: Path, meaning: dict[str, Any]) -> None:
    """Write what the first step read, a few rows at a time: as one text it would take its size again."""
    with path.open("wb") as file:
        for number, (name, value) in enumerate(meaning.items()):
            file.write((b"," if number else b"{") + orjson.dumps(name) + b":")
            if isinstance(value, Spill):
                value.write_json(file)
            elif isinstance(value, list | dict) and len(value) > _ROWS:
                _write_parts(file, value)
            else:
                file.write(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY))
        file.write(b"}")


def _write_parts(file: BinaryIO, rows: list[Any] | dict[str, Any]) -> None:
    opening, closing = (b"[", b"]") if isinstance(rows, list) else (b"{", b"}")
    items = iter(rows if isinstance(rows, list) else rows.items())
    file.write(opening)
    for number in range(0, len(rows), _ROWS):
        some = list(islice(items, _ROWS))
        part = orjson.dumps(some if isinstance(rows, list) else dict(some), option=orjson.OPT_SERIALIZE_NUMPY)
        file.write((b"," if number else b"") + part[1:-1])
    file.write(closing)


class RowWriter:
    """Writes rows, some hundreds at a time; values of type bytes go to a file beside them.

    Parameters
    ----------
    path : Path
        The JSON file.
    """

    def __init__(self, path: Path) -> None:
        self._rows: list[dict[str, Any]] = []
        self._file = path.open("wb")
        self._blobs = path.with_suffix(_BLOBS).open("wb")
        self._file.write(b"[")
        self._written = False

    def __enter__(self) -> RowWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._flush()
            self._file.write(b"]")
        self._file.close()
        self._blobs.close()

    def write(self, row: dict[str, Any]) -> None:
        """Add a row."""
        self._rows.append({key: self._stored(value) for key, value in row.items()})
        if len(self._rows) == _ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            part = orjson.dumps(self._rows, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1]
            self._file.write(b"," + part if self._written else part)
            self._written, self._rows = True, []

    def _stored(self, value: Any) -> Any:
        if not isinstance(value, bytes):
            return value
        at = self._blobs.tell()
        self._blobs.write(value)
        return {"at": at, "size": len(value)}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Rows that a `RowWriter` wrote, bytes in their places."""
    rows: list[dict[str, Any]] = orjson.loads(path.read_bytes())
    blobs = path.with_suffix(_BLOBS)
    if blobs.stat().st_size == 0:
        return rows
    with blobs.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for row in rows:
            for key, value in row.items():
                if isinstance(value, dict) and value.keys() == {"at", "size"}:
                    row[key] = content[value["at"] : value["at"] + value["size"]]
    return rows
