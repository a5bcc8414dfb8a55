"""Proposed places over HTTP: listed, drawn, decided once, by whom is kept."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import shapely.geometry
from flask import Flask
from flask.testing import FlaskClient
from shapely import affinity

from twin.database.connection import Database
from twin.store.placing import propose
from web.placing_svg import placing_svg

SOURCE = "ifc/<b>tower</b>"


@pytest.fixture
def ids(database: Database) -> list[int]:
    """Two places proposed for a model, 30 m east of where it stands."""
    house = shapely.box(513_400, 2_494_400, 513_430, 2_494_415)
    database.execute(
        "insert into city.building (code, name_zh, geometry)"
        " values ('B1', '罗湖示例楼', st_multi(st_geomfromtext(%(wkt)s, 4547)))",
        {"wkt": house.wkt},
    )
    database.execute(
        "insert into twin.model (source, schema, placement) values (%(source)s, 'IFC4', 'map-conversion')",
        {"source": SOURCE},
    )
    proposal = {
        "statement": "s", "problem": "shifted", "matrix": [float(i % 5 == 0) for i in range(16)],
        "building_id": database.scalar("select feature_id from city_now.building"),
        "residual_m": 0.214, "overlap": 0.97, "rotation_deg": 12.5, "shift_m": 30.0, "ambiguous": False,
        "footprint": shapely.to_wkb(house),
        "stated_footprint": shapely.to_wkb(affinity.translate(house, 30)),
    }  # fmt: skip
    return propose(
        database,
        SOURCE,
        [proposal, {**proposal, "problem": "unit", "shift_m": None, "stated_footprint": None}],
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_place_is_listed_shown_and_decided_once(client: FlaskClient, ids: list[int]) -> None:
    rows = client.get("/api/placings?open=true").json["placings"]
    assert [row["id"] for row in rows] == ids
    assert (rows[0]["building_code"], rows[0]["residual_m"], rows[0]["decision"]) == ("B1", 0.214, None)
    one = client.get(f"/api/placings/{ids[0]}").json
    assert shapely.geometry.shape(one["proposed"]).bounds[0] == pytest.approx(114.13, abs=0.01)
    assert one["stated"] is not None
    assert client.get(f"/api/placings/{ids[1]}").json["stated"] is None

    answer = client.post(
        f"/api/placings/{ids[0]}/decide", json={"decision": "accepted", "note": "看过现场", "actor": "测绘组"}
    )
    assert (answer.status_code, answer.json["decision"], answer.json["decided_by"]) == (
        200,
        "accepted",
        "测绘组",
    )
    assert client.get("/api/placings?open=true").json["placings"] == []
    assert client.get(f"/api/placings/{ids[1]}").json["decision"] == "rejected", "one place is enough"
    again = client.post(f"/api/placings/{ids[0]}/decide", json={"decision": "rejected", "actor": "测绘组"})
    assert again.status_code == 409


def test_both_outlines_are_in_the_picture_wherever_they_lie() -> None:
    """One 300 m north of the other: the picture once kept the middle only, where neither is."""
    south = shapely.box(513_400, 2_494_400, 513_430, 2_494_415)
    north = affinity.translate(south, 40, 300)
    frame = shapely.box(*shapely.union_all([south, north]).bounds).buffer(25, join_style="mitre")
    shapes = [
        {"kind": kind, "shape": shapely.to_wkb(shape)}
        for kind, shape in (("frame", frame), ("stated", south), ("proposed", north))
    ]
    drawing = ElementTree.fromstring(str(placing_svg(shapes, "both")))
    _, _, wide, high = map(float, drawing.attrib["viewBox"].split())
    for name in ("stated", "proposed"):
        path = drawing.find(f"g[@class='{name}']/path")
        assert path is not None
        corners = [tuple(map(float, pair.split())) for pair in re.split("[MLZ]", path.attrib["d"]) if pair]
        assert all(0 < x < wide and 0 < y < high for x, y in corners), name


def test_the_building_a_model_brings_along_is_not_drawn_as_the_citys(
    client: FlaskClient, ids: list[int], database: Database
) -> None:
    database.execute("update city.feature set source = %(source)s", {"source": SOURCE})
    assert '<g class="building"></g>' in client.get(f"/data/placings/{ids[0]}").text


def test_a_decision_has_a_name(client: FlaskClient, ids: list[int]) -> None:
    for body in ({"decision": "accepted"}, {"decision": "accepted", "actor": " "}):
        answer = client.post(f"/api/placings/{ids[0]}/decide", json=body)
        assert (answer.status_code, answer.json["parameter"]) == (400, "actor")
    assert client.post(f"/data/placings/{ids[0]}", data={"decision": "accepted"}).status_code == 400
    assert client.get(f"/api/placings/{ids[0]}").json["decision"] is None


def test_an_accepted_place_is_taken_back_on_its_page(client: FlaskClient, ids: list[int]) -> None:
    page = f"/data/placings/{ids[0]}?lang=en"
    assert "Take back" not in client.get(page).text
    for decision in ("accepted", "withdrawn"):
        answer = client.post(page, data={"decision": decision, "actor": "Li", "note": f"said {decision}"})
        assert answer.status_code == 303
        if decision == "accepted":
            assert 'value="withdrawn"' in client.get(page).text
    shown = client.get(page).text
    assert "said accepted" in shown and "said withdrawn" in shown and "<form" not in shown
    assert ("taken back" in shown, "puts it where it says" in shown) == (True, True)
    one = client.get(f"/api/placings/{ids[0]}").json
    assert (one["decision"], one["withdrawn_by"], one["withdrawn_note"]) == (
        "accepted",
        "Li",
        "said withdrawn",
    )


def test_a_mistake_of_the_file_is_shown_but_not_accepted(
    client: FlaskClient, ids: list[int], database: Database
) -> None:
    database.execute("update twin.placing set problem = 'mirrored'")
    page = f"/data/placings/{ids[0]}?lang=en"
    shown = client.get(page).text
    assert "mirror image" in shown and "correct the file" in shown
    assert ('value="accepted"' in shown, 'value="rejected"' in shown) == (False, True)
    body = {"decision": "accepted", "actor": "Li"}
    assert client.post(f"/api/placings/{ids[0]}/decide", json=body).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [({"decision": "maybe"}, 400), ({}, 400), ({"decision": "accepted", "note": 7}, 400), ({"x": 1}, 400)],
)
def test_what_is_no_decision_is_refused(client: FlaskClient, ids: list[int], body: dict, status: int) -> None:
    assert client.post(f"/api/placings/{ids[0]}/decide", json=body).status_code == status
    assert client.get(f"/api/placings/{ids[0]}").json["decision"] is None
    body = {"decision": "accepted", "actor": "x"}
    assert client.post("/api/placings/999/decide", json=body).status_code == 404


def test_the_page_draws_before_and_after_and_takes_a_decision(client: FlaskClient, ids: list[int]) -> None:
    listed = client.get("/data/placings")
    assert "位置偏移" in listed.text
    assert "<b>tower" not in listed.text, "a source writes no markup"
    shown = client.get(f"/data/placings/{ids[0]}?lang=en").text
    for kind in ("building", "stated", "proposed"):
        assert f'<g class="{kind}"><path d="M' in shown
    assert "0.21" in shown and "30.0" in shown and "Accept" in shown
    bare = client.get(f"/data/placings/{ids[1]}").text
    assert '<g class="stated"></g>' in bare
    answer = client.post(
        f"/data/placings/{ids[0]}?lang=en",
        data={"decision": "rejected", "actor": "Li", "note": "wrong block"},
    )
    assert (answer.status_code, answer.location) == (303, f"/data/placings/{ids[0]}?lang=en")
    after = client.get(answer.location).text
    assert "rejected" in after and "Li" in after and "wrong block" in after
    assert "<form" not in after


def test_a_page_of_another_site_decides_nothing(client: FlaskClient, ids: list[int]) -> None:
    answer = client.post(
        f"/data/placings/{ids[0]}",
        data={"decision": "accepted"},
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403
    assert client.get(f"/api/placings/{ids[0]}").json["decision"] is None


def test_its_page_leads_to_both_outlines_on_the_map(client: FlaskClient, ids: list[int]) -> None:
    links = re.findall(r'href="(/\?lang=zh#[^"]+)"', client.get(f"/data/placings/{ids[0]}?lang=zh").text)
    assert [link.split("?")[-1] for link in links] == [f"pl={ids[0]}", f"pl={ids[0]}&amp;vw=c"]
    lon, lat, *_ = links[0].partition("#v1/")[2].split(",")
    assert (float(lon), float(lat)) == pytest.approx((114.13, 22.55), abs=0.02)
