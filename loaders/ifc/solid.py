"""Closed solids as WKB PolyhedralSurface Z, outside facing out."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from loaders.gis.extrude import extrude
from loaders.ifc.chunk import Floats, Integers

_SURFACE, _POLYGON = 0x8000000F, 0x80000003
_WELD_M = 1e-4
_MOST_FACES = 20_000


def mesh_solid(vertices: Floats, triangles: Integers) -> bytes | None:
    """A closed triangle mesh as a solid; None where it is not closed.

    Closed: after welding at 0.1 mm each directed edge occurs once, and once the other way.

    Parameters
    ----------
    vertices : ndarray of shape (n, 3)
        Storage CRS, east, north, up, metres.
    triangles : ndarray of shape (m, 3)
    """
    if not 4 <= len(triangles) <= _MOST_FACES:
        return None
    first, corners = _welded(vertices, triangles)
    if len(corners) < 4 or not _closed(corners):
        return None
    points = vertices[first]
    volume = signed_volume(points, corners)
    if abs(volume) < 1e-6:
        return None
    if volume < 0:
        corners = corners[:, ::-1]
    rings = points[np.column_stack([corners, corners[:, :1]])]
    return _surface(rings)


def prism(plan: Any, z_min_m: float, z_max_m: float) -> bytes | None:
    """A plan polygon (or several) between two heights as a solid; None where it has no height."""
    if plan is None or plan.is_empty or not z_max_m > z_min_m:
        return None
    return extrude(np.array([plan], dtype=object), np.array([z_min_m]), np.array([z_max_m - z_min_m]))[0]


def signed_volume(vertices: Floats, triangles: Integers) -> float:
    """Volume of a closed mesh, m3; negative where it is inside out (divergence theorem)."""
    if not len(triangles):
        return 0.0
    local = vertices - vertices.mean(axis=0)
    a, b, c = (local[triangles[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


def surface_area(vertices: Floats, triangles: Integers) -> float:
    """Area of a mesh, m2."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2.0)


def is_closed(vertices: Floats, triangles: Integers) -> bool:
    """Whether a mesh encloses a volume, by the measure of `mesh_solid`."""
    _, corners = _welded(vertices, triangles)
    return len(corners) >= 4 and _closed(corners)


def _welded(vertices: Floats, triangles: Integers) -> tuple[Any, Any]:
    """First vertex of each place, and triangles of places; those that fall together are left out.

    A cut may leave slivers thinner than the weld, and with them a closed wall would not be.
    """
    _, first, index = np.unique(
        np.round(vertices / _WELD_M).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    corners = index.reshape(-1)[triangles]
    a, b, c = corners.T
    return first, corners[(a != b) & (b != c) & (c != a)]


def _closed(corners: Any) -> bool:
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]).astype(np.int64)
    size = int(corners.max()) + 1
    forward = np.sort(edges[:, 0] * size + edges[:, 1])
    backward = np.sort(edges[:, 1] * size + edges[:, 0])
    return bool((forward == backward).all() and (np.diff(forward) > 0).all())


def _surface(rings: Floats) -> bytes:
    parts = [struct.pack("<BII", 1, _SURFACE, len(rings))]
    head = struct.pack("<BIII", 1, _POLYGON, 1, rings.shape[1])
    for ring in np.ascontiguousarray(rings, dtype="<f8"):
        parts += (head, ring.tobytes())
    return b"".join(parts)
