"""What the city needs to know of a model: area of its spaces, code of its building, feed of its sensors."""

from __future__ import annotations

from collections import Counter

from loaders.ifc.check.answer import say
from loaders.ifc.check.facts import Facts
from loaders.ifc.check.limits import Limits
from loaders.ifc.check.rule import Rule, Tally


def _areas(facts: Facts, limits: Limits, tally: Tally) -> None:
    for row in facts.meaning["space"]:
        if row["area_m2"] is not None:
            tally.passed()
            continue
        body = facts.body.get(row["global_id"])
        found = None if body is None else f"none stated; {body.outline.area:.1f} m² by its shape"
        tally.fail(
            facts.subject(row),
            say("房间没有注明面积", "the space states no floor area"),
            "NetFloorArea or GrossFloorArea",
            found or "none stated",
        )
    if not facts.meaning["space"]:
        tally.undecided(say("模型中没有房间(IfcSpace)", "the model has no IfcSpace"))


def _codes(facts: Facts, limits: Limits, tally: Tally) -> None:
    for row in facts.meaning["buildings"]:
        if row["code"]:
            tally.passed()
        else:
            tally.fail(
                facts.subject({**row, "ifc_class": "IfcBuilding"}),
                say("建筑没有建筑编码", "the building carries no BuildingCode"),
                "property BuildingCode of IfcBuilding",
                None,
            )
    if not facts.meaning["buildings"]:
        tally.undecided(say("模型中没有建筑(IfcBuilding)", "the model has no IfcBuilding"))


def _feeds(facts: Facts, limits: Limits, tally: Tally) -> None:
    sensors = [row for row in facts.meaning["equipment"] if row["ifc_class"] == "IfcSensor"]
    fed = [row for row in facts.meaning["equipment"] if row["device_id"]]
    shared = {code for code, count in Counter(str(row["device_id"]) for row in fed).items() if count > 1}
    for row in sensors:
        if not row["device_id"]:
            tally.fail(
                facts.subject(row),
                say("传感器没有 DeviceId,无法接收读数", "the sensor has no DeviceId, so no reading finds it"),
                "property DeviceId",
                None,
            )
    for row in fed:
        if str(row["device_id"]) in shared:
            tally.fail(
                facts.subject(row),
                say(
                    f"DeviceId {row['device_id']} 被多个设备使用",
                    f"DeviceId {row['device_id']} is used by several devices",
                ),
                "a DeviceId of its own",
                str(row["device_id"]),
            )
        else:
            tally.passed()
    if not sensors and not fed:
        tally.undecided(say("模型中没有传感器", "the model has no sensors"))


SPACE_AREA = Rule(
    "space-without-area",
    "warning",
    say("房间有面积", "Every space states its area"),
    say("导出时附上房间面积(Qto_SpaceBaseQuantities)", "export base quantities (Qto_SpaceBaseQuantities)"),
    _areas,
)
BUILDING_CODE = Rule(
    "building-without-code",
    "warning",
    say("建筑有编码", "Every building carries its code"),
    say(
        "在 IfcBuilding 的属性集中填写 BuildingCode,模型才能与城市建筑对应",
        "fill in BuildingCode in a property set of IfcBuilding; by it the model finds its building",
    ),
    _codes,
)
DEVICE_ID = Rule(
    "sensor-without-device",
    "warning",
    say("传感器有设备编号", "Every sensor has a DeviceId of its own"),
    say("在属性集 LH_Common 中填写 DeviceId", "fill in DeviceId, for example in the set LH_Common"),
    _feeds,
)
