"""Everything of a model that has a shape, a chunk of the second step at a time.

Meshes are held while their chunk is worked on and never all at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from loaders.ifc.abridged import ROLES
from loaders.ifc.chunk import Floats, Mesh, load_chunk


@dataclass(slots=True)
class Shown:
    """One object with a shape.

    Attributes
    ----------
    z_min_m, z_max_m : float
        Model metres.
    plan : MultiPolygon or None
        Storage CRS where the model is placed, else model metres.
    """

    row: dict[str, Any]
    role: str
    quality: str
    z_min_m: float = math.nan
    z_max_m: float = math.nan
    plan: Any = None


@dataclass(frozen=True, slots=True)
class Standing:
    """One object with its mesh.

    Attributes
    ----------
    mesh : int
        Index of the mesh in its part.
    matrix : ndarray of shape (4, 4)
        Mesh -> model metres.
    """

    item: Shown
    mesh: int
    matrix: Floats


@dataclass(frozen=True, slots=True)
class Part:
    """One chunk: its meshes, and the objects that show them.

    Attributes
    ----------
    base : int
        Index of its first mesh among all of the model.
    """

    base: int
    meshes: list[Mesh]
    standing: list[Standing]


def parts(scratch: Path, chunks: Sequence[str], meaning: dict[str, Any]) -> Iterator[Part]:
    """What the second step meshed, in its order; of two shapes of one object the first counts.

    Parameters
    ----------
    scratch : Path
        Holds the chunks.
    chunks : sequence of str
        File names, best quality first.
    meaning : dict
        What `loaders.ifc.abridged` reads.
    """
    rows = {row["global_id"]: (role, row) for role in ROLES for row in meaning[role]}
    seen: set[str] = set()
    base = 0
    for name in chunks:
        part = _part(scratch / name, base, rows, seen)
        base += len(part.meshes)
        yield part
        del part  # before the next one is read


def _part(path: Path, base: int, rows: dict[str, tuple[str, dict[str, Any]]], seen: set[str]) -> Part:
    chunk = load_chunk(path)
    standing = []
    for placed in chunk.placed:
        if placed.global_id in seen or placed.global_id not in rows:
            continue
        seen.add(placed.global_id)
        role, row = rows[placed.global_id]
        # what stands along a line stands where our own curves say
        own = row.get("placed")
        matrix = placed.matrix if own is None else np.array(own, dtype=np.float64).reshape(4, 4)
        doubtful = row.get("doubtful") and placed.quality == "exact"
        quality = "unconfirmed" if doubtful else placed.quality
        standing.append(Standing(Shown(row, role, quality), placed.mesh, matrix))
    return Part(base, chunk.meshes, standing)
