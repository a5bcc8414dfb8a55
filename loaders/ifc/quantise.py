"""A mesh as it is stored: 16-bit positions in its box, triangles, colours, and one hash for all of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from loaders.ifc.chunk import Mesh

_STEPS = 65_535


@dataclass(frozen=True, slots=True)
class StoredMesh:
    """A row of `twin.mesh`.

    Attributes
    ----------
    content_hash : bytes
        Equal bytes, equal hash: two models with the same door share it.
    positions : bytes
        uint16 x, y, z; `box_min + position / 65535 * (box_max - box_min)` in metres.
    indices : bytes
        uint32, three a triangle.
    materials : bytes
        uint16 a triangle into `palette`.
    palette : list
        [r, g, b, a], 0 to 255.
    box_min_m, box_max_m : list of float
    vertices, triangles : int
    """

    content_hash: bytes
    positions: bytes
    indices: bytes
    materials: bytes
    palette: list[Any]
    box_min_m: list[float]
    box_max_m: list[float]
    vertices: int
    triangles: int


def quantise(mesh: Mesh) -> StoredMesh:
    """Encode a mesh; the largest error is the box's extent / 131070 in each axis."""
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    extent = np.where(high > low, high - low, 1.0)
    positions = np.round((mesh.vertices - low) / extent * _STEPS).astype("<u2").tobytes()
    indices = mesh.triangles.astype("<u4").tobytes()
    palette: list[Any] = [list(colour) for colour in mesh.palette] or [[200, 200, 200, 255]]
    chosen = np.where(mesh.materials < 0, 0, mesh.materials)
    materials = np.minimum(chosen, len(palette) - 1).astype("<u2").tobytes()
    digest = hashlib.blake2b(digest_size=16)
    box = np.concatenate([low, high])
    for part in (positions, indices, materials, orjson.dumps(palette), box.tobytes()):
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return StoredMesh(
        digest.digest(), positions, indices, materials, palette, low.tolist(), high.tolist(),
        len(mesh.vertices), len(mesh.triangles),
    )  # fmt: skip
