"""The drawing of a storey says what the API says, and stays a drawing whatever it is given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from loaders.ifc.load import load_ifc
from tests.interior_house import DOORS, ROOMS, write_house
from twin.database.connection import Database
from web.storey_symbols import STATES

_SVG = "{http://www.w3.org/2000/svg}"
_PALETTE = Path(__file__).resolve().parents[2] / "web" / "client" / "src" / "palette.js"
_NAME = "探测<器>&\"'"


@pytest.fixture(scope="module")
def building(module_app: Flask, city: Database, tmp_path_factory: pytest.TempPathFactory) -> int:
    settings = module_app.extensions["twin"].settings
    load_ifc(write_house(tmp_path_factory.mktemp("house") / "plan & more.ifc"), city, settings)
    number = city.scalar("select feature_id from city_now.building")
    city.execute(
        "insert into city.sensor (code, name_zh, type, building_id, floor_no, geometry)"
        " values ('S-1', %(name)s, 'smoke', %(b)s, 1, st_setsrid(st_makepoint(512005, 2494002), 4547)),"
        " ('S-2', 'S-2', 'smoke', %(b)s, 1, null)",
        {"name": _NAME, "b": number},
    )
    return int(number)


def _drawing(client: FlaskClient, building: int, floor: int, **query: str) -> ElementTree.Element:
    answer = client.get(f"/api/buildings/{building}/storeys/{floor}/plan", query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "image/svg+xml"
    return ElementTree.fromstring(answer.data)


def _group(drawing: ElementTree.Element, name: str) -> ElementTree.Element:
    found = drawing.find(f".//{_SVG}g[@id='{name}']")
    assert found is not None
    return found


def test_the_counts_are_those_of_the_api(client: FlaskClient, building: int) -> None:
    for floor in (-1, 1, 2):
        drawing = _drawing(client, building, floor)
        sheet = client.get(f"/api/buildings/{building}/storeys/{floor}").json
        for group, listed in (("rooms", "spaces"), ("equipment", "equipment"), ("sensors", "sensors")):
            assert int(_group(drawing, group).get("data-count", "-1")) == len(sheet[listed]), (floor, group)
    drawing = _drawing(client, building, 1)
    assert {path.get("data-id") for path in _group(drawing, "rooms").iter(f"{_SVG}path")} == {
        str(room["id"]) for room in client.get(f"/api/buildings/{building}/storeys/1").json["spaces"]
    }
    assert len(ROOMS) == int(_group(drawing, "rooms").get("data-count", "0"))
    assert int(_group(drawing, "doors").get("data-count", "0")) == len(DOORS) + 1
    assert int(_group(drawing, "stairs").get("data-count", "0")) == 1


def test_it_lies_to_scale_with_north_up(client: FlaskClient, building: int) -> None:
    drawing = _drawing(client, building, 1)
    walls = _group(drawing, "walls")
    numbers = [
        float(n)
        for path in walls.iter(f"{_SVG}path")
        for n in path.get("d", "").replace("M", " ").replace("L", " ").split()
    ]
    xs, ys = numbers[::2], numbers[1::2]
    # 20.2 m from outer face to outer face of the walls, 10.2 m the other way: centimetres
    assert max(xs) - min(xs) == pytest.approx(2020, abs=1)
    assert max(ys) - min(ys) == pytest.approx(1020, abs=1)
    names = {
        title.text: path.get("d", "")
        for path in _group(drawing, "rooms").iter(f"{_SVG}path")
        for title in path.iter(f"{_SVG}title")
    }
    first = {
        name.split(" ")[0]: float(path[1:].split("L")[0].split()[1]) for name, path in names.items() if name
    }
    assert first["1F-N1"] < first["1F-S1"], "what is north is above"
    assert _group(drawing, "scale").get("data-metres") == "5"
    assert _group(drawing, "north") is not None


def test_it_names_its_source_and_escapes_what_it_is_told(client: FlaskClient, building: int) -> None:
    drawing = _drawing(client, building, 1)
    source = drawing.find(f".//{_SVG}text[@id='source']")
    assert source is not None and source.text is not None
    assert source.text.startswith("来源: plan & more.ifc · 日期: 20")
    [placed] = _group(drawing, "sensors").findall(f"{_SVG}g")
    assert (placed.get("data-state"), placed.findtext(f"{_SVG}title")) == ("unknown", _NAME)
    legend = [text.text for text in _group(drawing, "legend").iter(f"{_SVG}text")]
    assert "传感器 2 (1 无位置)" in legend
    english = _drawing(client, building, 1, lang="en")
    assert "Sensors 2 (1 without a place)" in [t.text for t in _group(english, "legend").iter(f"{_SVG}text")]


def test_a_state_has_its_colour(client: FlaskClient, city: Database, building: int) -> None:
    city.execute(
        'update city.sensor set properties = \'{"state": "offline"}\''
        " where code = 'S-1' and valid_to is null"
    )
    [placed] = _group(_drawing(client, building, 1), "sensors").findall(f"{_SVG}g")
    assert placed.get("data-state") == "offline"


def test_states_look_as_on_the_map(client: FlaskClient, building: int) -> None:
    """By the style alone, which the page relies on when a reading changes a state; unknown is empty."""
    palette = _PALETTE.read_text(encoding="utf-8")
    block = palette.split("STATE_COLOURS = {")[1].split("}")[0]
    known = dict(re.findall(r"(\w+): '(#\w{6})'", block))
    assert set(known) == set(STATES)
    drawing = _drawing(client, building, 1)
    style = "".join(one.text or "" for one in drawing.iter(f"{_SVG}style"))
    told = dict(re.findall(r"\[data-state=(\w+)\] \.q\{fill:(#\w{6})\}", style))
    assert told == {**known, "unknown": "#ffffff"}
    [placed] = _group(drawing, "sensors").findall(f"{_SVG}g")
    assert [path.get("class") for path in placed.iter(f"{_SVG}path")] == ["q"]
    assert not [path for path in placed.iter(f"{_SVG}path") if path.get("fill")]


def test_what_cannot_be_drawn(client: FlaskClient, building: int) -> None:
    assert client.get(f"/api/buildings/{building}/storeys/40/plan").status_code == 404
    wrong = client.get(f"/api/buildings/{building}/storeys/1/plan?lang=fr")
    assert (wrong.status_code, wrong.json["parameter"]) == (400, "lang")


def test_the_same_drawing_is_not_sent_twice(client: FlaskClient, building: int) -> Any:
    path = f"/api/buildings/{building}/storeys/2/plan"
    etag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
