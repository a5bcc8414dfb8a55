"""CSV and Parquet to Arrow, in the limited child."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from loaders.gis.encoding import text_encoding
from twin.errors import SourceUnreadable

Tables = Callable[[int], Iterator[pa.Table]]
_WKB = "__wkb__"
_ROW_BYTES = 256


def read_csv(file: Path, options: dict[str, Any]) -> tuple[dict[str, Any], Tables]:
    """Delimited text; every value stays text, so that codes keep their leading zeros."""
    encoding = text_encoding(file, options.get("encoding"))
    with file.open(encoding=encoding, errors="replace", newline="") as stream:
        header = stream.readline().lstrip("\ufeff").rstrip("\r\n")
    if not header.strip():
        raise SourceUnreadable(f"{file.name} has no header line")
    delimiter = max(",;\t|", key=header.count)
    bad: list[str] = []

    def skip(row: Any) -> str:
        bad.append(f"line with {row.actual_columns} instead of {row.expected_columns} values")
        return "skip"

    parse = pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip)

    def tables(rows: int) -> Iterator[pa.Table]:
        names = _columns(file, encoding, parse)
        try:
            with pyarrow.csv.open_csv(
                file,
                read_options=pyarrow.csv.ReadOptions(
                    encoding=encoding, block_size=max(rows * _ROW_BYTES, 1 << 20)
                ),
                parse_options=parse,
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            ) as reader:
                for batch in reader:
                    if batch.num_rows:
                        yield pa.Table.from_batches([batch])
        except pa.ArrowInvalid as error:
            raise SourceUnreadable(f"{file.name}: {error}") from error
        if bad:
            raise SourceUnreadable(f"{file.name}: {len(bad)} lines have another number of values ({bad[0]})")

    names = _columns(file, encoding, parse)
    facts = {
        "layer": file.stem,
        "format": "CSV",
        "crs": None,
        "fields": names,
        "geometry": None,
        "features": None,
        "encoding": encoding,
    }
    return facts, tables


def _columns(file: Path, encoding: str, parse: Any) -> list[str]:
    try:
        with pyarrow.csv.open_csv(
            file, read_options=pyarrow.csv.ReadOptions(encoding=encoding), parse_options=parse
        ) as reader:
            names = list(reader.schema.names)
    except pa.ArrowInvalid as error:
        raise SourceUnreadable(f"{file.name}: {error}") from error
    return names


def read_parquet(file: Path, options: dict[str, Any]) -> tuple[dict[str, Any], Tables]:
    """GeoParquet (WKB encoding) and plain Parquet."""
    try:
        opened = pyarrow.parquet.ParquetFile(file)
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceUnreadable(f"{file.name} is not a Parquet file: {error}") from error
    metadata = opened.schema_arrow.metadata or {}
    geo = orjson.loads(metadata.get(b"geo", b"{}"))
    column = geo.get("primary_column")
    described = geo.get("columns", {}).get(column, {})
    if column and described.get("encoding", "WKB") != "WKB":
        raise SourceUnreadable(
            f"{file.name}: geometry encoding {described['encoding']} is not WKB; write it as WKB"
        )
    crs: str | None = None
    if column:
        # the standard: no member means CRS84, null means nobody knows
        stated = described.get("crs", "OGC:CRS84")
        crs = orjson.dumps(stated).decode() if isinstance(stated, dict) else stated
    others = [name for name, data in geo.get("columns", {}).items() if name != column]

    def tables(rows: int) -> Iterator[pa.Table]:
        for batch in opened.iter_batches(batch_size=rows):
            table = pa.Table.from_batches([batch]).drop_columns(
                [n for n in others if n in batch.schema.names]
            )
            if column:
                table = table.rename_columns(
                    [_WKB if name == column else name for name in table.column_names]
                )
                index = table.column_names.index(_WKB)
                table = table.set_column(index, _WKB, table[_WKB].cast(pa.binary()))
            # row numbers of pandas are not data
            yield table.drop_columns([n for n in table.column_names if n.startswith("__index_level")])

    facts = {
        "layer": file.stem,
        "format": "GeoParquet" if column else "Parquet",
        "crs": crs,
        "fields": [name for name in opened.schema_arrow.names if name != column],
        "geometry": ",".join(described.get("geometry_types", [])) or ("Unknown" if column else None),
        "features": opened.metadata.num_rows,
        "encoding": "UTF-8",
    }
    return facts, tables
