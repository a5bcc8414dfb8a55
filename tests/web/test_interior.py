"""Questions about the inside of a house whose answers were worked out by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import hypot
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from loaders.ifc.load import load_ifc
from tests.interior_house import ROOMS, write_house
from twin.database.connection import Database
from twin.settings import Settings


@pytest.fixture(scope="module")
def house(module_app: Flask, city: Database, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Report of the load, and the ids of what is in the house by floor and name."""
    settings: Settings = module_app.extensions["twin"].settings
    path = write_house(tmp_path_factory.mktemp("house") / "inside.ifc")
    report = load_ifc(path, city, replace(settings))
    ids = {
        (row["floor_no"], row["name"]): row["feature_id"]
        for table in ("space", "element", "opening", "equipment")
        for row in city.rows(f"select floor_no, name, feature_id from city_now.{table}")
    }
    building = city.scalar("select feature_id from city_now.building")
    return {
        "report": report,
        "ids": ids,
        "building": building,
        "model": city.scalar("select id from twin.model"),
    }


def _get(client: FlaskClient, path: str, **query: Any) -> Any:
    answer = client.get(path, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_load_says_how_the_rooms_connect(house: dict[str, Any]) -> None:
    assert (house["report"].status, house["report"].warnings) == ("done", [])
    assert house["report"].georeference["room_graph"] == {
        "edges": 12, "exits": 1, "doors_within_a_room": 0, "doors_without_a_room": 0,
    }  # fmt: skip


def test_the_graph_of_a_floor(client: FlaskClient, house: dict[str, Any]) -> None:
    graph = _get(client, f"/api/buildings/{house['building']}/graph", floor=1)
    names = {room["id"]: room["name"].removeprefix("1F-") for room in graph["rooms"]}
    assert set(names.values()) == set(ROOMS)
    joined = {
        frozenset((names[e["a_id"]], names.get(e["b_id"], "outside"))): e
        for e in graph["edges"]
        if e["kind"] != "stair"
    }
    assert set(joined) == {
        frozenset(pair)
        for pair in (
            ("S1", "CORRIDOR"), ("S2", "CORRIDOR"), ("N1", "CORRIDOR"), ("N1", "N2"), ("STAIR", "CORRIDOR"),
            ("CORRIDOR", "outside"),
        )
    }  # fmt: skip
    edge = joined[frozenset(("S1", "CORRIDOR"))]
    assert (edge["width_m"], edge["via_name"], edge["evidence"]) == (1.0, "D-S1", "geometry")
    # middle of S1 (5, 2) to the door (5, 4), and on to the middle of the corridor (10, 5)
    lengths = {names[edge["a_id"]]: edge["length_a_m"], names[edge["b_id"]]: edge["length_b_m"]}
    assert lengths == pytest.approx({"S1": 2.0, "CORRIDOR": hypot(5, 1)}, abs=2e-3)
    [stair] = [e for e in graph["edges"] if e["kind"] == "stair"]
    assert stair["run_m"] == pytest.approx(hypot(3.0, 3.5), abs=2e-3)
    assert [r["name"] for r in graph["rooms"] if r["protected_stair"]] == ["1F-STAIR"]


def test_the_longest_way_to_safety(client: FlaskClient, house: dict[str, Any]) -> None:
    found = _get(client, f"/api/buildings/{house['building']}/escape")
    ways = {room["name"]: room["escape_m"] for room in found["rooms"]}
    to_exit = hypot(5, 1)
    expected = {
        "1F-S1": hypot(4.9, 3.9) + to_exit,
        "1F-N1": min(hypot(4.9, 3.9), hypot(4.9, 3.9)) + to_exit,
        # by N1: its door (10, 8) to the door of N1 (5, 6), then out
        "1F-N2": hypot(5.9, 1.9) + hypot(5, 2) + to_exit,
        # the stair door (18, 6) is nearer to S2's (15, 4) than the exit
        "1F-S2": hypot(4.9, 3.9) + hypot(3, 2),
        # everybody by one way: the stair door, from the far corner (0.1, 4.1)
        "1F-CORRIDOR": hypot(17.9, 1.9),
        "2F-S1": hypot(4.9, 3.9) + hypot(13, 2),
        "2F-N2": hypot(5.9, 1.9) + hypot(5, 2) + 13.0,
    }
    for name, length in expected.items():
        assert ways[name] == pytest.approx(length, abs=0.01), name
    assert ways["1F-STAIR"] == ways["2F-STAIR"] == 0.0
    assert ways["B101"] is None, "no door leads out of the cellar: unknown, not zero"
    assert found["counts"] == {"rooms": 13, "known": 12, "unknown": 1}
    far = _get(client, f"/api/buildings/{house['building']}/escape", floor=2, over_m=19.0)
    assert {room["name"] for room in far["rooms"]} == {n for n, w in ways.items() if n[0] == "2" and w > 19}


@pytest.mark.parametrize(
    ("passed", "rooms"),
    [
        ((1, "1F-N1"), {"1F-N2"}),
        ((2, "2F-CORRIDOR"), {"2F-S1", "2F-S2", "2F-N1", "2F-N2"}),
        (
            (1, "1F-CORRIDOR"),
            {f"1F-{n}" for n in ROOMS if n != "CORRIDOR"} | {f"2F-{n}" for n in ROOMS},
        ),
        ((1, "1F-S1"), set()),
    ],
)
def test_whose_only_way_out_passes_a_room(
    client: FlaskClient, house: dict[str, Any], passed: tuple[int, str], rooms: set[str]
) -> None:
    found = _get(client, f"/api/buildings/{house['building']}/only-way", space=house["ids"][passed])
    assert {room["name"] for room in found["rooms"]} == rooms
    assert found["count"] == len(rooms)


def test_rooms_near_a_riser(client: FlaskClient, house: dict[str, Any]) -> None:
    riser = house["ids"][1, "喷淋立管"]
    # the pipe of 1F alone: 19.5..19.6 x 9.5..9.6, 0..3 m; 2F begins at 3.5 m
    found = _get(client, "/api/spaces/near", element=riser, within_m=5, stacked="false")
    assert {room["name"]: room["distance_m"] for room in found["rooms"]} == pytest.approx(
        {
            "1F-STAIR": 0.0, "2F-STAIR": 0.5, "1F-N2": 3.6, "2F-N2": hypot(3.6, 0.5),
            "1F-CORRIDOR": 3.6, "2F-CORRIDOR": hypot(3.6, 0.5),
        },
        abs=2e-3,
    )  # fmt: skip
    whole = _get(client, "/api/spaces/near", element=riser, within_m=3.6)
    assert {room["name"] for room in whole["rooms"]} >= {"1F-STAIR", "2F-STAIR"}
    assert {room["name"]: room["distance_m"] for room in whole["rooms"]}["2F-STAIR"] == 0.0
    assert len(_get(client, "/api/spaces/near", element=riser, within_m=30)["rooms"]) == 13


def test_equipment_by_floors(client: FlaskClient, house: dict[str, Any]) -> None:
    path = f"/api/buildings/{house['building']}/equipment"
    found = _get(client, path, **{"from": 1, "to": 2})
    assert found["by_kind"] == {"sprinkler": 2, "valve": 1, "unknown": 1}
    assert found["by_floor"] == {"1": 3, "2": 1}
    only = _get(client, path, **{"from": 2, "to": 9})
    assert [row["name"] for row in only["equipment"]] == ["IfcFlowTerminal-2"]
    assert _get(client, path, kind="sprinkler")["count"] == 2
    assert client.get(path, query_string={"from": 3, "to": 1}).json["parameter"] == "from"


def test_rooms_below_ground(client: FlaskClient, house: dict[str, Any]) -> None:
    found = _get(client, "/api/spaces/below-ground", building=house["building"])
    assert found["counts"] == {"below": 1, "partly": 0, "unknown": 0}
    assert [(s["name"], s["evidence"]) for s in found["spaces"]] == [("B101", "height")]


def test_walls_around_a_compartment(client: FlaskClient, house: dict[str, Any]) -> None:
    listed = _get(client, f"/api/buildings/{house['building']}/compartments")
    [compartment] = listed["compartments"]
    assert (compartment["name"], compartment["spaces"], compartment["floors"]) == ("FC-1", 3, [1])
    found = _get(client, f"/api/buildings/{house['building']}/compartments/FC-1/walls")
    assert found["counts"] == {"around": 4, "under": 1, "unknown": 0}
    [weak] = found["under"]
    assert (weak["name"], weak["fire_rating"], weak["fire_rating_min"]) == ("走道北墙", "0.50h", 30.0)
    more = _get(client, f"/api/buildings/{house['building']}/compartments/FC-1/walls", under_min=180)
    assert Counter(wall["name"] for wall in more["under"]) == Counter(["走道北墙", "西墙", "东墙"])
    assert client.get(f"/api/buildings/{house['building']}/compartments/FC-9/walls").status_code == 404


def test_what_a_sprinkler_hangs_on(client: FlaskClient, house: dict[str, Any]) -> None:
    ids = house["ids"]
    joined = _get(client, f"/api/equipment/{ids[1, 'SP-1']}/supply")
    assert joined["evidence"] == "ports"
    assert joined["path"] == [ids[1, "SP-1"], ids[1, "支管"], ids[1, "喷淋立管"]]
    guessed = _get(client, f"/api/equipment/{ids[1, 'SP-2']}/supply")
    assert (guessed["evidence"], guessed["riser"]["id"], guessed["path"]) == (
        "system",
        ids[1, "喷淋立管"],
        [],
    )
    alone = _get(client, f"/api/equipment/{ids[1, 'IfcValve-1']}/supply")
    assert (alone["evidence"], alone["riser"]) == ("none", None)
    listed = _get(client, f"/api/models/{house['model']}/systems")["systems"]
    assert [
        (s["name"], s["members"], s["equipment"]) for s in listed if s["ifc_class"] == "IfcDistributionSystem"
    ] == [("喷淋系统", 5, 2)]


def test_what_nobody_could_classify_is_a_work_list(client: FlaskClient, house: dict[str, Any]) -> None:
    found = _get(client, f"/api/models/{house['model']}/unclassified")
    assert (found["total"], found["classified"], found["unclassified"]) == (4, 3, 1)
    [group] = found["groups"]
    assert (group["ifc_class"], group["called"], group["count"]) == (
        "IfcFlowTerminal",
        "IfcFlowTerminal-#",
        1,
    )
    assert group["examples"] == [house["ids"][2, "IfcFlowTerminal-2"]]


def test_doors_carry_their_rating_in_minutes(city: Database, house: dict[str, Any]) -> None:
    rows = city.rows("select name, fire_rating, fire_rating_min from city_now.opening where floor_no = 1")
    ratings = {row["name"]: (row["fire_rating"], row["fire_rating_min"]) for row in rows}
    assert ratings["D-ST"] == ("乙级", 60.0)
    assert ratings["D-S2"] == ("丙级", 30.0)
    assert ratings["D-N1"] == (None, None)


def test_rooms_of_another_circle_are_nowhere(
    client: FlaskClient, city: Database, house: dict[str, Any]
) -> None:
    hidden = house["ids"][2, "2F-S2"]
    change = "update city.space set visibility = %(circle)s where feature_id = %(id)s and valid_to is null"
    city.execute(change, {"circle": "fire", "id": hidden})
    try:
        base = f"/api/buildings/{house['building']}"
        answers = [
            client.get(f"{base}/graph").text,
            client.get(f"{base}/escape").text,
            client.get(f"{base}/only-way?space={house['ids'][2, '2F-CORRIDOR']}").text,
            client.get(f"/api/spaces/near?element={house['ids'][1, '喷淋立管']}").text,
        ]
        assert all("2F-S2" not in answer and "2F-S1" in answer for answer in answers)
        assert client.get(f"{base}/only-way?space={hidden}").status_code == 404
    finally:
        city.execute(change, {"circle": "public", "id": hidden})


def test_equipment_is_asked_for_by_its_room(client: FlaskClient, house: dict[str, Any]) -> None:
    # the house hangs everything on its storeys; where it stands says tests/interior_house.py
    stands = {"SP-2": "S1", "SP-1": "N1", "IfcValve-1": "N1"}
    for room in ("S1", "N1", "CORRIDOR"):
        page = _get(
            client, "/api/collections/equipment/items", space=house["ids"][1, f"1F-{room}"], count="exact"
        )
        assert {f["properties"]["name"] for f in page["features"]} == {
            name for name, where in stands.items() if where == room
        }, room
        assert page["numberMatched"] == len(page["features"])
        assert all(f["properties"]["other"]["room_by"] == "geometry" for f in page["features"])
    assert _get(client, "/api/collections/equipment/items", space=1)["features"] == []
    wrong = client.get("/api/collections/equipment/items", query_string={"space": "S1"})
    assert (wrong.status_code, wrong.json["parameter"]) == (400, "space")


def test_a_sensor_is_asked_for_by_the_room_its_register_names(
    client: FlaskClient, city: Database, house: dict[str, Any]
) -> None:
    room = city.row(
        "select feature_id, global_id from city_now.space where feature_id = %(id)s",
        {"id": house["ids"][1, "1F-S1"]},
    )
    assert room is not None
    for code, host in (("SD-1", room["global_id"]), ("SD-2", None)):
        city.row(
            "insert into city.sensor (code, type, building_id, host_space) values"
            " (%(code)s, 'smoke', %(building)s, %(host)s) returning feature_id",
            {"code": code, "building": house["building"], "host": host},
        )
    found = _get(client, "/api/collections/sensor/items", space=room["feature_id"])["features"]
    assert [one["properties"]["code"] for one in found] == ["SD-1"]
