"""Edits by hand: checked, kept in history, told to whom they concern."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from twin.database.connection import Database
from web.access import may_bind

ITEMS = "/api/collections/building/items"
SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[114.1, 22.54], [114.1002, 22.54], [114.1002, 22.5402], [114.1, 22.5402], [114.1, 22.54]]
    ],
}


def add(client: FlaskClient, **properties: object) -> dict:
    answer = client.post(ITEMS, json={"properties": properties, "geometry": SQUARE, "actor": "测绘员"})
    assert answer.status_code == 201, answer.json
    return answer.json


def test_add_change_close(client: FlaskClient, city: Database) -> None:
    made = add(client, code="NEW-1", name_zh="新楼", elev_base_m=5.0, height_m=10.0)
    path = f"{ITEMS}/{made['id']}"
    assert made["geometry"]["type"] == "MultiPolygon"
    assert made["geometry"]["coordinates"][0][0][0] == pytest.approx([114.1, 22.54], abs=1e-6)
    assert (made["properties"]["z_min_m"], made["properties"]["z_max_m"]) == (5.0, 15.0)
    changed = client.patch(path, json={"properties": {"height_m": 20, "name_zh": None}, "actor": "规划师"})
    assert changed.status_code == 200
    assert changed.json["properties"]["name_zh"] is None
    assert changed.json["properties"]["z_max_m"] == 25.0
    assert changed.json["provenance"]["height_m"]["source"] == "规划师"
    height = city.row(
        "select st_zmax(solid) - st_zmin(solid) as h, st_isclosed(solid) as closed"
        " from city_now.building where feature_id = %(id)s",
        {"id": made["id"]},
    )
    assert (height["h"], height["closed"]) == (20.0, True)
    history = client.get(f"/api/buildings/{made['id']}/dossier").json["history"]
    columns = {c["column"]: (c["before"], c["after"]) for c in history[0]["changes"]}
    assert columns == {"height_m": (10.0, 20.0), "name_zh": ("新楼", None)}
    assert history[0]["actor"] == "规划师"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404
    trail = city.rows(
        "select actor, action from twin.audit where subject = %(s)s order by id",
        {"s": f"building/{made['id']}"},
    )
    assert [(r["actor"], r["action"]) for r in trail] == [
        ("测绘员", "feature.add"),
        ("规划师", "feature.change"),
        ("anonymous", "feature.close"),
    ]


def test_a_place_is_written_in_either_way_and_read_as_a_point(client: FlaskClient) -> None:
    path = "/api/collections/fire_profile/items"
    made = client.post(path, json={"properties": {"shutoff_gas": [114.1, 22.5], "assembly_point": None}})
    assert made.status_code == 201, made.json
    assert made.json["properties"]["shutoff_gas"] == {"type": "Point", "coordinates": [114.1, 22.5]}
    one = f"{path}/{made.json['id']}"
    grid = client.patch(one, json={"properties": {"shutoff_gas": [512345.6, 2494567.8]}})
    assert grid.json["properties"]["shutoff_gas"]["coordinates"] == [114.1200231, 22.5487236]
    swapped = client.patch(one, json={"properties": {"shutoff_gas": [2494567.8, 512345.6]}})
    assert (swapped.status_code, "swapped" in swapped.json["detail"]) == (422, True)


def test_if_match_stops_an_edit_of_something_read_too_long_ago(client: FlaskClient) -> None:
    path = f"{ITEMS}/{add(client, code='NEW-2')['id']}"
    etag = client.get(path).headers["ETag"]
    first = client.patch(path, json={"properties": {"floors_up": 3}}, headers={"If-Match": etag})
    assert first.status_code == 200
    assert first.headers["ETag"] == client.get(path).headers["ETag"]
    second = client.patch(path, json={"properties": {"floors_up": 4}}, headers={"If-Match": etag})
    assert second.status_code == 409
    assert client.get(path).json["properties"]["floors_up"] == 3


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"properties": {"colour": "red"}}, 422, "colour"),
        ({"properties": {"height_m": "tall"}}, 422, "height_m"),
        ({"properties": {"floors_up": 3.5}}, 422, "floors_up"),
        ({"properties": {"checked_on": "soon"}}, 422, "checked_on"),
        ({"properties": {"use": "castle"}}, 422, "use"),
        ({"properties": {"floor_no": 0}}, 422, "floor 0"),
        ({"properties": {"floor_no": 5000}}, 422, "floor_no"),
        ({"properties": {"height_m": -5}}, 422, "height_m': -5 is not between 0 and 1000"),
        ({"properties": {"floors_up": -3}}, 422, "floors_up"),
        ({"properties": {"floors_down": 31}}, 422, "floors_down"),
        ({"properties": {"year_built": 99999}}, 422, "year_built"),
        ({"properties": {"risk": 101}}, 422, "risk"),
        ({"properties": {"gfa_m2": -0.1}}, 422, "gfa_m2"),
        ({"properties": {"z_max_m": 1e300}}, 422, "z_max_m"),
        ({"properties": {"checked_on": "9999-12-31"}}, 422, "checked_on"),
        ({"properties": {"feature_id": 1}}, 422, "feature_id"),
        ({"properties": {}}, 422, "nothing"),
        ({"properties": []}, 422, "nothing"),
        ({"properties": "x"}, 400, "properties"),
        ({"extra": 1}, 400, "extra"),
        ({"geometry": {"type": "Point", "coordinates": [114, 22]}}, 422, "Point"),
        (
            {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}},
            422,
            "Self",
        ),
        (
            {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}},
            422,
            "outside",
        ),
        ({"geometry": {"type": "Nonsense"}}, 422, "GeoJSON"),
    ],
)
def test_an_edit_that_cannot_be_changes_nothing(
    client: FlaskClient, city: Database, change: dict, status: int, word: str
) -> None:
    city.execute(
        "insert into twin.code (list, code, zh, en) values ('use', 'R', '住宅', 'Residential')"
        " on conflict do nothing"
    )
    path = f"{ITEMS}/{add(client, code='NEW-3', use='R')['id']}"
    before = client.get(path).data
    answer = client.patch(path, json=change)
    assert answer.status_code == status, answer.json
    assert word in answer.json["detail"]
    assert client.get(path).data == before


def test_incidents_move_by_their_steps_only(client: FlaskClient) -> None:
    answer = client.post("/api/collections/incident/items", json={"properties": {}, "geometry": SQUARE})
    assert answer.status_code == 403


def test_who_may_write(module_app: Flask, client: FlaskClient) -> None:
    from dataclasses import replace

    body = {"properties": {"code": "X"}, "geometry": SQUARE}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"Host": "evil.example"},
    ):
        assert client.post(ITEMS, json=body, headers=headers).status_code == 403, headers
    assert client.post(ITEMS, json=body, headers={"Origin": "http://localhost"}).status_code == 201
    settings = module_app.extensions["twin"].settings
    open_settings = replace(settings, host="0.0.0.0", write_key="s" * 40)
    assert may_bind(open_settings)
    assert not may_bind(replace(open_settings, write_key=""))
    assert may_bind(settings)
    from web.app import create_app

    public = create_app(open_settings)
    try:
        outside = public.test_client()
        assert outside.post(ITEMS, json=body).status_code == 403
        wrong = outside.post(ITEMS, json=body, headers={"Authorization": "Bearer " + "s" * 39})
        assert wrong.status_code == 403
        right = outside.post(ITEMS, json=body, headers={"Authorization": "Bearer " + "s" * 40})
        assert right.status_code == 201
    finally:
        public.extensions["twin"].close()


def test_bodies_over_their_limits(client: FlaskClient) -> None:
    deep = b'{"properties":' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}"
    assert client.post(ITEMS, data=deep).status_code == 413
    very_deep = b"[" * 100_000
    assert client.post(ITEMS, data=very_deep).status_code == 400
    assert client.post(ITEMS, data=b"x" * 6_000_000).status_code == 413
    assert client.post("/api/observations", data=b"x" * 100_000_000).status_code == 413
    assert client.post(ITEMS, data=b"not json").status_code == 400
    assert client.post(ITEMS, data=b'{"properties":{"code":"a\\u0000"}}').status_code == 400


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_a_body_of_another_kind_is_not_guessed_at(
    client: FlaskClient, city: Database, media_type: str
) -> None:
    before = city.scalar("select count(*) from city.building")
    answer = client.post(ITEMS, data='{"properties": {"code": "X"}}', content_type=media_type)
    assert answer.status_code == 415
    assert media_type in answer.json["detail"]
    assert city.scalar("select count(*) from city.building") == before
