"""One mesh many times (EXT_mesh_gpu_instancing, EXT_instance_features)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.solids.binary import Binary
from tiles.solids.shape import Grid, Shape

Array = npt.NDArray[Any]

AT_LEAST = 4
"""A mesh that is placed more than three times in a tile is instanced."""
TOLERANCE_M = 0.005
"""An instance may be off by this because its matrix is not quite a turn and a scale."""


@dataclass(frozen=True, slots=True)
class Instances:
    """A mesh and its places.

    Attributes
    ----------
    shapes : tuple of Shape
        The opaque part and the one that lets light through, in mesh metres, without features.
    grid : Grid
        Of both.
    translations : ndarray of shape (n, 3)
        Local metres.
    rotations : ndarray of shape (n, 4)
        Unit quaternions x, y, z, w.
    scales : ndarray of shape (n,)
        Mesh metres to local metres.
    features : ndarray of shape (n,)
        Feature id of each.
    """

    shapes: tuple[Shape, Shape]
    grid: Grid
    translations: Array
    rotations: Array
    scales: Array
    features: Array


def instanced_node(binary: Binary, instances: Instances, features: int) -> dict[str, Any]:
    """Properties of the node; an instance undoes the grid of the mesh as well."""
    turned = np.einsum("nij,j->ni", _matrices(instances.rotations), instances.grid.translation)
    translations = instances.translations + instances.scales[:, None] * turned
    scales = np.repeat((instances.scales * instances.grid.scale)[:, None], 3, axis=1)
    attributes = {
        "TRANSLATION": binary.plain(translations),
        "ROTATION": binary.plain(instances.rotations),
        "SCALE": binary.plain(scales),
        "_FEATURE_ID_0": binary.plain(instances.features),
    }
    ids = [{"featureCount": features, "attribute": 0, "propertyTable": 0}]
    return {
        "extensions": {
            "EXT_mesh_gpu_instancing": {"attributes": attributes},
            "EXT_instance_features": {"featureIds": ids},
        }
    }


def decompose(linear: Array, radius_m: float) -> tuple[Array, Array, Array]:
    """Split matrices into turn and scale.

    Parameters
    ----------
    linear : ndarray of shape (n, 3, 3)
        Upper left of the matrices.
    radius_m : float
        How far the mesh reaches from its origin, for the error.

    Returns
    -------
    rotations : ndarray of shape (n, 4)
        Quaternions x, y, z, w.
    scales : ndarray of shape (n,)
    fits : ndarray of bool, shape (n,)
        False where the matrix mirrors, or shears by more than `TOLERANCE_M`.
    """
    left, sizes, right = np.linalg.svd(linear)
    turns = left @ right
    scales = sizes.mean(axis=1)
    off = np.linalg.norm(linear - scales[:, None, None] * turns, axis=(1, 2)) * radius_m
    fits = (np.linalg.det(turns) > 0) & (off < TOLERANCE_M)
    return _quaternions(turns), scales, fits


def _quaternions(turns: Array) -> Array:
    """Of rotation matrices, by the largest of the four candidates (Shepperd 1978)."""
    m = turns
    trace = np.trace(m, axis1=1, axis2=2)
    squares = np.stack([*(1 + 2 * m[:, i, i] - trace for i in range(3)), 1 + trace], axis=1)
    best = squares.argmax(axis=1)
    result = np.empty((len(m), 4))
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        rows = best == i
        result[rows, i] = squares[rows, i]
        result[rows, j] = m[rows, i, j] + m[rows, j, i]
        result[rows, k] = m[rows, i, k] + m[rows, k, i]
        result[rows, 3] = m[rows, k, j] - m[rows, j, k]
    rows = best == 3
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        result[rows, i] = m[rows, k, j] - m[rows, j, k]
    result[rows, 3] = squares[rows, 3]
    return np.asarray(result / np.linalg.norm(result, axis=1)[:, None])


def _matrices(quaternions: Array) -> Array:
    x, y, z, w = quaternions.T
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    return np.moveaxis(np.array(rows), 2, 0)
