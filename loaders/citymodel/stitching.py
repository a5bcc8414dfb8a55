"""A corner of one face on the edge of its neighbour (a T-junction) becomes a corner of both."""

from __future__ import annotations

import numpy as np

from loaders.citymodel.corners import corner_ids
from loaders.citymodel.faces import Faces, following

REACH_M = 0.002
"""So far from an edge a corner lies on it: coordinates come rounded to a millimetre."""
_MOST = 4_000
"""Open edges of a shell that is worth the trouble."""


def stitch(faces: Faces) -> tuple[Faces, int]:
    """Insert corners that lie on edges only one face has.

    Parameters
    ----------
    faces : Faces
        With welded corners, metres.

    Returns
    -------
    faces : Faces
        The same faces; some edges are two or more.
    count : int
        Corners inserted.
    """
    ids, first = corner_ids(faces.points)
    after = ids[following(faces)]
    low, high = np.minimum(ids, after), np.maximum(ids, after)
    _, edge, shared = np.unique(low * (int(ids.max()) + 1) + high, return_inverse=True, return_counts=True)
    lone = np.flatnonzero(shared[edge.reshape(-1)] == 1)
    corners = np.unique(np.concatenate((ids[lone], after[lone])))
    if not len(lone) or len(lone) > _MOST:
        return faces, 0
    place = faces.points[first]
    start, way = place[ids[lone]], place[after[lone]] - place[ids[lone]]
    length = np.linalg.norm(way, axis=1)
    way /= length[:, None]
    found_after: list[int] = []
    found: list[int] = []
    for edge_start, edge_way, edge_length, at in zip(start, way, length.tolist(), lone.tolist(), strict=True):
        apart = place[corners] - edge_start
        along = apart @ edge_way
        aside = np.linalg.norm(apart - along[:, None] * edge_way, axis=1)
        on = np.flatnonzero((aside <= REACH_M) & (along > REACH_M) & (along < edge_length - REACH_M))
        on = on[np.argsort(along[on])]
        found_after += [at + 1] * len(on)
        found += corners[on].tolist()
    if not found:
        return faces, 0
    points = np.insert(faces.points, found_after, place[found], axis=0)
    ring = faces.point_ring[np.array(found_after) - 1]
    rings = faces.rings + np.bincount(ring, minlength=len(faces.rings))
    return Faces(points, rings, faces.faces), len(found)
