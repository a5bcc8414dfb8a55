"""3D Tiles over HTTP: addresses, headers, statuses, and an edit that shows within a second."""

from __future__ import annotations

import time

import pytest
import shapely
from isal import igzip

from tests.tiles.solids.reader import read
from tiles.solids.skirt import SKIRT_M

_BOX = shapely.MultiPolygon([shapely.box(513_420, 2_494_420, 513_440, 2_494_435)])


@pytest.fixture(scope="module")
def house(city):
    wkb = shapely.to_wkb(shapely.set_srid(_BOX, 4547), hex=True, include_srid=True)
    row = city.row(
        "insert into city.building (geometry, code, name_zh, elev_base_m, height_m)"
        " values (%(wkb)s, 'L-1', '翠竹苑', 4.0, 18.0) returning feature_id as id",
        {"wkb": wkb},
    )
    return row["id"]


def _content(client):
    """Address of the only leaf, by the templates of the documents."""
    document = client.get("/3dtiles/city/tileset.json").get_json()
    root = document["root"]
    assert root["implicitTiling"]["availableLevels"] == 1
    return "/3dtiles/city/" + root["content"]["uri"].format(level=0, x=0, y=0), root["implicitTiling"]


def test_the_way_from_the_list_to_a_building(client, house):
    listed = client.get("/3dtiles/").get_json()["tilesets"]
    assert [one["name"] for one in listed] == ["city"]
    assert client.get(listed[0]["url"].removeprefix("http://localhost")).status_code == 200
    path, implicit = _content(client)
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.mimetype) == (200, "model/gltf-binary")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    (row,) = read(igzip.decompress(answer.data)).rows
    assert (row["id"], row["name_zh"], row["height_m"]) == (house, "翠竹苑", 18.0)
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    plain = client.get(path)
    assert plain.data == igzip.decompress(answer.data)
    tree = client.get("/3dtiles/city/" + implicit["subtrees"]["uri"].format(level=0, x=0, y=0))
    assert tree.data[:4] == b"subt"


def test_an_edit_by_the_api_shows_within_a_second(client, house):
    path, _ = _content(client)
    before = client.get(path).headers["ETag"]
    time.sleep(0.5)
    assert client.get(path).headers["ETag"] == before
    answer = client.patch(f"/api/collections/building/items/{house}", json={"properties": {"height_m": 27.5}})
    assert answer.status_code == 200
    committed = time.monotonic()
    while (seen := client.get(path)).headers["ETag"] == before:
        assert time.monotonic() - committed < 1.0
        time.sleep(0.02)
    glb = read(seen.data)
    assert glb.rows[0]["height_m"] == 27.5
    (drawn,) = glb.features().values()
    heights = [point[2] for points in drawn.points for point in points]
    assert max(heights) - min(heights) == pytest.approx(27.5 + SKIRT_M, abs=0.01)


_STATUSES = (
    ("/3dtiles/city/content/1026.4988.0/0/0/0.glb", 200),
    ("/3dtiles/city/content/1026.4988.0/1/0/0.glb", 400),
    ("/3dtiles/city/content/1026.4988.0/0/1/0.glb", 400),
    ("/3dtiles/city/content/1026.4988.0/0/-1/0.glb", 400),
    ("/3dtiles/city/content/1026.4988.0/x/0/0.glb", 400),
    ("/3dtiles/city/content/1026.4988.0/0/０/0.glb", 400),
    ("/3dtiles/city/content/1026.4988.99/0/0/0.glb", 400),
    ("/3dtiles/city/content/nowhere/0/0/0.glb", 400),
    ("/3dtiles/city/content/-999999.-999999.3/0/0/0.glb", 200),
    ("/3dtiles/city/subtrees/-999999.-999999.3/0/0/0.subtree", 200),
    ("/3dtiles/city/subtrees/1026.4988.3/1/0/0.subtree", 400),
    ("/3dtiles/city/tileset.json?datetime=soon", 400),
    ("/3dtiles/city/tileset.json?unknown=1", 400),
    ("/3dtiles/?unknown=1", 400),
    ("/3dtiles/model-1/tileset.json", 404),
    ("/3dtiles/model-x/tileset.json", 404),
    ("/3dtiles/model-1/rooms.json", 404),
    ("/3dtiles/model-1/objects/0.0/1.glb", 404),
    ("/3dtiles/model-1/walls/0.0/1.glb", 404),
    ("/3dtiles/model-1/objects/0/1.glb", 404),
    ("/3dtiles/model-1/objects/0.0/x.glb", 400),
    ("/3dtiles/model-99999999999999999999/tileset.json", 404),
)


def test_statuses(client, house):
    for path, status in _STATUSES:
        answer = client.get(path)
        assert answer.status_code == status, path
        assert status < 400 or answer.mimetype == "application/problem+json", path
