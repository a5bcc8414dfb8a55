"""Water works of the pump station: gates, screens, pumps, pipes with their ports, transformers."""

from __future__ import annotations

from typing import Any

from sample_data.models import pump_plan as plan
from sample_data.models.author import Author, Kind
from sample_data.models.ports import connect, port
from sample_data.models.tower_fire import carry

UP = (0.0, 0.0, 1.0)
NORTH = (0.0, 1.0, 0.0)


def _kinds(author: Author) -> dict[str, Kind]:
    shapes = author.shapes
    bars = [
        shapes.box((-1.9 + 0.2 * n, -0.03, 0.0), (-1.87 + 0.2 * n, 0.03, 8.0), "steel") for n in range(20)
    ]
    return {
        "gate": author.kind(
            "IfcValve", "进水闸门 4.0×4.0m", "ISOLATING",
            solids=[shapes.box((-2.0, -0.12, 0.0), (2.0, 0.12, 4.0), "plant"),
                    shapes.rod((0.0, 0.0, 4.0), UP, 5.6, 0.08, "steel")],
            psets={"Pset_ValveTypeCommon": {"Size": 4.0}},
        ),
        "screen": author.kind(
            "IfcFilter", "回转式格栅 4.0×8.0m", "STRAINER",
            solids=[*bars, shapes.box((-2.0, -0.1, 8.0), (2.0, 0.1, 8.3), "plant")],
        ),
        "pump": author.kind(
            "IfcPump", "立式轴流泵 8m³/s 630kW", "VERTICALTURBINE",
            solids=[
                shapes.rod((0.0, 0.0, 1.0), UP, 1.2, 1.15, "plant"),
                shapes.rod((0.0, 0.0, 2.2), UP, 6.6, 0.75, "plant"),
                shapes.rod((0.0, 0.0, 8.8), UP, 0.4, 1.3, "steel"),
                shapes.rod((0.0, 0.0, 9.2), UP, 2.1, 0.95, "power"),
            ],
            psets={"Pset_PumpTypeCommon": {"Reference": "1600ZLB-8"}},
        ),
        "pipe": author.kind(
            "IfcPipeSegment", "出水管 DN1800", "RIGIDSEGMENT",
            solids=[shapes.rod((0.0, 0.0, 0.0), NORTH, 7.6, 0.9, "water")],
            psets={"Pset_PipeSegmentTypeCommon": {"NominalDiameter": 1.8}},
        ),
        "flap": author.kind(
            "IfcValve", "拍门 DN1800", "CHECK",
            solids=[shapes.rod((0.0, 0.0, 0.0), NORTH, 0.2, 1.1, "frame")],
        ),
    }  # fmt: skip


def bays(author: Author, system: Any) -> None:
    """Draw the six bays and join gate, screen, pump, pipe and flap in the way of the water."""
    kinds = _kinds(author)
    chain = (("gate", plan.GATE_Y, 0.8), ("screen", plan.SCREEN_Y, 0.0), ("pump", plan.PUMP_Y, 0.0),
             ("pipe", plan.PUMP_Y + 0.7, 6.4), ("flap", plan.FLAP_Y + 0.1, 6.4))  # fmt: skip
    names = {"gate": "进水闸门", "screen": "格栅", "pump": "排涝泵", "pipe": "出水管", "flap": "拍门"}
    for bay in range(1, plan.BAYS + 1):
        before = None
        for key, y, z in chain:
            made = author.put(
                kinds[key],
                -1,
                (plan.bay_x(bay), y, z),
                name=f"{bay}号{names[key]}",
                tag=f"{key.upper()}-{bay}",
            )
            author.group(system, [made])
            inlet, outlet = port(author, made, 1, "SINK"), port(author, made, 2, "SOURCE")
            if before is not None:
                connect(author, before, inlet)
            before = outlet
    author.describe(
        kinds["pump"].members, "LH_Pump", {"RatedFlow_m3_s": plan.FLOW_M3_S, "MotorPower_kW": plan.MOTOR_KW}
    )


def power(author: Author, system: Any) -> None:
    """Draw the two transformers and the switchgear."""
    shapes = author.shapes
    transformer = author.kind(
        "IfcTransformer", "干式变压器 2500kVA 10/0.4kV", "VOLTAGE",
        solids=[shapes.box((-1.2, -0.8, 0.0), (1.2, 0.8, 0.2), "concrete"),
                *(shapes.rod((x, 0.0, 0.2), UP, 1.7, 0.36, "power") for x in (-0.75, 0.0, 0.75)),
                shapes.box((-1.15, -0.3, 1.9), (1.15, 0.3, 2.1), "frame")],
            )  # fmt: skip
    board = author.kind(
        "IfcElectricDistributionBoard", "低压开关柜", "SWITCHBOARD",
        solids=[shapes.box((-0.4, -0.5, 0.0), (0.4, 0.5, 2.2), "frame")],
    )  # fmt: skip
    made = [author.put(transformer, 1, (x, -7.5, 0), name=f"{n}号变压器") for n, x in ((1, 12.0), (2, 18.0))]
    # IFC4's rule on IfcTransformer misspells the name of its type, so no typed transformer
    # can satisfy it: these two carry their properties themselves
    transformer.members.clear()
    for unit in made:
        author.template_pset(
            unit, "Pset_TransformerTypeCommon", {"PrimaryVoltage": 1.0e4, "SecondaryVoltage": 400.0}
        )
    made += [author.put(board, 1, (10.4 + 0.8 * n, -1.5, 0), name=f"开关柜 {n}") for n in range(1, 11)]
    author.group(system, made)


def instruments(author: Author, water: Any, electric: Any) -> None:
    """Draw the level and flow sensors and the meter, each with the id of its feed."""
    shapes = author.shapes
    level = author.kind(
        "IfcSensor", "超声波液位计 0-10m", "LEVELSENSOR",
        solids=[shapes.rod((0.0, 0.0, -0.15), UP, 0.3, 0.08, "device")],
        psets={"Pset_SensorTypeLevelSensor": {"SetPointLevel": 2.0}},
    )  # fmt: skip
    flow = author.kind(
        "IfcSensor", "电磁流量计 DN1800", "FLOWSENSOR",
        solids=[shapes.rod((0.0, -0.2, -1.0), NORTH, 0.4, 1.02, "device")],
    )  # fmt: skip
    meter = author.kind(
        "IfcFlowMeter", "多功能电力仪表", "ENERGYMETER",
        solids=[shapes.box((-0.3, -0.1, -0.4), (0.3, 0.1, 0.4), "power")],
    )  # fmt: skip
    kinds = {"pump_level": (level, water), "pump_flow": (flow, water), "power_meter": (meter, electric)}
    for item in author.layout.devices:
        kind, system = kinds[item.type]
        author.group(system, [carry(author, kind, item)])


def crane(author: Author) -> None:
    """Draw the travelling crane that lifts a pump out of its bay."""
    shapes = author.shapes
    beam = author.kind(
        "IfcTransportElement", "桥式起重机 20t", "LIFTINGGEAR",
        solids=[shapes.box((-0.5, -10.4, 8.2), (0.5, 10.4, 8.9), "power"),
                shapes.box((-0.7, -1.0, 8.9), (0.7, 1.0, 9.5), "steel")],
    )  # fmt: skip
    author.put(beam, 1, (plan.bay_x(2), 0, 0), name="桥式起重机")
