"""Project, place and building of an exported model, and what IFC4 knows of classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ifcopenshell

from loaders.ifc.chunk import Floats

Entity = Any
SCHEMA = "IFC4"


@dataclass(slots=True)
class Project:
    """The frame of the file.

    Attributes
    ----------
    common, standard : dict
        Property sets of the building: ours, and buildingSMART's.
    classes : frozenset of str
        Classes of elements that can be written.
    """

    file: Any
    body: Entity
    building: Entity
    common: dict[str, Any]
    standard: dict[str, Any]
    classes: frozenset[str]
    _predefined: dict[str, frozenset[str]] = field(default_factory=dict)

    def predefined(self, kind: str) -> frozenset[str]:
        """Values of PredefinedType of a class; empty where it has none."""
        if kind not in self._predefined:
            declared = ifcopenshell.ifcopenshell_wrapper.schema_by_name(SCHEMA).declaration_by_name(kind)
            found: frozenset[str] = frozenset()
            for attribute in declared.all_attributes():
                if attribute.name() == "PredefinedType":
                    named = attribute.type_of_attribute().declared_type()
                    found = frozenset(named.as_enumeration_type().enumeration_items())
            self._predefined[kind] = found
        return self._predefined[kind]


def open_project(
    identify: Callable[[str], str], row: Mapping[str, Any], origin: Floats, srid: int, crs_name: str
) -> Project:
    """Start a file with its project, units, place, site and building.

    Parameters
    ----------
    identify : callable
        Path of a thing -> its GlobalId.
    row : mapping
        The building.
    origin : ndarray of shape (3,)
        East, north, up of the local origin in the storage CRS, metres.
    srid : int
        EPSG code of the storage CRS.
    crs_name : str
        Its name.
    """
    file = ifcopenshell.file(schema=SCHEMA)
    create = file.create_entity
    kinds = (("LENGTHUNIT", "METRE"), ("AREAUNIT", "SQUARE_METRE"), ("VOLUMEUNIT", "CUBIC_METRE"),
             ("PLANEANGLEUNIT", "RADIAN"), ("MASSUNIT", "GRAM"))  # fmt: skip
    units = [
        create("IfcSIUnit", None, kind, "KILO" if kind == "MASSUNIT" else None, name) for kind, name in kinds
    ]
    axes = create("IfcAxis2Placement3D", create("IfcCartesianPoint", (0.0, 0.0, 0.0)))
    context = create("IfcGeometricRepresentationContext", None, "Model", 3, 1e-5, axes, None)
    body = create(
        "IfcGeometricRepresentationSubContext", ContextIdentifier="Body", ContextType="Model",
        ParentContext=context, TargetView="MODEL_VIEW",
    )  # fmt: skip
    fields = row["fields"]
    name = fields.get("name_zh") or fields.get("name_en") or fields.get("code") or f"building {row['id']}"
    project = create(
        "IfcProject", identify("project"), None, name, None, None, None, None, [context],
        create("IfcUnitAssignment", units),
    )  # fmt: skip
    crs = create("IfcProjectedCRS", f"EPSG:{srid}", crs_name, None, None, None, None, units[0])
    create("IfcMapConversion", context, crs, *map(float, origin), 1.0, 0.0, 1.0)
    site = create(
        "IfcSite", GlobalId=identify("site"), CompositionType="ELEMENT",
        ObjectPlacement=create("IfcLocalPlacement", None, axes),
    )  # fmt: skip
    building = create(
        "IfcBuilding", GlobalId=identify(row["source_key"]), Name=name, LongName=fields.get("name_en"),
        CompositionType="ELEMENT", ObjectPlacement=create("IfcLocalPlacement", site.ObjectPlacement, axes),
        ElevationOfRefHeight=float(origin[2]),
    )  # fmt: skip
    create("IfcRelAggregates", identify("in/project"), None, None, None, project, [site])
    create("IfcRelAggregates", identify("in/site"), None, None, None, site, [building])
    year = fields.get("year_built")
    built = None if year is None else str(year)
    return Project(
        file, body, building,
        {"BuildingCode": fields.get("code"), "NameEn": fields.get("name_en")},
        {"NumberOfStoreys": fields.get("floors_up"), "YearOfConstruction": built},
        _classes(),
    )  # fmt: skip


def _classes() -> frozenset[str]:
    """Elements of the schema that are not abstract and need nothing but their name; no holes."""
    schema = ifcopenshell.ifcopenshell_wrapper.schema_by_name(SCHEMA)
    found = []
    pending = [schema.declaration_by_name("IfcElement").as_entity()]
    while pending:
        kind = pending.pop()
        pending += kind.subtypes()
        if kind.name() == "IfcFeatureElement":
            pending = [p for p in pending if p.supertype().name() != "IfcFeatureElement"]
        elif not kind.is_abstract():
            found.append(kind.name())
    return frozenset(found) - {"IfcVirtualElement"}
