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
        self.close()
        return read_spilled(self._path)

    def close(self) -> None:
        """Write what is left; the file is then what `read_spilled` reads."""
        if not self._file.closed:
            self._flush()
            self._file.close()

    def _flush(self) -> None:
        if self._rows:
            self._file.write(orjson.dumps(self._rows, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n")
            self._rows.clear()


def read_spilled(path: Path) -> Iterator[list[Row]]:
    """Rows of a closed `Spill`, some hundreds at a time."""
    with path.open("rb") as file:
        for line in file:
            yield orjson.loads(line)
