"""Features of a layer as geometry of a tile."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.command import put_parts, put_points, room
from tiles.vector.snapshot.kernel.compiled import compiled
from tiles.vector.snapshot.kernel.contact import touching
from tiles.vector.snapshot.kernel.piece import larger_bytes, larger_numbers
from tiles.vector.snapshot.kernel.place import (
    HIGH,
    LINE,
    LOW,
    POINT,
    place_lines,
    place_points,
    place_rings,
    scale,
)


@compiled
def draw(rows, kinds, invalid, row_part, part_point, part_hole, xy, west, north, unit, tolerance):
    """Geometry of these rows in a tile.

    Parameters
    ----------
    rows : int64 array
        Rows that may show.
    kinds : uint8 array, shape (rows,)
        1 point, 2 line, 3 polygon; 0: empty.
    invalid : uint8 array, shape (rows,)
        1: the polygon breaks the rules as it is stored.
    row_part, part_point : int64 arrays
        Parts of row `i` are `row_part[i]..row_part[i + 1]`, points of part `k` likewise.
    part_hole : uint8 array
        1: the part is a hole of the ring before it that is none.
    xy : float64 array, shape (points, 2)
        EPSG:3857, metres; rings closed.
    west, north, unit : float
        Corner of the tile and side of one of its 4096 units, metres.
    tolerance : float
        Douglas-Peucker, units; 0: none.

    Returns
    -------
    drawn : int64 array, shape (n,)
        Rows that show.
    ends : int64 array, shape (n + 1,)
        Where their geometry is in `out`.
    out : uint8 array
        Commands.
    doubtful : int64 array
        Rows whose polygon is invalid or touches itself after rounding, and is not in `drawn`.
    doubtful_rings, ring_points : int64 arrays
        Rings of each of those, points of each ring.
    ring_holes : uint8 array
        1: that ring is a hole.
    points : int64 array, shape (points, 2)
        Their points, units; rings open.
    """
    points, parts = _most(rows, row_part, part_point)
    fx, fy = np.empty(points), np.empty(points)
    x, y = np.empty(6 * points + 64, np.int64), np.empty(6 * points + 64, np.int64)
    out_x, out_y = np.empty(6 * points + 64, np.int64), np.empty(6 * points + 64, np.int64)
    starts, piece_starts = np.empty(points + parts + 2, np.int64), np.empty(points + 2, np.int64)
    holes = np.empty(parts + 1, np.uint8)
    drawn, ends = np.empty(len(rows), np.int64), np.zeros(len(rows) + 1, np.int64)
    out = np.empty(max(1024, 32 * len(rows)), np.uint8)
    doubtful, doubtful_rings = np.empty(len(rows), np.int64), np.zeros(len(rows) + 1, np.int64)
    ring_points, ring_holes = np.zeros(64, np.int64), np.zeros(64, np.uint8)
    doubt_xy = np.empty(128, np.int64)
    n, at, doubts, rings_kept = 0, 0, 0, 0
    for row in rows:
        first, last = row_part[row], row_part[row + 1]
        if first == last:
            continue
        kind = kinds[row]
        low_x, low_y, high_x, high_y = scale(
            xy, part_point[first], part_point[last], west, north, unit, fx, fy
        )
        if high_x < LOW - 1 or high_y < LOW - 1 or low_x > HIGH + 1 or low_y > HIGH + 1:
            continue
        if kind != POINT and high_x - low_x < 0.5 and high_y - low_y < 0.5:
            # smaller than half a unit: ST_AsMVTGeom leaves it out as well
            continue
        ranges = part_point[first : last + 1] - part_point[first]
        many = ranges[last - first]
        if kind == POINT:
            inside = (
                np.rint(low_x) >= LOW and np.rint(low_y) >= LOW
                and np.rint(high_x) <= HIGH and np.rint(high_y) <= HIGH
            )  # fmt: skip
            kept = place_points(fx, fy, many, inside, out_x, out_y)
            if kept == 0:
                continue
            out = room(out, at, kept, 1)
            at = put_points(out, at, out_x, out_y, kept)
        elif kind == LINE:
            kept = place_lines(
                fx, fy, ranges, last - first, tolerance, x, y, out_x, out_y, starts, piece_starts
            )
            if kept == 0:
                continue
            out = room(out, at, starts[kept], kept)
            at = put_parts(out, at, out_x, out_y, starts, kept, False)
        else:
            kept = place_rings(
                fx,
                fy,
                ranges,
                part_hole[first:last],
                last - first,
                tolerance,
                x,
                y,
                out_x,
                out_y,
                starts,
                holes,
            )
            if kept == 0:
                continue
            if invalid[row] or touching(out_x, out_y, starts, kept):
                ring_points, ring_holes, doubt_xy = _keep_doubt(
                    ring_points, ring_holes, doubt_xy, rings_kept, out_x, out_y, starts, holes, kept
                )
                doubtful[doubts] = row
                doubts += 1
                rings_kept += kept
                doubtful_rings[doubts] = rings_kept
                continue
            out = room(out, at, starts[kept], kept)
            at = put_parts(out, at, out_x, out_y, starts, kept, True)
        drawn[n] = row
        n += 1
        ends[n] = at
    return (
        drawn[:n], ends[: n + 1], out[:at], doubtful[:doubts], doubtful_rings[: doubts + 1],
        ring_points[: rings_kept + 1], ring_holes[:rings_kept],
        doubt_xy[: 2 * ring_points[rings_kept]].reshape(-1, 2),
    )  # fmt: skip


@compiled
def _most(rows, row_part, part_point):
    """Points and parts of the row that has most of each."""
    points, parts = 1, 1
    for row in rows:
        first, last = row_part[row], row_part[row + 1]
        points = max(points, part_point[last] - part_point[first])
        parts = max(parts, last - first)
    return points, parts


@compiled
def _keep_doubt(ring_points, ring_holes, xy, rings, x, y, starts, holes, more):
    """Append rings to those kept aside."""
    points = ring_points[rings]
    if rings + more + 1 > len(ring_points):
        ring_points = larger_numbers(ring_points, rings + 1, rings + more + 1)
        ring_holes = larger_bytes(ring_holes, rings, rings + more)
    if 2 * (points + starts[more]) > len(xy):
        xy = larger_numbers(xy, 2 * points, 2 * (points + starts[more]))
    for k in range(more):
        ring_holes[rings + k] = holes[k]
        ring_points[rings + k + 1] = points + starts[k + 1]
    for i in range(starts[more]):
        xy[2 * (points + i)], xy[2 * (points + i) + 1] = x[i], y[i]
    return ring_points, ring_holes, xy
