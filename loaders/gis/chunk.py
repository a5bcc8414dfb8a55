"""How much of a file is in memory at once: so many rows, and so many bytes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

CHUNK_ROWS = 20_000
CHUNK_BYTES = 32 << 20
"""Whoever loads needs some thirteen times this: two chunks as shapes, as checked and as they are sent.

Rows alone are no bound: 20,000 coastlines of 40 kB each took gigabytes."""
_ROWS_OF_UNKNOWN = 1_000


def chunks(tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Put small tables together and cut large ones, in their order.

    Parameters
    ----------
    tables : iterable of pyarrow.Table
        As a reader brings them, of one schema.
    rows : int
        Most rows of a chunk; with more bytes than `CHUNK_BYTES` it is a single row.
    """
    held: list[pa.Table] = []
    held_rows = held_bytes = 0
    for table in tables:
        for part in _cut(table, rows):
            if held and (held_rows + part.num_rows > rows or held_bytes + part.nbytes > CHUNK_BYTES):
                yield _joined(held)
                held, held_rows, held_bytes = [], 0, 0
            held.append(part)
            held_rows, held_bytes = held_rows + part.num_rows, held_bytes + part.nbytes
    if held:
        yield _joined(held)


def rows_at_once(file: Path, features: int | None) -> int:
    """Rows of a file to ask GDAL for at a time, so that they are about one chunk.

    GDAL could count bytes by itself (OGR_ARROW_MEM_LIMIT), but then FlatGeobuf ends after the first part.
    """
    if not features or not file.is_file():
        return _ROWS_OF_UNKNOWN
    a_row = max(1, file.stat().st_size // features)
    return max(1, min(CHUNK_ROWS, CHUNK_BYTES // a_row))


def _cut(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    if table.num_rows <= 1 or (table.num_rows <= rows and table.nbytes <= CHUNK_BYTES):
        yield table
        return
    half = min(table.num_rows // 2, rows)
    yield from _cut(table.slice(0, half), rows)
    yield from _cut(table.slice(half), rows)


def _joined(parts: list[pa.Table]) -> pa.Table:
    return parts[0] if len(parts) == 1 else pa.concat_tables(parts).combine_chunks()
