"""One GLB of points with their class, height and intensity."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.points.colours import by_class, by_height
from tiles.solids.binary import Binary
from tiles.solids.shape import STEPS, Grid

_Z_UP_TO_Y_UP = [-0.7071067811865476, 0.0, 0.0, 0.7071067811865476]
_POINTS = 0
_MM = 0.001
_SCHEMA = {
    "id": "city_twin",
    "classes": {
        "point": {
            "properties": {
                "height_m": {
                    "name": "高程", "description": "height above the datum [m]", "type": "SCALAR",
                    "componentType": "FLOAT32", "required": True,
                },
                "intensity": {
                    "name": "强度", "description": "intensity of the return", "type": "SCALAR",
                    "componentType": "UINT16", "required": True,
                },
            }
        },
        "kind": {
            "properties": {
                "classification": {
                    "name": "分类", "description": "ASPRS class", "type": "SCALAR", "componentType": "UINT8",
                    "required": True,
                }
            }
        },
    },
}  # fmt: skip
_ATTRIBUTES = {"height_m": "_HEIGHT_M", "intensity": "_INTENSITY"}


def points_glb(points: npt.NDArray[np.void], colour: str, low_m: float, high_m: float) -> bytes:
    """Encode points.

    A class is a feature: CesiumJS styles points in GLBs by feature alone (1.145), what is measured at each
    point reaches its shaders.

    Parameters
    ----------
    points : ndarray
        As they are kept, at least one.
    colour : str
        `class`, `height` or `own`.
    low_m, high_m : float
        Heights of the whole cloud, so that a colour means the same in every tile.
    """
    binary = Binary()
    place = points["place"] * _MM
    grid = Grid.around(place)
    position = place.astype(np.float32)
    if grid is not None:
        position = np.rint((place - grid.translation) / grid.scale).clip(0, STEPS).astype(np.uint16)
    if colour == "class":
        colours = by_class(points["classification"])
    elif colour == "height":
        colours = by_height(points["height_m"], low_m, high_m)
    else:
        colours = points["colour"]
    attributes = {
        "POSITION": binary.attribute(position, bounds=True),
        "COLOR_0": binary.attribute(np.ascontiguousarray(colours), normalized=True),
    }
    kinds, kind = np.unique(points["classification"], return_inverse=True)
    attributes["_FEATURE_ID_0"] = binary.attribute(kind.astype(np.uint8))
    for name, attribute in _ATTRIBUTES.items():
        attributes[attribute] = binary.attribute(np.ascontiguousarray(points[name]))
    table = {
        "class": "kind",
        "count": len(kinds),
        "properties": {"classification": {"values": binary.view(kinds.tobytes())}},
    }
    return binary.glb(_document(attributes, grid, table))


def _document(attributes: dict[str, int], grid: Grid | None, table: dict[str, Any]) -> dict[str, Any]:
    used = ["EXT_mesh_features", "EXT_meshopt_compression", "EXT_structural_metadata", "KHR_materials_unlit"]
    required = ["EXT_meshopt_compression"]
    if grid is not None:
        used, required = [*used, "KHR_mesh_quantization"], [*required, "KHR_mesh_quantization"]
    features = [{"featureCount": table["count"], "attribute": 0, "propertyTable": 0}]
    said = {name: {"attribute": attribute} for name, attribute in _ATTRIBUTES.items()}
    return {
        "asset": {"version": "2.0", "generator": "city twin"},
        "extensionsUsed": used,
        "extensionsRequired": required,
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [
            {"rotation": _Z_UP_TO_Y_UP, "children": [1]},
            {"mesh": 0, **({} if grid is None else grid.node)},
        ],
        "meshes": [
            {
                "primitives": [
                    {
                        "mode": _POINTS,
                        "attributes": attributes,
                        "material": 0,
                        "extensions": {
                            "EXT_mesh_features": {"featureIds": features},
                            "EXT_structural_metadata": {"propertyAttributes": [0]},
                        },
                    }
                ]
            }
        ],
        "materials": [{"extensions": {"KHR_materials_unlit": {}}}],
        "extensions": {
            "EXT_structural_metadata": {
                "schema": _SCHEMA,
                "propertyTables": [table],
                "propertyAttributes": [{"class": "point", "properties": said}],
            }
        },
    }
