"""In the child: rows of a building to an IFC4 file."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid
import numpy as np
import orjson
import shapely

from loaders.ifc.export.bodies import Bodies, Floats, is_rigid
from loaders.ifc.export.describing import Describing
from loaders.ifc.export.project import Project, open_project
from loaders.ifc.scratch import read_rows

_CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$"
_PRODUCTS = ("element", "opening", "equipment")
RESULT = "model.ifc"


def write_model(
    scratch: Path, emit: Callable[[dict[str, Any]], None], *, srid: int, crs_name: str, moment: str
) -> dict[str, Any]:
    """Write `model.ifc` of the rows in the scratch folder.

    Parameters
    ----------
    scratch : Path
        Holds `about.json` (the building) and one file of rows a collection.
    emit : callable
        Takes progress events.
    srid : int
        EPSG code of the storage CRS.
    crs_name : str
        Its name.
    moment : str
        ISO 8601 time the city was read, for the header.

    Returns
    -------
    dict
        Counts: `bodiless` objects, classes `replaced`.
    """
    writer = _Writer(scratch, srid, crs_name)
    writer.storeys()
    writer.spaces()
    emit({"step": "rooms"})
    writer.products()
    emit({"step": "objects"})
    writer.finish(scratch / RESULT, moment)
    return {"bodiless": writer.bodiless, "replaced": dict(writer.replaced)}


class _Writer:
    def __init__(self, scratch: Path, srid: int, crs_name: str) -> None:
        self.building_row = orjson.loads((scratch / "about.json").read_bytes())
        self.rows = {
            name: read_rows(scratch / f"{name}.json")
            for name in ("storey", "space", *_PRODUCTS, "placement", "mesh")
        }
        self.origin = self._origin()
        self.used: set[str] = set()
        project = open_project(self.identify, self.building_row, self.origin, srid, crs_name)
        self.project: Project = project
        self.file, self.building = project.file, project.building
        self.shapes = Bodies(self.file, project.body, self.rows["mesh"])
        self.describing = Describing(self.file, self.identify)
        self.describing.properties(self.building, "LH_Common", project.common)
        self.describing.properties(self.building, "Pset_BuildingCommon", project.standard)
        self.made: dict[int, Any] = {}
        self.parts: dict[Any, list[Any]] = defaultdict(list)
        self.contained: dict[Any, list[Any]] = defaultdict(list)
        self.bodiless = 0
        self.replaced: Counter[str] = Counter()

    def _origin(self) -> Floats:
        """Whole metres near the building, so that numbers in the file are small; up: its ground floor."""
        floors = {r["floor_no"]: r["fields"].get("elev_m") for r in self.rows["storey"]}
        ground = floors.get(1)
        if ground is None:
            ground = self.building_row["fields"].get("elev_base_m") or self.building_row["z_min_m"] or 0.0
        plan = self.building_row["plan"]
        if plan is None:
            return np.array([0.0, 0.0, ground])
        centre = shapely.from_wkb(bytes.fromhex(plan)).centroid
        return np.array([np.floor(centre.x), np.floor(centre.y), ground])

    def identify(self, path: str) -> str:
        """The GlobalId an object came with, where it is one and free; else one made of its path."""
        if len(path) == 22 and path[0] in "0123" and set(path) <= set(_CODES) and path not in self.used:
            self.used.add(path)
            return path
        name = f"{self.building_row['id']}/{path}"
        while True:
            made = ifcopenshell.guid.compress(uuid.uuid5(uuid.NAMESPACE_URL, f"city-twin/{name}").hex)
            if made not in self.used:
                self.used.add(made)
                return str(made)
            name += "+"

    def storeys(self) -> None:
        for row in sorted(self.rows["storey"], key=lambda r: r["fields"].get("elev_m") or 0.0):
            fields, elevation = row["fields"], row["fields"].get("elev_m")
            up = 0.0 if elevation is None else round(elevation - self.origin[2], 4)
            matrix = np.eye(4)
            matrix[2, 3] = up
            storey = self.file.create_entity(
                "IfcBuildingStorey", self.identify(row["source_key"]), None,
                fields.get("name") or fields.get("label"), None, None, self._placed(matrix), None,
                fields.get("label"), "ELEMENT", up,
            )  # fmt: skip
            self.made[row["id"]] = storey
            self.parts[self.building].append(storey)
            self._sets(storey, row, {"UseCode": fields.get("use"), "Refuge": fields.get("refuge")})
            if not (row["sets"] or {}).get("quantities"):
                sizes = {"GrossHeight": fields.get("height_m"), "GrossFloorArea": fields.get("area_m2")}
                self.describing.quantities(storey, "Qto_BuildingStoreyBaseQuantities", sizes)

    def spaces(self) -> None:
        for row in self.rows["space"]:
            fields = row["fields"]
            shape = None if row["solid"] is None else self.shapes.solid(row["solid"], self.origin)
            self.bodiless += shape is None
            space = self.file.create_entity(
                "IfcSpace", self.identify(row["source_key"]), None, fields.get("name"), None,
                fields.get("object_type"), self._placed(np.eye(4)), shape, fields.get("long_name"),
                "ELEMENT", "INTERNAL", None,
            )  # fmt: skip
            self.made[row["id"]] = space
            self.parts[self._over(row)].append(space)
            self._sets(space, row, {"UseCode": fields.get("use"), "UnitCode": fields.get("unit_code")})
            if not (row["sets"] or {}).get("quantities"):
                sizes = {"NetFloorArea": fields.get("area_m2"), "NetVolume": fields.get("volume_m3"),
                         "Height": fields.get("height_m")}  # fmt: skip
                self.describing.quantities(space, "Qto_SpaceBaseQuantities", sizes)

    def products(self) -> None:
        shown: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for placement in self.rows["placement"]:
            shown[placement["id"]].append(placement)
        wholes: list[tuple[dict[str, Any], Any]] = []
        inside = {row["id"] for name in _PRODUCTS for row in self.rows[name]}
        for name in _PRODUCTS:
            for row in self.rows[name]:
                product = self._product(row, shown.get(row["id"], []))
                self.made[row["id"]] = product
                wholes.append((row, product))
        for row, product in wholes:
            whole = self.made.get(row["parent_id"]) if row["parent_id"] in inside else None
            if whole is not None and row["fields"]["ifc_class"] not in ("IfcDoor", "IfcWindow"):
                self.parts[whole].append(product)
            else:
                self.contained[self._over(row, space=True)].append(product)

    def _product(self, row: Mapping[str, Any], shown: list[dict[str, Any]]) -> Any:
        fields = row["fields"]
        kind = self._class(fields["ifc_class"])
        matrix, shape = self._shape(shown)
        self.bodiless += shape is None
        product = self.file.create_entity(
            kind, GlobalId=self.identify(row["source_key"]), Name=fields.get("name"),
            ObjectType=fields.get("type_name"), ObjectPlacement=self._placed(matrix), Representation=shape,
            Tag=fields.get("tag"),
        )  # fmt: skip
        self._predefined(product, fields.get("predefined_type"))
        if kind in ("IfcDoor", "IfcWindow"):
            product.OverallHeight, product.OverallWidth = fields.get("height_m"), fields.get("width_m")
        self._sets(product, row, {"DeviceId": fields.get("device_id"), "IfcClass": fields["ifc_class"]
                                  if kind != fields["ifc_class"] else None})  # fmt: skip
        return product

    def _class(self, name: str) -> str:
        """The class itself where IFC4 has it as something that can be, else a proxy."""
        if name not in self.project.classes:
            self.replaced[name] += 1
            return "IfcBuildingElementProxy"
        return name

    def _predefined(self, product: Any, value: str | None) -> None:
        names = self.project.predefined(product.is_a())
        if value is None or not names:
            return
        if value in names and value != "USERDEFINED":
            product.PredefinedType = value
        elif "USERDEFINED" in names:
            product.PredefinedType, product.ObjectType = "USERDEFINED", value

    def _shape(self, shown: list[dict[str, Any]]) -> tuple[Floats, Any]:
        placed = []
        for part in shown:
            if part["model_matrix"] is None:  # the model has no place in the city yet
                continue
            matrix = np.array(part["model_matrix"]).reshape(4, 4) @ np.array(part["matrix"]).reshape(4, 4)
            matrix[:3, 3] -= self.origin
            placed.append((part["mesh_id"], matrix))
        if not placed:
            return np.eye(4), None
        if len(placed) == 1 and is_rigid(placed[0][1]):
            return placed[0][1], self.shapes.mesh(placed[0][0])
        return np.eye(4), self.shapes.baked(placed)

    def _placed(self, matrix: Floats) -> Any:
        """Placements are all relative to the building, whose frame is the model's."""
        return self.file.create_entity(
            "IfcLocalPlacement", self.building.ObjectPlacement, self.shapes.axes(matrix)
        )

    def _over(self, row: Mapping[str, Any], *, space: bool = False) -> Any:
        inner = self.made.get(row["space_id"]) if space else None
        return inner or self.made.get(row["storey_id"]) or self.building

    def _sets(self, product: Any, row: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
        self.describing.describe(product, row["sets"])
        stated = {name for values in (row["sets"] or {}).get("psets", {}).values() for name in values}
        self.describing.properties(
            product, "City_Common", {name: value for name, value in ours.items() if name not in stated}
        )

    def finish(self, path: Path, moment: str) -> None:
        tables = (
            ("IfcRelAggregates", "RelatingObject", "RelatedObjects", self.parts),
            ("IfcRelContainedInSpatialStructure", "RelatingStructure", "RelatedElements", self.contained),
        )
        for kind, one, many, table in tables:
            for number, (head, members) in enumerate(table.items()):
                gid = self.identify(f"{kind}/{number}")
                self.file.create_entity(kind, GlobalId=gid, **{one: head, many: members})
        self.describing.relate()
        header = self.file.header
        header.file_name.name = path.name
        header.file_name.time_stamp = moment
        header.file_name.originating_system = "City twin"
        self.file.write(str(path))
