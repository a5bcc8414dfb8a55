"""Who may read from a page of another site, as a browser would ask."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from twin.database.connection import Database
from twin.settings import Settings
from web.app import create_app

SITE = "https://maps.example"
PREFLIGHT = {"Origin": SITE, "Access-Control-Request-Method": "GET"}


def made(settings: Settings, origins: str) -> Flask:
    return create_app(replace(settings, cors_origins=origins))


@pytest.fixture
def client(request: pytest.FixtureRequest, settings: Settings, database: Database) -> FlaskClient:
    application = made(settings, request.param)
    request.addfinalizer(application.extensions["twin"].close)
    return application.test_client()


@pytest.mark.parametrize("client", [""], indirect=True)
def test_by_default_nobody_elses_page_reads(client: FlaskClient) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/healthz", headers={"Origin": SITE}).headers
    assert "Access-Control-Allow-Origin" not in client.options("/api/layers", headers=PREFLIGHT).headers


@pytest.mark.parametrize("client", [f"https://gis.example {SITE}"], indirect=True)
def test_the_sites_that_are_named_may_read(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"Origin": SITE})
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "Origin" in answer.headers["Vary"] and "ETag" in answer.headers["Access-Control-Expose-Headers"]
    for stranger in (f"{SITE}.evil", "http://maps.example", "null"):
        refused = client.get("/healthz", headers={"Origin": stranger})
        assert "Access-Control-Allow-Origin" not in refused.headers
        assert "Origin" in refused.headers["Vary"]
    preflight = client.options("/api/collections/building/items", headers=PREFLIGHT)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    # an error is read too, so that a page can tell its reader what is wrong
    wrong = client.get("/api/collections/nothing", headers={"Origin": SITE})
    assert (wrong.status_code, wrong.headers["Access-Control-Allow-Origin"]) == (404, SITE)


@pytest.mark.parametrize("client", ["*"], indirect=True)
def test_writing_stays_closed_to_other_sites(client: FlaskClient) -> None:
    assert client.get("/healthz", headers={"Origin": SITE}).headers["Access-Control-Allow-Origin"] == "*"
    body = {"properties": {"name_zh": "新"}}
    answer = client.patch("/api/collections/building/items/1", json=body, headers={"Origin": SITE})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
