"""Tiles over HTTP: statuses, headers, and the two encodings."""

from __future__ import annotations

import time

import mapbox_vector_tile
import pytest
from isal import igzip

from web.app import create_app


@pytest.fixture
def client(settings):
    app = create_app(settings)
    try:
        yield app.test_client()
    finally:
        app.extensions["twin"].close()


def test_a_tile_with_its_headers_and_304(client, hydrant):
    path = f"/tiles/hydrant/{hydrant}.mvt"
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (answer.status_code, answer.mimetype) == (200, "application/vnd.mapbox-vector-tile")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "no-cache" in answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    content = mapbox_vector_tile.decode(igzip.decompress(answer.data))
    assert content["hydrant"]["features"][0]["properties"]["code"] == "XHS-1"
    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.data == igzip.decompress(answer.data)
    assert plain.headers["ETag"] != answer.headers["ETag"]


def test_without_its_ears_the_server_asks_the_database(client, hydrant, database, monkeypatch):
    path = f"/tiles/hydrant/{hydrant}.mvt"
    before = client.get(path).headers["ETag"]
    database.execute("update city.hydrant set state = 'broken'")
    composition = client.application.extensions["twin"]
    composition.feed.stop()  # the server has lost its ears: it must serve from the database
    monkeypatch.setattr(composition.feed, "start", lambda: None)
    while composition.tiles.fresh:
        time.sleep(0.02)
    after = client.get(path, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before


_STATUSES = (
    ("/tiles/hydrant/16/0/0.mvt", 204),
    ("/tiles/nothing/16/0/0.mvt", 404),
    ("/tiles/hydrant,nothing/16/0/0.mvt", 404),
    ("/tiles/unit/16/0/0.mvt", 404),
    ("/tiles/camera/16/0/0.mvt", 403),
    ("/tiles/hydrant/25/0/0.mvt", 400),
    ("/tiles/hydrant/3/8/0.mvt", 400),
    ("/tiles/hydrant/3/0/-1.mvt", 400),
    ("/tiles/hydrant/x/0/0.mvt", 400),
    ("/tiles/hydrant/１/0/0.mvt", 400),
    ("/tiles/hydrant/999999999999999999/0/0.mvt", 400),
    ("/tiles/hydrant,hydrant/16/0/0.mvt", 400),
    (f"/tiles/{','.join(['road'] * 41)}/16/0/0.mvt", 400),
    ("/tiles/hydrant/16/0/0.mvt?datetime=soon", 400),
    ("/tiles/hydrant/16/0/0.mvt?unknown=1", 400),
    ("/tiles/nothing.json", 404),
    ("/terrain/none/3/0/0.png", 404),
    ("/terrain/none.json", 404),
    ("/raster/..%2Fetc/3/0/0.png", 404),
)


def test_statuses(client):
    for path, status in _STATUSES:
        answer = client.get(path)
        assert answer.status_code == status, path
        assert status < 400 or answer.mimetype == "application/problem+json", path


def test_tilejson_holds_what_the_specification_requires(client, hydrant):
    document = client.get("/tiles/hydrant,building.json").get_json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == ["http://localhost/tiles/hydrant,building/{z}/{x}/{y}.mvt"]
    assert [one["id"] for one in document["vector_layers"]] == ["hydrant", "building"]
    assert document["vector_layers"][0]["fields"]["flow_lps"] == "Number"
    assert (document["minzoom"], document["maxzoom"]) == (12, 17)
    west, south, east, north = document["bounds"]
    lon, lat, _ = document["center"]
    assert west < lon < east
    assert south < lat < north
    # the address in the document leads to a tile
    place = document["tiles"][0].removeprefix("http://localhost")
    z, x, y = hydrant.split("/")
    assert client.get(place.format(z=z, x=x, y=y)).status_code == 200
    past = client.get("/tiles/hydrant.json?datetime=2020-01-01T00:00:00Z").get_json()
    assert past["tiles"][0].endswith("?datetime=2020-01-01T00:00:00Z")


def test_a_thinned_tile_says_so(client, hydrant, monkeypatch, database):
    database.execute(
        "insert into city.hydrant (geometry, code) select st_translate(geometry, i, i), 'X' || i"
        " from city.hydrant, generate_series(1, 40) i"
    )
    monkeypatch.setattr("tiles.vector.fitting.LIMIT_BYTES", 300)
    answer = client.get(f"/tiles/hydrant/{hydrant}.mvt")
    assert answer.status_code == 200
    assert answer.headers["Twin-Thinned"].startswith("hydrant;one_in=")


@pytest.mark.parametrize("place", ["--5/0/0", "-/0/0", "1/--0/0", "2/4/0", "2/0/-1", "25/0/0", "1e1/0/0"])
def test_a_place_that_is_none_is_named(client, place):
    answer = client.get(f"/tiles/hydrant/{place}.mvt")
    assert answer.status_code == 400
    assert answer.json["parameter"] in ("z", "x", "y")
