"""Geometry as commands of the Vector Tile specification 2.1, 4.3: MoveTo, LineTo, ClosePath."""

from __future__ import annotations

import numpy as np

from tiles.vector.snapshot.kernel.compiled import compiled, inlined
from tiles.vector.snapshot.kernel.piece import larger_bytes
from tiles.vector.snapshot.kernel.varint import put_varint, zigzag

_POINT_BYTES = 10
_PART_BYTES = 32


@inlined
def most_bytes(points, parts):
    """Bytes that so many points and parts can take."""
    return points * _POINT_BYTES * 2 + parts * _PART_BYTES


@inlined
def put_parts(out, at, x, y, starts, parts, closed):
    """Write lines or open rings; where the next byte goes."""
    east, south = 0, 0
    for k in range(parts):
        first, last = starts[k], starts[k + 1]
        at = put_varint(out, at, (1 << 3) | 1)
        at = put_varint(out, at, zigzag(x[first] - east))
        at = put_varint(out, at, zigzag(y[first] - south))
        at = put_varint(out, at, ((last - first - 1) << 3) | 2)
        for i in range(first + 1, last):
            at = put_varint(out, at, zigzag(x[i] - x[i - 1]))
            at = put_varint(out, at, zigzag(y[i] - y[i - 1]))
        east, south = x[last - 1], y[last - 1]
        if closed:
            at = put_varint(out, at, (1 << 3) | 7)
    return at


@inlined
def put_points(out, at, x, y, n):
    """Write one or more points; where the next byte goes."""
    at = put_varint(out, at, (n << 3) | 1)
    east, south = 0, 0
    for i in range(n):
        at = put_varint(out, at, zigzag(x[i] - east))
        at = put_varint(out, at, zigzag(y[i] - south))
        east, south = x[i], y[i]
    return at


@compiled
def commands_of(feature_rings, ring_points, xy):
    """Rings of several features as commands.

    Parameters
    ----------
    feature_rings, ring_points : int64 arrays
        Rings of feature `i` are `feature_rings[i]..feature_rings[i + 1]`, points of a ring likewise.
    xy : int64 array, shape (points, 2)
        Units; rings open and wound as they shall be.

    Returns
    -------
    ends : int64 array
        Where each feature is in `out`.
    out : uint8 array
        Commands.
    """
    features = len(feature_rings) - 1
    ends = np.zeros(features + 1, np.int64)
    out = np.empty(64, np.uint8)
    x, y = xy[:, 0].copy(), xy[:, 1].copy()
    at = 0
    for i in range(features):
        first, last = feature_rings[i], feature_rings[i + 1]
        starts = ring_points[first : last + 1]
        need = at + most_bytes(starts[last - first] - starts[0], last - first)
        if need > len(out):
            out = larger_bytes(out, at, need)
        at = put_parts(out, at, x, y, starts, last - first, True)
        ends[i + 1] = at
    return ends, out[:at]
