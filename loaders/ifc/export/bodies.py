"""Bodies of an exported model: closed solids as polygonal face sets, meshes as triangulated ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from loaders.citymodel.faces import from_wkb
from loaders.ifc.export.slivers import without_slivers

Entity = Any
Floats = npt.NDArray[np.float64]
_STEPS = 65_535
_DIGITS = 4
_RIGID = 1e-6


class Bodies:
    """Writes shapes into a file, each mesh and colour once.

    Parameters
    ----------
    file : ifcopenshell.file
        The model, metres.
    context : entity_instance
        Its Body context.
    meshes : list of dict
        Rows of `twin.mesh`.
    """

    def __init__(self, file: Any, context: Entity, meshes: list[dict[str, Any]]) -> None:
        self._file, self._context = file, context
        self._meshes = {row["id"]: row for row in meshes}
        self._maps: dict[int, Entity] = {}
        self._styles: dict[tuple[int, ...], Entity] = {}
        self._identity: Entity | None = None

    def solid(self, wkb: bytes, origin: Floats, *, reference: bool = False) -> Entity:
        """Shape of a closed solid in the storage CRS, moved to the local frame.

        A `reference` is shown beside a body and not cut out of it.
        """
        faces = from_wkb(wkb)
        points = np.round(faces.points - origin, _DIGITS)
        corners, numbers = np.unique(points, axis=0, return_inverse=True)
        flat = (numbers.reshape(-1) + 1).tolist()
        coordinates = self._points(corners)
        made, at, ring = [], 0, 0
        for count in faces.faces.tolist():
            rings = []
            for size in faces.rings[ring : ring + count].tolist():
                corner = flat[at : at + size]
                at += size
                corner = [c for i, c in enumerate(corner) if c != corner[i - 1]]
                if len(corner) > 2:  # corners that fall together leave no area
                    rings.append(corner)
            ring += count
            if len(rings) > 1:
                made.append(self._file.create_entity("IfcIndexedPolygonalFaceWithVoids", rings[0], rings[1:]))
            elif rings:
                made.append(self._file.create_entity("IfcIndexedPolygonalFace", rings[0]))
        item = self._file.create_entity("IfcPolygonalFaceSet", coordinates, True, made)
        return self._shape("Tessellation", [item], "Reference" if reference else "Body")

    def mesh(self, number: int) -> Entity:
        """Shape that repeats a mesh; the product's placement says where."""
        if number not in self._maps:
            item = self._triangles(self._meshes[number], np.eye(4))
            axes = self.axes(np.eye(4))
            representation = self._file.create_entity(
                "IfcShapeRepresentation", self._context, "Body", "Tessellation", [item]
            )
            self._maps[number] = self._file.create_entity("IfcRepresentationMap", axes, representation)
        if self._identity is None:
            zero = self._file.create_entity("IfcCartesianPoint", (0.0, 0.0, 0.0))
            self._identity = self._file.create_entity(
                "IfcCartesianTransformationOperator3D", None, None, zero, None, None
            )
        mapped = self._file.create_entity("IfcMappedItem", self._maps[number], self._identity)
        return self._shape("MappedRepresentation", [mapped])

    def baked(self, parts: list[tuple[int, Floats]]) -> Entity:
        """Shape of meshes with their matrices worked into the corners, in the local frame."""
        return self._shape(
            "Tessellation", [self._triangles(self._meshes[number], matrix) for number, matrix in parts]
        )

    def placement(self, building: Entity, matrix: Floats) -> Entity:
        """Placements are all relative to the building, whose frame is the model's."""
        return self._file.create_entity("IfcLocalPlacement", building.ObjectPlacement, self.axes(matrix))

    def axes(self, matrix: Floats) -> Entity:
        """IfcAxis2Placement3D of a rigid matrix."""
        x, z = matrix[:3, 0], matrix[:3, 2]
        create = self._file.create_entity
        point = create("IfcCartesianPoint", _rounded(matrix[:3, 3]))
        if np.allclose(matrix[:3, :3], np.eye(3), atol=1e-12):
            return create("IfcAxis2Placement3D", point, None, None)
        directions = [create("IfcDirection", tuple(np.round(v, 12).tolist())) for v in (z, x)]
        return create("IfcAxis2Placement3D", point, *directions)

    def _triangles(self, row: Mapping[str, Any], matrix: Floats) -> Entity:
        low, high = np.array(row["box_min_m"]), np.array(row["box_max_m"])
        extent = np.where(high > low, high - low, 1.0)
        steps = np.frombuffer(row["positions"], "<u2").reshape(-1, 3)
        points = (low + steps / _STEPS * extent) @ matrix[:3, :3].T + matrix[:3, 3]
        corners = np.frombuffer(row["indices"], "<u4").reshape(-1, 3).astype(np.int64)
        if np.linalg.det(matrix[:3, :3]) < 0:
            corners = corners[:, ::-1]
        kept, faces = without_slivers(np.round(points, _DIGITS), corners)
        if not len(faces):  # smaller than the digits written: as it is
            kept, faces = points, corners
        item = self._file.create_entity(
            "IfcTriangulatedFaceSet", self._points(kept), None, None, (faces + 1).tolist(), None
        )
        self._colour(item, row)
        return item

    def _colour(self, item: Entity, row: Mapping[str, Any]) -> None:
        """The colour most triangles have; a face set of its own for each would double the file."""
        materials = np.frombuffer(row["materials"], "<u2") if row["materials"] else np.zeros(1, np.uint16)
        palette = row["palette"] or [[200, 200, 200, 255]]
        colour = tuple(palette[min(int(np.bincount(materials).argmax()), len(palette) - 1)])
        create = self._file.create_entity
        if colour not in self._styles:
            red, green, blue, alpha = (round(value / 255, 3) for value in colour)
            rgb = create("IfcColourRgb", None, red, green, blue)
            shading = create("IfcSurfaceStyleShading", rgb, round(1 - alpha, 3))
            self._styles[colour] = create("IfcSurfaceStyle", None, "BOTH", [shading])
        create("IfcStyledItem", item, [self._styles[colour]], None)

    def _points(self, points: Floats) -> Entity:
        return self._file.create_entity("IfcCartesianPointList3D", np.round(points, _DIGITS).tolist())

    def _shape(self, kind: str, items: list[Entity], identifier: str = "Body") -> Entity:
        representation = self._file.create_entity(
            "IfcShapeRepresentation", self._context, identifier, kind, items
        )
        return self._file.create_entity("IfcProductDefinitionShape", None, None, [representation])


def is_rigid(matrix: Floats) -> bool:
    """Whether a matrix only turns and moves: a placement can say no more."""
    turn = matrix[:3, :3]
    return bool(np.allclose(turn @ turn.T, np.eye(3), atol=_RIGID) and np.linalg.det(turn) > 0)


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(np.round(values, _DIGITS).tolist())
