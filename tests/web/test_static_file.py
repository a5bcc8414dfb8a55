"""The client travels compressed, and is the same client."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("name", ["app.js", "style.css", "maplibre-gl-worker.mjs"])
def test_what_is_packed_is_what_is_there(client: FlaskClient, name: str) -> None:
    plain = client.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    packed = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.mimetype == plain.mimetype
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.vary


@pytest.mark.parametrize("name", ["../app.py", "%2e%2e/app.py", "..%2fapp.py", "nothing.js", "nothing.css"])
def test_only_files_of_the_folder(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip;q=0", False), ("gzip;q=0, *", False), ("notgzip", False), ("br, GZIP;q=0.1", True), ("*", True)],
)
def test_gzip_is_for_who_takes_it(client: FlaskClient, accepted: str, packed: bool) -> None:
    for path in ("/static/app.js", "/api/layers"):
        answer = client.get(path, headers={"Accept-Encoding": accepted})
        assert ("Content-Encoding" in answer.headers) == packed, (path, accepted)
