"""From solids as the database keeps them to flat-shaded triangles.

A face keeps its own corners, so that its normal is its own: buildings have edges.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mapbox_earcut
import numpy as np
import numpy.typing as npt
import shapely

Array = npt.NDArray[Any]
Place = Callable[[Array], Array]

_SURFACE_Z, _MULTIPOLYGON_Z = 1015, 1006
_SLIVER_M2 = 1e-6
"""A face smaller than this has no direction to speak of and is left out."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Triangles of several solids.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 3)
        Corners, local metres.
    normals : ndarray of float64, shape (n, 3)
        Outward unit vector of the face of each corner.
    owners : ndarray of intp, shape (n,)
        Which of the solids a corner belongs to.
    triangles : ndarray of uint32, shape (m, 3)
        Anti-clockwise seen from outside.
    """

    points: Array
    normals: Array
    owners: Array
    triangles: Array


def read_surfaces(wkbs: Sequence[bytes]) -> Array:
    """Read PolyhedralSurfaces Z (ISO WKB) as the multipolygons they are written like; GEOS knows no other."""
    return np.asarray(shapely.from_wkb([_as_multipolygon(wkb) for wkb in wkbs]), object)


def _as_multipolygon(wkb: bytes) -> bytes:
    order = "<" if wkb[0] == 1 else ">"
    if struct.unpack_from(f"{order}I", wkb, 1)[0] != _SURFACE_Z:
        return wkb
    return wkb[:1] + struct.pack(f"{order}I", _MULTIPOLYGON_Z) + wkb[5:]


def read_shell(said: Mapping[str, Any]) -> Any:
    """Faces of a body that is no closed solid, as the column `shell` keeps them."""
    corners = np.array(said["vertices"], float).reshape(-1, 3)
    faces = [[corners[ring] for ring in face] for face in said["boundaries"]]
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in faces])


def prism(footprint: Any, low_m: float, top_m: float) -> Any:
    """A footprint between two heights, as the faces of a closed solid; flat where they are equal.

    For rows that arrived without a solid, by plain SQL for instance.
    """
    parts = shapely.orient_polygons(shapely.get_parts(shapely.force_2d(footprint)))
    roof = shapely.force_3d(parts, top_m)
    if not top_m > low_m:
        return shapely.MultiPolygon(list(roof))
    faces = [*roof, *shapely.reverse(shapely.force_3d(parts, low_m))]
    for ring in shapely.get_rings(parts):
        xy = shapely.get_coordinates(ring)
        low, top = np.c_[xy, np.full(len(xy), low_m)], np.c_[xy, np.full(len(xy), top_m)]
        walls = np.stack([low[:-1], low[1:], top[1:], top[:-1], low[:-1]], axis=1)
        faces += list(shapely.polygons(walls))
    return shapely.MultiPolygon(faces)


def triangulate(solids: Sequence[Any], place: Place) -> Faces:
    """Triangles of solids.

    Parameters
    ----------
    solids : sequence of MultiPolygon Z
        Faces looking outward; east, north, height in the storage CRS.
    place : callable
        Storage CRS to local metres.
    """
    flat, (ring_ends, face_rings, solid_faces) = _ragged(solids)
    points, ring_ends = _without_closing(flat, ring_ends)
    points = place(points)
    ring_of = np.repeat(np.arange(len(ring_ends) - 1), np.diff(ring_ends))
    face_of_ring = np.repeat(np.arange(len(face_rings) - 1), np.diff(face_rings))
    face_of = face_of_ring[ring_of]
    owner_of_face = np.repeat(np.arange(len(solid_faces) - 1), np.diff(solid_faces))
    area = _newell(points, ring_ends)[face_rings[:-1]]
    size = np.linalg.norm(area, axis=1)
    sound = size > 2 * _SLIVER_M2
    normals = area / np.where(sound, size, 1.0)[:, None]
    triangles = _split(points, ring_ends, face_rings, normals, sound)
    a, b, c = (points[triangles[:, i]] for i in range(3))
    backward = np.einsum("ij,ij->i", np.cross(b - a, c - a), normals[face_of[triangles[:, 0]]]) < 0
    triangles[backward] = triangles[backward][:, ::-1]
    return _used(points, normals[face_of], owner_of_face[face_of], triangles)


def _ragged(solids: Sequence[Any]) -> tuple[Array, tuple[Array, Array, Array]]:
    whole = np.array(solids, dtype=object)
    single = shapely.get_type_id(whole) == shapely.GeometryType.POLYGON
    whole[single] = [shapely.MultiPolygon([one]) for one in whole[single]]
    _, points, (rings, faces, parts) = shapely.to_ragged_array(whole, include_z=True)
    return points, (rings, faces, parts)


def _without_closing(points: Array, ends: Array) -> tuple[Array, Array]:
    """Rings of n corners, not n + 1."""
    keep = np.ones(len(points), bool)
    keep[ends[1:] - 1] = False
    return points[keep], ends - np.arange(len(ends))


def _newell(points: Array, ends: Array) -> Array:
    """Twice the area of each ring as a vector (Newell's method)."""
    following = np.arange(1, len(points) + 1)
    following[ends[1:] - 1] = ends[:-1]
    return np.add.reduceat(np.cross(points, points[following]), ends[:-1], axis=0)


def _split(points: Array, rings: Array, faces: Array, normals: Array, sound: Array) -> Array:
    """Corners of the triangles of every face: three and four corners all at once, the others by earcut."""
    single = (np.diff(faces) == 1) & sound
    first = rings[faces[:-1]]
    corners = rings[np.minimum(faces[:-1] + 1, len(rings) - 1)] - first
    three = first[single & (corners == 3)]
    pieces = [np.column_stack([three, three + 1, three + 2])]
    four = single & (corners == 4)
    fan = first[four]
    quad = points[fan[:, None] + np.arange(4)]
    turns = np.cross(np.roll(quad, -1, 1) - quad, np.roll(quad, -2, 1) - np.roll(quad, -1, 1))
    convex = (np.einsum("ijk,ik->ij", turns, normals[four]) > 0).all(axis=1)
    fan = fan[convex]
    pieces += [np.column_stack([fan, fan + 1, fan + 2]), np.column_stack([fan, fan + 2, fan + 3])]
    easy = single & (corners == 3)
    easy[np.flatnonzero(four)[convex]] = True
    for face in np.flatnonzero(sound & ~easy):
        start, ends = rings[faces[face]], rings[faces[face] + 1 : faces[face + 1] + 1]
        # seen along the axis it faces most, a face keeps its shape
        seen = np.delete(points[start : ends[-1]], np.abs(normals[face]).argmax(), axis=1)
        cut = mapbox_earcut.triangulate_float64(np.ascontiguousarray(seen), (ends - start).astype(np.uint32))
        pieces.append(cut.reshape(-1, 3).astype(np.int64) + start)
    return np.concatenate(pieces).astype(np.int64)


def _used(points: Array, normals: Array, owners: Array, triangles: Array) -> Faces:
    """Drop corners of faces that were left out; triangles in the order of their corners."""
    triangles = triangles[np.argsort(triangles.min(axis=1), kind="stable")]
    used = np.zeros(len(points), bool)
    used[triangles] = True
    number = np.cumsum(used) - 1
    return Faces(points[used], normals[used], owners[used], number[triangles].astype(np.uint32))
