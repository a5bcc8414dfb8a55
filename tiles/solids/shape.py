"""From metres to the numbers a GLB holds: positions in 16 bits, normals and colours in 8."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.solids.binary import Binary, bounds_of

Array = npt.NDArray[Any]

STEPS = 65_535
COARSEST_M = 0.02
"""Widest step of 16 bits that is used; wider shapes keep 32-bit floats."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Vertices and triangles of one primitive.

    Attributes
    ----------
    points : ndarray of float64, shape (n, 3)
        Metres.
    normals : ndarray of float64, shape (n, 3)
        Unit vectors.
    triangles : ndarray of uint32, shape (m, 3)
    features : ndarray or None
        Feature id of each vertex.
    colours : ndarray of uint8, shape (n, 4), or None
        Red, green, blue, opacity.
    """

    points: Array
    normals: Array
    triangles: Array
    features: Array | None = None
    colours: Array | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """How whole numbers become metres: `translation + scale * number`.

    One step for all three axes: a client that forgets to undo an uneven scale on normals is
    right all the same.
    """

    translation: Array
    scale: float

    @classmethod
    def around(cls, points: Array, step_m: float = COARSEST_M) -> Grid | None:
        """Grid of 16 bits over points; None where its step would be too coarse.

        Parameters
        ----------
        points : ndarray of float64, shape (n, 3)
            Metres.
        step_m : float
            Coarsest step that is good enough. Where it is more than `COARSEST_M`, that is the step:
            numbers with fewer digits pack better.
        """
        low, high = bounds_of(points)
        scale = float((high - low).max()) / STEPS or 1.0 / STEPS
        if step_m > COARSEST_M:
            scale = max(scale, step_m)
        return cls(low, scale) if scale <= step_m else None

    @property
    def node(self) -> dict[str, Any]:
        """Properties of the node that undoes it."""
        return {"translation": self.translation.tolist(), "scale": [self.scale] * 3}


def primitive(
    binary: Binary, shape: Shape, grid: Grid | None, material: int, features: int
) -> dict[str, Any]:
    """Write a shape.

    Parameters
    ----------
    binary : Binary
        Takes the bytes.
    shape : Shape
        What to draw.
    grid : Grid or None
        Grid of the positions; None: floats.
    material : int
        Number in the document.
    features : int
        How many features the tile has; used where the shape says which.
    """
    if grid is None:
        position = shape.points.astype(np.float32)
    else:
        position = np.rint((shape.points - grid.translation) / grid.scale).clip(0, STEPS).astype(np.uint16)
    attributes = {
        "POSITION": binary.attribute(position, bounds=True),
        "NORMAL": binary.attribute(np.rint(shape.normals * 127).astype(np.int8), normalized=True),
    }
    said: dict[str, Any] = {"attributes": attributes, "material": material}
    if shape.colours is not None:
        attributes["COLOR_0"] = binary.attribute(shape.colours, normalized=True)
    if shape.features is not None:
        kind = np.uint16 if features <= STEPS else np.float32
        attributes["_FEATURE_ID_0"] = binary.attribute(shape.features.astype(kind))
        ids = [{"featureCount": features, "attribute": 0, "propertyTable": 0}]
        said["extensions"] = {"EXT_mesh_features": {"featureIds": ids}}
    said["indices"] = binary.triangles(shape.triangles, len(shape.points))
    return said
