"""The page on a phone: room to search, what is opened is not under its record, a choice of language."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NEAR, City, Opener, Window

pytestmark = pytest.mark.browser

LON, LAT = 114.1147, 22.5432


@pytest.fixture(scope="module")
def phone(open_page: Opener) -> Window:
    return open_page(NEAR, width=390, height=844, has_touch=True)


def _width(phone: Window, test: str) -> float:
    box = phone.test(test).bounding_box()
    assert box is not None
    return float(box["width"])


def test_there_is_room_to_search(phone: Window, city: City) -> None:
    phone.test("search").tap()
    assert _width(phone, "search") > 300, "the bar is the field while one searches"
    phone.page.keyboard.type("国贸")
    phone.page.wait_for_selector("[data-testid=search-hit]")
    assert _width(phone, "search-hits") > 360
    phone.test("search-hit").first.tap()
    phone.until("document.querySelector('[data-testid=dossier-title]')?.textContent.includes('国贸')")
    assert phone.test("clock").is_visible()


def test_what_is_opened_is_not_under_its_record(phone: Window, city: City) -> None:
    phone.set(sel="")
    # the tower in the lower half of the picture, where its record comes
    phone.page.evaluate(
        f"() => window.__lh.go({{lon: {LON}, lat: {LAT + 0.0016}, zoom: 16.4, pitch: 0, bearing: 0}})"
    )
    at = f"document.getElementById('map').offsetTop + window.__lh.map.project([{LON}, {LAT}]).y"
    assert phone.page.evaluate(f"() => {at}") > 500
    phone.set(sel=f"b:{city.tower}")
    phone.until("document.querySelector('[role=tab]')")
    phone.until(f"{at} < document.querySelector('.dossier').getBoundingClientRect().top - 40")
    assert phone.page.evaluate(f"() => {at}") > 60
    assert phone.state()["camera"]["zoom"] == pytest.approx(16.4, abs=0.01), "no nearer than it was"


def test_the_past_leaves_room_for_the_bar(phone: Window) -> None:
    """The moment shown is short, the field keeps its words, the panel lies within the page."""
    phone.set(sel="", lang="en", t="2026-11-27T10:00+08")
    phone.until("document.querySelector('[data-testid=clock]').dataset.status === 'past'")
    field, clock = phone.test("search").bounding_box(), phone.test("clock").bounding_box()
    assert field is not None and clock is not None
    assert field["x"] + field["width"] <= clock["x"], "the clock lies on the field"
    assert phone.page.evaluate(
        "() => { const e = document.querySelector('[data-testid=search]'); const s = getComputedStyle(e);"
        " const pen = document.createElement('canvas').getContext('2d'); pen.font = s.font;"
        " return e.clientWidth - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight)"
        " >= pen.measureText('Search').width }"
    ), "its word is cut off"
    phone.test("clock").tap()
    panel = phone.test("clock-panel").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0 and panel["x"] + panel["width"] <= 390
    phone.page.keyboard.press("Escape")
    phone.set(t="", lang="")


def test_the_language_can_be_chosen(phone: Window) -> None:
    phone.test("help").tap()
    phone.test("help-lang-en").tap()
    phone.until("document.documentElement.lang === 'en'")
    phone.test("help-lang-zh").tap()
    phone.until("document.documentElement.lang === 'zh-CN'")
    phone.page.keyboard.press("Escape")
