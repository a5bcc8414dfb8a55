"""Project, place and buildings of an exported model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ifcopenshell
import numpy as np
import shapely

from loaders.ifc.chunk import Floats
from loaders.ifc.export.identity import Identities
from loaders.ifc.export.measures import Units
from loaders.ifc.export.schema import SCHEMA

Entity = Any


@dataclass(slots=True)
class Project:
    """The frame of the file.

    Attributes
    ----------
    body, axis : entity_instance
        Context of bodies, and the axes a placement has that neither moves nor turns.
    origin : ndarray of shape (3,)
        East, north, up of the local origin in the storage CRS, metres.
    """

    file: Any
    units: Units
    body: Entity
    axes: Entity
    site: Entity
    origin: Floats


def ground_m(row: Mapping[str, Any], storeys: list[dict[str, Any]]) -> float:
    """Height of a building's ground floor above the vertical datum; where nothing tells it, 0."""
    floors = {r["floor_no"]: r["fields"].get("elev_m") for r in storeys if r["building_id"] == row["id"]}
    stated = floors.get(1)
    if stated is None:
        stated = row["fields"].get("elev_base_m")
    if stated is None:
        stated = row["z_min_m"]
    return 0.0 if stated is None else float(stated)


def open_project(
    identify: Identities, rows: list[dict[str, Any]], grounds_m: list[float], srid: int, crs_name: str
) -> Project:
    """Start a file with its project, units, place and site.

    The origin stands at whole metres amid the buildings, so that numbers in the file are small,
    at the height of the lowest ground floor.

    Parameters
    ----------
    identify : Identities
        GlobalIds.
    rows : list of dict
        The buildings, `plan` as WKB in hexadecimal digits.
    grounds_m : list of float
        Height of each one's ground floor.
    srid : int
        EPSG code of the storage CRS.
    crs_name : str
        Its name.
    """
    origin = _origin(rows, grounds_m)
    file = ifcopenshell.file(schema=SCHEMA)
    create = file.create_entity
    units = Units(file)
    axes = create("IfcAxis2Placement3D", create("IfcCartesianPoint", (0.0, 0.0, 0.0)))
    context = create("IfcGeometricRepresentationContext", None, "Model", 3, 1e-5, axes, None)
    body = create(
        "IfcGeometricRepresentationSubContext", ContextIdentifier="Body", ContextType="Model",
        ParentContext=context, TargetView="MODEL_VIEW",
    )  # fmt: skip
    name = building_name(rows[0]) if len(rows) == 1 else f"{len(rows)} buildings"
    project = create(
        "IfcProject", identify("project"), None, name, None, None, None, None, [context], units.assignment
    )
    crs = create("IfcProjectedCRS", f"EPSG:{srid}", crs_name, None, None, None, None, units.metre)
    create("IfcMapConversion", context, crs, *map(float, origin), 1.0, 0.0, 1.0)
    site = create(
        "IfcSite", GlobalId=identify("site"), CompositionType="ELEMENT",
        ObjectPlacement=create("IfcLocalPlacement", None, axes),
    )  # fmt: skip
    create("IfcRelAggregates", identify("in/project"), None, None, None, project, [site])
    return Project(file, units, body, axes, site, origin)


def building_name(row: Mapping[str, Any]) -> str:
    """What a building is called; its code or number where it has no name."""
    fields = row["fields"]
    return str(
        fields.get("name_zh") or fields.get("name_en") or fields.get("code") or f"building {row['id']}"
    )


def write_building(project: Project, identify: Identities, row: Mapping[str, Any], ground_m: float) -> Entity:
    """An IfcBuilding whose frame lies at its ground floor."""
    create = project.file.create_entity
    up = round(ground_m - float(project.origin[2]), 4)
    axes = project.axes
    if up:
        axes = create("IfcAxis2Placement3D", create("IfcCartesianPoint", (0.0, 0.0, up)))
    return create(
        "IfcBuilding", GlobalId=identify(row["source_key"]), Name=building_name(row),
        LongName=row["fields"].get("name_en"), CompositionType="ELEMENT",
        ObjectPlacement=create("IfcLocalPlacement", project.site.ObjectPlacement, axes),
        ElevationOfRefHeight=ground_m,
    )  # fmt: skip


def building_sets(row: Mapping[str, Any]) -> dict[str, Any]:
    """Property and quantity sets of a building: as its model says, and over that what the city knows."""
    fields, said = row["fields"], row["sets"] or {}
    year = fields.get("year_built")
    ours = {
        "LH_Common": {"BuildingCode": fields.get("code"), "NameEn": fields.get("name_en")},
        "Pset_BuildingCommon": {
            "NumberOfStoreys": fields.get("floors_up"),
            "YearOfConstruction": None if year is None else str(year),
        },
    }
    psets = dict(said.get("psets", {}))
    for title, values in ours.items():
        known = {name: value for name, value in values.items() if value is not None}
        psets[title] = {**psets.get(title, {}), **known}
    return {"psets": psets, "quantities": said.get("quantities", {})}


def _origin(rows: list[dict[str, Any]], grounds_m: list[float]) -> Floats:
    plans = [shapely.from_wkb(bytes.fromhex(row["plan"])) for row in rows if row["plan"] is not None]
    if not plans:
        return np.array([0.0, 0.0, min(grounds_m)])
    if len(plans) == 1:
        middle = plans[0].centroid
        return np.array([np.floor(middle.x), np.floor(middle.y), min(grounds_m)])
    west, south, east, north = shapely.total_bounds(plans)
    return np.array([np.floor((west + east) / 2), np.floor((south + north) / 2), min(grounds_m)])
