"""The last resort: a box around the points of a shape no kernel could mesh."""

from __future__ import annotations

from typing import Any

import numpy as np

from loaders.ifc.chunk import Floats, Mesh
from loaders.ifc.positions import Positions
from loaders.ifc.units import Units

_GREY = (150, 150, 150, 120)
_CORNERS = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float64)
_TRIANGLES = np.array(
    [
        [0, 2, 1], [1, 2, 3], [4, 5, 6], [5, 7, 6], [0, 1, 4], [1, 5, 4],
        [2, 6, 3], [3, 6, 7], [0, 4, 2], [2, 4, 6], [1, 3, 5], [3, 7, 5],
    ],
    dtype=np.int32,
)  # fmt: skip
_THINNEST_M = 0.01
_WIDEST_M = 2_000.0


def box_mesh(model: Any, product: Any) -> tuple[Mesh, Floats] | None:
    """Box around every point of a product's representation, and its placement in model metres.

    Returns None where there is no point to go by.
    """
    units = Units(model)
    points = _points(model, product)
    if len(points) == 0:
        return None
    low, high = points.min(axis=0) * units.length_m, points.max(axis=0) * units.length_m
    high = np.maximum(high, low + _THINNEST_M)
    if not np.isfinite([low, high]).all() or (high - low).max() > _WIDEST_M:
        return None
    mesh = Mesh(low + _CORNERS * (high - low), _TRIANGLES, np.zeros(12, np.int32), [_GREY])
    return mesh, _matrix(product, units)


def _points(model: Any, product: Any) -> Floats:
    found: list[list[float]] = []
    depth = 0.0
    try:
        entities = model.traverse(product.Representation)
    except RuntimeError:
        return np.empty((0, 3))
    for entity in entities:
        if entity.is_a("IfcCartesianPoint"):
            found.append(_three(entity.Coordinates))
        elif entity.is_a("IfcCartesianPointList3D") or entity.is_a("IfcCartesianPointList2D"):
            found += [_three(point) for point in entity.CoordList]
        elif entity.is_a("IfcExtrudedAreaSolid"):
            depth = max(depth, float(entity.Depth or 0.0))
        elif entity.is_a("IfcRectangleProfileDef"):
            found.append([entity.XDim / 2, entity.YDim / 2, 0.0])
            found.append([-entity.XDim / 2, -entity.YDim / 2, 0.0])
    points = np.array(found, dtype=np.float64).reshape(-1, 3)
    if len(points) and depth:
        points = np.vstack([points, points + np.array([0.0, 0.0, depth])])
    return points[np.isfinite(points).all(axis=1)]


def _three(coordinates: Any) -> list[float]:
    return [*(float(c) for c in coordinates), 0.0, 0.0][:3]


def _matrix(product: Any, units: Units) -> Floats:
    found = Positions(units).matrix(product.ObjectPlacement)
    matrix = np.eye(4) if found is None else found.copy()
    matrix[:3, 3] *= units.length_m
    return matrix if np.isfinite(matrix).all() else np.eye(4)
