"""Plan outlines and heights of the bodies the rules look at.

Openings need not be cut: whether a door leads through a wall is asked of the door. That
also keeps to what the fast kernel does well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from loaders.ifc.carving import carved
from loaders.ifc.chunk import Floats
from loaders.ifc.kernel import FAST, shapes
from loaders.ifc.sorting import sort_products
from loaders.ifc.triangulation import matrix_of

BARRIERS = (
    "IfcWall", "IfcCurtainWall", "IfcPlate", "IfcWindow", "IfcColumn", "IfcMember", "IfcRailing",
    "IfcBuildingElementProxy",
)  # fmt: skip
"""What one cannot walk through, as `loaders.ifc.passages` has it; doors stand in one of them."""
STAIRS = ("IfcStair", "IfcStairFlight", "IfcRamp", "IfcRampFlight")
_KINDS = ("IfcSpace", "IfcDoor", "IfcSpatialZone", "IfcOpeningElement", *STAIRS, *BARRIERS)
_EXACT = ("IfcSpace", "IfcSpatialZone", "IfcWall", "IfcCurtainWall", "IfcRailing", "IfcBuildingElementProxy")
"""Of these the true outline counts; of a door, a window or a flight its hull says enough."""
_SLIVER_M2 = 1e-4
_SAME = 1e-6


def read_bodies(model: Any) -> list[dict[str, Any]]:
    """Mesh and measure.

    Returns
    -------
    list of dict
        `global_id`, `kind` (one of the classes above), `outline` (WKB, hexadecimal, model
        metres), `z_m` [low, high]; of doors and empty openings also `middle` [x, y],
        `through` (unit vector across the leaf) and `width_m`.
    """
    by_kind = {
        kind: [p for p in model.by_type(kind) if _wanted(p, kind)]
        for kind in _KINDS
        if kind != "IfcSpatialZone" or model.schema != "IFC2X3"
    }
    every = [product for products in by_kind.values() for product in products]
    risky = {product.id() for product in sort_products(model, every).risky}
    found = []
    for kind, products in by_kind.items():
        for found_shape in _shapes(model, products, risky):
            body = _measure(found_shape, kind)
            if body is not None:
                found.append(body)
    return found


@dataclass(frozen=True, slots=True)
class _Shape:
    global_id: str
    vertices: Floats
    triangles: Any
    matrix: Floats


def _shapes(model: Any, products: list[Any], risky: set[int]) -> Iterator[_Shape]:
    """Clipped bodies are carved, for the fast kernel forgets their clips; it has the rest."""
    done = set()
    for cut in carved(model, [product for product in products if product.id() in risky]):
        done.add(cut.product.GlobalId)
        yield _Shape(cut.product.GlobalId, cut.mesh.vertices, cut.mesh.triangles, cut.matrix)
    known: dict[str, tuple[Floats, Any]] = {}
    left = [product for product in products if product.GlobalId not in done]
    for shape in shapes(model, left, FAST, openings=False):
        geometry = shape.geometry
        if geometry.id not in known:
            vertices = np.frombuffer(geometry.verts_buffer, np.float64).reshape(-1, 3).copy()
            triangles = np.frombuffer(geometry.faces_buffer, np.int32).reshape(-1, 3).copy()
            known[geometry.id] = (vertices, triangles)
        yield _Shape(shape.guid, *known[geometry.id], matrix_of(shape))


def _wanted(product: Any, kind: str) -> bool:
    if product.Representation is None:
        return False
    # a hole that a door fills is told by the door
    return kind != "IfcOpeningElement" or not product.HasFillings


def _measure(shape: _Shape, kind: str) -> dict[str, Any] | None:
    vertices, triangles, matrix = shape.vertices, shape.triangles, shape.matrix
    if not len(triangles) or not np.isfinite(vertices).all() or not np.isfinite(matrix).all():
        return None
    placed = vertices @ matrix[:3, :3].T + matrix[:3, 3]
    outline = _shadow(placed, triangles, exact=kind in _EXACT)
    if outline is None:
        return None
    body = {
        "global_id": shape.global_id,
        "kind": kind,
        "outline": shapely.to_wkb(outline, hex=True),
        "z_m": [float(placed[:, 2].min()), float(placed[:, 2].max())],
    }
    return body | (_leaf(vertices, matrix) if kind in ("IfcDoor", "IfcOpeningElement") else {})


def _shadow(placed: Floats, triangles: Any, *, exact: bool) -> Any | None:
    """Union of the triangles seen from above, or its hull."""
    corners = placed[triangles][:, :, :2]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
    # each closed body shows every part of its shadow from above once
    chosen = area > _SLIVER_M2 if (area > _SLIVER_M2).any() else np.abs(area) > _SLIVER_M2
    seen = corners[chosen]
    if not len(seen):
        return None
    hull = shapely.convex_hull(shapely.multipoints(seen.reshape(-1, 2)))
    if not exact or abs(hull.area - np.abs(area[chosen]).sum()) <= _SAME * hull.area:
        return hull  # most bodies are convex in plan; a union costs twenty times as much
    rings = np.concatenate([seen, seen[:, :1]], axis=1)
    union = shapely.union_all(shapely.polygons(rings), grid_size=0.001)
    return union if not union.is_empty and union.area > 0 else None


def _leaf(vertices: Floats, matrix: Floats) -> dict[str, Any]:
    """Middle of a leaf and the way through it: across the shorter side of its own box."""
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    size = high - low
    axis = 0 if size[0] < size[1] else 1
    middle = matrix[:3, :3] @ ((low + high) / 2) + matrix[:3, 3]
    through = matrix[:2, axis]
    length = float(np.hypot(*through))
    return {
        "middle": [float(middle[0]), float(middle[1])],
        "through": [float(through[0]) / length, float(through[1]) / length] if length > 1e-9 else [0.0, 0.0],
        "width_m": float(size[1 - axis]),
    }
