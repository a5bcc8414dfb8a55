"""In the child: rows of buildings to an IFC4 file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from loaders.ifc.export.associating import Associating
from loaders.ifc.export.bodies import Bodies, Floats
from loaders.ifc.export.describing import Describing
from loaders.ifc.export.grouping import Grouping
from loaders.ifc.export.identity import Identities
from loaders.ifc.export.ports import write_ports
from loaders.ifc.export.products import PRODUCTS, Products
from loaders.ifc.export.project import building_sets, ground_m, open_project, write_building
from loaders.ifc.scratch import read_rows

RESULT = "model.ifc"


def write_model(
    scratch: Path,
    emit: Callable[[dict[str, Any]], None],
    *,
    srid: int,
    crs_name: str,
    moment: str,
    as_of: str | None = None,
) -> dict[str, Any]:
    """Write `model.ifc` of the rows in the scratch folder.

    Parameters
    ----------
    scratch : Path
        Holds `about.json` (the buildings) and one file of rows a collection.
    emit : callable
        Takes progress events.
    srid : int
        EPSG code of the storage CRS.
    crs_name : str
        Its name.
    moment : str
        ISO 8601 time the city was read, for the header.
    as_of : str, optional
        ISO 8601 time the rows are of, where that is the past: said in the header too.

    Returns
    -------
    dict
        Counts: `bodiless` objects, classes `replaced`, doors and windows `unhosted`.
    """
    writer = _Writer(scratch, srid, crs_name)
    writer.storeys()
    writer.spaces()
    emit({"step": "rooms"})
    products = writer.products()
    emit({"step": "objects"})
    writer.building_parts()
    writer.finish(scratch / RESULT, moment, as_of)
    return {
        "bodiless": writer.bodiless + products.bodiless,
        "replaced": dict(products.replaced),
        "unhosted": products.unhosted,
    }


class _Writer:
    def __init__(self, scratch: Path, srid: int, crs_name: str) -> None:
        self.rows = {
            name: list(read_rows(scratch / f"{name}.json"))
            for name in ("storey", "space", *PRODUCTS, "placement", "mesh", "group", "flow", "building_part")
        }
        buildings = orjson.loads((scratch / "about.json").read_bytes())
        grounds = [ground_m(row, self.rows["storey"]) for row in buildings]
        self.identify = Identities("+".join(str(row["id"]) for row in buildings))
        self.project = open_project(self.identify, buildings, grounds, srid, crs_name)
        self.file = self.project.file
        self.shapes = Bodies(self.file, self.project.body, self.rows["mesh"])
        self.describing = Describing(self.file, self.identify, self.project.units)
        self.associating = Associating(self.file, self.identify)
        self.made: dict[int, Any] = {}
        self.parts: dict[Any, list[Any]] = defaultdict(list)
        self.contained: dict[Any, list[Any]] = defaultdict(list)
        self.bodiless = 0
        self.buildings: dict[int, Any] = {}
        self.origins: dict[int, Floats] = {}
        filled = {row["building_id"] for name in ("storey", "space", *PRODUCTS) for row in self.rows[name]}
        for row, ground in zip(buildings, grounds, strict=True):
            self._building(row, ground, empty=row["id"] not in filled)

    def _building(self, row: Mapping[str, Any], ground: float, *, empty: bool) -> None:
        building = write_building(self.project, self.identify, row, ground)
        origin = np.array([self.project.origin[0], self.project.origin[1], ground])
        if empty and row["solid"] is not None:  # a building the city knows from outside only
            building.Representation = self.shapes.solid(bytes.fromhex(row["solid"]), origin)
        self.describing.describe(building, building_sets(row))
        classified = (row["sets"] or {}).get("classifications", [])
        self.associating.associate(building, {"classifications": classified})
        self.buildings[row["id"]], self.origins[row["id"]] = building, origin
        self.parts[self.project.site].append(building)

    def storeys(self) -> None:
        for row in sorted(self.rows["storey"], key=lambda r: r["fields"].get("elev_m") or 0.0):
            fields, elevation = row["fields"], row["fields"].get("elev_m")
            building = self.buildings[row["building_id"]]
            up, placement = (
                None,
                None,
            )  # at no known elevation: neither is stated, and no reader takes it for 0
            if elevation is not None:
                up = round(elevation - self.origins[row["building_id"]][2], 4)
                matrix = np.eye(4)
                matrix[2, 3] = up
                placement = self.shapes.placement(building, matrix)
            storey = self.file.create_entity(
                "IfcBuildingStorey", self.identify(row["source_key"]), None,
                fields.get("name") or fields.get("label"), None, None,
                placement, None, fields.get("label"), "ELEMENT", up,
            )  # fmt: skip
            self.made[row["id"]] = storey
            self.parts[building].append(storey)
            self.tell(storey, row, {"UseCode": fields.get("use"), "Refuge": fields.get("refuge")})
            if not (row["sets"] or {}).get("quantities"):
                sizes = {"GrossHeight": fields.get("height_m"), "GrossFloorArea": fields.get("area_m2")}
                self.describing.quantities(storey, "Qto_BuildingStoreyBaseQuantities", sizes)

    def spaces(self) -> None:
        grouped = {
            (g["source"], m) for g in self.rows["group"] if g["ifc_class"] in ("IfcZone", "IfcSpatialZone")
            for m in g["members"]
        }  # fmt: skip
        wholes = []
        for row in self.rows["space"]:
            fields, building = row["fields"], self.buildings[row["building_id"]]
            solid = row["solid"]
            shape = None if solid is None else self.shapes.solid(solid, self.origins[row["building_id"]])
            self.bodiless += shape is None
            space = self.file.create_entity(
                "IfcSpace", self.identify(row["source_key"]), None, fields.get("name"),
                (row["properties"] or {}).get("description"), fields.get("object_type"),
                self.shapes.placement(building, np.eye(4)), shape, fields.get("long_name"),
                "ELEMENT", "INTERNAL", None,
            )  # fmt: skip
            self.made[row["id"]] = space
            wholes.append((row, space))
            zone = None if (row["source"], row["source_key"]) in grouped else fields.get("compartment")
            self.tell(
                space, row,
                {
                    "UseCode": fields.get("use"), "UnitCode": fields.get("unit_code"),
                    "FireCompartmentId": zone,
                },
            )  # fmt: skip
            if not (row["sets"] or {}).get("quantities"):
                sizes = {"NetFloorArea": fields.get("area_m2"), "NetVolume": fields.get("volume_m3"),
                         "Height": fields.get("height_m")}  # fmt: skip
                self.describing.quantities(space, "Qto_SpaceBaseQuantities", sizes)
        rooms = {row["id"] for row, _ in wholes}
        for row, space in wholes:  # a part of a room hangs on the room
            whole = self.made[row["parent_id"]] if row["parent_id"] in rooms else self.over(row)
            self.parts[whole].append(space)

    def products(self) -> Products:
        found = Products(self.file, self.identify, self.shapes, self.rows)
        for row in found.rows:
            building = self.buildings[row["building_id"]]
            product = found.write(row, building, self.origins[row["building_id"]])
            self.made[row["id"]] = product
            kept = row["fields"]["ifc_class"] if product.is_a() != row["fields"]["ifc_class"] else None
            self.tell(product, row, {"DeviceId": row["fields"].get("device_id"), "IfcClass": kept})
        for row in found.rows:
            whole = found.whole(row, self.made)
            if whole is not None:
                self.parts[whole].append(self.made[row["id"]])
            elif not found.is_hole(row):
                self.contained[self.over(row, space=True)].append(self.made[row["id"]])
        found.void(self.made)
        return found

    def building_parts(self) -> None:
        """Parts a city model told: IFC has no class for a body between building and storey."""
        for row in self.rows["building_part"]:
            fields, building = row["fields"], self.buildings[row["building_id"]]
            solid = row["solid"]
            shape = None if solid is None else self.shapes.solid(solid, self.origins[row["building_id"]])
            self.bodiless += shape is None
            part = self.file.create_entity(
                "IfcBuildingElementProxy", GlobalId=self.identify(row["source_key"]),
                Name=fields.get("code") or row["source_key"],
                ObjectType="BuildingPart", Representation=shape, PredefinedType="PARTIAL",
                ObjectPlacement=self.shapes.placement(building, np.eye(4)),
            )  # fmt: skip
            self.describing.properties(part, "City_BuildingPart", fields)
            self.contained[building].append(part)

    def over(self, row: Mapping[str, Any], *, space: bool = False) -> Any:
        """Room, storey or building that a row is in."""
        # a room that was only found by place is not what the model said: it hung the thing elsewhere
        stated = row["parent_id"] in (None, row["space_id"])
        inner = self.made.get(row["space_id"]) if space and stated else None
        return inner or self.made.get(row["storey_id"]) or self.buildings[row["building_id"]]

    def tell(self, product: Any, row: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
        """What is known of an object beside its attributes."""
        self.describing.describe(product, row["sets"])
        self.associating.associate(product, row["sets"])
        stated = {name for values in (row["sets"] or {}).get("psets", {}).values() for name in values}
        self.describing.properties(
            product, "City_Common", {name: value for name, value in ours.items() if name not in stated}
        )

    def finish(self, path: Path, moment: str, as_of: str | None) -> None:
        tables = (
            ("IfcRelAggregates", "RelatingObject", "RelatedObjects", self.parts),
            ("IfcRelContainedInSpatialStructure", "RelatingStructure", "RelatedElements", self.contained),
        )
        for kind, one, many, table in tables:
            for number, (head, members) in enumerate(table.items()):
                gid = self.identify(f"{kind}/{number}")
                self.file.create_entity(kind, GlobalId=gid, **{one: head, many: members})
        known = {
            (row["source"], row["source_key"]): row
            for name in ("space", *PRODUCTS)
            for row in self.rows[name]
        }
        made = {key: self.made[row["id"]] for key, row in known.items()}
        Grouping(self.file, self.identify, made, known).write(self.rows["group"], self.buildings, self.over)
        write_ports(self.file, self.identify, self.rows["flow"], self.made)
        self.associating.relate()
        self.describing.relate()
        self.project.units.close()
        header = self.file.header
        header.file_name.name = path.name
        header.file_name.time_stamp = moment
        header.file_name.originating_system = "City twin"
        if as_of is not None:
            said = header.file_description.description
            header.file_description.description = (*said, f"Comment [State of the city as of {as_of}]")
        self.file.write(str(path))
