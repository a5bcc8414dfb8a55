"""Risers, pump room, tanks, e-bike store and roof of the tower."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sample_data.models import tower_plan as plan
from sample_data.models.author import Author
from sample_data.models.joinery import door, wall, wall_kind
from sample_data.models.piping import Pipe
from sample_data.models.tower_fire import carry
from sample_data.models.tower_layout import ROOF
from sample_data.models.tower_piping import RISER

UP = (0.0, 0.0, 1.0)
# system, IFC class, name, x, y, radius, style
_RISERS = (
    ("sprinkler", "IfcPipeSegment", "喷淋立管 DN150", *RISER, 0.075, "fire"),
    ("hydrant", "IfcPipeSegment", "消火栓立管 DN100", 0.85, -5.0, 0.05, "fire"),
    ("water", "IfcPipeSegment", "给水立管 DN80", 1.10, -5.0, 0.04, "water"),
    ("waste", "IfcPipeSegment", "污水立管 DN110", 1.35, -5.0, 0.055, "waste"),
)


def systems(author: Author) -> dict[str, Any]:
    """Write the building's distribution systems."""
    return {
        "sprinkler": author.system("自动喷水灭火系统", "FIREPROTECTION", "SPR"),
        "hydrant": author.system("室内消火栓系统", "FIREPROTECTION", "HYD"),
        "alarm": author.system("火灾自动报警系统", "SIGNAL", "FAS"),
        "smoke": author.system("加压送风防烟系统", "VENTILATION", "PRS"),
        "water": author.system("生活给水系统", "DOMESTICCOLDWATER", "CW"),
        "waste": author.system("生活排水系统", "WASTEWATER", "WW"),
        "power": author.system("供配电系统", "ELECTRICAL", "PWR"),
        "monitoring": author.system("结构健康监测系统", "SIGNAL", "SHM"),
    }


def risers(author: Author, floor_no: int, of: Mapping[str, Any]) -> Pipe:
    """Draw one storey of every riser; the piece the storey's sprinklers hang on."""
    shapes, height = author.shapes, plan.storey_height_m(floor_no)
    made: dict[str, Any] = {}
    for system, ifc_class, name, x, y, radius, style in _RISERS:
        kind = author.kind(
            ifc_class, f"{name} 层高{height:.1f}", "RIGIDSEGMENT",
            solids=[shapes.rod((0.0, 0.0, 0.0), UP, height, radius, style)],
        )  # fmt: skip
        made[system] = author.put(kind, floor_no, (x, y, 0), name=name)
        author.group(of[system], [made[system]])
    tray = author.kind(
        "IfcCableCarrierSegment", f"强电桥架 300×100 层高{height:.1f}", "CABLETRAYSEGMENT",
        solids=[shapes.box((-0.15, -0.05, 0), (0.15, 0.05, height), "power")],
    )  # fmt: skip
    author.group(of["power"], [author.put(tray, floor_no, (-2.43, 2.95, 0), name="强电竖向桥架")])
    duct = author.kind(
        "IfcDuctSegment", f"加压送风竖井风管 800×500 层高{height:.1f}", "RIGIDSEGMENT",
        solids=[shapes.box((-0.4, -0.25, 0), (0.4, 0.25, height), "air")],
    )  # fmt: skip
    author.group(of["smoke"], [author.put(duct, floor_no, (0.9, 4.97, 0), name="加压送风立管")])
    return Pipe(made["sprinkler"], RISER, RISER, 0.0, height)


def plant(author: Author, of: Mapping[str, Any]) -> None:
    """Draw the fire pumps, the inlets, the e-bike store and the power meter."""
    shapes, devices = author.shapes, {d.id: d for d in author.layout.devices}
    pump = author.kind(
        "IfcPump", "消防泵 40L/s 1.2MPa 90kW", "ENDSUCTION",
        solids=[
            shapes.box((-0.9, -0.4, 0.0), (0.9, 0.4, 0.25), "concrete"),
            shapes.rod((-0.8, 0.0, 0.65), (1.0, 0.0, 0.0), 0.9, 0.28, "plant"),
            shapes.rod((0.25, 0.0, 0.25), UP, 0.8, 0.30, "fire"),
            shapes.rod((0.25, 0.0, 1.05), UP, 1.9, 0.10, "fire"),
        ],
        psets={"Pset_PumpTypeCommon": {"Reference": "XBD12/40"}},
    )  # fmt: skip
    pumps = [author.put(pump, -2, (-8.45, y, 0), name=f"消防泵 {n}") for n, y in enumerate((-4.6, -2.2), 1)]
    author.group(of["sprinkler"], pumps)
    inlet = author.kind(
        "IfcFireSuppressionTerminal", "水泵接合器 DN150", "BREECHINGINLET",
        solids=[shapes.rod((0, 0, 0), UP, 0.7, 0.075, "fire"),
                shapes.box((-0.2, -0.1, 0.55), (0.2, 0.1, 0.75), "fire")],
        psets={"Pset_FireSuppressionTerminalTypeBreechingInlet": {"InletDiameter": 0.065,
                                                                  "OutletDiameter": 0.15}},
    )  # fmt: skip
    inlets = [author.put(inlet, 1, (-12.4, 9.0 + 1.2 * n, 0), name=f"水泵接合器 {n}") for n in (1, 2, 3)]
    author.group(of["sprinkler"], inlets[:2])
    author.group(of["hydrant"], inlets[2:])
    outlet = author.kind(
        "IfcOutlet", "电动自行车充电插座", "POWEROUTLET",
        solids=[shapes.box((-0.08, -0.04, -0.1), (0.08, 0.04, 0.1), "power")],
    )  # fmt: skip
    meter = author.kind(
        "IfcFlowMeter", "多功能电力仪表", "ENERGYMETER",
        solids=[shapes.box((-0.3, -0.1, -0.4), (0.3, 0.1, 0.4), "power")],
    )  # fmt: skip
    carried = [
        carry(author, outlet if item.type == "ebike_charger" else meter, item)
        for item in devices.values()
        if item.type in ("ebike_charger", "power_meter")
    ]
    author.group(of["power"], carried)


def roof(author: Author, of: Mapping[str, Any]) -> None:
    """Draw parapet, stair and lift hut, the 36 m³ tank and the pressurisation fans."""
    shapes = author.shapes
    kind = wall_kind(author, "女儿墙 200", external=True, bearing=False, rating="", material="钢筋混凝土 C30")
    x, y = plan.HALF_X - 0.1, plan.HALF_Y - 0.1
    for start, end in (((-12.0, -y), (12.0, -y)), ((12.0, y), (-12.0, y)), ((-x, y - 0.1), (-x, -y + 0.1)),
                       ((x, -y + 0.1), (x, y - 0.1))):  # fmt: skip
        wall(author, kind, ROOF, start, end, height_m=1.2, thickness_m=0.2, style="render")
    hut = wall_kind(
        author, "屋面机房墙 200", external=True, bearing=True, rating="3.00h", material="钢筋混凝土 C40"
    )
    ix, iy = plan.ISLAND_X, plan.ISLAND_Y
    exit_door = door(
        author, "屋面门 乙级防火 1000×2100", 1.0, 2.1, rating="乙级", style="fire", exit_way=True
    )
    for start, end, leaves in (
        ((-ix - 0.1, -iy), (ix + 0.1, -iy), [(exit_door, -1.4, -iy, "机房门")]),
        ((ix + 0.1, iy), (-ix - 0.1, iy), [(exit_door, -1.4, iy, "机房门")]),
        ((-ix, iy - 0.1), (-ix, -iy + 0.1), []),
        (
            (ix, -iy + 0.1),
            (ix, iy - 0.1),
            [(exit_door, ix, -3.85, "屋面出口"), (exit_door, ix, 3.85, "屋面出口")],
        ),
    ):
        wall(author, hut, ROOF, start, end, height_m=4.0, thickness_m=0.2, style="render", leaves=leaves)
    cover = author.kind(
        "IfcRoof",
        "机房屋面",
        "FLAT_ROOF",
        solids=[shapes.box((-3.2, -5.8, 4.0), (3.2, 5.8, 4.2), "concrete")],
    )
    author.put(cover, ROOF)
    tank = author.kind(
        "IfcTank", "屋顶消防水箱 36m³", "STORAGE", material="不锈钢 S30408",
        solids=[shapes.box((-2.0, -1.8, 0.5), (2.0, 1.8, 3.0), "steel"),
                *(shapes.box((a - 0.15, -1.8, 0.0), (a + 0.15, 1.8, 0.5)) for a in (-1.6, 0.0, 1.6))],
        psets={"Pset_TankTypeCommon": {"NominalLengthOrDiameter": 4.0, "NominalWidthOrDiameter": 3.6,
                                       "NominalDepth": 2.5, "NominalCapacity": 36.0}},
    )  # fmt: skip
    author.group(of["sprinkler"], [author.put(tank, ROOF, (-7.0, 8.0, 0), name="屋顶消防水箱")])
    fan = author.kind(
        "IfcFan", "加压送风机 28000m³/h", "TUBEAXIAL",
        solids=[shapes.rod((-0.7, 0.0, 0.7), (1.0, 0.0, 0.0), 1.4, 0.55, "air"),
                shapes.box((-0.6, -0.5, 0), (0.6, 0.5, 0.2))],
    )  # fmt: skip
    fans = [author.put(fan, ROOF, (6.0, at, 0), name=f"加压送风机 {n}") for n, at in ((1, -6.0), (2, -3.0))]
    author.group(of["smoke"], fans)
