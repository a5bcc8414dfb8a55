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
        Metres; of each vertex, or those that `at` chooses from.
    normals : ndarray of float64, shape (n, 3)
        Unit vectors, likewise.
    triangles : ndarray of uint32, shape (m, 3)
    features : ndarray or None
        Feature id of each vertex.
    colours : ndarray of uint8, shape (n, 4), or None
        Red, green, blue, opacity.
    at, facing : ndarray of int64, or None
        Numbers of the point and of the normal of each vertex; None: in order.
    """

    points: Array
    normals: Array
    triangles: Array
    features: Array | None = None
    colours: Array | None = None
    at: Array | None = None
    facing: Array | None = None

    @property
    def vertices(self) -> int:
        """How many there are."""
        return len(self.points) if self.at is None else len(self.at)

    def joined(self, other: Shape) -> Shape:
        """Both, the other's after these; features of each."""
        at, facing = (
            np.concatenate(
                [
                    np.arange(len(mine)) if chosen is None else chosen,
                    (np.arange(len(theirs)) if other_chosen is None else other_chosen) + len(mine),
                ]
            )
            for mine, chosen, theirs, other_chosen in (
                (self.points, self.at, other.points, other.at),
                (self.normals, self.facing, other.normals, other.facing),
            )
        )
        return Shape(
            np.concatenate([self.points, other.points]),
            np.concatenate([self.normals, other.normals]),
            np.concatenate([self.triangles, other.triangles + np.uint32(self.vertices)]),
            np.concatenate([one.features for one in (self, other) if one.features is not None]),
            at=at,
            facing=facing,
        )


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
        steps = (shape.points - grid.translation) / grid.scale
        position = np.minimum(np.maximum(np.rint(steps, out=steps), 0, out=steps), STEPS).astype(np.uint16)
    normals = np.rint(shape.normals * 127).astype(np.int8)
    attributes = {
        "POSITION": binary.attribute(_chosen(position, shape.at), bounds=True),
        "NORMAL": binary.attribute(_chosen(normals, shape.facing), normalized=True),
    }
    said: dict[str, Any] = {"attributes": attributes, "material": material}
    if shape.colours is not None:
        attributes["COLOR_0"] = binary.attribute(shape.colours, normalized=True)
    if shape.features is not None:
        kind = np.uint16 if features <= STEPS else np.float32
        attributes["_FEATURE_ID_0"] = binary.attribute(shape.features.astype(kind))
        ids = [{"featureCount": features, "attribute": 0, "propertyTable": 0}]
        said["extensions"] = {"EXT_mesh_features": {"featureIds": ids}}
    said["indices"] = binary.triangles(shape.triangles, shape.vertices)
    return said


def _chosen(values: Array, numbers: Array | None) -> Array:
    return values if numbers is None else values.take(numbers, axis=0)
