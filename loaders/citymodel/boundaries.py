"""Boundaries of a CityJSON geometry to faces with their meanings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from loaders.citymodel.crs import Reference
from loaders.citymodel.faces import Faces, Floats, Integers
from loaders.citymodel.objects import Notes, Shape

_DEPTH = {"MultiSurface": 0, "CompositeSurface": 0, "Solid": 1, "MultiSolid": 2, "CompositeSolid": 2}
"""Levels above the faces in `boundaries`."""


class Malformed(Exception):
    """A geometry that breaks the rules; with a stable code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def placed(points: Floats, reference: Reference | None) -> Floats:
    """East, north, up in metres of height, whatever the order of the file."""
    if reference is None:
        return points
    if reference.north_first:
        points = points[:, [1, 0, 2]]
    return points if reference.height_m == 1.0 else points * (1.0, 1.0, reference.height_m)


def shape_of(geometry: Any, vertices: Floats, notes: Notes | None = None) -> Shape:
    """Faces and meanings of one geometry."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    depth = _DEPTH.get(kind) if isinstance(kind, str) else None
    if depth is None:
        raise Malformed("geometry-malformed", f"a geometry of type {kind!r} is none of CityJSON")
    shells: list[Any] = [geometry.get("boundaries")]
    semantics = geometry.get("semantics")
    semantics = semantics if isinstance(semantics, dict) else {}
    values: list[Any] = [semantics.get("values")]
    if depth:
        shells, values = _outer(geometry.get("boundaries"), semantics.get("values"), depth, notes)
    index: list[Any] = []
    rings: list[int] = []
    faces: list[int] = []
    meanings: list[Any] = []
    for shell, value in zip(shells, values, strict=True):
        if not isinstance(shell, list):
            raise Malformed("geometry-malformed", "boundaries are not nested as the type wants")
        told = value if isinstance(value, list) and len(value) == len(shell) else [None] * len(shell)
        for face, meaning in zip(shell, told, strict=True):
            if not isinstance(face, list) or not face or not all(isinstance(ring, list) for ring in face):
                raise Malformed("geometry-malformed", "boundaries are not nested as the type wants")
            if any(len(ring) < 3 for ring in face):
                if notes is not None:
                    notes.counts["face-degenerate"] += 1
                continue
            for ring in face:
                index.extend(ring)
                rings.append(len(ring))
            faces.append(len(face))
            meanings.append(meaning)
    chosen = checked(np.array(index, dtype=object), len(vertices))
    made = Faces(vertices[chosen], np.array(rings, np.int64), np.array(faces, np.int64))
    lod = str(geometry.get("lod", ""))
    return Shape(lod, depth > 0, made, _meanings(semantics, meanings), lod.startswith("0"))


def _deeper(shells: list[Any], values: list[Any]) -> tuple[list[Any], list[Any]]:
    """One level down, checking the nesting."""
    inner, told = [], []
    for shell, value in zip(shells, values, strict=True):
        if not isinstance(shell, list):
            raise Malformed("geometry-malformed", "boundaries are not nested as the type wants")
        inner += shell
        told += value if isinstance(value, list) and len(value) == len(shell) else [None] * len(shell)
    return inner, told


def _outer(boundaries: Any, values: Any, depth: int, notes: Notes | None) -> tuple[list[Any], list[Any]]:
    """Outer shells of the solids; cavities are counted and left out."""
    solids, told = [boundaries], [values]
    if depth == 2:
        solids, told = _deeper(solids, told)
    shells, outer = [], []
    for solid, value in zip(solids, told, strict=True):
        if not isinstance(solid, list):
            raise Malformed("geometry-malformed", "boundaries are not nested as the type wants")
        if not solid:
            continue
        if notes is not None:
            notes.counts["cavity"] += len(solid) - 1
        shells.append(solid[0])
        outer.append(value[0] if isinstance(value, list) and value else None)
    return shells, outer


def _meanings(semantics: Mapping[str, Any], values: list[Any]) -> list[str | None]:
    surfaces = semantics.get("surfaces")
    names = [
        surface.get("type") if isinstance(surface, dict) else None
        for surface in (surfaces if isinstance(surfaces, list) else [])
    ]
    return [
        str(names[value]) if isinstance(value, int) and 0 <= value < len(names) and names[value] else None
        for value in values
    ]


def checked(index: Any, count: int) -> Integers:
    """Indices of vertices that exist."""
    if index.ndim != 1 or not all(type(entry) is int for entry in index.tolist()):
        raise Malformed("geometry-malformed", "boundaries are not nested as the type wants")
    numbers = index.astype(np.int64) if len(index) else np.empty(0, np.int64)
    if len(numbers) and (numbers.min() < 0 or numbers.max() >= count):
        raise Malformed(
            "vertex-missing", f"it uses vertex {int(numbers.max())}, but there are {count} vertices"
        )
    return numbers
