"""A block in order passes every rule; a planted defect gives exactly its finding."""

from __future__ import annotations

from pathlib import Path

import ifcopenshell
import ifcopenshell.api.feature
import ifcopenshell.api.spatial
import pytest

from loaders.ifc.check.answer import Answer, overall
from loaders.ifc.check.rules import RULES
from tests.loaders.ifc.check.author import Block, findings, judge


def test_a_block_in_order_passes_every_rule(tmp_path: Path) -> None:
    outcomes = Block().judge(tmp_path)
    assert findings(outcomes) == []
    assert {rule: (str(o.answer), o.why) for rule, o in outcomes.items()} == {
        rule.id: ("pass", None) for rule in RULES
    }
    counts = {rule: outcome.passed for rule, outcome in outcomes.items()}
    assert counts["two-ways-out"] == 1
    assert counts["stair-reaches-ground"] == 2
    assert counts["compartment-area"] == 1
    assert counts["escape-door-width"] == 5
    assert counts["storey-order"] == 3
    assert counts["space-without-area"] == 8
    assert overall(list(outcomes.values())) is Answer.PASS


def test_a_finding_says_where(tmp_path: Path) -> None:
    block = Block(without={"2:east"})
    (finding,) = block.judge(tmp_path)["two-ways-out"].findings
    subject = finding.subject
    assert subject.global_id == block.spaces["2:main"].GlobalId
    assert (subject.ifc_class, subject.storey, subject.floor_no) == ("IfcSpace", "2F", 2)
    assert subject.point_m == pytest.approx((4.0, 4.5, 4.9), abs=0.01)
    assert (finding.severity, finding.expected, finding.found) == ("error", ">= 2 ways out", "1")
    assert set(finding.message) == set(finding.remedy) == {"zh", "en"}


@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        # a stair nobody can enter: one way is left
        ({"without": {"2:east"}}, [("two-ways-out", "fail", "两室一厅", "1")]),
        # no door at all: a model without doors is no proof of a flat without
        ({"without": {"2:main"}}, [("two-ways-out", "unknown", "两室一厅", "no door")]),
        # the stair room is not modelled: its door leads somewhere
        (
            {"without": {"2:room:east"}},
            [("two-ways-out", "unknown", "两室一厅", "1 certain, 2 possible")],
        ),
        # a flight that begins in the air is no way down
        (
            {"stairs_from": {"east": 1.6}},
            [
                ("two-ways-out", "fail", "两室一厅", "1"),
                ("stair-reaches-ground", "fail", "楼梯 east", "1.60 m to 3.40 m, ground 0.00 m"),
            ],
        ),
        # stairs end in a hall without a door outside
        (
            {"without": {"way-out"}},
            [
                ("stair-reaches-ground", "fail", "楼梯 west", "no door outside"),
                ("stair-reaches-ground", "fail", "楼梯 east", "no door outside"),
            ],
        ),
        # nobody said that the door leads outside
        (
            {"external": None},
            [
                (
                    "stair-reaches-ground",
                    "unknown",
                    f"楼梯 {side}",
                    "a door to a place the model does not name",
                )
                for side in ("west", "east")
            ],
        ),
        # the door outside: too narrow for certain, and perhaps
        ({"exit_width_m": 1.0}, [("escape-door-width", "fail", "外门", "overall width 1.00 m")]),
        ({"exit_width_m": 1.15}, [("escape-door-width", "unknown", "外门", "overall width 1.15 m")]),
    ],
)
def test_a_planted_defect_gives_exactly_its_finding(tmp_path: Path, planted, expected) -> None:
    assert findings(Block(**planted).judge(tmp_path)) == expected


@pytest.mark.parametrize(
    ("size", "at", "host", "expected"),
    [
        # a passage without a door is a way
        ((0.6, 1.0, 2.1), (5.6, 1.0, 3.5), "IfcWall", []),
        # a hatch, a low hole and a hole in a table are none
        ((0.6, 1.0, 1.9), (5.6, 1.0, 4.3), "IfcWall", ["1"]),
        ((0.6, 1.0, 1.2), (5.6, 1.0, 3.5), "IfcWall", ["1"]),
        ((0.6, 1.0, 2.1), (5.6, 1.0, 3.5), "IfcFurniture", ["1"]),
    ],
)
def test_an_empty_opening_is_a_way_where_one_can_walk(tmp_path: Path, size, at, host, expected) -> None:
    block = Block(without={"2:east"})
    house = block.house
    wall = next(w for w in house.model.by_type("IfcWall") if w.Name == "墙26")
    if host != "IfcWall":
        wall = house.put(house.make(host, "台面"), (0.6, 1.0, 0.9), at, 2)
    hole = house.make("IfcOpeningElement", "洞口")
    house.show(hole, house.box(*size))
    house.place(hole, *at)
    ifcopenshell.api.feature.add_feature(house.model, feature=hole, element=wall)
    assert [f.found for f in block.judge(tmp_path)["two-ways-out"].findings] == expected


def test_a_stated_clear_width_decides(tmp_path: Path) -> None:
    block = Block(exit_width_m=1.15)
    block.house.describe(block.doors["way-out"], "Custom", ClearWidth=1.1)
    block.house.describe(block.doors["2:east"], "Custom", ClearWidth=790.0)
    assert findings(block.judge(tmp_path)) == [
        ("escape-door-width", "fail", "门 2east", "clear width 0.79 m")
    ]


def test_the_limit_of_a_compartment_depends_on_what_is_known(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text('[compartments]\nlow_m2 = {"1" = 50.0, "2" = 40.0, "3" = 30.0, "4" = 20.0}\n')
    outcome = Block().judge(tmp_path, limits)["compartment-area"]
    (finding,) = outcome.findings
    assert (finding.expected, finding.found) == ("<= 40 m²", "42.6 m²")
    assert finding.subject.floor_no == 2
    assert outcome.limit == {
        "values": outcome.limit["values"],
        "source": "limits.toml",
        "verified": False,
    }

    block = Block()
    pset = next(p for p in block.house.model.by_type("IfcPropertySet") if p.Name == "Pset_BuildingCommon2")
    block.house.model.remove(pset)
    (finding,) = block.judge(tmp_path, limits)["compartment-area"].findings
    # sprinklers would double the limit, and nobody said that there are none
    assert (str(finding.answer), finding.expected) == ("unknown", "<= 40 to 80 m²")
    assert "SprinklerProtection" in finding.message["en"]


def test_two_objects_of_one_identity(tmp_path: Path) -> None:
    block = Block()
    walls = block.house.model.by_type("IfcWall")
    walls[1].GlobalId = walls[0].GlobalId
    (finding,) = block.judge(tmp_path)["duplicate-global-id"].findings
    assert finding.subject.global_id == walls[0].GlobalId
    assert finding.found == "2 entities"


def test_an_identity_that_is_none(tmp_path: Path) -> None:
    block = Block()
    block.house.model.by_type("IfcWall")[0].GlobalId = "9" + "0" * 21
    assert [f for f in findings(block.judge(tmp_path)) if f[0].startswith("malf")] == [
        ("malformed-global-id", "fail", "墙10", "9" + "0" * 21)
    ]


def test_an_element_in_no_place(tmp_path: Path) -> None:
    block = Block()
    wall = block.house.model.by_type("IfcWall")[-1]
    ifcopenshell.api.spatial.unassign_container(block.house.model, products=[wall])
    assert findings(block.judge(tmp_path)) == [("outside-storey", "fail", wall.Name, "no place")]
    ifcopenshell.api.spatial.assign_container(
        block.house.model, products=[wall], relating_structure=block.house.building
    )
    assert findings(block.judge(tmp_path)) == [("outside-storey", "fail", wall.Name, "the building")]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda h: setattr(h.storeys[2], "Name", "-1F"), "floor -1"),
        (lambda h: setattr(h.storeys[2], "Elevation", -9.0), "Elevation -9.00 m"),
        (lambda h: h.place(h.storeys[2], 0, 0, 0.1), "0.10 m"),
    ],
    ids=["name", "elevation", "placement"],
)
def test_storeys_out_of_order(tmp_path: Path, change, found: str) -> None:
    block = Block()
    change(block.house)
    outcome = block.judge(tmp_path)["storey-order"]
    assert [(f.subject.ifc_class, f.subject.global_id, f.found) for f in outcome.findings] == [
        ("IfcBuildingStorey", block.house.storeys[2].GlobalId, found)
    ]


def test_what_the_city_needs_is_missing(tmp_path: Path) -> None:
    block = Block()
    model = block.house.model
    for name in ("LH_Common", "LH_Device"):
        model.remove(next(p for p in model.by_type("IfcPropertySet") if p.Name == name))
    model.remove(model.by_type("IfcElementQuantity")[0])
    model.by_type("IfcWall")[0].PredefinedType = "USERDEFINED"
    assert findings(block.judge(tmp_path)) == [
        ("space-without-area", "fail", "main", "none stated; 19.8 m² by its shape"),
        ("building-without-code", "fail", "测试楼", None),
        ("sensor-without-device", "fail", "感烟探测器", None),
        ("userdefined-without-type", "fail", "墙10", None),
    ]


def test_two_sensors_of_one_feed(tmp_path: Path) -> None:
    block = Block()
    other = block.house.make("IfcSensor", "二号", PredefinedType="SMOKESENSOR")
    block.house.put(other, (0.1, 0.1, 0.05), (5.0, 4.0, 6.0), 2)
    block.house.describe(other, "LH_Device", DeviceId="SM-1")
    assert findings(block.judge(tmp_path)) == [
        ("sensor-without-device", "fail", name, "SM-1") for name in ("感烟探测器", "二号")
    ]


def test_a_model_that_says_nothing_never_passes(tmp_path: Path) -> None:
    model = ifcopenshell.file(schema="IFC4")
    model.create_entity("IfcProject", GlobalId=ifcopenshell.guid.new(), Name="空")
    path = tmp_path / "empty.ifc"
    model.write(str(path))
    outcomes = judge(path, tmp_path)
    silent = {rule for rule, outcome in outcomes.items() if outcome.answer is Answer.UNKNOWN}
    assert silent == {rule.id for rule in RULES} - {
        "duplicate-global-id",
        "malformed-global-id",
    }
    assert all(outcomes[rule].why is not None for rule in silent)


def test_an_element_in_two_places(tmp_path: Path) -> None:
    block = Block()
    wall = block.house.model.by_type("IfcWall")[-1]
    block.house.model.create_entity(
        "IfcRelContainedInSpatialStructure",
        GlobalId=ifcopenshell.guid.new(),
        RelatedElements=[wall],
        RelatingStructure=block.house.storeys[0],
    )
    assert [f for f in findings(block.judge(tmp_path)) if f[0] == "in-two-places"] == [
        ("in-two-places", "fail", wall.Name, "2 places")
    ]
