"""Rows as one binary COPY stream, put together column by column without a loop over rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from psycopg import sql

from twin.store.fields import Field

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_PIECE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows as bytes, and which columns they fill."""

    columns: tuple[str, ...]
    stream: Any


def pack(fields: Mapping[str, Field], rows: int) -> Packed:
    """Put rows together; see `copy_rows`."""
    # columns that are always there come first: they form one block of fixed width
    ordered = sorted(fields.items(), key=lambda entry: entry[1].width is None)
    stream = assemble([field for _, field in ordered], rows)
    return Packed(tuple(name for name, _ in ordered), memoryview(stream))


def send(
    connection: psycopg.Connection[Any],
    table: sql.Composable,
    packed: Packed,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Append packed rows to a table; `meanwhile` runs while the server works on them."""
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        table, sql.SQL(", ").join(sql.Identifier(name) for name in packed.columns)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_HEADER)
        for start in range(0, len(packed.stream), _PIECE_BYTES):
            copy.write(packed.stream[start : start + _PIECE_BYTES])
        copy.write(_TRAILER)
        if meanwhile is not None:
            meanwhile()


def copy_rows(
    connection: psycopg.Connection[Any], table: sql.Composable, fields: Mapping[str, Field], rows: int
) -> None:
    """Append rows to a table.

    Parameters
    ----------
    connection : psycopg.Connection
        Inside the transaction the rows belong to.
    table : sql.Composable
        Qualified identifier.
    fields : mapping of str to Field
        Columns that have at least one value; the others take the table's default.
    rows : int
        How many.
    """
    if rows:
        send(connection, table, pack(fields, rows))


def assemble(fields: list[Field], rows: int) -> Any:
    """Tuples of a COPY stream, without header and trailer.

    Each tuple is the number of fields (int16), then for every field its size (int32,
    -1 for null) and its bytes.

    Parameters
    ----------
    fields : list of Field
        Those of fixed width first; all of `rows` length.
    rows : int
        Number of tuples.
    """
    fixed = [field for field in fields if field.width is not None]
    pieces = [_block(fixed, len(fields), rows)]
    for field in fields:
        if field.width is None:
            sizes = np.where(field.null, -1, field.sizes).astype(">i4")
            pieces.append(_binary(np.full(rows, 4, np.int32), sizes.view(np.uint8)))
            pieces.append(_binary(field.sizes, field.data))
    joined = (
        pc.binary_join_element_wise(*pieces, pa.scalar(b"", pa.binary())) if len(pieces) > 1 else pieces[0]
    )
    offsets = np.frombuffer(joined.buffers()[1], np.int32, rows + 1)
    return memoryview(joined.buffers()[2])[int(offsets[0]) : int(offsets[-1])]


def _block(fields: list[Field], count: int, rows: int) -> pa.Array:
    """Number of fields, then every field of fixed width, as one column."""
    widths = [field.width or 0 for field in fields]
    total = 2 + sum(4 + width for width in widths)
    block = np.empty((rows, total), np.uint8)
    block[:, :2] = np.frombuffer(np.array(count, ">i2").tobytes(), np.uint8)
    at = 2
    for field, width in zip(fields, widths, strict=True):
        block[:, at : at + 4] = np.frombuffer(np.array(width, ">i4").tobytes(), np.uint8)
        block[:, at + 4 : at + 4 + width] = np.frombuffer(field.data, np.uint8).reshape(rows, width)
        at += 4 + width
    return _binary(np.full(rows, total, np.int32), block.reshape(-1))


def _binary(sizes: npt.NDArray[np.int32], data: Any) -> pa.Array:
    """Arrow column over existing bytes."""
    offsets = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    return pa.Array.from_buffers(pa.binary(), len(sizes), [None, pa.py_buffer(offsets), pa.py_buffer(data)])
