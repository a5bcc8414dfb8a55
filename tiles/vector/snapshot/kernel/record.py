"""Rows as PostgreSQL writes them in binary, as columns.

Two ways of writing: COPY (manual, "COPY", file formats), with two bytes for the number of fields,
and `record_send`, with four of them and the type before each field. Fields of a row, in order:
feature id, lot, whether the geometry is invalid, with COPY its box in the storage CRS (west,
south, east, north), WKB, then the attributes.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled
from tiles.vector.snapshot.kernel.value import big_endian, intern, put_value
from tiles.vector.snapshot.kernel.wkb import measure_wkb, read_wkb

_BOX = 3
FIRST = 8
"""Attributes begin here where boxes are asked for."""
COPY = np.array([2, 0, 7])
"""Bytes of the number of fields, bytes before the length of each, and which of them is the WKB."""
SENT = np.array([4, 4, 3])
"""The same of `record_send`, where nobody asks for boxes."""
CELL_M = 250.0
"""As in `twin.cells`, but said here: machine code is kept by the sources in this folder."""


@compiled
def measure(buffer, written):
    """Count what whole rows hold.

    Parameters
    ----------
    buffer : uint8 array
        Whole rows.
    written : int64 array
        `COPY` or `SENT`.

    Returns
    -------
    rows, parts, points : int
        How many.
    strange : int
        Feature id of the first row whose geometry is of a kind that tiles of this maker do not
        draw; -1: none.
    """
    head, gap, wkb = written[0], written[1], written[2]
    rows, parts, points, at = 0, 0, 0, 0
    while at < len(buffer):
        fields = big_endian(buffer, at, head)
        if fields < 0:
            break
        at += head
        id = big_endian(buffer, at + gap + 4, 8)
        for field in range(fields):
            at += gap
            size = big_endian(buffer, at, 4)
            at += 4
            if field == wkb and size > 0:
                kind, more_parts, more_points = measure_wkb(buffer, at)
                if kind < 0:
                    return rows, parts, points, id
                parts, points = parts + more_parts, points + more_points
            at += max(size, 0)
        rows += 1
    return rows, parts, points, -1


@compiled
def fill(
    buffer, written, forms, ids, lots, invalid, kinds, boxes, cells, codes, row_part, part_point, part_hole,
    xy, value_bytes, value_start, known, table,
):  # fmt: skip
    """Write the rows of a buffer into columns; how many values the dictionary has now.

    Parameters
    ----------
    buffer : uint8 array
        Whole rows.
    written : int64 array
        `COPY` or `SENT`.
    forms : int64 array
        `value.TEXT` and so on, one for each attribute.
    ids ... xy : arrays
        Columns of the sizes that `measure` counted.
    value_bytes, value_start, known, table
        The dictionary, with room for every value of the rows.
    """
    xy_bytes = xy.reshape(-1).view(np.uint8)
    eight = np.empty(8, np.uint8)
    number = eight.view(np.float64)
    head, gap, wkb = written[0], written[1], written[2]
    at, part, point = 0, 0, 0
    for row in range(len(ids)):
        fields = big_endian(buffer, at, head)
        at += head
        for field in range(fields):
            at += gap
            size = big_endian(buffer, at, 4)
            at += 4
            if field == 0:
                ids[row] = big_endian(buffer, at, 8)
            elif field == 1:
                lots[row] = big_endian(buffer, at, 4)
            elif field == 2:
                invalid[row] = buffer[at]
            elif field < wkb:
                for i in range(8):
                    eight[i] = buffer[at + 7 - i]
                boxes[row, field - _BOX] = number[0]
                cells[row, field - _BOX] = int(np.floor(number[0] / CELL_M))
            elif field == wkb:
                kinds[row] = 0
                if size > 0:
                    kinds[row] = measure_wkb(buffer, at)[0]
                    part, point = read_wkb(buffer, at, part_point, part_hole, part, xy_bytes, point)
            elif size < 0:
                codes[row, field - wkb - 1] = -1
            else:
                first = value_start[known]
                last = put_value(value_bytes, first, buffer, at, size, forms[field - wkb - 1])
                codes[row, field - wkb - 1], known = intern(
                    value_bytes, value_start, known, table, first, last
                )
            at += max(size, 0)
        row_part[row + 1] = part
    return known
