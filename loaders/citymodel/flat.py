"""Flat faces: bent ones and ones with holes become triangles over the same corners."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import shapely

from loaders.citymodel.faces import Faces, Floats, Integers, area_vectors, cross, joined, made, plan

BENT_M = 0.02
"""A corner so far off the plane of its face bends it."""
_AREA_M2 = 1e-6


class NotFlat(Exception):
    """A face that is no polygon; with a stable code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def flattened(faces: Faces, origin: Integers, repairs: Counter[str]) -> tuple[Faces, Integers]:
    """Faces that are plane and have no holes.

    PostGIS looks only at the first ring of a face when it asks whether a surface is closed.

    Parameters
    ----------
    faces : Faces
        Of a closed shell, metres.
    origin : ndarray of int
        For each face the one it came from.
    repairs : Counter
        Added to.

    Returns
    -------
    faces, origin

    Raises
    ------
    NotFlat
        `face-no-area`, `face-crossing`, `face-not-triangulated`.
    """
    normal = np.add.reduceat(area_vectors(faces), faces.face_start, axis=0)
    area = np.linalg.norm(normal, axis=1)
    if (area < _AREA_M2).any():
        raise NotFlat("face-no-area")
    normal /= area[:, None]
    on_plane, off_m = _on_plane(faces, normal)
    polygons = plan(on_plane)
    if not shapely.is_valid(polygons).all():
        raise NotFlat("face-crossing")
    holed, bent = faces.faces > 1, off_m > BENT_M
    if not (holed | bent).any():
        return faces, origin
    repairs["face-bent"] += int(bent.sum())
    repairs["face-holed"] += int((holed & ~bent).sum())
    return _split(faces, on_plane, polygons, holed | bent, origin)


def _on_plane(faces: Faces, normal: Floats) -> tuple[Faces, Floats]:
    """Corners in the plane of their face (u, v, distance), and how far the furthest lies off it."""
    ring_face = faces.ring_face
    face = ring_face[faces.point_ring]
    start = faces.ring_start[faces.face_start]
    corners = np.add.reduceat(faces.rings, faces.face_start)
    local = faces.points - faces.points[start][face]
    local = local - (np.add.reduceat(local, start, axis=0) / corners[:, None])[face]
    axis = np.eye(3)[np.argmin(np.abs(normal), axis=1)]
    u = cross(axis, normal)
    u /= np.linalg.norm(u, axis=1)[:, None]
    v = cross(normal, u)
    flat = np.column_stack([np.einsum("ij,ij->i", local, way[face]) for way in (u, v, normal)])
    return faces.moved(flat), np.maximum.reduceat(np.abs(flat[:, 2]), start)


def _split(
    faces: Faces,
    on_plane: Faces,
    polygons: npt.NDArray[np.object_],
    wanted: npt.NDArray[np.bool_],
    origin: Integers,
) -> tuple[Faces, Integers]:
    """The wanted faces as triangles, each in the place of its face."""
    ring_start, point_start = faces.face_start, faces.ring_start
    pieces: list[list[list[Floats]]] = []
    came: list[int] = []
    for face in range(len(faces)):
        rings = range(ring_start[face], ring_start[face] + faces.faces[face])
        spans = [slice(point_start[ring], point_start[ring] + faces.rings[ring]) for ring in rings]
        if not wanted[face]:
            pieces.append([[faces.points[span] for span in spans]])
            came.append(1)
            continue
        space = np.concatenate([faces.points[span] for span in spans])
        flat = np.concatenate([on_plane.points[span, :2] for span in spans])
        triangles = _triangles(polygons[face], flat)
        pieces.append([[space[triangle]] for triangle in triangles])
        came.append(len(triangles))
    return joined([made(piece) for piece in pieces]), np.repeat(origin, came)


def _triangles(polygon: shapely.Polygon, flat: Floats) -> Integers:
    """Triangles over the corners of a polygon, anti-clockwise, as numbers of corners."""
    number = {(x, y): place for place, (x, y) in enumerate(flat.tolist())}
    found = shapely.get_parts(shapely.orient_polygons(shapely.constrained_delaunay_triangles(polygon)))
    corners = shapely.get_coordinates(found).reshape(-1, 4, 2)[:, :3]
    try:
        return np.array([[number[x, y] for x, y in triangle] for triangle in corners.tolist()], np.int64)
    except KeyError:
        raise NotFlat("face-not-triangulated") from None
