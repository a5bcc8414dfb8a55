"""Display meshes as the database keeps them, made ready to be drawn flat-shaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.solids.shape import STEPS, Shape

Array = npt.NDArray[Any]

_GREY = [200, 200, 200, 255]


@dataclass(frozen=True, slots=True)
class Mesh:
    """A mesh in its own metres.

    Attributes
    ----------
    opaque, clear : Shape
        Faces light does not pass, and those it does; either may be empty.
    corners : ndarray of shape (8, 3)
        Of the box around it.
    """

    opaque: Shape
    clear: Shape
    corners: Array


def corners(low: Array, high: Array) -> Array:
    """Eight corners of boxes; shape (..., 8, 3)."""
    pick = np.array([(i & 1, i >> 1 & 1, i >> 2) for i in range(8)])
    return np.asarray(np.where(pick == 0, low[..., None, :], high[..., None, :]))


def read_mesh(row: Mapping[str, Any], opacity: int = 255) -> Mesh:
    """Read a row of `twin.mesh` (written by `loaders.ifc.quantise`).

    Parameters
    ----------
    row : mapping
        `positions`, `indices`, `materials`, `palette`, `box_min_m`, `box_max_m`.
    opacity : int
        Most any colour may have, 0 to 255.
    """
    low, high = np.array(row["box_min_m"]), np.array(row["box_max_m"])
    extent = np.where(high > low, high - low, 1.0)
    points = low + np.frombuffer(row["positions"], "<u2").reshape(-1, 3) / STEPS * extent
    triangles = np.frombuffer(row["indices"], "<u4").reshape(-1, 3).astype(np.int64)
    palette = np.array(row["palette"] or [_GREY], np.uint8).reshape(-1, 4)
    palette[:, 3] = np.minimum(palette[:, 3], opacity)
    if row["materials"] is None:
        chosen = np.zeros(len(triangles), np.int64)
    else:
        chosen = np.frombuffer(row["materials"], "<u2").astype(np.int64)
    a, b, c = (points[triangles[:, i]] for i in range(3))
    normals = np.cross(b - a, c - a)
    size = np.linalg.norm(normals, axis=1)
    sound = size > 0
    triangles, chosen = triangles[sound], chosen[sound]
    normals = normals[sound] / size[sound, None]
    clear = palette[chosen, 3] < 255
    shapes = [_split(points, triangles[m], normals[m], chosen[m], palette) for m in (~clear, clear)]
    return Mesh(shapes[0], shapes[1], corners(low, high))


def _split(points: Array, triangles: Array, normals: Array, chosen: Array, palette: Array) -> Shape:
    """Give every corner the direction and colour of its face; equal corners are one vertex."""
    seen = np.rint(normals * 127).astype(np.int64) + 128
    style = ((chosen * 256 + seen[:, 0]) * 256 + seen[:, 1]) * 256 + seen[:, 2]
    _, style = np.unique(style, return_inverse=True)
    keys = (triangles * (int(style.max(initial=0)) + 1) + style.reshape(-1)[:, None]).ravel()
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    face = first // 3
    return Shape(
        points[triangles.ravel()[first]],
        normals[face],
        number.reshape(-1, 3).astype(np.uint32),
        colours=palette[chosen[face]],
    )
