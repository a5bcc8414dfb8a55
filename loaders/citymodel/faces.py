"""Faces in space as three flat arrays, and as WKB PolyhedralSurface Z."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from twin.errors import SourceUnreadable

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_SURFACE_Z, _POLYGON_Z = (1015, 0x8000000F), (1003, 0x80000003)
_HEAD, _FACE, _COUNT = struct.Struct("<BII"), struct.Struct("<BII"), struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Faces:
    """Polygons in space.

    Attributes
    ----------
    points : ndarray of shape (n, 3)
        Corners ring after ring: east, north, up. A ring does not repeat its first corner.
    rings : ndarray of shape (r,)
        Corners of each ring.
    faces : ndarray of shape (f,)
        Rings of each face; the first is the outer one.
    """

    points: Floats
    rings: Integers
    faces: Integers

    def __len__(self) -> int:
        return len(self.faces)

    @property
    def ring_start(self) -> Integers:
        """Index of the first corner of each ring."""
        return np.cumsum(self.rings) - self.rings

    @property
    def face_start(self) -> Integers:
        """Index of the first ring of each face."""
        return np.cumsum(self.faces) - self.faces

    @property
    def ring_face(self) -> Integers:
        """Face of each ring."""
        return np.repeat(np.arange(len(self.faces)), self.faces)

    @property
    def point_ring(self) -> Integers:
        """Ring of each corner."""
        return np.repeat(np.arange(len(self.rings)), self.rings)

    def moved(self, points: Floats) -> Faces:
        """The same faces with other corners."""
        return Faces(points, self.rings, self.faces)


def made(polygons: Sequence[Sequence[Floats]]) -> Faces:
    """Faces from polygons, each a list of rings of shape (n, 3)."""
    rings = [ring for polygon in polygons for ring in polygon]
    return Faces(
        np.concatenate(rings).astype(float) if rings else np.empty((0, 3)),
        np.array([len(ring) for ring in rings], np.int64),
        np.array([len(polygon) for polygon in polygons], np.int64),
    )


def joined(pieces: Sequence[Faces]) -> Faces:
    """All faces of several, in order."""
    if len(pieces) == 1:
        return pieces[0]
    return Faces(
        np.concatenate([piece.points for piece in pieces]) if pieces else np.empty((0, 3)),
        np.concatenate([piece.rings for piece in pieces]) if pieces else np.empty(0, np.int64),
        np.concatenate([piece.faces for piece in pieces]) if pieces else np.empty(0, np.int64),
    )


def taken(faces: Faces, wanted: npt.NDArray[np.bool_]) -> Faces:
    """The faces where the mask is true."""
    if wanted.all():
        return faces
    rings = np.repeat(wanted, faces.faces)
    return Faces(faces.points[np.repeat(rings, faces.rings)], faces.rings[rings], faces.faces[wanted])


def area_vectors(faces: Faces) -> Floats:
    """Vector area of each ring, shape (r, 3): twice Newell's normal halved, so its length is the area.

    Formula of Newell: sum over edges of the cross products of neighbouring corners.
    """
    if not len(faces.rings):
        return np.empty((0, 3))
    start = faces.ring_start
    # relative to the ring's own first corner: coordinates of a city have seven digits
    local = faces.points - faces.points[start][faces.point_ring]
    return np.add.reduceat(cross(local, local[following(faces)]), start, axis=0) / 2.0


def cross(left: Floats, right: Floats) -> Floats:
    """Cross products row by row; numpy's own takes eight times as long for the few rows of a house."""
    product = np.empty_like(left)
    for axis in range(3):
        one, two = (axis + 1) % 3, (axis + 2) % 3
        product[:, axis] = left[:, one] * right[:, two] - left[:, two] * right[:, one]
    return product


def following(faces: Faces) -> Integers:
    """Index of the next corner in the same ring, for each corner."""
    after = np.arange(1, len(faces.points) + 1)
    start = faces.ring_start
    after[start + faces.rings - 1] = start
    return after


def plan(faces: Faces) -> npt.NDArray[np.object_]:
    """Each face seen from above: polygons in two dimensions, as they come, valid or not."""
    start = faces.ring_start
    # linear rings are closed by repeating their first corner
    index = np.insert(np.arange(len(faces.points)), start + faces.rings, start)
    ring = np.repeat(np.arange(len(faces.rings)), faces.rings + 1)
    rings = shapely.linearrings(faces.points[index][:, :2], indices=ring)
    return np.asarray(shapely.polygons(rings, indices=faces.ring_face), dtype=object)


def to_wkb(faces: Faces) -> bytes:
    """ISO WKB of a PolyhedralSurface Z."""
    parts = [_HEAD.pack(1, _SURFACE_Z[0], len(faces))]
    data = np.ascontiguousarray(faces.points, "<f8").tobytes()
    sizes, at, ring = faces.rings.tolist(), 0, 0
    for count in faces.faces.tolist():
        parts.append(_FACE.pack(1, _POLYGON_Z[0], count))
        for size in sizes[ring : ring + count]:
            stop = at + 24 * size
            parts += (_COUNT.pack(size + 1), data[at:stop], data[at : at + 24])
            at = stop
        ring += count
    return b"".join(parts)


def from_wkb(wkb: bytes) -> Faces:
    """Read a PolyhedralSurface Z, ISO or extended, little-endian, without SRID.

    Raises
    ------
    SourceUnreadable
        It is something else.
    """
    order, kind, count = _HEAD.unpack_from(wkb)
    if order != 1 or kind not in _SURFACE_Z:
        raise SourceUnreadable("the solid is no little-endian PolyhedralSurface Z")
    at = _HEAD.size
    faces, rings, points = [], [], []
    for _ in range(count):
        _, kind, ring_count = _FACE.unpack_from(wkb, at)
        if kind not in _POLYGON_Z:
            raise SourceUnreadable("a face of the solid is no Polygon Z")
        at += _FACE.size
        faces.append(ring_count)
        for _ in range(ring_count):
            (size,) = _COUNT.unpack_from(wkb, at)
            at += _COUNT.size
            points.append(np.frombuffer(wkb, "<f8", 3 * (size - 1), at))
            rings.append(size - 1)
            at += 24 * size
    flat = np.concatenate(points) if points else np.empty(0)
    return Faces(flat.reshape(-1, 3), np.array(rings, np.int64), np.array(faces, np.int64))
