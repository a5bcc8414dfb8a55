"""Runs in the limited child: GIS files to Arrow files, geometry as WKB.

Every format becomes the same: a table with a column `__wkb__` (null where there is no
place) and, where the format numbers its features, `__fid__`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from loaders.gis.chunk import CHUNK_ROWS, chunks, rows_at_once
from loaders.gis.encoding import dbf_encoding
from loaders.gis.gdal import DataSourceError, pyogrio, raw
from loaders.gis.opening import Opened, opened
from loaders.gis.tables import read_csv, read_parquet
from twin.errors import InvalidInput, SourceUnreadable, TwinError

Emit = Callable[[dict[str, Any]], None]

WKB, FID = "__wkb__", "__fid__"
_SAMPLE_ROWS = 2_000
_CURVES = frozenset((8, 9, 10, 11, 12, 13, 14))
"""OGC type codes of circular strings and what is made of them."""
_TABLES = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".parquet": read_parquet,
    ".geoparquet": read_parquet,
}


def describe(scratch: Path, emit: Emit, *, path: str, options: dict[str, Any]) -> dict[str, Any]:
    """Layers of a file and, for each, CRS, fields, number of features and a few of them."""
    file = opened(Path(path), scratch, options.get("encoding"))
    layers = []
    for name in _layer_names(file.path):
        reader = _Reader(file, name, options)
        first = next(reader.tables(_SAMPLE_ROWS), None)
        if first is not None:
            target = scratch / f"sample-{len(layers)}.arrow"
            _write(first, target)
            layers.append({**reader.facts, "sample": target.name})
        else:
            layers.append({**reader.facts, "sample": None})
    return {"layers": layers}


def read(
    scratch: Path, emit: Emit, *, path: str, layer: str | None, options: dict[str, Any]
) -> dict[str, Any]:
    """One layer, chunk by chunk: an event with its facts, then one a chunk.

    Raises
    ------
    InvalidInput
        The file has several layers and none was chosen, or not the one that was.
    """
    file = opened(Path(path), scratch, options.get("encoding"))
    names = _layer_names(file.path)
    if layer is not None and layer not in names:
        raise InvalidInput(f"{file.path.name} has no layer '{layer}'; it has {', '.join(map(str, names))}")
    if layer is None and len(names) > 1:
        raise InvalidInput(
            f"{file.path.name} has the layers {', '.join(map(str, names))}; say which one with --layer"
        )
    reader = _Reader(file, layer if layer is not None else names[0], options)
    emit({"facts": reader.facts})
    rows = 0
    for number, table in enumerate(reader.tables(CHUNK_ROWS)):
        target = scratch / f"chunk-{number:06d}.arrow"
        _write(table, target)
        rows += table.num_rows
        emit({"chunk": target.name, "rows": table.num_rows})
    return {"rows": rows}


class _Reader:
    """One layer of one file."""

    def __init__(self, source: Opened, layer: str | None, options: dict[str, Any]) -> None:
        file = source.path
        self._file, self._layer = file, layer
        self._table = _TABLES.get(file.suffix.lower())
        if self._table is not None:
            self.facts, self._tables = self._table(file, options)
            self.facts["notes"] = []
            _require_distinct(self.facts["fields"], file.name)
            return
        self._open: dict[str, Any] = {}
        if file.suffix.lower() in (".shp", ".dbf"):
            self._open["ENCODING"] = dbf_encoding(file, options.get("encoding"))
        info = pyogrio.read_info(file, layer=layer, **self._open)
        self.facts = {
            "layer": info["layer_name"],
            "format": info["driver"],
            "crs": info["crs"],
            "fields": list(info["fields"]),
            "geometry": info["geometry_type"],
            "features": info["features"] if info["features"] >= 0 else None,
            "encoding": source.encoding or self._open.get("ENCODING", info["encoding"]),
        }
        self.facts["notes"] = list(source.notes)
        _require_distinct(self.facts["fields"], file.name)

    def tables(self, rows: int) -> Iterator[pa.Table]:
        """Chunks of at most so many rows; a file that breaks off in the middle says so."""
        return chunks(self._read(rows), rows)

    def _read(self, rows: int) -> Iterator[pa.Table]:
        done = 0
        try:
            for table in self._tables(rows) if self._table is not None else self._batches(rows):
                yield table
                done += table.num_rows
        except TwinError:
            raise
        except (OSError, RuntimeError, ValueError) as error:  # GDAL's and Arrow's are among them
            raise SourceUnreadable(
                f"{self._file.name} cannot be read on after {done} features: {error}; "
                "it is damaged or cut short, copy or export it again"
            ) from error

    def _batches(self, rows: int) -> Iterator[pa.Table]:
        at_once = min(rows, rows_at_once(self._file, self.facts["features"]))
        with raw.open_arrow(
            self._file,
            layer=self._layer,
            batch_size=at_once,
            use_pyarrow=True,
            return_fids=True,
            **self._open,
        ) as (meta, reader):
            geometry = meta["geometry_name"] or "wkb_geometry"
            read_rows = 0
            for batch in reader:
                table = pa.Table.from_batches([batch])
                if not table.num_rows:
                    continue
                yield self._named(table, geometry, meta["fid_column"] or "OGC_FID", read_rows)
                read_rows += table.num_rows

    def _named(self, table: pa.Table, geometry: str, fid: str, start: int) -> pa.Table:
        names = [WKB if name == geometry else name for name in table.column_names]
        # it comes first, and a field may have the same name
        names[names.index(fid)] = FID
        # GDAL's extension metadata is of no use to us and warns on reading
        columns = [
            column.cast(pa.binary()) if name == WKB else column
            for name, column in zip(names, table.columns, strict=True)
        ]
        table = pa.Table.from_arrays(columns, names=names)
        if WKB in names and _has_curves(table[WKB].combine_chunks()):
            straight = self._straightened(start, table.num_rows)
            table = table.set_column(names.index(WKB), WKB, straight)
        return table

    def _straightened(self, start: int, rows: int) -> Any:
        """The same features with arcs as line strings, by the reader that can."""
        found = raw.read(
            self._file, layer=self._layer, columns=[], skip_features=start, max_features=rows, **self._open
        )
        pieces = [b"" if wkb is None else bytes(wkb) for wkb in found[2]]
        offsets = np.cumsum([0, *map(len, pieces)]).astype(np.int32)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(pieces))]
        return pa.Array.from_buffers(pa.binary(), rows, buffers)


def _require_distinct(names: list[str], file: str) -> None:
    """Every column has a name of its own, and none has one of ours."""
    for name in names:
        if names.count(name) > 1:
            raise SourceUnreadable(f"{file}: the column {name!r} comes twice; give each its own name")
        if name in (WKB, FID):
            raise SourceUnreadable(f"{file}: a column may not be called {name!r} here; give it another name")


def _layer_names(file: Path) -> list[str | None]:
    if file.suffix.lower() in _TABLES:
        return [None]
    try:
        names: list[str | None] = [str(name) for name, _ in pyogrio.list_layers(file)]
    except DataSourceError as error:
        # what follows is advice for programmers
        said = str(error).replace(str(file), file.name).partition("; It might help")[0].rstrip(".")
        raise SourceUnreadable(f"{file.name} cannot be opened by GDAL {_gdal()}: {said}") from error
    if not names:
        raise SourceUnreadable(f"{file.name} has no layer")
    return names


def _gdal() -> str:
    return ".".join(map(str, pyogrio.__gdal_version__))


def _has_curves(wkb: pa.Array) -> bool:
    return any(int(code) % 1000 & 0xFF in _CURVES for code in np.unique(_type_codes(wkb)))


def _type_codes(wkb: pa.Array) -> Any:
    """Little- or big-endian type word of each WKB; no bytes are no place."""
    wkb = pa.concat_arrays([wkb])
    offsets = np.frombuffer(wkb.buffers()[1], np.int32, len(wkb) + 1)
    offsets = offsets[:-1][np.diff(offsets) > 4]
    if not len(offsets):
        return np.empty(0, np.uint32)
    data = np.frombuffer(wkb.buffers()[2], np.uint8)
    word = data[offsets[:, None] + np.arange(1, 5)].astype(np.uint32)
    little = word[:, 0] | word[:, 1] << 8 | word[:, 2] << 16 | word[:, 3] << 24
    big = word[:, 3] | word[:, 2] << 8 | word[:, 1] << 16 | word[:, 0] << 24
    return np.where(data[offsets] == 1, little, big)


def _write(table: pa.Table, target: Path) -> None:
    with pa.OSFile(str(target), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
