"""Is a shell a solid? Closed, facing out, with flat faces (ISO 19107), after safe repairs only.

Safe: corners within a millimetre are one corner; a corner repeated in a ring, a face
given twice, and the wall between two touching solids go; a corner of one face on the edge
of its neighbour becomes a corner of both; faces that look the wrong way are turned; a face
that is bent, or has holes, becomes triangles over the same corners. Nothing is moved and
no gap is closed: a shell that still is no solid keeps its faces for display, with a
stable code that says why.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from loaders.citymodel.corners import corner_ids
from loaders.citymodel.faces import Faces, Integers, area_vectors, following, taken
from loaders.citymodel.flat import NotFlat, flattened
from loaders.citymodel.stitching import stitch

VOLUME_M3 = 0.001
"""Less is no body."""
MOST_FACES = 100_000
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a shell.

    Attributes
    ----------
    faces : Faces
        Repaired where it is a solid, as given (without its empty faces) where not.
    meanings : list of str or None
        Semantic class of each of `faces`.
    code : str or None
        None: a solid. Else why not: `shell-open`, `shell-not-manifold`,
        `shell-not-orientable`, `shell-no-volume`, `shell-too-large`, `face-crossing`,
        `face-no-area`, `face-not-triangulated`.
    repairs : Counter
        Safe repairs by name.
    volume_m3 : float
        NaN where it is no solid.
    """

    faces: Faces
    meanings: list[str | None]
    code: str | None
    repairs: Counter[str]
    volume_m3: float


class _No(Exception):
    """The shell is no solid."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def judge(faces: Faces, meanings: list[str | None]) -> Verdict:
    """Make a solid of faces, or say why they are none.

    Parameters
    ----------
    faces : Faces
        East, north, up in a metric CRS.
    meanings : list of str or None
        Semantic class of each face.
    """
    repairs: Counter[str] = Counter()
    try:
        if len(faces) > MOST_FACES:
            raise _No("shell-too-large")
        shell, kept = _welded(faces, repairs)
        shell, origin, edges = _shared_once(shell, kept, repairs)
        shell, volume = _facing_out(shell, edges, repairs)
        try:
            flat, origin = flattened(shell, origin, repairs)
        except NotFlat as error:
            raise _No(error.code) from None
        if flat is not shell and not _is_closed(flat):
            raise _No("face-not-triangulated")
    except _No as error:
        return Verdict(faces, meanings, error.code, repairs, float("nan"))
    return Verdict(flat, [meanings[face] for face in origin.tolist()], None, repairs, volume)


def _welded(faces: Faces, repairs: Counter[str]) -> tuple[Faces, Integers]:
    """One corner a millimetre, no corner twice in a row; and which faces are left."""
    if len(faces) < 4 or not np.isfinite(faces.points).all():
        raise _No("shell-open")
    ids, first = corner_ids(faces.points)
    points = faces.points[first[ids]]
    keep = ids != ids[following(faces)]
    # a ring of one corner only would vanish: it has no area and goes below
    if keep.all():
        return faces.moved(points), np.arange(len(faces))
    repairs["corner-repeated"] += int((~keep).sum())
    rings = np.add.reduceat(keep.astype(np.int64), faces.ring_start)
    outer = np.zeros(len(rings), dtype=bool)
    outer[faces.face_start] = True
    gone = np.zeros(len(faces), dtype=bool)
    gone[faces.ring_face[outer & (rings < 3)]] = True
    ring_kept = (rings >= 3) & ~gone[faces.ring_face]
    point_kept = keep & ring_kept[faces.point_ring]
    count = np.add.reduceat(ring_kept.astype(np.int64), faces.face_start)
    return Faces(points[point_kept], rings[ring_kept], count[~gone]), np.flatnonzero(~gone)


Edges = tuple[Integers, Mask, Integers]


def _edges(faces: Faces) -> Edges:
    """Number of the undirected edge from each corner to the next, its direction, and its face."""
    ids, _ = corner_ids(faces.points)
    after = ids[following(faces)]
    low, high = np.minimum(ids, after), np.maximum(ids, after)
    _, edge = np.unique(low * (int(ids.max()) + 1) + high, return_inverse=True)
    return edge.reshape(-1), ids < after, faces.ring_face[faces.point_ring]


def _shared_once(faces: Faces, kept: Integers, repairs: Counter[str]) -> tuple[Faces, Integers, Edges]:
    """Every edge in exactly two faces, after faces that are there twice have gone."""
    if len(faces) < 4:
        raise _No("shell-open")
    edges = _edges(faces)
    shared = np.bincount(edges[0])
    if (shared > 2).any():
        left = _without_doubles(faces)
        if not left.all():
            repairs["face-double"] += int((~left).sum())
            faces, kept = taken(faces, left), kept[left]
            if len(faces) < 4:
                raise _No("shell-open")
            edges = _edges(faces)
            shared = np.bincount(edges[0])
    if (shared == 1).any():
        stitched, count = stitch(faces)
        if count:
            repairs["corner-inserted"] += count
            faces, edges = stitched, _edges(stitched)
            shared = np.bincount(edges[0])
    if (shared == 1).any():
        raise _No("shell-open")
    if (shared != 2).any():
        raise _No("shell-not-manifold")
    return faces, kept, edges


def _without_doubles(faces: Faces) -> Mask:
    """Of faces over the same corners: one where both look one way, none where they face each other."""
    ids, _ = corner_ids(faces.points)
    vectors = area_vectors(faces)[faces.face_start]
    left = np.ones(len(faces), dtype=bool)
    seen: dict[tuple[int, ...], list[int]] = {}
    ring, at = faces.ring_start, faces.rings
    for face, start in enumerate(faces.face_start.tolist()):
        if faces.faces[face] != 1:
            continue
        corners = tuple(sorted(ids[ring[start] : ring[start] + at[start]].tolist()))
        others = seen.setdefault(corners, [])
        opposite = next((o for o in others if float(vectors[o] @ vectors[face]) < 0), None)
        if opposite is not None:
            left[[opposite, face]] = False
            others.remove(opposite)
        elif others:
            left[face] = False
        else:
            others.append(face)
    return left


def _facing_out(faces: Faces, edges: Edges, repairs: Counter[str]) -> tuple[Faces, float]:
    """Turn faces until neighbours agree and every body encloses a positive volume."""
    edge, forward, face = edges
    order = np.argsort(edge, kind="stable")
    first, second = order[0::2], order[1::2]
    left, right, same = face[first], face[second], forward[first] == forward[second]
    turned, body = _agreed(len(faces), left.tolist(), right.tolist(), same.tolist())
    local = faces.points - faces.points.mean(axis=0)
    rings = np.einsum("ij,ij->i", local[faces.ring_start], area_vectors(faces)) / 3.0
    volumes = np.add.reduceat(rings, faces.face_start) * np.where(turned, -1.0, 1.0)
    of_body = np.bincount(body, volumes)
    if (np.abs(of_body) < VOLUME_M3).any():
        raise _No("shell-no-volume")
    turned ^= of_body[body] < 0
    if turned.any():
        repairs["face-turned" if not turned.all() else "shell-turned"] += 1
        faces = _turned(faces, turned)
    return faces, float(np.abs(of_body).sum())


def _agreed(count: int, left: list[int], right: list[int], same: list[bool]) -> tuple[Mask, Integers]:
    """Which faces to turn so that every edge is walked both ways, and the body each belongs to."""
    near: list[list[tuple[int, bool]]] = [[] for _ in range(count)]
    for a, b, agrees in zip(left, right, same, strict=True):
        near[a].append((b, agrees))
        near[b].append((a, agrees))
    turn: list[bool | None] = [None] * count
    body = np.zeros(count, np.int64)
    bodies = 0
    for start in range(count):
        if turn[start] is not None:
            continue
        turn[start] = False
        pending = [start]
        while pending:
            at = pending.pop()
            body[at] = bodies
            for other, differs in near[at]:
                wanted = bool(turn[at]) != differs
                if turn[other] is None:
                    turn[other] = wanted
                    pending.append(other)
                elif turn[other] != wanted:
                    raise _No("shell-not-orientable")
        bodies += 1
    return np.array(turn, dtype=bool), body


def _turned(faces: Faces, turned: Mask) -> Faces:
    """Some faces the other way round."""
    start, ring = faces.ring_start, faces.point_ring
    offset = np.arange(len(faces.points)) - start[ring]
    backward = start[ring] + faces.rings[ring] - 1 - offset
    index = np.where(turned[faces.ring_face[ring]], backward, np.arange(len(faces.points)))
    return faces.moved(faces.points[index])


def _is_closed(faces: Faces) -> bool:
    """Every edge in two faces, once each way."""
    edge, forward, _ = _edges(faces)
    return bool((np.bincount(edge) == 2).all() and (np.bincount(edge, forward) == 1).all())
