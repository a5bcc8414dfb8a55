"""The pen that draws a model: project, place, spatial tree, typed products, relations.

Project-level things go through `ifcopenshell.api`. Products are written straight
into the file: a tower has ten thousand of them, and the API's per-call bookkeeping
costs ten times what the writing does. Shapes, placements and relations are shared
wherever IFC4 allows it, which keeps a 33-storey tower within a few megabytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ifcopenshell.api.pset

from sample_data.models.finish import finish
from sample_data.models.parts import ModelLayout, Storey
from sample_data.models.project import open_project
from sample_data.models.shapes import Shapes

Entity = Any  # ifcopenshell.entity_instance carries no types
Xyz = tuple[float, float, float]


@dataclass(slots=True)
class Kind:
    """An IFC type with its occurrences so far; `map` is its shape, when it has one."""

    entity: Entity
    occurrence: str
    map: Entity | None
    attributes: dict[str, Any]
    members: list[Entity] = field(default_factory=list)


class Author:
    """Writes one model from its layout.

    Attributes
    ----------
    file : ifcopenshell.file
        The model, IFC4, lengths in metres.
    layout : ModelLayout
        What is being drawn.
    shapes : Shapes
        Solids, styles and placements, each written once.
    """

    def __init__(self, layout: ModelLayout) -> None:
        self.layout = layout
        self._fixed_ids: dict[int, str] = {}
        self.file, self.project, self.body = open_project(layout)
        self.shapes = Shapes(self.file, self.body)
        self.storeys: dict[int, Entity] = {}
        self._kinds: dict[tuple[str, str], Kind] = {}
        self._nested: dict[Entity, list[Entity]] = defaultdict(list)
        self._contained: dict[Entity, list[Entity]] = defaultdict(list)
        self._parts: dict[Entity, list[Entity]] = defaultdict(list)
        self._grouped: dict[Entity, list[Entity]] = defaultdict(list)
        self._described: dict[Entity, list[Entity]] = defaultdict(list)
        self._materials: dict[Entity, list[Entity]] = defaultdict(list)
        self.site, self.building = self._site_and_building()
        for storey in layout.storeys:
            self._storey(storey)

    # -- project ---------------------------------------------------------------

    def _site_and_building(self) -> tuple[Entity, Entity]:
        layout = self.layout
        site = self.root("IfcSite", f"{layout.name_zh}用地", path="site", CompositionType="ELEMENT")
        site.ObjectPlacement = self.shapes.placement(None, (0, 0, 0))
        address = self.file.create_entity(
            "IfcPostalAddress",
            AddressLines=[layout.address_zh],
            Town="深圳市",
            Region="广东省",
            Country="中国",
        )
        building = self.root(
            "IfcBuilding", layout.name_zh, path="building", LongName=layout.name_en,
            CompositionType="ELEMENT",
            ElevationOfRefHeight=layout.place.height_m, ElevationOfTerrain=layout.place.height_m - 0.15,
            BuildingAddress=address,
        )  # fmt: skip
        building.ObjectPlacement = self.shapes.placement(site.ObjectPlacement, (0, 0, 0))
        for parent, child in ((self.project, site), (site, building)):
            self._parts[parent].append(child)
        return site, building

    def _storey(self, storey: Storey) -> None:
        entity = self.root(
            "IfcBuildingStorey", storey.label_zh, LongName=storey.label_en, CompositionType="ELEMENT",
            Elevation=storey.elevation_m,
        )  # fmt: skip
        entity.ObjectPlacement = self.shapes.placement(
            self.building.ObjectPlacement, (0, 0, storey.elevation_m)
        )
        self.identify(entity, storey.global_id)
        self.storeys[storey.floor_no] = entity
        self._parts[self.building].append(entity)

    # -- products --------------------------------------------------------------

    def root(self, ifc_class: str, name: str | None, *, path: str | None = None, **attributes: Any) -> Entity:
        """Write a rooted entity; its GlobalId is set on saving, by `path` or by its number."""
        entity = self.file.create_entity(ifc_class, GlobalId="0" * 22, Name=name, **attributes)
        if path is not None:
            self._fixed_ids[entity.id()] = f"{self.layout.code}/{path}"
        return entity

    def identify(self, entity: Entity, global_id: str) -> None:
        """Give an entity the GlobalId that the layout promises."""
        self._fixed_ids[entity.id()] = global_id

    def kind(
        self,
        ifc_class: str,
        name: str,
        predefined: str = "NOTDEFINED",
        *,
        solids: Sequence[Entity] = (),
        psets: Mapping[str, Mapping[str, Any]] | None = None,
        material: str | None = None,
        **attributes: Any,
    ) -> Kind:
        """Write a type once and give it back on every later call with the same name.

        `attributes` go to every occurrence (such as OverallWidth); those the type
        has too go to the type as well.
        """
        key = (ifc_class, name)
        if key in self._kinds:
            return self._kinds[key]
        of_type = {k: v for k, v in attributes.items() if k in ("OperationType", "PartitioningType")}
        mapped = self.shapes.map(solids) if solids else None
        entity = self.root(
            f"{ifc_class}Type", name, PredefinedType=predefined,
            RepresentationMaps=[mapped] if mapped else None, **of_type,
        )  # fmt: skip
        for title, properties in (psets or {}).items():
            made = ifcopenshell.api.pset.add_pset(self.file, product=entity, name=title)
            ifcopenshell.api.pset.edit_pset(self.file, pset=made, properties=dict(properties))
        kind = Kind(entity, ifc_class, mapped, {**attributes, "PredefinedType": predefined})
        if material:
            self._materials[self.shapes.material(material)].append(entity)
        self._kinds[key] = kind
        return kind

    def put(
        self,
        kind: Kind,
        floor_no: int,
        xyz_m: Xyz = (0.0, 0.0, 0.0),
        turn_deg: float = 0.0,
        *,
        name: str | None = None,
        solids: Sequence[Entity] = (),
        tag: str | None = None,
        whole: Entity | None = None,
        global_id: str | None = None,
        **attributes: Any,
    ) -> Entity:
        """Place an occurrence on a storey; z is above that storey's floor.

        Without `solids` the type's shape is mapped. `whole` makes it a part of an
        assembly (a flight of a stair) instead of a direct child of the storey.
        """
        storey = self.storeys[floor_no]
        product = self.root(
            kind.occurrence,
            name or kind.entity.Name,
            Tag=tag,
            ObjectPlacement=self.shapes.placement(storey.ObjectPlacement, xyz_m, turn_deg),
            Representation=self.shapes.direct(solids) if solids else self.shapes.mapped(kind.map),
            **{**kind.attributes, **attributes},
        )
        kind.members.append(product)
        if whole is None:
            self._contained[storey].append(product)
        else:
            self._parts[whole].append(product)
        if global_id:
            self.identify(product, global_id)
        return product

    def opening(self, host: Entity, floor_no: int, xyz_m: Xyz, turn_deg: float, solid: Entity) -> Entity:
        """Cut a hole through a wall; fill it with `fill`."""
        hole = self.root(
            "IfcOpeningElement",
            None,
            ObjectPlacement=self.shapes.placement(self.storeys[floor_no].ObjectPlacement, xyz_m, turn_deg),
            Representation=self.shapes.direct([solid]),
            PredefinedType="OPENING",
        )
        self.root("IfcRelVoidsElement", None, RelatingBuildingElement=host, RelatedOpeningElement=hole)
        return hole

    def fill(self, hole: Entity, product: Entity) -> None:
        """Set a door or a window into an opening."""
        self.root("IfcRelFillsElement", None, RelatingOpeningElement=hole, RelatedBuildingElement=product)

    # -- meaning ---------------------------------------------------------------

    def describe(self, products: Iterable[Entity], title: str, values: Mapping[str, Any]) -> None:
        """Attach one property set, written once, to every product given.

        Text becomes IfcLabel, yes/no IfcBoolean, numbers IfcReal; None is left out:
        unknown is not zero.
        """
        properties = [
            self.file.create_entity("IfcPropertySingleValue", Name=name, NominalValue=self._value(value))
            for name, value in values.items()
            if value is not None
        ]
        pset = self.root("IfcPropertySet", title, HasProperties=properties)
        self._described[pset].extend(products)

    def measure(
        self, products: Iterable[Entity], title: str, values: Mapping[str, tuple[str, float]]
    ) -> None:
        """Attach base quantities; values are (Area | Length | Volume | Count, number in SI)."""
        quantities = [
            self.file.create_entity(
                f"IfcQuantity{sort}",
                Name=name,
                **{f"{sort}Value": int(x) if sort == "Count" else round(x, 3)},
            )
            for name, (sort, x) in values.items()
        ]
        qto = self.root(
            "IfcElementQuantity", title, MethodOfMeasurement="BaseQuantities", Quantities=quantities
        )
        self._described[qto].extend(products)

    def template_pset(self, product: Entity, title: str, values: Mapping[str, Any]) -> None:
        """Attach a standard property set with the value types of its buildingSMART template."""
        made = ifcopenshell.api.pset.add_pset(self.file, product=product, name=title)
        ifcopenshell.api.pset.edit_pset(self.file, pset=made, properties=dict(values))

    def group(self, group: Entity, products: Iterable[Entity]) -> None:
        """Add members to a zone or a system."""
        self._grouped[group].extend(products)

    def system(self, name: str, predefined: str, code: str) -> Entity:
        """Write a distribution system that serves the building."""
        made = self.root("IfcDistributionSystem", name, LongName=code, PredefinedType=predefined)
        self.root("IfcRelServicesBuildings", None, RelatingSystem=made, RelatedBuildings=[self.building])
        return made

    def part(self, whole: Entity, child: Entity) -> None:
        """Put a space under its storey, or a part under its assembly."""
        self._parts[whole].append(child)

    def nest(self, host: Entity, port: Entity) -> None:
        """Give a port to its element."""
        self._nested[host].append(port)

    def contain(self, floor_no: int, product: Entity) -> None:
        """Make a product written by hand a child of a storey."""
        self._contained[self.storeys[floor_no]].append(product)

    def _value(self, value: Any) -> Entity:
        if isinstance(value, bool):
            return self.file.create_entity("IfcBoolean", value)
        if isinstance(value, int | float):
            return self.file.create_entity("IfcReal", float(value))
        return self.file.create_entity("IfcLabel", str(value))

    # -- end -------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the collected relations, fix every GlobalId and the header, save atomically."""
        one = {
            ("IfcRelAggregates", "RelatedObjects", "RelatingObject"): self._parts,
            ("IfcRelNests", "RelatedObjects", "RelatingObject"): self._nested,
            ("IfcRelContainedInSpatialStructure", "RelatedElements", "RelatingStructure"): self._contained,
            ("IfcRelAssignsToGroup", "RelatedObjects", "RelatingGroup"): self._grouped,
            ("IfcRelDefinesByProperties", "RelatedObjects", "RelatingPropertyDefinition"): self._described,
            ("IfcRelAssociatesMaterial", "RelatedObjects", "RelatingMaterial"): self._materials,
            ("IfcRelDefinesByType", "RelatedObjects", "RelatingType"): {
                kind.entity: kind.members for kind in self._kinds.values()
            },
        }
        for (ifc_class, many, single), table in one.items():
            for head, members in table.items():
                if members:
                    self.root(ifc_class, None, **{many: members, single: head})
        finish(self.file, self.layout.code, self._fixed_ids, path)
