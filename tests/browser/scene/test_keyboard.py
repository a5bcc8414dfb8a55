"""The 3D city by keyboard alone: the picture moves, things are chosen, the focus is never lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import City, Opener, Window
from tests.browser.scene.conftest import DRAWN, SCENE, WAIT_S

pytestmark = pytest.mark.browser

_FOCUS = "document.activeElement"
_TITLE = "document.querySelector('[data-testid=dossier-title]')?.textContent"


@pytest.fixture(scope="module")
def tower(city: City) -> dict[str, Any]:
    """The tallest building and its floors."""
    row = city.database.row(
        "select b.feature_id as id, b.code, b.name_zh, max(s.floor_no) as top, b.height_m, b.elev_base_m,"
        " st_x(st_transform(st_centroid(b.geometry), 4326)) as lon,"
        " st_y(st_transform(st_centroid(b.geometry), 4326)) as lat"
        " from city_now.building b join city_now.storey s on s.building_id = b.feature_id"
        " where b.code = %(code)s group by 1, 2, 3, b.height_m, b.elev_base_m, b.geometry",
        {"code": city.tower},
    )
    assert row is not None
    return row


@pytest.fixture(scope="module")
def window(open_page: Opener, tower: dict[str, Any]) -> Window:
    """The 3D city straight over the tower, nothing chosen."""
    place = f"#v1/{tower['lon']:.6f},{tower['lat']:.6f},16.5,0,0?vw=c"
    opened = open_page(place, width=1200, height=640)
    opened.until(f"{SCENE}?.loaded", WAIT_S)
    return opened


def _on_picture(window: Window) -> None:
    window.page.evaluate("() => document.querySelector('#scene canvas').focus()")


def test_the_picture_is_a_stop_of_tab_with_a_name(window: Window) -> None:
    window.page.evaluate("() => document.activeElement?.blur()")
    window.page.keyboard.press("Tab")
    assert (
        window.page.evaluate(f"() => {_FOCUS}.matches('#scene canvas') && {_FOCUS}.ariaLabel")
        == "带建筑模型的三维城市"
    )
    assert window.page.evaluate(f"() => getComputedStyle({_FOCUS}).outlineStyle") == "solid"


def test_arrows_move_and_turn_the_picture(window: Window, tower: dict[str, Any]) -> None:
    _on_picture(window)
    window.page.keyboard.press("ArrowRight")
    window.until(f"window.__lh.state().camera.lon > {tower['lon']} + 0.0005", WAIT_S)
    window.page.keyboard.press("ArrowLeft")
    window.until(f"Math.abs(window.__lh.state().camera.lon - {tower['lon']}) < 0.00002", WAIT_S)
    window.page.keyboard.press("Shift+ArrowRight")
    window.until("Math.abs(window.__lh.state().camera.bearing - 15) < 0.2", WAIT_S)
    window.page.keyboard.press("Shift+ArrowLeft")
    window.until("Math.abs(window.__lh.state().camera.bearing) < 0.2", WAIT_S)
    window.page.keyboard.press("+")
    window.until("window.__lh.state().camera.zoom > 17.4", WAIT_S)
    window.page.keyboard.press("-")
    window.until("window.__lh.state().camera.zoom < 16.6", WAIT_S)


def test_enter_chooses_what_is_in_the_middle(window: Window, tower: dict[str, Any]) -> None:
    window.page.evaluate(f"async () => {{ const s = {SCENE}; {DRAWN} }}")
    _on_picture(window)
    window.page.keyboard.press("Enter")
    window.until(f"window.__lh.state().sel === 'b:{tower['code']}'", WAIT_S)
    window.until(f"{_TITLE} === '{tower['name_zh']}'")


def test_floors_by_keys_are_those_of_the_slider(window: Window, tower: dict[str, Any]) -> None:
    window.set(sel=f"b:{tower['code']}", fl="")
    window.until("document.querySelector('[data-testid=floor-range]')", WAIT_S)
    _on_picture(window)
    window.page.keyboard.press("PageDown")
    window.until(f"window.__lh.state().fl === '{tower['top']}'")
    window.page.keyboard.press("PageUp")
    window.until("!window.__lh.state().fl")
    window.test("floor-range").focus()
    window.page.keyboard.press("ArrowDown")
    window.until(f"window.__lh.state().fl === '{tower['top']}'")
    assert window.test("floor-range").get_attribute("aria-valuetext") == f"显示到 {tower['top']}F"
    window.page.keyboard.press("ArrowUp")
    window.until("!window.__lh.state().fl")


def test_escape_closes_one_thing_at_a_time(window: Window, tower: dict[str, Any]) -> None:
    window.set(sel=f"b:{tower['code']}", pan="layers", tl="sun", sun="2026-01-20T12:00+08", obj="1")
    window.test("clock").click()
    assert window.test("clock-panel").is_visible()
    window.page.keyboard.press("Escape")
    assert not window.test("clock-panel").is_visible()
    assert window.page.evaluate(f"() => {_FOCUS}.dataset.testid") == "clock"
    left = []
    for _ in range(4):
        window.page.keyboard.press("Escape")
        window.page.wait_for_timeout(50)
        left.append([key for key in ("tl", "obj", "sel", "pan") if window.state().get(key)])
    assert left == [["obj", "sel", "pan"], ["sel", "pan"], ["pan"], []]
    # no object 1 in this city: its record says so
    window.problems[:] = [one for one in window.problems if "404" not in one]
    window.set(sun="", sh="")


def test_the_focus_goes_where_the_answer_is_and_back(window: Window, tower: dict[str, Any]) -> None:
    window.page.keyboard.press("/")
    window.page.keyboard.type(tower["code"])
    window.page.wait_for_selector("[data-testid=search-hit]")
    window.page.keyboard.press("Enter")
    window.until(f"{_FOCUS}.matches('.dossier')", WAIT_S)
    window.until(f"{_TITLE} === '{tower['name_zh']}'")
    assert window.page.evaluate(f"() => {_FOCUS}.matches('.dossier')"), "not lost when the record comes"
    window.test("dossier-close").focus()
    window.page.keyboard.press("Enter")
    assert window.page.evaluate(f"() => {_FOCUS}.matches('#scene canvas')")
    window.test("rail-layers").focus()
    window.page.keyboard.press("Enter")
    window.test("drawer-close").focus()
    window.page.keyboard.press("Enter")
    assert window.page.evaluate(f"() => {_FOCUS}.dataset.testid") == "rail-layers"
    window.test("tool-sun").focus()
    window.page.keyboard.press("Enter")
    window.test("card-close").focus()
    window.page.keyboard.press("Enter")
    assert window.page.evaluate(f"() => {_FOCUS}.dataset.testid") == "tool-sun"
    window.set(sun="", sh="")


def test_arrows_go_through_a_toolbar(window: Window) -> None:
    window.test("tool-section").focus()
    for key, wanted in (("ArrowRight", "tool-ghost"), ("End", "tool-sun"), ("ArrowRight", "tool-section")):
        window.page.keyboard.press(key)
        assert window.page.evaluate(f"() => {_FOCUS}.dataset.testid") == wanted
    window.test("nav-in").focus()
    window.page.keyboard.press("ArrowDown")
    assert window.page.evaluate(f"() => {_FOCUS}.dataset.testid") == "nav-out"
