"""A small building written for tests: two storeys and a basement, 8 x 6 m, everything a loader has to see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.aggregate
import ifcopenshell.api.context
import ifcopenshell.api.feature
import ifcopenshell.api.geometry
import ifcopenshell.api.georeference
import ifcopenshell.api.material
import ifcopenshell.api.owner
import ifcopenshell.api.pset
import ifcopenshell.api.root
import ifcopenshell.api.spatial
import ifcopenshell.api.system
import ifcopenshell.api.type
import ifcopenshell.api.unit
import ifcopenshell.util.element
import numpy as np

EAST, NORTH, HEIGHT = 512000.0, 2494000.0, 5.0
WIDTH, DEPTH = 8.0, 6.0
STOREYS = (("B1", -3.0), ("1F", 0.0), ("2F", 3.5))
WALL_M = 0.2


class House:
    """The model while it is written. Lengths are given in metres, whatever the file's unit is.

    Parameters
    ----------
    schema : str
        `IFC2X3`, `IFC4` or `IFC4X3_ADD2`.
    millimetres : bool
        Unit of the file.
    """

    def __init__(self, schema: str = "IFC4", *, millimetres: bool = False) -> None:
        self.model = ifcopenshell.file(schema=schema)
        self.scale = 1000.0 if millimetres else 1.0
        model = self.model
        if schema == "IFC2X3":
            self._sign()
        self.project = self.make("IfcProject", "测试工程")
        unit = ifcopenshell.api.unit
        length = unit.add_si_unit(model, unit_type="LENGTHUNIT", prefix="MILLI" if millimetres else None)
        units = [length, unit.add_si_unit(model, unit_type="PLANEANGLEUNIT")]
        unit.assign_unit(model, units=units)
        context = ifcopenshell.api.context
        self.context = context.add_context(model, context_type="Model")
        self.body = context.add_context(
            model, "Model", context_identifier="Body", target_view="MODEL_VIEW", parent=self.context
        )
        self.site = self.make("IfcSite", "场地")
        self.building = self.make("IfcBuilding", "测试楼")
        aggregate = ifcopenshell.api.aggregate.assign_object
        aggregate(model, products=[self.site], relating_object=self.project)
        aggregate(model, products=[self.building], relating_object=self.site)
        self.storeys = []
        for name, elevation in STOREYS:
            storey = self.make("IfcBuildingStorey", name)
            storey.Elevation = elevation * self.scale
            self.place(storey, 0, 0, elevation)
            aggregate(model, products=[storey], relating_object=self.building)
            self.storeys.append(storey)

    def _sign(self) -> None:
        """IFC2x3 wants an author on every object."""
        owner = ifcopenshell.api.owner
        person, organisation = owner.add_person(self.model), owner.add_organisation(self.model)
        owner.add_person_and_organisation(self.model, person=person, organisation=organisation)
        owner.add_application(self.model, application_developer=organisation)

    def make(self, ifc_class: str, name: str, **attributes: Any) -> Any:
        """An entity with a name."""
        entity = ifcopenshell.api.root.create_entity(self.model, ifc_class=ifc_class, name=name)
        for key, value in attributes.items():
            setattr(entity, key, value)
        return entity

    def place(self, entity: Any, x: float, y: float, z: float) -> None:
        """Put an entity at a point of the model."""
        matrix = np.eye(4)
        matrix[:3, 3] = np.array([x, y, z]) * self.scale
        ifcopenshell.api.geometry.edit_object_placement(
            self.model, product=entity, matrix=matrix, is_si=False
        )

    def box(self, width: float, depth: float, height: float) -> Any:
        """Body representation of a box whose corner is the origin."""
        w, d, h = (value * self.scale for value in (width, depth, height))
        model = self.model
        profile = model.create_entity(
            "IfcRectangleProfileDef",
            ProfileType="AREA",
            Position=model.create_entity(
                "IfcAxis2Placement2D", model.create_entity("IfcCartesianPoint", (w / 2, d / 2))
            ),
            XDim=w,
            YDim=d,
        )
        position = model.create_entity(
            "IfcAxis2Placement3D", model.create_entity("IfcCartesianPoint", (0.0, 0.0, 0.0))
        )
        up = model.create_entity("IfcDirection", (0.0, 0.0, 1.0))
        solid = model.create_entity("IfcExtrudedAreaSolid", profile, position, up, h)
        return model.create_entity("IfcShapeRepresentation", self.body, "Body", "SweptSolid", [solid])

    def put(
        self, entity: Any, size: tuple[float, float, float], at: tuple[float, float, float], storey: int = 1
    ) -> Any:
        """Give an entity a box, a place and a storey."""
        self.show(entity, self.box(*size))
        self.place(entity, *at)
        if entity.is_a("IfcSpace"):
            ifcopenshell.api.aggregate.assign_object(
                self.model, products=[entity], relating_object=self.storeys[storey]
            )
        else:
            ifcopenshell.api.spatial.assign_container(
                self.model, products=[entity], relating_structure=self.storeys[storey]
            )
        return entity

    def show(self, entity: Any, representation: Any) -> None:
        """Give an entity a representation."""
        ifcopenshell.api.geometry.assign_representation(
            self.model, product=entity, representation=representation
        )

    def describe(self, entity: Any, name: str, **values: Any) -> None:
        """A property set."""
        pset = ifcopenshell.api.pset.add_pset(self.model, product=entity, name=name)
        ifcopenshell.api.pset.edit_pset(self.model, pset=pset, properties=values)

    def measure(self, entity: Any, name: str, **values: Any) -> None:
        """A quantity set; values in the file's units."""
        qto = ifcopenshell.api.pset.add_qto(self.model, product=entity, name=name)
        ifcopenshell.api.pset.edit_qto(self.model, qto=qto, properties=values)

    def furnish(self) -> None:
        """Slabs, walls, a door in its opening, rooms and fire equipment on every storey."""
        for index, (_, z) in enumerate(STOREYS):
            self.put(self.make("IfcSlab", "楼板"), (WIDTH, DEPTH, 0.2), (0, 0, z - 0.2), index)
            for number, (size, at) in enumerate(_WALLS):
                wall = self.make("IfcWall", f"墙{number}")
                self.put(wall, size, (at[0], at[1], z), index)
                self.describe(wall, "Pset_WallCommon", FireRating="1.50h", IsExternal=True)
            room = self.make("IfcSpace", f"{index}01")
            room.LongName = "起居室"
            self.put(room, (WIDTH - 0.4, DEPTH - 0.4, 2.8), (0.2, 0.2, z), index)

    def furnish_ground(self) -> None:
        """A door in its opening, a sprinkler of a type, a smoke sensor with its feed."""
        wall = next(w for w in self.model.by_type("IfcWall") if _storey(w) == "1F")
        opening = self.put(self.make("IfcOpeningElement", "门洞"), (1.0, 0.6, 2.1), (3.0, -0.2, 0.0))
        ifcopenshell.api.spatial.unassign_container(self.model, products=[opening])
        ifcopenshell.api.feature.add_feature(self.model, feature=opening, element=wall)
        door = self.make("IfcDoor", "FM甲1021", OverallWidth=1.0 * self.scale, OverallHeight=2.1 * self.scale)
        self.put(door, (1.0, 0.05, 2.1), (3.0, 0.05, 0.0))
        self.describe(door, "Pset_DoorCommon", FireRating="甲级", FireExit=True)
        ifcopenshell.api.feature.add_filling(self.model, opening=opening, element=door)
        if self.model.schema != "IFC2X3":
            sensor = self.make("IfcSensor", "感烟探测器", PredefinedType="SMOKESENSOR")
            self.put(sensor, (0.1, 0.1, 0.05), (4.0, 3.0, 2.7))
            self.describe(sensor, "LH_Common", DeviceId="SM-0001")

    def georeference(self, rotation_deg: float = 0.0, **changes: Any) -> None:
        """State the map conversion of the class's constants, or another one."""
        angle = np.radians(rotation_deg)
        operation = {
            "Eastings": EAST,
            "Northings": NORTH,
            "OrthogonalHeight": HEIGHT,
            "XAxisAbscissa": float(np.cos(angle)),
            "XAxisOrdinate": float(np.sin(angle)),
            "Scale": 1.0 / self.scale,
        } | changes
        crs = operation.pop("crs", "EPSG:4547")
        georeference = ifcopenshell.api.georeference
        georeference.add_georeferencing(self.model, ifc_class="IfcMapConversion", name=crs)
        georeference.edit_georeferencing(
            self.model, projected_crs={"Name": crs}, coordinate_operation=operation
        )
        metre = ifcopenshell.api.unit.add_si_unit(self.model, unit_type="LENGTHUNIT")
        self.model.by_type("IfcProjectedCRS")[0].MapUnit = metre

    def write(self, path: Path) -> Path:
        """Write the file; its path."""
        self.model.write(str(path))
        return path


def house(schema: str = "IFC4", *, millimetres: bool = False) -> House:
    """The whole building without a place."""
    made = House(schema, millimetres=millimetres)
    made.furnish()
    made.furnish_ground()
    return made


_WALLS = (
    ((WIDTH, WALL_M, 3.0), (0.0, 0.0)),
    ((WIDTH, WALL_M, 3.0), (0.0, DEPTH - WALL_M)),
    ((WALL_M, DEPTH, 3.0), (0.0, 0.0)),
    ((WALL_M, DEPTH, 3.0), (WIDTH - WALL_M, 0.0)),
)


def _storey(entity: Any) -> str:
    return str(ifcopenshell.util.element.get_container(entity).Name)
