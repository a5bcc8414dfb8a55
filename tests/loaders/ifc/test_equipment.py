"""One name for one thing, with the words it was read from."""

from __future__ import annotations

from typing import Any

import pytest

from loaders.ifc.equipment import classify, is_fire_word


@pytest.mark.parametrize(
    ("ifc_class", "predefined", "name", "kind"),
    [
        ("IfcFireSuppressionTerminal", "SPRINKLER", None, "sprinkler"),
        ("IfcFireSuppressionTerminalType", "FIREHYDRANT", None, "hydrant_box"),
        ("IfcFireSuppressionTerminal", "NOTDEFINED", "地上式水泵接合器", "breeching_inlet"),
        ("IfcSensor", "SMOKESENSOR", "点型感温", "smoke_detector"),
        ("IfcSensor", None, "点型感温火灾探测器", "heat_detector"),
        ("IfcSensor", "WINDSENSOR", "anemometer", "sensor"),
        ("IfcAlarm", "BREAKGLASSBUTTON", None, "manual_call_point"),
        ("IfcPump", None, "1#消火栓泵", "fire_pump"),
        ("IfcPump", "CIRCULATOR", "Heizungspumpe", "pump"),
        ("IfcTank", None, "屋顶消防水箱", "fire_tank"),
        ("IfcTransportElement", "ELEVATOR", "消防电梯 1", "fire_lift"),
        ("IfcTransportElement", "ELEVATOR", "客梯", "lift"),
        ("IfcFlowTerminal", None, "Sprinkler head K80", "sprinkler"),
        ("IfcBuildingElementProxy", None, "手提式干粉灭火器", "extinguisher"),
        ("IfcFlowTerminal", None, "Waschtisch", None),
        # what serves a thing is not that thing
        ("IfcFlowTerminal", None, "消防水泵接合器", "breeching_inlet"),
        ("IfcFlowTerminal", None, "地上式消防水泵接合器 DN150", "breeching_inlet"),
        ("IfcBuildingElementProxy", None, "消火栓按钮", None),
        ("IfcBuildingElementProxy", None, "消火栓箱", "hydrant_box"),
        ("IfcFlowController", None, "喷淋水流指示器", "flow_sensor"),
        ("IfcFlowController", None, "喷淋湿式报警阀", None),
        ("IfcFlowController", None, "Sprinkler riser valve", None),
        ("IfcFlowController", None, "消防泵控制柜", None),
        ("IfcPump", None, "喷淋泵 2#", "fire_pump"),
        ("IfcFlowTerminal", None, "直立型喷淋头", "sprinkler"),
        ("IfcFlowController", None, "排烟阀", "smoke_damper"),
        ("IfcFlowController", None, "排烟防火阀 280℃", "fire_damper"),
        ("IfcFlowTerminal", None, "Exit sign LED", "exit_sign"),
        ("IfcFlowTerminal", None, "安全出口标志灯", "exit_sign"),
    ],
)
def test_kinds(ifc_class: str, predefined: str | None, name: str | None, kind: str | None) -> None:
    assert classify(ifc_class, predefined, (name,)).kind == kind


def test_a_name_never_overrules_the_schema() -> None:
    found = classify("IfcFireSuppressionTerminal", "SPRINKLER", ("消火栓箱",))
    assert found.kind == "sprinkler"
    assert found.evidence == "IfcFireSuppressionTerminal.SPRINKLER, but name '消火栓'"
    assert found.confidence == 0.7


@pytest.mark.parametrize(
    ("ifc_class", "predefined", "name", "psets", "kind", "confidence"),
    [
        ("IfcSensor", "SMOKESENSOR", "S-1", {}, "smoke_detector", 0.95),
        ("IfcSensor", "SMOKESENSOR", "感烟探测器", {}, "smoke_detector", 0.98),
        ("IfcSensor", None, "S-1", {"Pset_SensorTypeHeatSensor": {}}, "heat_detector", 0.85),
        ("IfcPump", None, "P-1", {}, "pump", 0.8),
        ("IfcPump", None, "消防泵", {}, "fire_pump", 0.85),
        (
            "IfcTransportElement", "ELEVATOR", "L3",
            {"Pset_TransportElementElevator": {"FireFightingLift": True}}, "fire_lift", 0.95,
        ),
        ("IfcFlowTerminal", None, "x", {"Pset_FireSuppressionTerminalTypeSprinkler": {}}, "sprinkler", 0.85),
        ("IfcFlowTerminal", None, "喷头", {}, "sprinkler", 0.6),
        ("IfcFlowTerminal", None, "x", {}, None, None),
    ],
)  # fmt: skip
def test_how_sure(
    *,
    ifc_class: str,
    predefined: str | None,
    name: str,
    psets: Any,
    kind: str | None,
    confidence: float | None,
) -> None:
    found = classify(ifc_class, predefined, (name,), psets)
    assert (found.kind, found.confidence) == (kind, confidence)


def test_the_evidence_names_the_word() -> None:
    assert classify("IfcPump", None, ("喷淋泵 2",)).evidence == "IfcPump, name '喷淋泵'"


def test_fire_words() -> None:
    assert is_fire_word((None, "Fire extinguisher ABC"))
    assert not is_fire_word(("Büroschrank", None))
