"""Features of a layer as bytes: tags by a dictionary of the tile, then its values."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, inlined
from tiles.vector.snapshot.kernel.piece import put
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
    tags = np.empty(16 * width + 16, np.uint8)
    # of a feature's own bytes 29 at most, of each of its tags seven
    out = np.empty(64 + len(commands) + n * (40 + 8 * width), np.uint8)
    at, value_size = 0, 0
    for f in range(n):
        row, tag_size = rows[f], 0
        for c in range(width):
            code = codes[row, columns[c]]
            if code < 0:
                continue
            slot = _slot(table, local, code)
            if table[slot] == 0:
                # this tile has the value for the first time
                local[known] = code
                known += 1
                table[slot] = known
                value_size += value_start[code + 1] - value_start[code]
            tag_size = put_varint(tags, tag_size, c)
            tag_size = put_varint(tags, tag_size, table[slot] - 1)
        first, last = ends[f], ends[f + 1]
        payload = 1 + varint_size(ids[row]) + 3 + varint_size(last - first) + (last - first)
        if tag_size:
            payload += 1 + varint_size(tag_size) + tag_size
        out[at] = 0x12
        at = put_varint(out, at + 1, payload)
        out[at] = 0x08
        at = put_varint(out, at + 1, ids[row])
        if tag_size:
            out[at] = 0x12
            at = put_varint(out, at + 1, tag_size)
            put(out, at, tags, 0, tag_size)
            at += tag_size
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


@inlined
def _slot(table, local, code):
    """Where the number of a value in this tile stands, one more than it is; 0: it has none yet."""
    mask = len(table) - 1
    slot = (code * 2654435761 >> 7) & mask
    while table[slot] and local[table[slot] - 1] != code:
        slot = (slot + 1) & mask
    return slot
