"""Fire equipment of a floor: hydrant boxes, detectors, buttons, sirens, compartment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sample_data.models import tower_plan as plan
from sample_data.models.author import Author
from sample_data.models.parts import Device
from sample_data.models.tower_layout import FOOTPRINT

HYDRANT_BOXES = ((-2.40, -5.615, 0.0), (2.40, 5.615, 180.0))  # x, y, turn: on the core's outer face
BUTTONS = ((-3.0, -5.0), (-3.0, 5.0))
SIRENS = ((-4.2, -3.2), (-4.2, 3.0), (4.2, 3.2), (4.2, -3.0))


def equip(author: Author, floor_no: int, systems: Mapping[str, Any]) -> None:
    """Set the hydrant and alarm equipment of one floor."""
    shapes = author.shapes
    box = author.kind(
        "IfcFireSuppressionTerminal", "室内消火栓箱 SN65", "FIREHYDRANT",
        solids=[shapes.box((-0.35, -0.10, 0.6), (0.35, 0.10, 1.5), "fire")],
        psets={"Pset_FireSuppressionTerminalTypeFireHydrant": {"FlowClass": "5 L/s"}},
    )  # fmt: skip
    boxes = [
        author.put(box, floor_no, (x, y, 0), turn, name=f"消火栓箱 {n}")
        for n, (x, y, turn) in enumerate(HYDRANT_BOXES, 1)
    ]
    author.group(systems["hydrant"], boxes)
    button = author.kind(
        "IfcAlarm", "手动火灾报警按钮", "BREAKGLASSBUTTON",
        solids=[shapes.box((-0.045, -0.025, 1.35), (0.045, 0.025, 1.44), "fire")],
        psets={"Pset_AlarmTypeCommon": {"Reference": "J-SAP-M"}},
    )  # fmt: skip
    siren = author.kind(
        "IfcAlarm", "火灾声光警报器", "SIREN",
        solids=[shapes.box((-0.06, -0.04, 2.2), (0.06, 0.04, 2.38), "fire")],
        psets={"Pset_AlarmTypeCommon": {"Reference": "HX-100"}},
    )  # fmt: skip
    alarms = [author.put(button, floor_no, (x, y, 0), 90.0) for x, y in BUTTONS]
    alarms += [author.put(siren, floor_no, (x, y, 0), 90.0) for x, y in SIRENS]
    author.group(systems["alarm"], alarms)


def sensors(author: Author, systems: Mapping[str, Any]) -> None:
    """Draw every device of the layout that is an IfcSensor; its DeviceId is its feed."""
    shapes = author.shapes
    detector = shapes.rod((0, 0, 0), (0.0, 0.0, 1.0), 0.05, 0.05, "device")
    small = shapes.box((-0.05, -0.05, -0.05), (0.05, 0.05, 0.10), "device")
    sorts: dict[str, tuple[str, str, Sequence[Any], str]] = {
        "smoke": ("点型感烟火灾探测器", "SMOKESENSOR", [detector], "alarm"),
        "sprinkler_flow": ("水流指示器 DN150", "FLOWSENSOR", [small], "sprinkler"),
        "fire_pump": ("压力传感器 0-1.6MPa", "PRESSURESENSOR", [small], "sprinkler"),
        "fire_tank": ("投入式液位计 0-5m", "LEVELSENSOR", [small], "sprinkler"),
        "tilt": ("双轴倾角计", "USERDEFINED", [small], "monitoring"),
    }
    made: dict[str, list[Any]] = defaultdict(list)
    for item in author.layout.devices:
        if item.ifc_class != "IfcSensor":
            continue
        name, predefined, solids, system = sorts[item.type]
        psets = {"Pset_SensorTypeSmokeSensor": {"HasBuiltInAlarm": True}} if item.type == "smoke" else None
        kind = author.kind("IfcSensor", name, predefined, solids=solids, psets=psets)
        if predefined == "USERDEFINED":
            kind.entity.ElementType = kind.attributes["ObjectType"] = "TILTSENSOR"
        made[system].append(carry(author, kind, item))
    for system, products in made.items():
        author.group(systems[system], products)


def carry(author: Author, kind: Any, item: Device, *, solids: Sequence[Any] = ()) -> Any:
    """Place the product that carries a device and write the device's id on it."""
    z = item.z_m - author.layout.storey(item.floor_no).elevation_m
    product = author.put(
        kind, item.floor_no, (item.x_m, item.y_m, z), name=item.name_zh, tag=item.id,
        global_id=item.global_id, solids=solids,
    )  # fmt: skip
    author.describe([product], "LH_Common", {"DeviceId": item.id, "NameEn": item.name_en})
    return product


def compartment(author: Author, floor_no: int, spaces: Sequence[Any]) -> None:
    """Draw the floor's fire compartment and refer its rooms to it."""
    code = f"FC-{'B' if floor_no < 0 else ''}{abs(floor_no):02d}"
    storey = author.storeys[floor_no]
    height = round(plan.storey_height_m(floor_no) - plan.SLAB, 3)
    zone = author.root(
        "IfcSpatialZone", code, LongName=f"{storey.Name}防火分区", PredefinedType="FIRESAFETY",
        ObjectPlacement=author.shapes.placement(storey.ObjectPlacement, (0, 0, 0)),
        Representation=author.shapes.direct([author.shapes.prism(FOOTPRINT, 0.0, height, "space")]),
    )  # fmt: skip
    author.root("IfcRelReferencedInSpatialStructure", None, RelatedElements=[zone], RelatingStructure=storey)
    author.root(
        "IfcRelReferencedInSpatialStructure", None, RelatedElements=list(spaces), RelatingStructure=zone
    )
    author.describe(
        [zone], "LH_Common", {"FireCompartmentId": code, "NameEn": f"Fire compartment {storey.LongName}"}
    )
