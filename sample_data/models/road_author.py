"""The pen that draws a road: one line, and products that stand at a distance along it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ifcopenshell.api.alignment
import ifcopenshell.api.pset

from sample_data.models import road_plan as plan
from sample_data.models.finish import finish
from sample_data.models.project import open_project
from sample_data.models.road_plan import RoadLayout
from sample_data.models.shapes import Shapes

Entity = Any
_WITHOUT_TYPE = ("IfcEarthworksFill",)
"""Classes the schema has no type for."""


class RoadAuthor:
    """Writes an IFC4X3_ADD2 road from its layout.

    Attributes
    ----------
    file : ifcopenshell.file
        The model, lengths in metres.
    alignment, curve : entity_instance
        The line, and the gradient curve that draws it.
    length_m : float
        Length of the line in plan.
    """

    def __init__(self, layout: RoadLayout) -> None:
        self.layout = layout
        self.file, self.project, self.body = open_project(layout, "IFC4X3_ADD2")
        self.shapes = Shapes(self.file, self.body)
        self._fixed: dict[int, str] = {}
        self._parts: dict[Entity, list[Entity]] = defaultdict(list)
        self._contained: dict[Entity, list[Entity]] = defaultdict(list)
        self._types: dict[tuple[str, str], tuple[Entity, list[Entity]]] = {}
        self._groups: dict[Entity, list[Entity]] = defaultdict(list)
        self._materials: dict[Entity, list[Entity]] = defaultdict(list)
        self._places: dict[tuple[float, ...], Entity] = {}
        self._maps: dict[tuple[int, ...], Entity] = {}
        self.alignment, self.curve, self.length_m = self._line()
        self.site = self.root("IfcSite", f"{layout.name_zh}用地", path="site", CompositionType="ELEMENT")
        self.site.ObjectPlacement = self.shapes.placement(None, (0, 0, 0))
        self._parts[self.project].append(self.site)

    def _line(self) -> tuple[Entity, Entity, float]:
        alignment = ifcopenshell.api.alignment.create_by_pi_method(
            self.file, f"{self.layout.name_zh}中线", plan.HPOINTS, [plan.RADIUS], plan.VPOINTS,
            [plan.VERTICAL_CURVE], start_station=plan.START_STATION,
        )  # fmt: skip
        self._fixed[alignment.id()] = f"{self.layout.code}/alignment"
        segments = self.file.by_type("IfcAlignmentHorizontalSegment")
        length = sum(segment.SegmentLength for segment in segments)
        for distance in range(100, int(length), 100):
            station = plan.START_STATION + distance
            ifcopenshell.api.alignment.add_stationing_referent(
                self.file, f"K{int(station // 1000)}+{station % 1000:03.0f}", alignment,
                float(distance), station,
            )  # fmt: skip
        return alignment, ifcopenshell.api.alignment.get_curve(alignment), length

    def root(self, ifc_class: str, name: str | None, *, path: str | None = None, **attributes: Any) -> Entity:
        """Write a rooted entity; its GlobalId is set on saving, by `path` or by its number."""
        entity = self.file.create_entity(ifc_class, GlobalId="0" * 22, Name=name, **attributes)
        if path is not None:
            self._fixed[entity.id()] = f"{self.layout.code}/{path}"
        return entity

    def structure(self, ifc_class: str, name: str, whole: Entity, path: str, **attributes: Any) -> Entity:
        """Write a facility or a part of one under its whole."""
        made = self.root(ifc_class, name, path=path, CompositionType="ELEMENT", **attributes)
        made.ObjectPlacement = self.shapes.placement(self.site.ObjectPlacement, (0, 0, 0))
        self._parts[whole].append(made)
        return made

    def along(
        self, distance_m: float, lateral_m: float = 0.0, vertical_m: float = 0.0, *, plumb: bool = False
    ) -> Entity:
        """Placement at a distance along the line; `plumb` stands upright, else it leans with the slope."""
        key = (round(distance_m, 4), round(lateral_m, 4), round(vertical_m, 4), float(plumb))
        if key not in self._places:
            point = self.file.create_entity(
                "IfcPointByDistanceExpression",
                self.file.create_entity("IfcLengthMeasure", key[0]), key[1], key[2], None, self.curve,
            )  # fmt: skip
            axis = self.shapes.direction(0, 0, 1) if plumb else None
            relative = self.file.create_entity("IfcAxis2PlacementLinear", point, axis, None)
            self._places[key] = self.file.create_entity("IfcLinearPlacement", None, relative, None)
        return self._places[key]

    def put(
        self,
        ifc_class: str,
        name: str,
        where: Entity,
        at: Entity,
        solids: Sequence[Entity],
        *,
        kind: str = "NOTDEFINED",
        material: str | None = None,
        **attributes: Any,
    ) -> Entity:
        """Place a product of a type, its shape mapped from one representation each, inside a structure."""
        key = tuple(solid.id() for solid in solids)
        if key not in self._maps:
            self._maps[key] = self.shapes.map(solids)
        product = self.root(
            ifc_class, name, ObjectPlacement=at, Representation=self.shapes.mapped(self._maps[key]),
            PredefinedType=kind, **attributes,
        )  # fmt: skip
        self.contain(where, product)
        if ifc_class in _WITHOUT_TYPE:
            if material:
                self._materials[self.shapes.material(material)].append(product)
            return product
        made = self._types.get((ifc_class, name))
        if made is None:
            of_type = self.root(f"{ifc_class}Type", name, PredefinedType=kind)
            made = self._types[(ifc_class, name)] = (of_type, [])
            if material:
                self._materials[self.shapes.material(material)].append(of_type)
        made[1].append(product)
        return product

    def contain(self, where: Entity, product: Entity) -> None:
        """Put a product into a spatial structure."""
        self._contained[where].append(product)

    def group(self, group: Entity, product: Entity) -> None:
        """Add a member to a system."""
        self._groups[group].append(product)

    def describe(self, product: Entity, title: str, values: Mapping[str, Any]) -> None:
        """Attach a property set."""
        made = ifcopenshell.api.pset.add_pset(self.file, product=product, name=title)
        ifcopenshell.api.pset.edit_pset(self.file, pset=made, properties=dict(values))

    def follow(self, *facilities: Entity) -> None:
        """Say that facilities are positioned by the line."""
        self.root(
            "IfcRelPositions", None, RelatingPositioningElement=self.alignment, RelatedProducts=facilities
        )
        for facility in facilities:
            self.root(
                "IfcRelReferencedInSpatialStructure", None,
                RelatedElements=[self.alignment], RelatingStructure=facility,
            )  # fmt: skip

    def save(self, path: Path) -> None:
        """Write the collected relations, fix every GlobalId and the header, save atomically."""
        tables: dict[tuple[str, str, str], Mapping[Entity, list[Entity]]] = {
            ("IfcRelAggregates", "RelatedObjects", "RelatingObject"): self._parts,
            ("IfcRelContainedInSpatialStructure", "RelatedElements", "RelatingStructure"): self._contained,
            ("IfcRelAssignsToGroup", "RelatedObjects", "RelatingGroup"): self._groups,
            ("IfcRelAssociatesMaterial", "RelatedObjects", "RelatingMaterial"): self._materials,
            ("IfcRelDefinesByType", "RelatedObjects", "RelatingType"): dict(self._types.values()),
        }
        for (ifc_class, many, single), table in tables.items():
            for head, members in table.items():
                self.root(ifc_class, None, **{many: members, single: head})
        finish(self.file, self.layout.code, self._fixed, path)
