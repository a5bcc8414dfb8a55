"""What a model leaves open is unknown, never passed and never failed."""

from __future__ import annotations

from pathlib import Path

import ifcopenshell.api.group
import ifcopenshell.api.pset
import ifcopenshell.api.spatial
import ifcopenshell.util.element
import numpy as np
import pytest

from tests.loaders.ifc.author import house
from tests.loaders.ifc.check.author import Block, findings, judge


def test_a_compartment_of_several_floors_has_their_areas(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text('[compartments]\nlow_m2 = {"1" = 100.0, "2" = 60.0, "3" = 30.0, "4" = 20.0}\n')
    block = Block()
    zone = block.house.model.by_type("IfcSpatialZone")[0]
    block.house.model.remove(zone)
    # 7.6 x 5.6 m, through the floor of 2F at 3.5 m: 42.6 m² on one floor or 85.1 m² on two
    tall = block.zone((7.6, 5.6, 6.0))
    block.house.place(tall, 0.2, 0.2, 0.2)
    (finding,) = block.judge(tmp_path, limits)["compartment-area"].findings
    assert (str(finding.answer), finding.found) == ("unknown", "42.6 to 85.1 m²")
    block.house.measure(tall, "Qto_SpatialZoneBaseQuantities", GrossFloorArea=59.0)
    assert str(block.judge(tmp_path, limits)["compartment-area"].answer) == "pass"


def test_a_compartment_of_rooms_has_walls_too(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    block = Block()
    model = block.house.model
    model.remove(model.by_type("IfcSpatialZone")[0])
    zone = block.house.make("IfcZone", "FC-3", ObjectType="防火分区")
    # 7.6 x 2.6 m = 19.76 m² of rooms: with walls (a fifth at most) up to 23.7 m²
    ifcopenshell.api.group.assign_group(model, products=[block.spaces["2:main"]], group=zone)
    for limit, answer in ((19.7, "fail"), (21.0, "unknown"), (23.8, "pass")):
        limits.write_text(
            f'[compartments]\nlow_m2 = {{"1" = 100.0, "2" = {limit}, "3" = 30.0, "4" = 20.0}}\n'
        )
        outcome = block.judge(tmp_path, limits)["compartment-area"]
        assert (str(outcome.answer), outcome.checked) == (answer, 1), limit


def test_a_door_that_says_nothing_is_no_proof(tmp_path: Path) -> None:
    # 1.0 m with its frame is enough for a way out inside (0.8 m); 0.85 m perhaps is not
    for width, answer in ((1.0, "pass"), (0.85, "unknown")):
        block = Block()
        door = block.doors["2:main"]
        door.OverallWidth = width
        pset = ifcopenshell.util.element.get_pset(door, "Pset_DoorCommon")
        silent = block.house.model.by_id(pset["id"])
        ifcopenshell.api.pset.edit_pset(block.house.model, pset=silent, properties={"FireExit": None})
        outcome = block.judge(tmp_path)["escape-door-width"]
        assert (str(outcome.answer), outcome.passed, outcome.findings) == (answer, 5, [])
        assert (outcome.why is None) == (answer == "pass")


def test_a_door_at_the_ground_that_may_lead_outside_is_asked_for_both_widths(tmp_path: Path) -> None:
    # clear 0.9 m: enough inside, not enough for the way out of the building (1.1 m)
    block = Block(exit_width_m=1.0, external=None)
    (finding,) = block.judge(tmp_path)["escape-door-width"].findings
    assert (str(finding.answer), finding.found) == ("unknown", "overall width 1.00 m")
    assert finding.expected == "clear width >= 0.80 m or 1.10 m"
    # what is too narrow either way fails
    narrow = Block(exit_width_m=0.7, external=None)
    (finding,) = narrow.judge(tmp_path)["escape-door-width"].findings
    assert str(finding.answer) == "fail"


def test_a_stair_that_may_go_on_by_a_flight_without_a_shape_is_not_failed(tmp_path: Path) -> None:
    block = Block(stairs_from={"east": 1.6})
    lower = block.house.make("IfcStairFlight", "下段")
    ifcopenshell.api.spatial.assign_container(
        block.house.model, products=[lower], relating_structure=block.house.storeys[1]
    )
    outcomes = block.judge(tmp_path)
    assert [f[:3] for f in findings(outcomes)] == [
        ("two-ways-out", "unknown", "两室一厅"),
        ("stair-reaches-ground", "unknown", "楼梯 east"),
        ("stair-reaches-ground", "unknown", "下段"),
    ]


def test_a_storey_at_no_known_elevation_is_not_in_order(tmp_path: Path) -> None:
    block = Block()
    top = block.house.storeys[2]
    top.ObjectPlacement, top.Elevation = None, None
    outcomes = block.judge(tmp_path)
    order = outcomes["storey-order"]
    assert (str(order.answer), order.passed, order.unknown) == ("unknown", 2, 1)
    assert [f.subject.global_id for f in order.findings] == [top.GlobalId]
    # the flat stays where it is placed, and so do its ways out
    assert str(outcomes["two-ways-out"].answer) == "pass"


def test_findings_of_a_file_in_millimetres_lie_where_those_in_metres_do(tmp_path: Path) -> None:
    # the middle of a room of 7.6 x 5.6 x 2.8 m at (0.2, 0.2), on each of the three storeys
    expected = np.array([(4.0, 3.0, -1.6), (4.0, 3.0, 1.4), (4.0, 3.0, 4.9)])
    for millimetres in (False, True):
        made = house(millimetres=millimetres)
        folder = tmp_path / str(millimetres)
        folder.mkdir()
        found = judge(made.write(folder / "house.ifc"), folder)["space-without-area"].findings
        points = sorted(finding.subject.point_m for finding in found)
        assert np.array(points) == pytest.approx(expected, abs=1e-3), millimetres
