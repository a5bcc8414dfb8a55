"""Rows that go to the scratch folder as they are read: a model of many objects says too much to be held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson

Row = dict[str, Any]
_ROWS = 500


class Spill:
    """A list of rows on disk, some hundreds a line; it can be written until it is first read.

    Parameters
    ----------
    path : Path
        The file, which is made anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("wb")
        self._rows: list[Row] = []

    def append(self, row: Row) -> None:
        """Add a row; what becomes of it afterwards is not seen."""
        self._rows.append(row)
        if len(self._rows) == _ROWS:
            self._flush()

    def parts(self) -> Iterator[list[Row]]:
        """The rows, some hundreds at a time."""
        return (orjson.loads(line) for line in self._lines())

    def write_json(self, file: BinaryIO) -> None:
        """Write them all as one JSON array, byte by byte what the whole list would give."""
        file.write(b"[")
        for number, line in enumerate(self._lines()):
            file.write(b"," if number else b"")
            file.write(memoryview(line)[1:-2])
        file.write(b"]")

    def remove(self) -> None:
        """Give the room on disk back."""
        self._file.close()
        self._path.unlink()

    def _flush(self) -> None:
        if self._rows:
            self._file.write(orjson.dumps(self._rows, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n")
            self._rows.clear()

    def _lines(self) -> Iterator[bytes]:
        if not self._file.closed:
            self._flush()
            self._file.close()
        with self._path.open("rb") as file:
            yield from file
