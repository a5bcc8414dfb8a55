"""Fire equipment, compartments and plant of the mall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sample_data.models import mall_piping
from sample_data.models import mall_plan as plan
from sample_data.models.author import Author
from sample_data.models.parts import Ring, box
from sample_data.models.tower_fire import carry

UP = (0.0, 0.0, 1.0)
_BOXES = [(sx * 28.5, sy * (plan.BAND_Y - 0.2)) for sx in (-1.0, 1.0) for sy in (-1.0, 1.0)]
_BOXES += [(sx * 8.0, sy * (plan.BAND_Y - 0.2)) for sx in (-1.0, 1.0) for sy in (-1.0, 1.0)]


def systems(author: Author) -> dict[str, Any]:
    """Write the building's distribution systems."""
    return {
        "sprinkler": author.system("自动喷水灭火系统", "FIREPROTECTION", "SPR"),
        "hydrant": author.system("室内消火栓系统", "FIREPROTECTION", "HYD"),
        "alarm": author.system("火灾自动报警系统", "SIGNAL", "FAS"),
        "smoke": author.system("中庭排烟系统", "VENTILATION", "SMK"),
        "power": author.system("供配电系统", "ELECTRICAL", "PWR"),
    }


def equip(author: Author, floor_no: int, of: Mapping[str, Any]) -> None:
    """Hydrant boxes, buttons, sirens and the hydrants' risers of one floor."""
    shapes = author.shapes
    hydrant = author.kind(
        "IfcFireSuppressionTerminal", "室内消火栓箱 SN65", "FIREHYDRANT",
        solids=[shapes.box((-0.35, -0.10, 0.6), (0.35, 0.10, 1.5), "fire")],
    )  # fmt: skip
    boxes = [author.put(hydrant, floor_no, (x, y, 0), 0.0 if y > 0 else 180.0, name=f"消火栓箱 {n}")
             for n, (x, y) in enumerate(_BOXES, 1)]  # fmt: skip
    author.group(of["hydrant"], boxes)
    bodies = {
        ("手动火灾报警按钮", "BREAKGLASSBUTTON", 0.6): ((-0.045, -0.025, 1.35), (0.045, 0.025, 1.44)),
        ("火灾声光警报器", "SIREN", 0.9): ((-0.06, -0.04, 2.2), (0.06, 0.04, 2.38)),
    }
    alarms = []
    for (name, predefined, beside), corners in bodies.items():
        alarm = author.kind("IfcAlarm", name, predefined, solids=[shapes.box(*corners, "fire")])
        alarms += [author.put(alarm, floor_no, (x + beside, y, 0)) for x, y in _BOXES]
    author.group(of["alarm"], alarms)
    for sx in (-1.0, 1.0):
        at = (sx * 31.4, mall_piping.RISER_Y)
        mall_piping.riser(author, floor_no, of["hydrant"], at, name="消火栓立管", bore=100)


def compartments(author: Author, floor_no: int, spaces: Mapping[str, Any]) -> None:
    """Two compartments a floor, west and east of x = 0; the atrium belongs to the western."""
    storey, layout = author.storeys[floor_no], author.layout
    height = round(plan.height_m(floor_no) - plan.SLAB, 3)
    halves: dict[str, tuple[Ring, list[Any]]] = {
        "A": (box(-plan.HALF_X, -plan.HALF_Y, 0.0, plan.HALF_Y), []),
        "B": (box(0.0, -plan.HALF_Y, plan.HALF_X, plan.HALF_Y), []),
    }
    rooms = {r.key: r.ring for r in layout.rooms if r.floor_no == floor_no}
    rooms |= {f.room: f.ring for f in layout.flats if f.floor_no == floor_no}
    for key, space in spaces.items():
        middle = sum(x for x, _ in rooms[key]) / len(rooms[key])
        halves["A" if middle <= 0 else "B"][1].append(space)
    for side, (ring, members) in halves.items():
        code = f"{layout.storey(floor_no).label_en}-{side}"
        zone = author.root(
            "IfcSpatialZone", code, LongName=f"{storey.Name}{side}防火分区", PredefinedType="FIRESAFETY",
            ObjectPlacement=author.shapes.placement(storey.ObjectPlacement, (0, 0, 0)),
            Representation=author.shapes.direct([author.shapes.prism(ring, 0.0, height, "space")]),
        )  # fmt: skip
        for members_of, whole in (([zone], storey), (members, zone)):
            author.root(
                "IfcRelReferencedInSpatialStructure",
                None,
                RelatedElements=members_of,
                RelatingStructure=whole,
            )
        author.describe([zone], "LH_Common", {"FireCompartmentId": code, "NameEn": f"Compartment {code}"})


def plant(author: Author, of: Mapping[str, Any]) -> None:
    """Pumps and tank below, inlets outside, vents on the roof, panel and meter in the control room."""
    shapes = author.shapes
    pump = author.kind(
        "IfcPump", "消防泵 40L/s", "ENDSUCTION",
        solids=[shapes.box((-0.4, -0.9, 0.0), (0.4, 0.9, 0.25), "concrete"),
                shapes.rod((0.0, -0.7, 0.65), (0.0, 1.0, 0.0), 1.4, 0.28, "plant")],
    )  # fmt: skip
    pumps = [
        author.put(pump, -1, (-39.0, y, 0), name=f"消防泵 {n}") for n, y in enumerate((-6.0, 0.0, 6.0), 1)
    ]
    author.group(of["hydrant"], pumps[:2])
    author.group(of["sprinkler"], pumps[2:])
    tank = author.kind("IfcTank", "消防水池 288m³", "STORAGE",
                       solids=[shapes.box((-2.0, -24.0, 0.0), (2.0, 0.0, 3.0), "water")])  # fmt: skip
    author.group(of["hydrant"], [author.put(tank, -1, (39.0, 12.0, 0.0), name="消防水池")])
    inlet = author.kind("IfcFireSuppressionTerminal", "水泵接合器 DN150", "BREECHINGINLET",
                        solids=[shapes.rod((0, 0, 0), UP, 0.7, 0.075, "fire")])  # fmt: skip
    inlets = [author.put(inlet, 1, (6.0 + 1.2 * n, -25.8, 0), name=f"水泵接合器 {n}") for n in (1, 2, 3)]
    author.group(of["sprinkler"], inlets[:2])
    author.group(of["hydrant"], inlets[2:])
    vent = author.kind("IfcDamper", "电动排烟窗 2000×1200", "SMOKEDAMPER",
                       solids=[shapes.box((-1.0, -0.6, 0.0), (1.0, 0.6, 0.3), "frame")])  # fmt: skip
    vents = [author.put(vent, plan.ROOF, (x, y, 0.0)) for x in (-12.0, -4.0, 4.0, 12.0) for y in (-9.8, 9.8)]
    author.group(of["smoke"], vents)
    panel = author.kind("IfcUnitaryControlElement", "火灾报警控制器", "ALARMPANEL",
                        solids=[shapes.box((-0.4, -0.3, 0.0), (0.4, 0.3, 1.8), "device")])  # fmt: skip
    author.group(of["alarm"], [author.put(panel, 1, (-1.5, -23.0, 0.0), name="消防控制主机")])
    meter = author.kind("IfcFlowMeter", "多功能电力仪表", "ENERGYMETER",
                        solids=[shapes.box((-0.3, -0.1, -0.4), (0.3, 0.1, 0.4), "power")])  # fmt: skip
    author.group(of["power"], [carry(author, meter, item) for item in author.layout.devices])
