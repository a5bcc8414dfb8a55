"""A shape of the toolkit as a mesh of ours."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from loaders.ifc.chunk import Colour, Floats, Mesh


def matrix_of(shape: Any) -> Floats:
    """Placement of a shape: its own frame -> model metres."""
    return np.frombuffer(shape.transformation_buffer, np.float64).reshape(4, 4).T.copy()


def mesh_of(geometry: Any) -> Mesh | None:
    """Triangles of a geometry; None where there are none or a number is not finite."""
    vertices = np.frombuffer(geometry.verts_buffer, np.float64).reshape(-1, 3).copy()
    triangles = np.frombuffer(geometry.faces_buffer, np.int32).reshape(-1, 3).copy()
    if not len(triangles) or not np.isfinite(vertices).all():
        return None
    materials = np.frombuffer(geometry.material_ids_buffer, np.int32).copy()
    if len(materials) != len(triangles):
        materials = np.full(len(triangles), -1, np.int32)
    return Mesh(vertices, triangles, materials, [_colour(style) for style in geometry.materials])


def _colour(style: Any) -> Colour:
    diffuse = style.diffuse
    red, green, blue = (_byte(channel()) for channel in (diffuse.r, diffuse.g, diffuse.b))
    transparency = style.transparency
    return red, green, blue, 255 - _byte(0.0 if math.isnan(transparency) else transparency)


def _byte(value: float) -> int:
    return 128 if math.isnan(value) else round(255 * min(max(value, 0.0), 1.0))
