"""Well-known binary, little endian and flat: points, lines, polygons and several of one kind."""

from __future__ import annotations

from tiles.vector.snapshot.kernel.compiled import inlined, leaf
from tiles.vector.snapshot.kernel.piece import put

_HEADER = 5
"""Byte order and type."""


@leaf
def measure_wkb(buffer, at):
    """Kind (1 point, 2 line, 3 polygon; -1: another), parts and points of the geometry at `at`."""
    outer = int32(buffer, at + 1)
    if outer < 1 or outer > 6:
        return -1, 0, 0
    kind, members, at = _members(buffer, at, outer)
    parts, points = 0, 0
    for _ in range(members):
        at = at + _HEADER if outer > 3 else at
        if kind == 1:
            known = not _empty_point(buffer, at)
            parts, points, at = parts + known, points + known, at + 16
            continue
        rings = 1
        if kind == 3:
            rings, at = int32(buffer, at), at + 4
        for _ in range(rings):
            n = int32(buffer, at)
            at += 4 + 16 * n
            parts, points = parts + (n > 0), points + n
    return kind, parts, points


@leaf
def read_wkb(buffer, at, part_point, part_hole, part, xy_bytes, point):
    """Append the geometry at `at`; the next part and the next point.

    `part_point[part]` is where the points of a part begin; what `measure_wkb` counted must fit.
    """
    outer = int32(buffer, at + 1)
    kind, members, at = _members(buffer, at, outer)
    for _ in range(members):
        at = at + _HEADER if outer > 3 else at
        rings = 1
        if kind == 3:
            rings, at = int32(buffer, at), at + 4
        for k in range(rings):
            n = 1
            if kind == 1:
                n = 0 if _empty_point(buffer, at) else 1
            else:
                n, at = int32(buffer, at), at + 4
            if n > 0:
                put(xy_bytes, 16 * point, buffer, at, 16 * n)
                part_hole[part] = k > 0
                point += n
                part += 1
                part_point[part] = point
            at += 16 if kind == 1 else 16 * n
    return part, point


@inlined
def int32(buffer, at):
    """Unsigned 32-bit number, little endian."""
    value = 0
    for i in range(4):
        value |= int(buffer[at + i]) << (8 * i)
    return value


@inlined
def _members(buffer, at, outer):
    if outer > 3:
        return outer - 3, int32(buffer, at + _HEADER), at + _HEADER + 4
    return outer, 1, at + _HEADER


@inlined
def _empty_point(buffer, at):
    """Whether both ordinates are not a number, as an empty point has them."""
    for ordinate in range(2):
        high = at + 8 * ordinate + 6
        if (int(buffer[high + 1]) & 127) != 127 or (int(buffer[high]) & 0xF0) != 0xF0:
            return False
    return True
