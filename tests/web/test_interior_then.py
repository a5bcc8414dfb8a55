"""A house whose second version lacks a door, a joint and a room of its compartment: both versions answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import hypot
from pathlib import Path
from typing import Any

import ifcopenshell.api.system
import pytest
from flask import Flask
from flask.testing import FlaskClient

from loaders.ifc.load import load_ifc
from tests.interior_house import InteriorHouse
from twin.crs import transformer
from twin.database.connection import Database
from twin.model.load import LoadReport
from twin.settings import Settings

_EDGES = "select id, kind, valid_from, valid_to, load_id, xmin::text from twin.space_edge order by id"


@dataclass(frozen=True)
class TwoVersions:
    """The house after its second load.

    `before` is an instant between the loads, `edges` what the room graph was then, `ids` objects by
    floor and name as of the first version.
    """

    building: int
    model: int
    before: datetime
    edges: list[dict[str, Any]]
    ids: dict[tuple[int | None, str], int]
    reports: tuple[LoadReport, LoadReport]


def _ids(city: Database) -> dict[tuple[int | None, str], int]:
    return {
        (row["floor_no"], row["name"]): row["feature_id"]
        for table in ("space", "element", "opening", "equipment")
        for row in city.rows(f"select floor_no, name, feature_id from city_now.{table}")
    }


def _second(made: InteriorHouse) -> None:
    made.rebuild()
    for joint in made.model.by_type("IfcRelConnectsPorts"):
        if made.things["SP-1"] in (_owner(joint.RelatingPort), _owner(joint.RelatedPort)):
            ifcopenshell.api.system.disconnect_port(made.model, port=joint.RelatingPort)
            break
    # the column unit.lease_no is for the housing department, and so is a property of that name
    made.describe(made.things["2/D-S2"], "Own", **{"Lease No": "A-2"})
    made.describe(made.things["2/D-ST"], "Own", **{"Lease No": "A-3", "Colour": "red"})
    made.project.Name = "改造工程"
    made.rooms[1, "S1"].LongName = "仓库"


def _owner(port: Any) -> Any:
    return next((relation.RelatingObject for relation in port.Nests), None)


@pytest.fixture(scope="module")
def house(module_app: Flask, city: Database, tmp_path_factory: pytest.TempPathFactory) -> TwoVersions:
    settings: Settings = module_app.extensions["twin"].settings
    path: Path = tmp_path_factory.mktemp("then") / "inside.ifc"
    made = InteriorHouse()
    made.georeference()
    first = load_ifc(made.write(path), city, settings)
    ids, edges = _ids(city), city.rows(_EDGES)
    before = city.scalar("select clock_timestamp()")
    _second(made)
    second = load_ifc(made.write(path), city, settings)
    return TwoVersions(
        city.scalar("select feature_id from city_now.building"),
        city.scalar("select id from twin.model"),
        before,
        edges,
        ids,
        (first, second),
    )


@pytest.fixture
def ask(client: FlaskClient, house: TwoVersions) -> Iterator[Any]:
    """Ask a path now, or with `then=True` as of between the loads."""

    def asked(path: str, *, then: bool = False, **query: Any) -> Any:
        query |= {"datetime": house.before.isoformat()} if then else {}
        answer = client.get(path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    return asked


def test_what_did_not_change_is_not_written_again(city: Database, house: TwoVersions) -> None:
    first, second = house.reports
    assert (len(house.edges), {edge["valid_from"] for edge in house.edges}) == (12, {None})
    now = {edge["id"]: edge for edge in city.rows(_EDGES)}
    same = [edge for edge in house.edges if now[edge["id"]] == edge]
    closed = [edge for edge in house.edges if now[edge["id"]]["valid_to"] is not None]
    opened = [edge for edge in now.values() if edge["id"] not in {e["id"] for e in house.edges}]
    # the door that went, and the one that got wider
    assert (len(same), len(closed), len(opened)) == (10, 2, 1)
    assert {edge["load_id"] for edge in same} == {first.load_id}
    [wider] = opened
    assert wider["load_id"] == second.load_id
    assert {now[edge["id"]]["valid_to"] for edge in closed} == {wider["valid_from"]}
    joints = city.rows("select valid_from, valid_to from twin.flow_edge order by id")
    assert [row["valid_to"] is None for row in joints] == [True, False]
    groups = city.rows("select ifc_class, valid_to from twin.model_group order by id")
    kept = [row["ifc_class"] for row in groups if row["valid_to"] is None]
    assert sorted(kept) == ["IfcDistributionSystem", "IfcSpatialZone"]
    assert [row["ifc_class"] for row in groups if row["valid_to"] is not None] == ["IfcSpatialZone"]


def test_the_graph_of_then(ask: Any, house: TwoVersions) -> None:
    def joined(**when: Any) -> dict[frozenset[str], float | None]:
        graph = ask(f"/api/buildings/{house.building}/graph", **when)
        names = {room["id"]: room["name"] for room in graph["rooms"]}
        return {
            frozenset((names[e["a_id"]], names.get(e["b_id"], "outside"))): e["width_m"]
            for e in graph["edges"]
        }

    then, now = joined(then=True), joined()
    gone, wider = frozenset(("1F-S1", "1F-CORRIDOR")), frozenset(("2F-N1", "2F-CORRIDOR"))
    assert (len(then), len(now)) == (12, 11)
    assert set(then) - set(now) == {gone}
    assert (then[wider], now[wider]) == (1.0, 1.25)


def test_the_ways_out_of_then(ask: Any, house: TwoVersions) -> None:
    path = f"/api/buildings/{house.building}"
    then, now = (
        {room["name"]: room["escape_m"] for room in ask(f"{path}/escape", **when)["rooms"]}
        for when in ({"then": True}, {})
    )
    # the far corner to the door at (5, 4), from there to the exit at (0, 5)
    assert then["1F-S1"] == pytest.approx(hypot(4.9, 3.9) + hypot(5, 1), abs=0.01)
    assert now["1F-S1"] is None, "no way is known: not zero"
    assert {name: way for name, way in then.items() if name != "1F-S1"} == {
        name: way for name, way in now.items() if name != "1F-S1"
    }
    corridor = house.ids[1, "1F-CORRIDOR"]
    depends = {
        which: {room["name"] for room in ask(f"{path}/only-way", space=corridor, **when)["rooms"]}
        for which, when in (("then", {"then": True}), ("now", {}))
    }
    assert depends["then"] - depends["now"] == {"1F-S1"}


def test_the_tree_of_then(ask: Any, house: TwoVersions) -> None:
    path = f"/api/models/{house.model}"
    then, now = ask(f"{path}/tree", then=True), ask(f"{path}/tree")
    assert (then["count"], now["count"]) == (then["count"], then["count"] - 1)

    def doors(tree: Any) -> int:
        return sum(c["count"] for s in tree["storeys"] for c in s["classes"] if c["ifc_class"] == "IfcDoor")

    # five doors and the exit on 1F, five on 2F
    assert (doors(then), doors(now)) == (11, 10)
    named = {"q": "D-S1", "floor": 1}
    assert ask(f"{path}/objects", then=True, **named)["matched"] == 1
    assert ask(f"{path}/objects", **named)["matched"] == 0
    by_class = {
        which: {g["value"]: g["count"] for g in ask(f"{path}/values", of="ifc_class", **when)["groups"]}
        for which, when in (("then", {"then": True}), ("now", {}))
    }
    assert (by_class["then"]["IfcDoor"], by_class["now"]["IfcDoor"]) == (11, 10)
    external = "Pset_DoorCommon.IsExternal"
    counts = [
        {p["path"]: p["count"] for p in ask(f"{path}/attributes", **when)["properties"]}[external]
        for when in ({"then": True}, {})
    ]
    assert counts == [11, 10]
    told = ask(f"{path}/values", then=True, of=external)["groups"]
    assert {g["value"]: g["count"] for g in told if g["state"] == "known"} == {"false": 10, "true": 1}


def test_the_dossier_of_then_has_the_tree_of_then(ask: Any, house: TwoVersions) -> None:
    """Nested as the file had it, and with the names it had."""

    def told(**when: Any) -> tuple[str, str, int]:
        [model] = ask(f"/api/buildings/{house.building}/dossier", **when)["models"]
        [project] = model["tree"]
        [site] = project["children"]
        [building] = site["children"]
        rooms = {
            room["name"]: room["long_name"] for storey in building["children"] for room in storey["children"]
        }
        assert len(rooms) == 13
        assert model["name"] == project["name"]
        return project["name"], rooms["1F-S1"], model["load_id"]

    first, second = house.reports
    assert told(then=True) == ("测试工程", "S1 房间", first.load_id)
    assert told() == ("改造工程", "仓库", second.load_id)


def test_an_object_that_is_gone_is_told_as_of_then(ask: Any, client: FlaskClient, house: TwoVersions) -> None:
    door = house.ids[1, "D-S1"]
    assert client.get(f"/api/objects/{door}").status_code == 404
    told = ask(f"/api/objects/{door}", then=True)
    assert told["feature"]["properties"]["name"] == "D-S1"
    assert told["sets"]["psets"]["Pset_DoorCommon"]["IsExternal"] is False
    assert told["model"]["load_id"] == house.reports[0].load_id


def test_what_belongs_together_then(ask: Any, house: TwoVersions) -> None:
    room = house.ids[1, "1F-S1"]
    groups = [
        [g["name"] for g in ask(f"/api/objects/{room}", **when)["groups"]] for when in ({"then": True}, {})
    ]
    assert groups == [["一层防火分区"], []]
    path = f"/api/models/{house.model}/systems"
    members = [
        {s["name"]: s["members"] for s in ask(path, **when)["systems"]}["一层防火分区"]
        for when in ({"then": True}, {})
    ]
    assert members == [3, 2]
    path = f"/api/buildings/{house.building}/compartments"
    spaces = [ask(path, **when)["compartments"][0]["spaces"] for when in ({"then": True}, {})]
    assert spaces == [3, 2]
    # without S1 the compartment ends at the wall south of the corridor, which held an hour
    walls = [
        {wall["name"] for wall in ask(f"{path}/FC-1/walls", under_min=200, **when)["under"]}
        for when in ({"then": True}, {})
    ]
    assert "走道南墙" not in walls[0]
    assert "走道南墙" in walls[1]


def test_what_fed_the_sprinkler_then(ask: Any, house: TwoVersions) -> None:
    path = f"/api/equipment/{house.ids[1, 'SP-1']}/supply"
    then, now = ask(path, then=True), ask(path)
    assert (then["evidence"], len(then["path"])) == ("ports", 3)
    assert (now["evidence"], now["path"]) == ("system", [])


def test_other_questions_of_then(ask: Any, house: TwoVersions) -> None:
    """Nothing of these changed: both answers are the same, and neither is empty."""
    riser = house.ids[1, "喷淋立管"]
    for path, query in (
        ("/api/spaces/near", {"element": riser, "within_m": 5}),
        ("/api/spaces/below-ground", {"building": house.building}),
        (f"/api/buildings/{house.building}/equipment", {"from": 1, "to": 2}),
        (f"/api/models/{house.model}/unclassified", {}),
    ):
        then, now = ask(path, then=True, **query), ask(path, **query)
        assert then == now
        assert any(isinstance(value, list) and value for value in now.values()), path


def test_a_section_of_then_is_whole_where_the_door_was(ask: Any, city: Database, house: TwoVersions) -> None:
    """A plane along the wall south of the corridor, seen from above it: the hole of D-S1 was filled since."""
    lon, lat = transformer(city.srid, 4326).transform(*_on_the_wall(city, house))
    plane = f"{lon:.9f},{lat:.9f},0,0,0"
    areas = []
    for when in ({"then": True}, {}):
        found = ask(f"/api/models/{house.model}/section", plane=plane, **when)
        wall = house.ids[1, "走道南墙"]
        areas.append({one["id"]: one["area_m2"] for one in found["objects"]}[wall])
    assert areas[1] - areas[0] == pytest.approx(1.0 * 2.1, abs=0.02)


def _on_the_wall(city: Database, house: TwoVersions) -> tuple[float, float]:
    row = city.row(
        "select st_x(c) as e, st_y(c) as n from city.element v, st_centroid(v.geometry) c"
        " where feature_id = %(id)s and superseded_at is null order by version_id desc limit 1",
        {"id": house.ids[1, "走道南墙"]},
    )
    assert row is not None
    return row["e"], row["n"]


def test_differences_tell_what_the_caller_may_read(ask: Any, house: TwoVersions) -> None:
    found = ask(f"/api/models/{house.model}/changes")
    told = {(one["name"], one["floor_no"]): one for one in found["changes"]}
    assert ("D-S2", 2) not in told, "nothing else of it is different"
    assert [said["property"] for said in told["D-ST", 2]["properties"]] == ["psets.Own.Colour"]
    assert "Lease No" not in str(found)
    assert found["counts"]["properties"] == sum("properties" in one["kinds"] for one in found["changes"])


def test_before_the_first_version_nobody_knows_better(client: FlaskClient, house: TwoVersions) -> None:
    """The first file says what was, since nobody knows when; a moment that is none is refused."""
    path = f"/api/buildings/{house.building}/graph"
    ever = client.get(path, query_string={"datetime": "1999-01-01T00:00:00Z"}).json
    assert ever["counts"]["edges"] == 12
    wrong = client.get(path, query_string={"datetime": "yesterday"})
    assert (wrong.status_code, "datetime" in wrong.json["detail"]) == (400, True)
