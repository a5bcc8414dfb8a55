"""Names and form of what the children leave for the parent: JSON rows, and bytes they point into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson

from loaders.ifc.spill import Spill

MEANING = "meaning.json"
SETS = "sets.jsonl"
ABRIDGED = "abridged.jsonl"
SHAPES = "shapes.jsonl"
MESHES = "meshes.jsonl"
OUTLINES = "outlines.json"
GRAPH = "graph.json"
_BLOBS = ".blobs"
_ROWS = 500


def spilled(scratch: Path, role: str) -> Path:
    """File of the rows of a role."""
    return scratch / f"{role}.rows"


def write_meaning(path: Path, meaning: Mapping[str, Any]) -> None:
    """Write what the first step read, without the rows that lie beside it and without the property sets.

    Those are in `SETS`, one object a line: `"GlobalId"`, a tab, its sets as JSON. Who stores them
    hands them on as text.
    """
    whole = {
        name: value for name, value in meaning.items() if name != "sets" and not isinstance(value, Spill)
    }
    path.write_bytes(orjson.dumps(whole, option=orjson.OPT_SERIALIZE_NUMPY))
    with path.with_name(SETS).open("wb") as file:
        for identity, sets in meaning["sets"].items():
            file.write(orjson.dumps(identity) + b"\t" + orjson.dumps(sets) + b"\n")


def read_sets(path: Path) -> Iterator[tuple[str, bytes]]:
    """GlobalId and property sets, as JSON, of every object that has some."""
    with path.open("rb") as file:
        for line in file:
            identity, _, sets = line.rstrip(b"\n").partition(b"\t")
            yield orjson.loads(identity), sets


class RowWriter:
    """Writes rows, some hundreds a line; values of type bytes go to a file beside them.

    Parameters
    ----------
    path : Path
        The file of the rows.
    """

    def __init__(self, path: Path) -> None:
        self._rows: list[dict[str, Any]] = []
        self._file = path.open("wb")
        self._blobs = path.with_suffix(_BLOBS).open("wb")

    def __enter__(self) -> RowWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._flush()
        self._file.close()
        self._blobs.close()

    def write(self, row: dict[str, Any]) -> None:
        """Add a row."""
        self._rows.append({key: self._stored(value) for key, value in row.items()})
        if len(self._rows) == _ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._file.write(orjson.dumps(self._rows, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n")
            self._rows = []

    def _stored(self, value: Any) -> Any:
        if not isinstance(value, bytes):
            return value
        at = self._blobs.tell()
        self._blobs.write(value)
        return {"at": at, "size": len(value)}


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows that a `RowWriter` wrote, bytes in their places."""
    with path.open("rb") as file, path.with_suffix(_BLOBS).open("rb") as blobs:
        for line in file:
            for row in orjson.loads(line):
                for key, value in row.items():
                    if isinstance(value, dict) and value.keys() == {"at", "size"}:
                        blobs.seek(value["at"])
                        row[key] = blobs.read(value["size"])
                yield row
