"""ISO WKB of polyhedral surfaces and multipolygons with heights, little endian and flat."""

from __future__ import annotations

from tiles.vector.snapshot.kernel.compiled import compiled
from tiles.vector.snapshot.kernel.piece import put
from tiles.vector.snapshot.kernel.wkb import int32

_SURFACE_Z, _MULTIPOLYGON_Z, _POLYGON_Z = 1015, 1006, 1003
_CORNER_BYTES = 24


@compiled
def measure(buffer, starts):
    """Faces, rings and corners (closing ones not counted) of what begins at `starts`; -1 faces: not these."""
    faces, rings, corners = 0, 0, 0
    for i in range(len(starts) - 1):
        at = starts[i]
        if buffer[at] != 1 or int32(buffer, at + 1) not in (_SURFACE_Z, _MULTIPOLYGON_Z):
            return -1, 0, 0
        n = int32(buffer, at + 5)
        at += 9
        faces += n
        for _ in range(n):
            if buffer[at] != 1 or int32(buffer, at + 1) != _POLYGON_Z:
                return -1, 0, 0
            m = int32(buffer, at + 5)
            at += 9
            rings += m
            if m == 0:
                return -1, 0, 0
            for _ in range(m):
                points = int32(buffer, at)
                at += 4 + _CORNER_BYTES * points
                corners += points - 1
                if points < 4:
                    return -1, 0, 0
    return faces, rings, corners


@compiled
def read(buffer, starts, owners, points_bytes, ring_ends, face_rings, face_owners):
    """Corners, where rings and faces begin, and whose faces they are; what was measured must fit."""
    face, ring, corner = 0, 0, 0
    ring_ends[0] = face_rings[0] = 0
    for i in range(len(starts) - 1):
        at = starts[i] + 5
        n = int32(buffer, at)
        at += 4
        for _ in range(n):
            m = int32(buffer, at + 5)
            at += 9
            for _ in range(m):
                count = int32(buffer, at)
                at += 4
                put(points_bytes, _CORNER_BYTES * corner, buffer, at, _CORNER_BYTES * (count - 1))
                at += _CORNER_BYTES * count
                corner += count - 1
                ring += 1
                ring_ends[ring] = corner
            face_owners[face] = owners[i]
            face += 1
            face_rings[face] = ring
