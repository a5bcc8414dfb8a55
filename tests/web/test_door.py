"""What the door sends is what Flask would send; all else is Flask's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

from twin.database.connection import Database
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
    unlike = {"Date"}  # the server's own
    assert {k: v for k, v in short.headers if k not in unlike} == {
        k: v for k, v in whole.headers if k not in unlike
    }
    assert (short.status, short.data) == (whole.status, whole.data)
    condition = GZIP | {"If-None-Match": short.headers["ETag"]}
    walked = flask_.calls
    short, whole = client.get(path, headers=condition), Client(flask_.inner).get(path, headers=condition)
    assert flask_.calls == walked
    assert (short.status_code, short.data) == (304, b"")
    assert short.status == whole.status
    assert {k: v for k, v in short.headers if k not in unlike} == {
        k: v for k, v in whole.headers if k not in unlike
    }
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
