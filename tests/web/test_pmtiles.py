"""Archives over HTTP: ranges, conditions, and that the file of restricted rows is nobody's."""

from __future__ import annotations

import time
from dataclasses import replace

import mapbox_vector_tile
import pytest
from isal import igzip
from pmtiles.reader import Reader

from tiles.archive.bake import bake
from tiles.archive.request import BakeRequest
from web.app import create_app


@pytest.fixture
def served(settings, database, hydrant, tmp_path):
    """An application with an archive of the hydrant, and the file."""
    settings = replace(settings, state_dir=tmp_path)

    def make(**values):
        request = BakeRequest.checked(
            **{"name": "city", "names": ("hydrant",), "min_zoom": 14, "max_zoom": 16, "maker": "postgis"}
            | values
        )
        return bake(database, settings, request)

    done = make()
    app = create_app(settings)
    try:
        yield app, done.path.read_bytes(), make
    finally:
        app.extensions["twin"].close()


def test_the_file_whole_and_by_range(served):
    app, data, _ = served
    client = app.test_client()
    whole = client.get("/pmtiles/city.pmtiles")
    assert (whole.status_code, whole.data, whole.mimetype) == (200, data, "application/vnd.pmtiles")
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert "Content-Encoding" not in whole.headers
    part = client.get("/pmtiles/city.pmtiles", headers={"Range": "bytes=0-126", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.data) == (206, data[:127])
    assert part.headers["Content-Range"] == f"bytes 0-126/{len(data)}"
    assert part.headers["ETag"] == whole.headers["ETag"]
    last = client.get("/pmtiles/city.pmtiles", headers={"Range": "bytes=-10"})
    assert (last.status_code, last.data) == (206, data[-10:])
    open_end = client.get("/pmtiles/city.pmtiles", headers={"Range": f"bytes={len(data) - 3}-"})
    assert open_end.data == data[-3:]


def test_a_range_beyond_the_end(served):
    app, data, _ = served
    answer = app.test_client().get("/pmtiles/city.pmtiles", headers={"Range": f"bytes={len(data)}-"})
    assert (answer.status_code, answer.data) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(data)}"


def test_several_ranges_bring_the_whole(served):
    app, data, _ = served
    answer = app.test_client().get("/pmtiles/city.pmtiles", headers={"Range": "bytes=0-1,5-6"})
    assert (answer.status_code, answer.data) == (200, data)


def test_head_and_conditions(served):
    app, data, make = served
    client = app.test_client()
    head = client.head("/pmtiles/city.pmtiles")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(data))
    tag = head.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get("/pmtiles/city.pmtiles", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    same = client.get("/pmtiles/city.pmtiles", headers={"Range": "bytes=0-9", "If-Range": tag})
    assert (same.status_code, same.data) == (206, data[:10])
    both = client.get("/pmtiles/city.pmtiles", headers={"Range": "bytes=0-9", "If-None-Match": tag})
    assert (both.status_code, both.data, both.headers["ETag"]) == (304, b"", tag)
    make(max_zoom=15)
    # a reader that holds directories of the old file is not given bytes of the new one
    other = client.get("/pmtiles/city.pmtiles", headers={"Range": "bytes=0-9", "If-Range": tag})
    assert other.status_code == 200
    assert other.headers["ETag"] != tag
    refused = client.get("/pmtiles/city.pmtiles", headers={"Range": "bytes=0-9", "If-Match": tag})
    assert refused.status_code == 412


def test_a_reader_of_pmtiles_finds_the_hydrant(served, hydrant):
    app, _, _ = served
    client = app.test_client()

    def get_bytes(offset, length):
        answer = client.get(
            "/pmtiles/city.pmtiles", headers={"Range": f"bytes={offset}-{offset + length - 1}"}
        )
        assert answer.status_code == 206
        return answer.data

    tile = Reader(get_bytes).get(*map(int, hydrant.split("/")))
    content = mapbox_vector_tile.decode(igzip.decompress(tile))
    assert content["hydrant"]["features"][0]["properties"]["code"] == "XHS-1"


def test_tilejson_leads_to_fresh_tiles(served, hydrant, database):
    app, data, _ = served
    client = app.test_client()
    document = client.get("/pmtiles/city.json").get_json()
    assert (document["tilejson"], document["minzoom"], document["maxzoom"]) == ("3.0.0", 14, 16)
    assert document["bytes"] == len(data)
    assert [one["id"] for one in document["vector_layers"]] == ["hydrant"]
    assert client.get("/pmtiles").get_json()["archives"] == [document]
    z, x, y = hydrant.split("/")
    path = document["tiles"][0].removeprefix("http://localhost").format(z=z, x=x, y=y)
    archives = app.extensions["twin"].archives
    client.get("/healthz")
    until = time.monotonic() + 10
    while not {name: value for name, _, _, value in archives.samples()}["twin_archive_files"]:
        assert time.monotonic() < until
        time.sleep(0.05)
    live = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert archives.taken == 1
    assert b"twin_archive_tiles_total 1" in client.get("/metrics").data
    database.execute("update city.hydrant set code = 'XHS-2'")
    until = time.monotonic() + 1
    while True:
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        if answer.headers["ETag"] != live.headers["ETag"]:
            break
        assert time.monotonic() < until
    assert b"XHS-2" in igzip.decompress(answer.data)


@pytest.mark.parametrize(
    "path", ["none.pmtiles", "none.json", "..%2Fsecret.pmtiles", "CITY.pmtiles", "city.pmtiles.parts", "city"]
)
def test_what_is_not_there(served, path):
    app, _, _ = served
    assert app.test_client().get(f"/pmtiles/{path}").status_code in (400, 404)


def test_a_restricted_archive_is_not_served(served):
    app, _, make = served
    done = make(name="secret", access=("fire", "public"))
    client = app.test_client()
    for headers in ({}, {"Authorization": "Bearer key"}):
        assert client.get("/pmtiles/secret.pmtiles", headers=headers).status_code == 404
        assert client.get("/pmtiles/secret.json", headers=headers).status_code == 404
    # nor where somebody moves it among the public ones
    done.path.rename(done.path.parent.parent / "archives" / "secret.pmtiles")
    assert client.get("/pmtiles/secret.pmtiles").status_code == 404
    assert [one["name"] for one in client.get("/pmtiles").get_json()["archives"]] == ["city"]
