"""Where answers about the inside change: exactly 30 m, no door, lifts, floors left out, shared walls."""

from __future__ import annotations

from collections import Counter
from math import hypot
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.aggregate
import ifcopenshell.api.spatial
import ifcopenshell.guid
import pytest
from flask import Flask
from flask.testing import FlaskClient

from loaders.ifc.load import load_ifc
from tests.interior_house import InteriorHouse
from twin.database.connection import Database

# The pipe of 1F stands at x 19.5..19.6, y 9.5..9.6, z 0..3. All these rooms span its y.
_AWAY = {
    "EXACT": ((3.0, 3.0, 2.8), (49.6, 8.0, 0.0)),  # 49.6 - 19.6 = 30 m east
    "BEYOND": ((3.0, 3.0, 2.8), (-13.502, 8.0, 0.0)),  # 19.5 + 10.502 = 30.002 m west
    "ABOVE": ((2.0, 3.0, 2.8), (37.6, 8.0, 27.0)),  # 18 m east and 24 m up: 30 m by Pythagoras
    "HIGHER": ((2.0, 3.0, 2.8), (37.6, 8.0, 27.01)),
}


class _House(InteriorHouse):
    """The house with what lies on the edge of a question."""

    def __init__(self) -> None:
        super().__init__()
        for name, (size, at) in _AWAY.items():
            self.rooms[1, name] = self.put(self.make("IfcSpace", name), size, at, 1)
        self._lift()
        self._shed()
        self._floors()
        self._zone("FC-2", (1, "N1"))
        self._zone("FC-3", (1, "N2"), (2, "N1"), (2, "N2"))
        self._zone("FC-4", (1, "SHED"))

    def _lift(self) -> None:
        """A lobby with a door outside, and a room above that only a lift goes to."""
        for level, name, z in ((1, "LOBBY", 0.0), (2, "LOFT", 3.5)):
            self.rooms[level, name] = self.put(
                self.make("IfcSpace", name), (3.8, 3.8, 2.8), (60.1, 0.1, z), level
            )
        wall = self.make("IfcWall", "门厅西墙")
        self.walls[1, "西门厅墙"] = self.put(wall, (0.2, 4.0, 3.0), (59.9, 0.0, 0.0), 1)
        self._door(1, "D-LOBBY", "西门厅墙", (60.0, 2.0), None, True)
        lift = self.make("IfcTransportElement", "电梯", PredefinedType="ELEVATOR")
        self.put(lift, (1.2, 1.2, 6.0), (62.0, 2.0, 0.0), 1)

    def _shed(self) -> None:
        """A room between four walls of which nobody says how long they hold a fire."""
        self.rooms[1, "SHED"] = self.put(self.make("IfcSpace", "SHED"), (3.8, 3.8, 2.8), (80.1, 0.1, 0.0), 1)
        sides = {"棚南": ((4.0, 0.2), (80.0, -0.1)), "棚北": ((4.0, 0.2), (80.0, 3.9)),
                 "棚西": ((0.2, 4.0), (79.9, 0.0)), "棚东": ((0.2, 4.0), (83.9, 0.0))}  # fmt: skip
        for name, (size, at) in sides.items():
            self.put(self.make("IfcWall", name), (*size, 3.0), (*at, 0.0), 1)

    def _floors(self) -> None:
        """The upper storey is called 5F, there being no 4F; another one is at no known elevation."""
        self.storeys[2].Name = "5F"
        nowhere = self.make("IfcBuildingStorey", "设备夹层")
        ifcopenshell.api.aggregate.assign_object(
            self.model, products=[nowhere], relating_object=self.building
        )
        room = self.make("IfcSpace", "NOWHERE")
        ifcopenshell.api.aggregate.assign_object(self.model, products=[room], relating_object=nowhere)
        head = self.make("IfcFireSuppressionTerminal", "SP-夹层", PredefinedType="SPRINKLER")
        self.put(head, (0.05, 0.05, 0.1), (5.0, 5.0, 9.0), 1)
        ifcopenshell.api.spatial.assign_container(self.model, products=[head], relating_structure=nowhere)

    def _zone(self, name: str, *members: tuple[int, str]) -> None:
        zone = self.make("IfcSpatialZone", name, PredefinedType="FIRESAFETY")
        self.model.create_entity(
            "IfcRelReferencedInSpatialStructure", GlobalId=ifcopenshell.guid.new(),
            RelatedElements=[self.rooms[member] for member in members], RelatingStructure=zone,
        )  # fmt: skip


@pytest.fixture(scope="module")
def place(module_app: Flask, city: Database, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Path of the building in the API, and ids by name (of pipes and walls by floor and name)."""
    made = _House()
    made.georeference()
    path: Path = made.write(tmp_path_factory.mktemp("bounds") / "bounds.ifc")
    report = load_ifc(path, city, module_app.extensions["twin"].settings)
    assert report.status == "done"
    ids = {row["name"]: row["feature_id"] for row in city.rows("select name, feature_id from city_now.space")}
    parts = city.rows("select floor_no, name, feature_id from city_now.element")
    building = city.scalar("select feature_id from city_now.building")
    return {
        "base": f"/api/buildings/{building}", "building": building, "rooms": ids,
        "parts": {(row["floor_no"], row["name"]): row["feature_id"] for row in parts},
    }  # fmt: skip


def _get(client: FlaskClient, path: str, **query: Any) -> Any:
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_exactly_30_m_is_within_30_m_straight_through_space(
    client: FlaskClient, place: dict[str, Any]
) -> None:
    riser = place["parts"][1, "喷淋立管"]
    found = _get(client, "/api/spaces/near", element=riser, within_m=30, stacked="false")
    lengths = {room["name"]: room["distance_m"] for room in found["rooms"]}
    assert {name: lengths.get(name) for name in _AWAY} == {
        "EXACT": 30.0, "BEYOND": None, "ABOVE": 30.0, "HIGHER": None,
    }  # fmt: skip
    # one hundredth of a metre more is 30.008 m: hypot(18, 24.01)
    more = _get(client, "/api/spaces/near", element=riser, within_m=30.01, stacked="false")
    lengths = {room["name"]: room["distance_m"] for room in more["rooms"]}
    assert (lengths["BEYOND"], lengths["HIGHER"]) == (30.002, pytest.approx(hypot(18, 24.01), abs=1e-3))


def test_a_room_without_a_door_and_one_with_only_a_lift_have_no_known_way(
    client: FlaskClient, place: dict[str, Any]
) -> None:
    found = _get(client, f"{place['base']}/escape")
    ways = {room["name"]: room["escape_m"] for room in found["rooms"]}
    nobody_knows = {"SHED", "LOFT", "B101", "NOWHERE", *_AWAY}
    assert {name for name, length in ways.items() if length is None} == nobody_knows
    # from the far corner of the lobby (63.9, 0.1) or (63.9, 3.9) to its door (60, 2)
    assert ways["LOBBY"] == pytest.approx(hypot(3.9, 1.9), abs=0.01)
    assert found["counts"] == {"rooms": len(ways), "known": len(ways) - 8, "unknown": 8}
    joined = _get(client, f"{place['base']}/graph")["edges"]
    assert [edge["kind"] for edge in joined if edge["b_id"] == place["rooms"]["LOFT"]
            or edge["a_id"] == place["rooms"]["LOFT"]] == ["lift"]  # fmt: skip


def test_what_is_unknown_is_counted_when_only_long_ways_are_asked_for(
    client: FlaskClient, place: dict[str, Any]
) -> None:
    found = _get(client, f"{place['base']}/escape", over_m=10_000)
    assert found["counts"] == {"rooms": 0, "known": 0, "unknown": 8}


def test_nobody_depends_on_a_room_by_a_lift(client: FlaskClient, place: dict[str, Any]) -> None:
    found = _get(client, f"{place['base']}/only-way", space=place["rooms"]["LOBBY"])
    assert (found["count"], found["rooms"], found["unknown"]) == (0, [], 8)


def test_floors_left_out_are_no_floors(client: FlaskClient, place: dict[str, Any]) -> None:
    found = _get(client, f"{place['base']}/equipment", **{"from": 2, "to": 4})
    assert (found["count"], found["floor_unknown"]) == (0, 1)
    found = _get(client, f"{place['base']}/equipment", **{"from": 5, "to": 15})
    assert [row["name"] for row in found["equipment"]] == ["IfcFlowTerminal-2"]
    assert found["by_floor"] == {"5": 1}
    # of equipment on no known floor only that of the kind asked for is counted
    assert _get(client, f"{place['base']}/equipment", kind="valve")["floor_unknown"] == 0


def test_a_room_at_no_known_height_is_neither_above_nor_below(
    client: FlaskClient, place: dict[str, Any]
) -> None:
    found = _get(client, "/api/spaces/below-ground", building=place["building"])
    assert found["counts"] == {"below": 1, "partly": 0, "unknown": 1}
    assert [space["name"] for space in found["spaces"]] == ["B101"]


def test_two_compartments_share_a_wall(client: FlaskClient, place: dict[str, Any]) -> None:
    shared = place["parts"][1, "走道北墙"]
    for name, unknown in (("FC-1", []), ("FC-2", ["隔墙北"])):
        found = _get(client, f"{place['base']}/compartments/{name}/walls")
        assert [wall["id"] for wall in found["under"]] == [shared]
        assert [wall["name"] for wall in found["unknown"]] == unknown
        assert found["counts"] == {"around": 4, "under": 1, "unknown": len(unknown)}


def test_a_compartment_is_bounded_floor_by_floor(client: FlaskClient, place: dict[str, Any]) -> None:
    # N2 on 1F, N1 and N2 on 5F: the partition between them is around it below, and inside it above;
    # the west wall is around it above only
    found = _get(client, f"{place['base']}/compartments/FC-3/walls", under_min=240)
    walls = Counter((wall["floor_no"], wall["name"]) for wall in (*found["under"], *found["unknown"]))
    assert walls == Counter(
        [(floor, name) for floor in (1, 5) for name in ("北墙", "走道北墙", "楼梯墙")]
        + [(1, "隔墙北"), (5, "西墙")]
    )
    assert [(wall["floor_no"], wall["name"]) for wall in found["unknown"]] == [(1, "隔墙北")]
    weak = _get(client, f"{place['base']}/compartments/FC-3/walls")["under"]
    assert [(wall["floor_no"], wall["name"]) for wall in weak] == [(1, "走道北墙"), (5, "走道北墙")]


def test_walls_nobody_rated_are_unknown_and_none_of_them_is_weak(
    client: FlaskClient, place: dict[str, Any]
) -> None:
    found = _get(client, f"{place['base']}/compartments/FC-4/walls")
    assert found["counts"] == {"around": 4, "under": 0, "unknown": 4}
    assert {wall["name"] for wall in found["unknown"]} == {"棚南", "棚北", "棚西", "棚东"}


def test_a_wall_that_holds_just_as_long_as_asked_is_not_under_it(
    client: FlaskClient, place: dict[str, Any]
) -> None:
    # the wall north of the corridor holds 0.50h, which is 30 minutes
    for under_min, count in ((30, 0), (30.1, 1)):
        found = _get(client, f"{place['base']}/compartments/FC-1/walls", under_min=under_min)
        assert found["counts"]["under"] == count


def test_an_exported_storey_at_no_known_elevation_states_none(
    client: FlaskClient, place: dict[str, Any]
) -> None:
    answer = client.get(f"{place['base']}/ifc")
    assert answer.status_code == 200
    model = ifcopenshell.file.from_string(answer.get_data(as_text=True))
    storeys = {storey.Name: storey for storey in model.by_type("IfcBuildingStorey")}
    assert (storeys["设备夹层"].Elevation, storeys["设备夹层"].ObjectPlacement) == (None, None)
    assert storeys["5F"].Elevation == pytest.approx(3.5)
