"""Rows of PostgreSQL's binary COPY (manual, "COPY", file formats) as columns.

Fields of a row, in order: feature id, lot, whether the geometry is invalid, its box in the
storage CRS (west, south, east, north), WKB in EPSG:3857, then the attributes.
"""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled
from tiles.vector.snapshot.kernel.value import big_endian, intern, put_value
from tiles.vector.snapshot.kernel.wkb import measure_wkb, read_wkb

_BOX, _WKB, FIRST = 3, 7, 8
CELL_M = 250.0
"""As in `twin.cells`, but said here: machine code is kept by the sources in this folder."""


@compiled
def measure(buffer):
    """Count what whole rows hold.

    Returns
    -------
    rows, parts, points : int
        How many.
    strange : int
        Feature id of the first row whose geometry is of a kind that tiles of this maker do not
        draw; -1: none.
    """
    rows, parts, points, at = 0, 0, 0, 0
    while at < len(buffer):
        fields = big_endian(buffer, at, 2)
        if fields < 0:
            break
        at += 2
        id = big_endian(buffer, at + 4, 8)
        for field in range(fields):
            size = big_endian(buffer, at, 4)
            at += 4
            if field == _WKB and size > 0:
                kind, more_parts, more_points = measure_wkb(buffer, at)
                if kind < 0:
                    return rows, parts, points, id
                parts, points = parts + more_parts, points + more_points
            at += max(size, 0)
        rows += 1
    return rows, parts, points, -1


@compiled
def fill(
    buffer, forms, ids, lots, invalid, kinds, boxes, cells, codes, row_part, part_point, part_hole, xy,
    value_bytes, value_start, known, table,
):  # fmt: skip
    """Write the rows of a buffer into columns; how many values the dictionary has now.

    Parameters
    ----------
    buffer : uint8 array
        Whole rows.
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
    at, part, point = 0, 0, 0
    for row in range(len(ids)):
        fields = big_endian(buffer, at, 2)
        at += 2
        for field in range(fields):
            size = big_endian(buffer, at, 4)
            at += 4
            if field == 0:
                ids[row] = big_endian(buffer, at, 8)
            elif field == 1:
                lots[row] = big_endian(buffer, at, 4)
            elif field == 2:
                invalid[row] = buffer[at]
            elif field < _WKB:
                for i in range(8):
                    eight[i] = buffer[at + 7 - i]
                boxes[row, field - _BOX] = number[0]
                cells[row, field - _BOX] = int(np.floor(number[0] / CELL_M))
            elif field == _WKB:
                kinds[row] = 0
                if size > 0:
                    kinds[row] = measure_wkb(buffer, at)[0]
                    part, point = read_wkb(buffer, at, part_point, part_hole, part, xy_bytes, point)
            elif size < 0:
                codes[row, field - FIRST] = -1
            else:
                first = value_start[known]
                last = put_value(value_bytes, first, buffer, at, size, forms[field - FIRST])
                codes[row, field - FIRST], known = intern(value_bytes, value_start, known, table, first, last)
            at += max(size, 0)
        row_part[row + 1] = part
    return known
