"""Everyday names of fire equipment: what counts, what is denied and what only names a place."""

from __future__ import annotations

import pytest

from loaders.ifc.equipment import Kind, classify, is_fire_word

LIFT, PROXY = "IfcTransportElement.ELEVATOR", "IfcBuildingElementProxy"
PANEL = "IfcUnitaryControlElement.ALARMPANEL"


@pytest.mark.parametrize(
    ("said", "name", "kind", "confidence", "word"),
    [
        # denied
        (LIFT, "非消防电梯", "lift", 0.98, "name '电梯'"),
        (LIFT, "non-fire lift", "lift", 0.98, "name 'lift'"),
        (LIFT, "Not a fire lift", "lift", 0.98, "name 'lift'"),
        (LIFT, "非消防客梯", "lift", 0.98, "name '客梯'"),
        (PROXY, "非消防电梯", "lift", 0.6, "name '电梯'"),
        (PROXY, "no sprinkler", None, None, ""),
        (PROXY, "without smoke detector", None, None, ""),
        (PROXY, "ohne Rauchmelder", None, None, ""),
        (PROXY, "无喷淋", None, None, ""),
        (PROXY, "未设置喷淋", None, None, ""),
        (PROXY, "不带灭火器", None, None, ""),
        ("IfcLightFixture", "非应急照明", "light", 0.8, ""),
        ("IfcLightFixture", "no exit", "light", 0.8, ""),
        ("IfcPump", "非消防泵", "pump", 0.8, ""),
        # no denials, though they hold its characters
        (LIFT, "无障碍消防电梯", "fire_lift", 0.85, "name '消防电梯'"),
        (PROXY, "无线感烟探测器", "smoke_detector", 0.6, "name '感烟'"),
        (PROXY, "不锈钢消火栓箱", "hydrant_box", 0.6, "name '消火栓'"),
        (PROXY, "Pump no. 3 fire pump", "fire_pump", 0.6, "name 'fire pump'"),
        # places and what serves a thing
        (LIFT, "消防电梯前室客梯", "lift", 0.98, "name '客梯'"),
        (LIFT, "消防电梯前室", "lift", 0.95, ""),
        (PROXY, "消防电梯机房", None, None, ""),
        (PROXY, "消防电梯厅", None, None, ""),
        (PROXY, "消防电梯间", None, None, ""),
        (PROXY, "fire lift lobby", None, None, ""),
        (PROXY, "fire pump room", None, None, ""),
        (PROXY, "消防泵房", None, None, ""),
        (PROXY, "排烟机房", None, None, ""),
        (PROXY, "消防水箱间", None, None, ""),
        (PROXY, "消防电梯按钮", None, None, ""),
        (PROXY, "应急照明配电箱", None, None, ""),
        (PROXY, "消防电梯前室感烟探测器", "smoke_detector", 0.6, "name '感烟'"),
        # a name alone makes a lift one for the fire brigade
        (LIFT, "消防电梯 1", "fire_lift", 0.85, "name '消防电梯'"),
        (LIFT, "消防梯", "fire_lift", 0.85, "name '消防梯'"),
        # names within a class
        ("IfcSensor", "火焰探测器", "flame_detector", 0.85, "name '火焰探测'"),
        ("IfcSensor", "消防泵压力传感器", "pressure_sensor", 0.85, "name '压力'"),
        ("IfcSensor", "消防水池液位", "level_sensor", 0.85, "name '液位'"),
        ("IfcFan", "消防排烟机", "smoke_fan", 0.85, "name '排烟机'"),
        ("IfcFan", "排烟兼排风机", "smoke_fan", 0.85, "name '排烟兼排风机'"),
        ("IfcFan", "排风兼排烟风机", "smoke_fan", 0.85, "name '排烟风机'"),
        ("IfcFan", "加压送风机 28000m³/h", "smoke_fan", 0.85, "name '加压送风机'"),
        ("IfcFan", "Smoke extract fan", "smoke_fan", 0.85, "name 'Smoke extract fan'"),
        ("IfcAirTerminal", "板式排烟口", "smoke_damper", 0.85, "name '排烟口'"),
        ("IfcAirTerminal", "正压送风口", "air_terminal", 0.98, "name '正压送风口'"),
        ("IfcLightFixture", "安全出口", "exit_sign", 0.85, "name '安全出口'"),
        ("IfcLightFixture", "EXIT", "exit_sign", 0.85, "name 'EXIT'"),
        ("IfcLightFixture", "疏散指示灯", "exit_sign", 0.85, "name '疏散指示'"),
        ("IfcLightFixture", "消防应急灯", "emergency_light", 0.85, "name '应急灯'"),
        ("IfcCommunicationsAppliance", "消防电话", "communications", 0.98, "name '消防电话'"),
        ("IfcOutlet", "消防电话插孔", "communications", 0.85, "name '消防电话'"),
        ("IfcController", "气体灭火控制盘", "controller", 0.98, "name '气体灭火控制盘'"),
        # names alone
        ("IfcDamper", "排烟口", "smoke_damper", 0.6, "name '排烟口'"),
        ("IfcFlowInstrument", "水流指示器", "flow_sensor", 0.6, "name '水流指示'"),
        ("IfcFlowController", "Sprinkler flow switch", "flow_sensor", 0.6, "name 'flow switch'"),
        ("IfcAlarm", "手动报警按钮", "manual_call_point", 0.6, "name '手动报警'"),
        ("IfcAlarm", "pull station", "manual_call_point", 0.6, "name 'pull station'"),
        ("IfcAlarm", "声光警报器", "siren", 0.6, "name '声光'"),
        ("IfcAlarm", "sounder strobe", "siren", 0.6, "name 'sounder'"),
        ("IfcFlowTerminal", "试验消火栓", "hydrant_box", 0.6, "name '消火栓'"),
        ("IfcFlowTerminal", "fire hydrant cabinet", "hydrant_box", 0.6, "name 'hydrant'"),
        ("IfcFlowTerminal", "hose reel", "hose_reel", 0.6, "name 'hose reel'"),
        ("IfcFlowTerminal", "消防水炮", "fire_monitor", 0.6, "name '消防水炮'"),
        ("IfcAudioVisualAppliance", "消防广播", "communications", 0.6, "name '消防广播'"),
        (PROXY, "消防联动控制器", "fire_panel", 0.6, "name '消防联动控制器'"),
        (PROXY, "气体灭火控制盘", "controller", 0.6, "name '气体灭火控制盘'"),
        (PROXY, "防火卷帘", None, None, ""),
        (PROXY, "挡烟垂壁", None, None, ""),
        (PROXY, "安全出口门", None, None, ""),
        # one word of the schema for panels of fire and of intruder alarms
        (PANEL, "JB-3101", "fire_panel", 0.7, ""),
        (PANEL, "火灾报警控制器", "fire_panel", 0.98, "name '火灾报警控制器'"),
        (PANEL, "入侵报警主机", None, None, "but name '入侵'"),
        # general, though the name asks for more: below one half, for the work list
        ("IfcSensor", "火灾探测器", "sensor", 0.4, "but '火灾' in the name tells no kind"),
        ("IfcFan", "消防补风机", "fan", 0.4, "but '消防' in the name tells no kind"),
        ("IfcValve", "湿式报警阀", "valve", 0.4, "but '报警阀' in the name tells no kind"),
        ("IfcValve", "末端试水装置", "valve", 0.4, "but '末端试水' in the name tells no kind"),
        ("IfcLightFixture", "声光警报器", "light", 0.4, "but name '声光'"),
        # nothing asks for more than a board that feeds
        ("IfcElectricDistributionBoard", "消防电源配电箱", "power_board", 0.8, ""),
        ("IfcLightFixture", "电梯轿厢灯", "light", 0.7, "but name '电梯'"),
    ],
)  # fmt: skip
def test_everyday_names(said: str, name: str, kind: str | None, confidence: float | None, word: str) -> None:
    ifc_class, _, predefined = said.partition(".")
    by_name_alone = kind is not None and confidence == 0.6
    evidence = word if by_name_alone else ", ".join(filter(None, (said, word)))
    assert classify(ifc_class, predefined or None, (name,)) == Kind(kind, evidence, confidence)


def test_the_next_name_tells_what_the_first_denies() -> None:
    assert classify(PROXY, None, ("no smoke detector", "感温探测器")).kind == "heat_detector"


def test_a_denied_word_makes_no_equipment_of_a_proxy() -> None:
    assert not is_fire_word(("无喷淋", "no extinguisher"))
