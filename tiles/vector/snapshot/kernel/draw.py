"""Features of a layer as geometry of a tile."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.clip import CHAIN_ROWS
from tiles.vector.snapshot.kernel.command import most_bytes, put_parts, put_points
from tiles.vector.snapshot.kernel.compiled import compiled
from tiles.vector.snapshot.kernel.contact import convex, touching
from tiles.vector.snapshot.kernel.piece import larger_bytes, larger_numbers
from tiles.vector.snapshot.kernel.place import (
    HIGH,
    LINE,
    LOW,
    POINT,
    POLYGON,
    lines_across,
    lines_inside,
    place_points,
    rings_across,
    rings_inside,
    scale,
)
from tiles.vector.snapshot.kernel.simplify import simplify_parts


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
    room_for, most_rings = 6 * points + 64, 2 * points + parts + 2
    x, y, starts = np.empty(room_for, np.int64), np.empty(room_for, np.int64), np.empty(most_rings, np.int64)
    other_x, other_y, other_starts = np.empty_like(x), np.empty_like(y), np.empty_like(starts)
    holes, other_holes = np.empty(most_rings, np.uint8), np.empty(most_rings, np.uint8)
    chains, crossings = np.empty((CHAIN_ROWS, room_for), np.int64), np.empty(room_for)
    offsets = np.empty(parts + 1, np.int64)
    keep, stack = np.empty(points, np.bool_), np.empty((points, 2), np.int64)
    drawn, ends = np.empty(len(rows), np.int64), np.zeros(len(rows) + 1, np.int64)
    out = np.empty(max(1024, 32 * len(rows)), np.uint8)
    doubtful, doubtful_rings = np.empty(len(rows), np.int64), np.zeros(len(rows) + 1, np.int64)
    ring_points, ring_holes = np.zeros(64, np.int64), np.zeros(64, np.uint8)
    doubt_xy = np.empty(128, np.int64)
    n, at, doubts, rings_kept = 0, 0, 0, 0
    for row in rows:
        first, parts = row_part[row], row_part[row + 1] - row_part[row]
        if parts == 0:
            continue
        kind, low = kinds[row], part_point[first]
        west_most, north_most, east_most, south_most = scale(
            xy, low, part_point[first + parts], west, north, unit, fx, fy
        )
        if (
            east_most < LOW - 1 or south_most < LOW - 1
            or west_most > HIGH + 1 or north_most > HIGH + 1
        ):  # fmt: skip
            continue
        if kind != POINT and east_most - west_most < 0.5 and south_most - north_most < 0.5:
            # smaller than half a unit: ST_AsMVTGeom leaves it out as well
            continue
        inside = (
            np.rint(west_most) >= LOW and np.rint(north_most) >= LOW
            and np.rint(east_most) <= HIGH and np.rint(south_most) <= HIGH
        )  # fmt: skip
        for k in range(parts + 1):
            offsets[k] = part_point[first + k] - low
        if tolerance > 0 and kind != POINT:
            simplify_parts(fx, fy, offsets, parts, tolerance, 4 if kind == POLYGON else 2, keep, stack)
        if kind == POINT:
            kept = place_points(fx, fy, offsets[parts], inside, x, y)
            starts[1] = kept
        elif kind == LINE:
            if inside:
                kept = lines_inside(fx, fy, offsets, parts, x, y, starts)
            else:
                kept = lines_across(
                    fx, fy, offsets, parts, x, y, starts, other_x, other_y, other_starts
                )  # fmt: skip
        else:
            doubt = invalid[row] != 0
            if inside:
                kept = rings_inside(fx, fy, offsets, part_hole, first, parts, x, y, starts, holes)
            else:
                kept = rings_across(
                    fx, fy, offsets, part_hole, first, parts, doubt, x, y, starts, holes,
                    other_x, other_y, other_starts, other_holes, chains, crossings,
                )  # fmt: skip
                doubt = doubt or kept < 0
                if kept < 0:
                    kept = rings_across(
                        fx, fy, offsets, part_hole, first, parts, doubt, x, y, starts, holes,
                        other_x, other_y, other_starts, other_holes, chains, crossings,
                    )  # fmt: skip
            if kept and not doubt and not (kept == 1 and convex(x, y, starts[1])):
                doubt = touching(x, y, starts, kept)
            if doubt and kept:
                ring_points, ring_holes, doubt_xy = _keep_doubt(
                    ring_points, ring_holes, doubt_xy, rings_kept, x, y, starts, holes, kept
                )
                doubtful[doubts] = row
                doubts += 1
                rings_kept += kept
                doubtful_rings[doubts] = rings_kept
                continue
        if kept == 0:
            continue
        need = at + most_bytes(starts[1] if kind == POINT else starts[kept], kept)
        if need > len(out):
            out = larger_bytes(out, at, need)
        if kind == POINT:
            at = put_points(out, at, x, y, kept)
        else:
            at = put_parts(out, at, x, y, starts, kept, kind == POLYGON)
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
