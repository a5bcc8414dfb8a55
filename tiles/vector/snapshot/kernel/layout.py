"""Features of a layer as bytes: tags by a dictionary of the tile, then its values."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled
from tiles.vector.snapshot.kernel.piece import larger_bytes, put
from tiles.vector.snapshot.kernel.varint import put_varint, varint_size


@compiled
def lay_out(rows, ends, commands, kinds, ids, codes, columns, value_start, value_bytes):
    """Features and values of a layer (specification 4.1, fields 2 and 4).

    Parameters
    ----------
    rows : int64 array, shape (n,)
        Rows that show.
    ends : int64 array, shape (n + 1,)
        Where the geometry of each is in `commands`.
    commands : uint8 array
        Geometry.
    kinds : uint8 array
        Type of geometry of every row of the copy.
    ids : int64 array
        Feature id of every row.
    codes : int32 array, shape (rows of the copy, all columns)
        Number of the value in the dictionary; -1: unknown, left out.
    columns : int64 array
        The columns that travel, in order of their keys.
    value_start : int64 array
        Where value `v` is in `value_bytes`.
    value_bytes : uint8 array
        Values as the tile has them, key and length included.

    Returns
    -------
    features, values : uint8 arrays
        Bytes of the two.
    """
    n, width = len(rows), len(columns)
    size = 16
    while size < 2 * n * width:
        size *= 2
    table, local, known = np.zeros(size, np.int32), np.empty(n * width + 1, np.int32), 0
    tags = np.empty(2 * width + 1, np.int64)
    out = np.empty(64 + len(commands) + n * (40 + 8 * width), np.uint8)
    at, value_size = 0, 0
    for f in range(n):
        row = rows[f]
        many, tag_size = 0, 0
        for c in range(width):
            code = codes[row, columns[c]]
            if code < 0:
                continue
            number, fresh = _find(table, local, known, code)
            if fresh:
                known += 1
                value_size += value_start[code + 1] - value_start[code]
            tags[many], tags[many + 1] = c, number
            tag_size += varint_size(c) + varint_size(number)
            many += 2
        first, last = ends[f], ends[f + 1]
        payload = 1 + varint_size(ids[row]) + 3 + varint_size(last - first) + (last - first)
        if many:
            payload += 1 + varint_size(tag_size) + tag_size
        if at + payload + 12 > len(out):
            out = larger_bytes(out, at, at + payload + 12)
        out[at] = 0x12
        at = put_varint(out, at + 1, payload)
        out[at] = 0x08
        at = put_varint(out, at + 1, ids[row])
        if many:
            out[at] = 0x12
            at = put_varint(out, at + 1, tag_size)
            for i in range(many):
                at = put_varint(out, at, tags[i])
        out[at], out[at + 1], out[at + 2] = 0x18, kinds[row], 0x22
        at = put_varint(out, at + 3, last - first)
        put(out, at, commands, first, last - first)
        at += last - first
    values, end = np.empty(value_size, np.uint8), 0
    for i in range(known):
        first, last = value_start[local[i]], value_start[local[i] + 1]
        put(values, end, value_bytes, first, last - first)
        end += last - first
    return out[:at], values


@compiled
def _find(table, local, known, code):
    """Number of a value in this tile, and whether it got it now."""
    mask = len(table) - 1
    slot = (code * 2654435761 >> 7) & mask
    while table[slot]:
        number = table[slot] - 1
        if local[number] == code:
            return number, False
        slot = (slot + 1) & mask
    table[slot] = known + 1
    local[known] = code
    return known, True
