"""Meshes on their way between two child processes: one npz a chunk, never a pickle."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from loaders.ifc.placement import REACH_M

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int32]
Colour = tuple[int, int, int, int]


@dataclass(slots=True)
class Mesh:
    """One distinct representation.

    Attributes
    ----------
    vertices : ndarray of shape (n, 3)
        Metres, in the object's own frame.
    triangles : ndarray of shape (m, 3)
        Indices of vertices, counter-clockwise from outside.
    materials : ndarray of shape (m,)
        Index into `palette`; -1: none.
    palette : list of (r, g, b, a)
        0 to 255.
    """

    vertices: Floats
    triangles: Integers
    materials: Integers
    palette: list[Colour]


@dataclass(slots=True)
class Placed:
    """An object that shows a mesh: `matrix @ vertex` is in model metres."""

    global_id: str
    mesh: int
    matrix: Floats
    quality: str


@dataclass(slots=True)
class Chunk:
    """Some meshes and who shows them."""

    meshes: list[Mesh] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    by_key: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, mesh: Mesh | None, global_id: str, matrix: Floats, quality: str) -> None:
        """Add an object; `mesh` may be None where `key` is known to this chunk.

        One that reaches beyond the Earth is not added, and counts as not meshed.
        """
        # "not below": what is no number is not below anything
        if not np.abs(matrix).max() < REACH_M or (
            mesh is not None and not np.abs(mesh.vertices).max(initial=0.0) < REACH_M
        ):
            return
        index = self.by_key.get(key)
        if index is None:
            if mesh is None:
                return
            index = self.by_key[key] = len(self.meshes)
            self.meshes.append(mesh)
        self.placed.append(Placed(global_id, index, matrix, quality))

    def save(self, path: Path) -> None:
        """Write to `path` in one go: a reader sees all of it or nothing."""
        note = {
            "placed": [[p.global_id, p.mesh, p.quality] for p in self.placed],
            "palettes": [mesh.palette for mesh in self.meshes],
        }
        arrays: dict[str, Any] = {
            "note": np.frombuffer(orjson.dumps(note), np.uint8),
            "vertices": _stack([m.vertices for m in self.meshes], (0, 3), np.float64),
            "triangles": _stack([m.triangles for m in self.meshes], (0, 3), np.int32),
            "materials": _stack([m.materials for m in self.meshes], (0,), np.int32),
            "vertex_counts": np.array([len(m.vertices) for m in self.meshes], np.int64),
            "triangle_counts": np.array([len(m.triangles) for m in self.meshes], np.int64),
            "matrices": _stack([p.matrix[None] for p in self.placed], (0, 4, 4), np.float64),
        }
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            np.savez(file, **arrays)
        partial.replace(path)


def load_chunk(path: Path) -> Chunk:
    """Read a chunk back."""
    with np.load(path, allow_pickle=False) as arrays:
        note = orjson.loads(arrays["note"].tobytes())
        vertices = np.split(arrays["vertices"], np.cumsum(arrays["vertex_counts"])[:-1])
        bounds = np.cumsum(arrays["triangle_counts"])[:-1]
        triangles = np.split(arrays["triangles"], bounds)
        materials = np.split(arrays["materials"], bounds)
        matrices = arrays["matrices"]
    palettes = note["palettes"]
    meshes = [
        Mesh(v, t, m, [(c[0], c[1], c[2], c[3]) for c in palette])
        for v, t, m, palette in zip(vertices, triangles, materials, palettes, strict=False)
    ]
    placed = [
        Placed(global_id, mesh, matrix, quality)
        for (global_id, mesh, quality), matrix in zip(note["placed"], matrices, strict=True)
    ]
    return Chunk(meshes, placed)


def _stack(parts: list[Any], empty: tuple[int, ...], dtype: Any) -> Any:
    return np.concatenate(parts).astype(dtype, copy=False) if parts else np.empty(empty, dtype)
