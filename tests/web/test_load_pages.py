"""The pages about loads say what the load row says, and no source writes markup into them."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient

from twin.database.connection import Database
from twin.model.feature import FeatureBatch
from twin.model.load import LoadRequest, Rejection
from twin.store.loading import begin_load

COUNTS = ("read", "written", "changed", "unchanged", "closed", "rejected")
EVIL = "<script>alert(1)</script>.gpkg"


class Tables(HTMLParser):
    """Texts of every table cell, row by row, and the names of all elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.elements: list[str] = []
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data


@pytest.fixture
def number(city: Database) -> int:
    asked = LoadRequest("test/houses", EVIL, "ab" * 32, "GPKG", "EPSG:4547")
    box = shapely.box(511_000, 2_493_000, 511_010, 2_493_010)
    with begin_load(city, asked, force=True) as load:
        load.write(
            FeatureBatch(
                collection="building",
                source_key=["H1"],
                columns={"height_m": np.array([9.0])},
                geometry=np.array([box]),
            )
        )
        load.reject(Rejection("ring-self-crossing", "H<2>", "the outline of H<2> crosses itself"), "building")
        load.warn("3 geometries repaired & kept")
    assert load.report.load_id is not None
    return load.report.load_id


@pytest.fixture
def pages(client: FlaskClient, module_app: Flask, tmp_path: Any) -> Iterator[FlaskClient]:
    """Pages with a client that was built, wherever the tests run."""
    before = module_app.static_folder
    (tmp_path / "app.js").write_text("")
    module_app.static_folder = str(tmp_path)
    yield client
    module_app.static_folder = before


def test_the_list_counts_what_the_load_did(pages: FlaskClient, number: int) -> None:
    html = pages.get("/data/loads?lang=en").text
    tables = Tables(html)
    assert "script" not in tables.elements
    row = dict(zip(tables.rows[0], tables.rows[1], strict=True))
    assert row["No."] == str(number) and row["File"] == EVIL
    stored = pages.get(f"/api/loads/{number}").json["counts"]["building"]
    assert (stored["read"], stored["rejected"]) == (2, 1)
    for name in COUNTS:
        assert row[name.capitalize()] == str(stored[name])
    assert row["Warnings"] == "1"
    assert row["Status"] == "done" and row["By"] == "unknown"


def test_one_load_says_why_something_was_refused(pages: FlaskClient, number: int) -> None:
    answer = pages.get(f"/data/loads/{number}?lang=en")
    assert answer.headers["Content-Language"] == "en"
    tables = Tables(answer.text)
    assert "script" not in tables.elements
    assert ["ring-self-crossing", "1"] in tables.rows
    assert ["ring-self-crossing", "H<2>", "the outline of H<2> crosses itself"] in tables.rows
    assert "3 geometries repaired &amp; kept" in answer.text
    stored = pages.get(f"/api/loads/{number}").json["counts"]["building"]
    layer = next(row for row in tables.rows if row[0].startswith("Buildings"))
    assert layer[1:] == [str(stored[name]) for name in COUNTS]


def test_the_page_speaks_chinese_first(pages: FlaskClient, number: int) -> None:
    answer = pages.get(f"/data/loads/{number}")
    assert answer.headers["Content-Language"] == "zh-CN"
    assert "被拒绝的对象" in answer.text and "建筑" in answer.text and "未知" in answer.text


def test_a_load_that_is_not_there_is_a_problem_document(pages: FlaskClient) -> None:
    answer = pages.get("/data/loads/999999")
    assert answer.status_code == 404 and answer.json["detail"] == "there is no load 999999"


def test_a_page_is_chinese_unless_another_language_was_asked_for(pages: FlaskClient) -> None:
    def language(path: str) -> str | None:
        return pages.get(path, headers={"Accept-Language": "en-US,en;q=0.9"}).headers.get("Content-Language")

    for path in ("/", "/data/loads"):
        for chosen, here in ((None, "zh-CN"), ("en", "en"), ("xx", "zh-CN")):
            if chosen is not None:
                pages.set_cookie("lang", chosen)
            assert language(path) == here
            assert (language(path + "?lang=en"), language(path + "?lang=zh")) == ("en", "zh-CN")
        pages.delete_cookie("lang")
