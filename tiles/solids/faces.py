"""From solids as the database keeps them to flat-shaded triangles.

A face keeps its own corners, so that its normal is its own: buildings have edges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import mapbox_earcut
import numpy as np
import numpy.typing as npt

from tiles.solids.compiled import ready
from tiles.solids.surfaces import Surfaces

Array = npt.NDArray[Any]
Place = Callable[[Array], Array]

SLIVER_M2 = 1e-6
"""A face smaller than this has no direction to speak of and is left out."""
_SEEN = np.array([[1, 2], [0, 2], [0, 1]])
"""Axes a face is seen by, along the axis it faces most: so it keeps its shape."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Triangles of several solids.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 3)
        Corners, local metres.
    normals : ndarray of float64, shape (n, 3)
        Outward unit vector of the face of each corner.
    owners : ndarray of int64, shape (n,)
        Which of the solids a corner belongs to.
    triangles : ndarray of uint32, shape (m, 3)
        Anti-clockwise seen from outside, in the order of their faces.
    """

    points: Array
    normals: Array
    owners: Array
    triangles: Array


def triangulate(surfaces: Surfaces, place: Place) -> Faces:
    """Triangles of solids.

    Parameters
    ----------
    surfaces : Surfaces
        Faces looking outward; in the storage CRS.
    place : callable
        Storage CRS to local metres.
    """
    local = Surfaces(place(surfaces.points), surfaces.rings, surfaces.faces, surfaces.owners)
    return by_kernel(local) if ready() else by_numpy(local)


def by_kernel(local: Surfaces) -> Faces:
    """Triangles of solids that stand in the local frame already, by the kernels."""
    from tiles.solids.kernel.face import directions, kept, renumber, triangles  # noqa: PLC0415 - see `ready`

    points, rings, faces = local.points, local.rings, local.faces
    normals, corners = np.empty((len(faces) - 1, 3)), np.empty(len(faces) - 1, np.int64)
    directions(points, rings, faces, 2 * SLIVER_M2, normals, corners)
    cut, ends = _cut(local, normals, np.flatnonzero(corners < 0))
    found = np.empty((2 * int((corners > 0).sum()) + len(cut), 3), np.int64)
    used, numbers = np.zeros(len(points), np.uint8), np.empty(len(points), np.int64)
    n = triangles(points, rings, faces, normals, corners, cut, ends, found, used)
    m = int(used.sum())
    made = Faces(np.empty((m, 3)), np.empty((m, 3)), np.empty(m, np.int64), found[:n])
    kept(
        points, rings, faces, normals, local.owners, used, numbers, made.points, made.normals, made.owners
    )  # fmt: skip
    renumber(found, n, numbers)
    return Faces(made.points, made.normals, made.owners, found[:n].astype(np.uint32))


def by_numpy(local: Surfaces) -> Faces:
    """As `by_kernel`, by numpy."""
    points, rings, faces = local.points, local.rings, local.faces
    ring_of = np.repeat(np.arange(len(rings) - 1), np.diff(rings))
    face_of = np.repeat(np.arange(len(faces) - 1), np.diff(faces))[ring_of]
    area = _newell(points, rings, ring_of)[faces[:-1]]
    size = np.sqrt(_dot(area, area))
    sound = size > 2 * SLIVER_M2
    normals = area / np.where(sound, size, 1.0)[:, None]
    single = np.diff(faces) == 1
    first = rings[faces[:-1]]
    count = rings[np.minimum(faces[:-1] + 1, len(rings) - 1)] - first
    three, four = (np.flatnonzero(single & sound & (count == n)) for n in (3, 4))
    four = four[_convex(points[first[four][:, None] + np.arange(4)], normals[four])]
    easy = np.zeros(len(single), bool)
    easy[three] = easy[four] = True
    others = np.flatnonzero(sound & ~easy)
    cut, ends = _cut(local, normals, others)
    pieces = [
        first[three][:, None] + [0, 1, 2], first[four][:, None] + [0, 1, 2], first[four][:, None] + [0, 2, 3],
        cut,
    ]  # fmt: skip
    faces_of = np.concatenate([three, four, four, np.repeat(others, np.diff(ends))])
    order = np.argsort(faces_of, kind="stable")
    triangles, faces_of = np.concatenate(pieces)[order], faces_of[order]
    a, b, c = (points[triangles[:, i]] for i in range(3))
    backward = _dot(np.cross(b - a, c - a), normals[faces_of]) < 0
    triangles[backward] = triangles[backward][:, ::-1]
    used = np.zeros(len(points), bool)
    used[triangles] = True
    number = np.cumsum(used) - 1
    return Faces(
        points[used], normals[face_of][used], local.owners[face_of][used], number[triangles].astype(np.uint32)
    )


def _dot(a: Array, b: Array) -> Array:
    """Written out, so that the kernels add in the same order."""
    return np.asarray(a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2])


def _newell(points: Array, rings: Array, ring_of: Array) -> Array:
    """Twice the area of each ring as a vector (Newell's method), summed corner by corner."""
    following = np.arange(1, len(points) + 1)
    following[rings[1:] - 1] = rings[:-1]
    cross = np.cross(points, points[following])
    sums = [np.bincount(ring_of, cross[:, axis], len(rings) - 1) for axis in range(3)]
    return np.column_stack(sums)


def _convex(quads: Array, normals: Array) -> Array:
    """Whether four corners turn the same way everywhere."""
    ahead = np.roll(quads, -1, 1)
    turns = np.cross(ahead - quads, np.roll(quads, -2, 1) - ahead)
    facing = [_dot(turns[:, i], normals) > 0 for i in range(4)]
    return np.asarray(np.logical_and.reduce(facing))


def _cut(local: Surfaces, normals: Array, chosen: Array) -> tuple[Array, Array]:
    """Triangles of faces by earcut, and how many up to each."""
    rings, faces = local.rings, local.faces
    starts, ends = rings[faces[chosen]], rings[faces[chosen + 1]]
    if not len(chosen):
        return np.zeros((0, 3), np.int64), np.zeros(1, np.int64)
    axes = _SEEN[np.abs(normals[chosen]).argmax(axis=1)]
    bounds = np.cumsum([0, *(ends - starts)])
    corners = np.arange(bounds[-1]) + np.repeat(starts - bounds[:-1], ends - starts)
    seen = local.points[corners[:, None], np.repeat(axes, ends - starts, axis=0)]
    single, plain = (np.diff(faces)[chosen] == 1).tolist(), (ends - starts).astype(np.uint32)
    pieces = []
    for i, (a, b) in enumerate(pairwise(bounds.tolist())):
        if single[i]:
            upto = plain[i : i + 1]
        else:
            upto = (rings[faces[chosen[i]] + 1 : faces[chosen[i] + 1] + 1] - starts[i]).astype(np.uint32)
        pieces.append(mapbox_earcut.triangulate_float64(seen[a:b], upto))
    counts = np.array([len(piece) // 3 for piece in pieces])
    cut = np.concatenate(pieces).astype(np.int64).reshape(-1, 3) + np.repeat(starts, counts)[:, None]
    return cut, np.cumsum([0, *counts])
