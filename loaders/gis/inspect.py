"""What is in a file, and a mapping to begin with."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from loaders.gis.batch import FID, WKB
from loaders.gis.guess import guess
from loaders.gis.mapping import FieldMapping
from loaders.isolate import run_isolated
from twin.settings import Settings

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a file.

    Attributes
    ----------
    name, format : str
        As the file says.
    crs : str or None
        CRS as the file states it; None: it does not.
    geometry : str or None
        Geometry type; None: a table.
    features : int or None
        How many; None: the format does not say.
    encoding : str
        What text is written in.
    columns : dict of str to list
        Column names with a few values.
    mapping : FieldMapping
        The guess.
    """

    name: str
    format: str
    crs: str | None
    geometry: str | None
    features: int | None
    encoding: str
    columns: dict[str, list[Any]]
    mapping: FieldMapping


def inspect(
    path: Path, settings: Settings, *, collection: str | None = None, encoding: str | None = None
) -> list[Layer]:
    """Look into a file without loading it.

    Raises
    ------
    SourceUnreadable
        It cannot be opened.
    """
    with tempfile.TemporaryDirectory(prefix="twin-inspect-") as folder:
        scratch = Path(folder)
        found = run_isolated(
            "loaders.gis.read:describe",
            {"path": str(path.resolve()), "options": {"encoding": encoding}},
            memory_mb=settings.load_memory_mb,
            seconds=settings.load_seconds,
            scratch=scratch,
        )
        several = len(found["layers"]) > 1
        return [_layer(path, facts, scratch, collection, several) for facts in found["layers"]]


def _layer(path: Path, facts: dict[str, Any], scratch: Path, collection: str | None, several: bool) -> Layer:
    columns: dict[str, list[Any]] = {name: [] for name in facts["fields"]}
    unique: list[str] = []
    if facts["sample"] is not None:
        with pa.OSFile(str(scratch / facts["sample"])) as file:
            table = pa.ipc.open_file(file).read_all()
        for name in table.column_names:
            if name in (WKB, FID):
                continue
            values = [value for value in table[name].to_pylist() if value is not None]
            columns[name] = list(dict.fromkeys(map(str, values)))[:_SHOWN]
            if len(values) == table.num_rows and len(set(map(str, values))) == len(values):
                unique.append(name)
    proposal = guess(
        list(columns),
        layer=facts["layer"],
        file=path.stem,
        geometry=facts["geometry"],
        collection=collection,
        unique=unique,
        several=several,
    )
    return Layer(
        name=facts["layer"],
        format=facts["format"],
        crs=facts["crs"],
        geometry=facts["geometry"],
        features=facts["features"],
        encoding=facts["encoding"],
        columns=columns,
        mapping=proposal,
    )
