"""The description tells the truth: every path exists, and no parameter makes the server fail."""

import re
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from web.openapi import document
from web.paths import PATHS

_SKIPPED = {"/live"}
_GETS = sorted(path for path, methods in PATHS.items() if "get" in methods and path not in _SKIPPED)
_TEXTS = st.one_of(
    st.text(max_size=20),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(
        [
            "",
            "0",
            "-1",
            "1e400",
            "nan",
            "1,2,3,4",
            "a,b,c,d",
            "true",
            "../..",
            "'; drop table x; --",
            "%",
            "2026-11-20T00:00:00Z",
            "../2026-01-01T00:00:00Z",
            "9" * 30,
            "\\",
            "１２",
            "none",
        ]
    ),
)


def test_every_described_path_is_served_and_the_other_way_round(module_app: Flask) -> None:
    served = {
        re.sub(r"<(?:[^:>]*:)?([^>]+)>", "{}", rule.rule)
        for rule in module_app.url_map.iter_rules()
        if rule.rule.startswith(("/api", "/live", "/healthz", "/metrics"))
    }
    described = {re.sub(r"\{[^}]+\}", "{}", path) for path in PATHS}
    assert described == served - {"/api"}


def test_the_description_is_whole(client: FlaskClient) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.content_type.startswith("application/vnd.oai.openapi+json")
    whole = answer.json
    assert whole == document("http://localhost")
    assert whole["openapi"].startswith("3.1")
    names = set()
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            assert operation["operationId"] not in names
            names.add(operation["operationId"])
            assert operation["responses"], (path, method)
            in_path = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert in_path == set(re.findall(r"\{([^}]+)\}", path))
            assert all("schema" in p for p in operation["parameters"])
    for reference in re.findall(r'"#/([^"]+)"', answer.text):
        found = whole
        for step in reference.split("/"):
            found = found[step]


@pytest.mark.parametrize("path", _GETS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_parameter_makes_the_server_fail(client: FlaskClient, path: str, data: st.DataObject) -> None:
    filled = re.sub(r"\{[^}]+\}", lambda _: quote(data.draw(_TEXTS), safe="") or "x", path)
    if "{collection}" in path and data.draw(st.booleans()):
        filled = filled.replace(filled.split("/")[3], "building", 1)
    names = [name.removesuffix("!") for name in PATHS[path]["get"][1]]
    chosen = data.draw(st.lists(st.sampled_from([*names, "unknown"]), unique=True, max_size=4))
    query = {name: data.draw(_TEXTS) for name in chosen}
    answer = client.get(filled, query_string=query)
    assert answer.status_code in {200, 304, 308, 400, 404, 413}, (filled, query, answer.text[:500])
    if answer.status_code in {400, 404, 413}:
        assert answer.json["detail"]
