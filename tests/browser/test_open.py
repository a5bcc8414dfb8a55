"""The page opens: drawn and quiet (U01), by link (U31), by keys (U32), in both languages (U34)."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from rasterio.io import MemoryFile

from tests.browser.conftest import NEAR, City, Opener, Window

pytestmark = pytest.mark.browser


def _pixels(window: Window) -> np.ndarray:
    png = window.page.locator("#map canvas").screenshot()
    with MemoryFile(io.BytesIO(png).read()) as file, file.open() as picture:
        return picture.read([1, 2, 3]).astype(float)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_city_is_drawn(window: Window) -> None:
    assert _pixels(window).std() > 10
    stats = window.page.evaluate("() => window.__lh.stats()")
    assert stats["buildings"] >= 60


def test_home_shows_the_city(window: Window) -> None:
    window.page.keyboard.press("h")
    window.settle()
    state = window.state()
    assert state["camera"]["pitch"] > 40
    assert window.page.evaluate("() => window.__lh.stats()")["buildings"] >= 100


@pytest.mark.parametrize(("key", "check"), [
    ("n", lambda s: s["camera"]["pitch"] == 0 and s["camera"]["bearing"] == 0),
    ("2", lambda s: s["dim"] == "2"),
    ("3", lambda s: "dim" not in s and s["camera"]["pitch"] > 40),
    ("l", lambda s: s["pan"] == "layers"),
    ("i", lambda s: s["pan"] == "incidents"),
])  # fmt: skip
def test_keys(window: Window, key: str, check: object) -> None:
    window.page.locator("body").press(key)
    window.settle()
    window.page.wait_for_timeout(200)
    assert check(window.state()), window.state()  # type: ignore[operator]


def test_slash_and_question_mark(window: Window) -> None:
    window.page.locator("body").press("/")
    assert window.test("search").evaluate("field => field === document.activeElement")
    window.page.keyboard.press("Escape")
    window.page.locator("body").press("?")
    assert window.test("help-dialog").is_visible()
    window.page.keyboard.press("Escape")
    assert not window.test("help-dialog").is_visible()


def test_a_copied_link_opens_the_same_view(window: Window, open_page: Opener, city: City) -> None:
    window.page.evaluate(
        "() => window.__lh.go({lon: 114.1151, lat: 22.5429, zoom: 16.2, pitch: 47, bearing: 33})"
    )
    window.set(
        sel=f"b:{city.tower}",
        tab="fire",
        fl="13",
        col="height",
        ly="bld.8,hyd,pipe.w.6",
        th="d",
        pan="",
        future="kept",
    )
    window.until("location.hash.includes('future')")
    window.page.wait_for_timeout(400)
    link = window.page.evaluate("() => location.hash")
    assert len(link) <= 400
    second = open_page(link)
    there, here = second.state(), window.state()
    for axis, value in here.pop("camera").items():
        assert there["camera"][axis] == pytest.approx(
            value, abs=1e-2 if axis in {"pitch", "bearing", "zoom"} else 1e-5
        )
    there.pop("camera")
    assert there == here


def test_both_languages_are_complete(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}", pan="layers", tab="", fl="", ly="", th="", future="")
    window.until("document.querySelector('[data-testid=dossier-title]')")
    for language, html, building, tab in (
        ("en", "en", "Guomao Building", "Overview"),
        ("zh", "zh-CN", "国贸大厦", "概况"),
    ):
        window.test(f"lang-{language}").click()
        window.until(f"document.documentElement.lang === '{html}'")
        window.until(f"document.querySelector('[data-testid=dossier-title]').textContent === '{building}'")
        text = window.page.evaluate("() => document.getElementById('page').innerText")
        assert tab in text
        keys = re.findall(r"\b(?:layer|group|tab|state|colour|legend|panel|status|field)\.[a-z_.]+", text)
        assert not keys
        if language == "en":
            # names of people's places have no English in the source data; the page's own words must
            labels = window.page.evaluate(
                "() => [...document.querySelectorAll("
                "'.tabs button, .group h3, .rail span, .field-row dt, .swatch span')]"
                ".map(e => e.innerText).filter(t => /[\\u4e00-\\u9fff]/.test(t))"
            )
            assert labels == []


def test_a_building_has_a_page_of_its_own(open_page: Opener, city: City) -> None:
    window = open_page(NEAR)
    window.page.goto(f"{city.url}/b/{city.tower}?test=1")
    window.until("document.querySelector('[data-testid=dossier-title]')?.textContent === '国贸大厦'", 40)


@pytest.mark.parametrize("size", [(1280, 800), (820, 1180)])
def test_nothing_overflows(open_page: Opener, size: tuple[int, int], city: City) -> None:
    window = open_page(f"{NEAR}?sel=b:{city.tower}&pan=layers", *size)
    window.until("document.querySelector('[data-testid=dossier-title]')")
    wide = window.page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= size[0]
    covered = window.page.evaluate(
        "() => ['brand','search','clock','theme','help','dossier-close','drawer-close'].filter(id => {"
        " const r = document.querySelector(`[data-testid=${id}]`).getBoundingClientRect();"
        " const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);"
        " return !top?.closest(`[data-testid=${id}]`) && !(id === 'search' && top?.closest('.search')) })"
    )
    assert covered == []
