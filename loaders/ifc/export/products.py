"""Elements, doors and equipment of an exported model."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from loaders.ifc.export.bodies import Bodies, Floats, is_rigid
from loaders.ifc.export.identity import Identities
from loaders.ifc.export.schema import element_classes, predefine
from loaders.ifc.export.voiding import HOLE, Voiding, hosts
from loaders.ifc.solid import prism

Entity = Any
Row = Mapping[str, Any]
PRODUCTS = ("element", "opening", "equipment")
PROXY = "IfcBuildingElementProxy"
_LEAVES = ("IfcDoor", "IfcWindow")
_FRAMES = ("IfcCurtainWall", "IfcElementAssembly")
"""Wholes of which a door or window is a part, and not a guest in their opening."""


class Products:
    """Writes products one by one.

    Attributes
    ----------
    bodiless, unhosted : int
        Products without a body; doors and windows of which no wall is known.
    replaced : Counter of str
        Classes IFC4 does not have, written as proxies.
    """

    def __init__(
        self, file: Any, identify: Identities, shapes: Bodies, rows: Mapping[str, list[dict[str, Any]]]
    ) -> None:
        self._file, self._identify, self._shapes = file, identify, shapes
        self.rows = [row for name in PRODUCTS for row in rows[name]]
        self._inside = {row["id"]: row for row in self.rows}
        self._host = hosts(rows)
        self._hosting = set(self._host.values())
        self._shown: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for placement in rows["placement"]:
            self._shown[placement["id"]].append(placement)
        self.bodiless, self.unhosted = 0, 0
        self.replaced: Counter[str] = Counter()

    def write(self, row: Row, building: Entity, origin: Floats) -> Entity:
        """One product in the frame of its building, whose origin in the storage CRS is given."""
        fields, said = row["fields"], row["properties"] or {}
        kind = self._class(row)
        matrix, shape = self._shape(row, origin)
        self.bodiless += shape is None
        name = fields.get("name")
        if kind == PROXY:  # a rule of the schema: a proxy has a name
            name = name or fields.get("type_name") or fields["ifc_class"]
        named = None if (row["sets"] or {}).get("type") else fields.get("type_name")
        product = self._file.create_entity(
            kind, GlobalId=self._identify(row["source_key"]), Name=name,
            Description=said.get("description"), ObjectType=said.get("object_type") or named,
            ObjectPlacement=self._shapes.placement(building, matrix), Representation=shape,
            Tag=fields.get("tag"),
        )  # fmt: skip
        predefine(product, fields.get("predefined_type"))
        if kind in _LEAVES:
            product.OverallHeight, product.OverallWidth = fields.get("height_m"), fields.get("width_m")
        return product

    def whole(self, row: Row, made: Mapping[int, Entity]) -> Entity | None:
        """The product this one is a part of."""
        above = self._inside.get(row["parent_id"])
        if above is None or self.is_hole(row):
            return None
        if row["fields"]["ifc_class"] in _LEAVES and above["fields"]["ifc_class"] not in _FRAMES:
            return None
        return made[above["id"]]

    def is_hole(self, row: Row) -> bool:
        """Whether a row is written as an opening of its wall."""
        return bool(row["fields"]["ifc_class"] == HOLE) and row["id"] in self._host

    def void(self, made: Mapping[int, Entity]) -> None:
        """Write the openings and what fills them."""
        voiding = Voiding(self._file, self._identify)
        for row in self.rows:
            host = self._host.get(row["id"])
            if host is None:
                part = self._inside.get(row["parent_id"], {}).get("fields", {}).get("ifc_class") in _FRAMES
                self.unhosted += row["fields"]["ifc_class"] in _LEAVES and not part
            elif self.is_hole(row):
                voiding.void(made[host], made[row["id"]])
            else:
                voiding.fill(row, made[row["id"]], made[host])

    def _class(self, row: Row) -> str:
        """The class itself where IFC4 has it as something that can be, else a proxy."""
        name = str(row["fields"]["ifc_class"])
        if name in element_classes() or self.is_hole(row):
            return name
        self.replaced[name] += 1
        return PROXY

    def _shape(self, row: Row, origin: Floats) -> tuple[Floats, Entity | None]:
        if self.is_hole(row):
            return np.eye(4), self._hole(row, origin)
        placed = []
        for part in self._shown.get(row["id"], ()):
            if part["model_matrix"] is None:  # the model has no place in the city yet
                continue
            matrix = np.array(part["model_matrix"]).reshape(4, 4) @ np.array(part["matrix"]).reshape(4, 4)
            matrix[:3, 3] -= origin
            placed.append((part["mesh_id"], matrix))
        if not placed:
            return np.eye(4), None
        if len(placed) == 1 and is_rigid(placed[0][1]):
            number, matrix = placed[0]
            # readers are slow where openings and repeated bodies meet
            if row["id"] in self._hosting:
                return matrix, self._shapes.baked([(number, np.eye(4))])
            return matrix, self._shapes.mesh(number)
        return np.eye(4), self._shapes.baked(placed)

    def _hole(self, row: Row, origin: Floats) -> Entity | None:
        """Plan of an empty opening between its heights; a round one becomes square."""
        if row["plan"] is None or row["z_min_m"] is None or row["z_max_m"] is None:
            return None
        solid = prism(shapely.from_wkb(row["plan"]), row["z_min_m"], row["z_max_m"])
        return None if solid is None else self._shapes.solid(solid, origin, reference=True)
