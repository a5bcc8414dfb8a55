"""What the door sends is what Flask would send; all else is Flask's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from tiles.address import TileCoord
from tiles.source import Context, Made, TileSource
from twin.database.connection import Database
from twin.errors import DatabaseUnavailable, TooLarge
from web.app import create_app
from web.door import Door

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


class Behind:
    """Flask's own path, which counts how often it is walked."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.calls = inner, 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.calls += 1
        return self.inner(environ, start_response)


@pytest.fixture
def app(settings: Any, database: Database) -> Iterator[Flask]:
    application = create_app(settings)
    yield application
    application.extensions["twin"].close()


@pytest.fixture
def flask_(app: Flask) -> Behind:
    door = app.wsgi_app
    assert isinstance(door, Door)
    door._inner = Behind(door._inner)  # type: ignore[assignment]
    return door._inner  # type: ignore[return-value]


def warmed(app: Flask, path: str) -> Client:
    """A client, once the tile of that path is in memory."""
    client = Client(app)
    tiles = app.extensions["twin"].tiles
    end = time.monotonic() + 10
    while not tiles.cached[0]:
        client.get(path, headers=GZIP)
        assert time.monotonic() < end, "the tile is never kept"
        time.sleep(0.05)
    return client


def test_a_warm_tile_is_the_same_without_flask(app: Flask, flask_: Behind, hydrant: str) -> None:
    path = f"/tiles/hydrant/{hydrant}.mvt"
    client = warmed(app, path)
    walked = flask_.calls
    short = client.get(path, headers=GZIP)
    assert flask_.calls == walked, "the warm tile went through Flask"
    whole = Client(flask_.inner).get(path, headers=GZIP)
    assert headers_of(short) == headers_of(whole)
    assert (short.status, short.data) == (whole.status, whole.data)
    condition = GZIP | {"If-None-Match": short.headers["ETag"]}
    walked = flask_.calls
    short, whole = client.get(path, headers=condition), Client(flask_.inner).get(path, headers=condition)
    assert flask_.calls == walked
    assert (short.status_code, short.data) == (304, b"")
    assert short.status == whole.status
    assert headers_of(short) == headers_of(whole)
    metrics = client.get("/metrics").text
    assert 'twin_requests_total{endpoint="tiles.vector_tile",method="GET",status="304"} 2' in metrics


@pytest.mark.parametrize(
    "asked",
    [
        ("", {"Accept-Encoding": "identity"}, 200),
        ("", {"Accept-Encoding": "gzip;q=0"}, 200),
        ("", GZIP | {"Authorization": "Bearer x"}, 200),
        ("", GZIP | {"Origin": "https://elsewhere.example"}, 200),
        ("", GZIP | {"If-None-Match": "*"}, 304),
        ("", GZIP | {"If-None-Match": '"a", "b"'}, 200),
        ("?datetime=2001-01-01T00:00:00Z", GZIP, 200),
        ("?nonsense=1", GZIP, 400),
    ],
)
def test_what_is_not_plain_goes_to_flask(
    app: Flask, flask_: Behind, hydrant: str, asked: tuple[str, dict[str, str], int]
) -> None:
    query, headers, status = asked
    path = f"/tiles/hydrant/{hydrant}.mvt"
    client = warmed(app, path)
    walked = flask_.calls
    assert client.get(path + query, headers=headers).status_code == status
    assert flask_.calls == walked + 1


def headers_of(answer: TestResponse) -> dict[str, str]:
    """All that says something of the answer itself."""
    return {name: value for name, value in answer.headers if name != "Date"}


class Counting:
    """A maker of tiles that counts, and may be told to fail."""

    def __init__(self, inner: TileSource[TileCoord]) -> None:
        self.inner, self.calls = inner, 0
        self.error: Exception | None = None

    def make(self, names: tuple[str, ...], coord: TileCoord, context: Context) -> Made:
        self.calls += 1
        if self.error is not None:
            raise self.error
        return self.inner.make(names, coord, context)


def started(app: Flask) -> tuple[Client, Counting]:
    """A client, once the log is read, and the maker of tiles."""
    client, tiles = Client(app), app.extensions["twin"].tiles
    maker = tiles._source = Counting(tiles._source)
    end = time.monotonic() + 10
    client.get("/api/status", headers=GZIP)
    while not tiles.fresh:
        assert time.monotonic() < end, "the log is never read"
        time.sleep(0.05)
    return client, maker


@pytest.mark.parametrize("where", ["full", "empty", "outside the storage CRS"])
def test_a_cold_tile_is_the_same_without_flask(
    settings: Any, database: Database, hydrant: str, where: str
) -> None:
    app = create_app(replace(settings, tile_cache_mb=0))
    try:
        place = {"full": hydrant, "empty": "16/53544/28500"}.get(where, "16/1/1")
        behind = app.wsgi_app._inner = Behind(app.wsgi_app._inner)  # type: ignore[attr-defined]
        client, maker = started(app)
        walked = behind.calls
        short = client.get(f"/tiles/hydrant/{place}.mvt", headers=GZIP)
        assert (behind.calls, maker.calls) == (walked, 1), "the cold tile went through Flask"
        whole = Client(behind.inner).get(f"/tiles/hydrant/{place}.mvt", headers=GZIP)
        assert maker.calls == 2
        assert headers_of(short) == headers_of(whole)
        assert (short.status, short.data) == (whole.status, whole.data)
        assert short.status_code == (200 if where == "full" else 204)
    finally:
        app.extensions["twin"].close()


@pytest.mark.parametrize(
    "case",
    [
        ("nowhere", None, 404),
        ("hydrant,hydrant", None, 400),
        ("hydrant", TooLarge("the tile is too large"), 413),
        ("hydrant", DatabaseUnavailable("gone"), 503),
        ("hydrant", RuntimeError("of no concern to a caller"), 500),
    ],
)
def test_an_error_is_made_once_and_said_by_flask(
    app: Flask, flask_: Behind, hydrant: str, case: tuple[str, Exception | None, int]
) -> None:
    client, maker = started(app)
    layers, maker.error, status = case
    walked = flask_.calls
    short = client.get(f"/tiles/{layers}/{hydrant}.mvt", headers=GZIP)
    assert (short.status_code, flask_.calls) == (status, walked + 1)
    assert maker.calls <= 1, "tried twice"
    whole = Client(flask_.inner).get(f"/tiles/{layers}/{hydrant}.mvt", headers=GZIP)
    assert (short.status, short.data) == (whole.status, whole.data)
    assert headers_of(short) == headers_of(whole)


@pytest.mark.parametrize("path", ["/tiles/hydrant/25/0/0.mvt", "/tiles/hydrant/x/0/0.mvt", "/tiles/a/1.mvt"])
def test_what_is_wrong_is_said_by_flask(app: Flask, flask_: Behind, path: str) -> None:
    assert Client(app).get(path, headers=GZIP).status_code in {400, 404}
    assert flask_.calls == 1


def test_an_edit_is_never_held_back_at_the_door(
    app: Flask, flask_: Behind, hydrant: str, database: Database
) -> None:
    path = f"/tiles/hydrant/{hydrant}.mvt"
    client = warmed(app, path)
    before = client.get(path, headers=GZIP).headers["ETag"]
    database.execute("update city.hydrant set state = 'broken'")
    committed = time.monotonic()
    while client.get(path, headers=GZIP).headers["ETag"] == before:
        assert time.monotonic() - committed < 1.0, "older than the promise"
        time.sleep(0.01)
