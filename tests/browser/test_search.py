"""Search from the keyboard (U02)."""

from __future__ import annotations

import pytest

from tests.browser.conftest import City, Window

pytestmark = pytest.mark.browser

_FIRST = "document.querySelector('[data-testid=search-hit]')"


def _type(window: Window, text: str) -> None:
    window.test("search").fill("")
    window.test("search").press_sequentially(text)


@pytest.mark.parametrize("text", ["国贸", "guomao building", "gmds", "國貿", "CODE"])
def test_finds_the_building_first(window: Window, city: City, text: str) -> None:
    _type(window, city.tower if text == "CODE" else text)
    window.until(f"{_FIRST}?.dataset.id === '{city.tower_id}'", 5)


def test_answers_while_somebody_types(window: Window) -> None:
    _type(window, "花")
    window.page.keyboard.type("园")
    window.until(f"{_FIRST}?.innerText.includes('花园')", 5)


def test_enter_goes_there_and_selects(window: Window, city: City) -> None:
    _type(window, "gmds")
    window.page.keyboard.press("Enter")
    window.until(f"window.__lh.state().sel === 'b:{city.tower}'", 5)
    window.settle()
    camera = window.state()["camera"]
    place = window.page.evaluate("() => window.__lh.project(114.1147, 22.5432, 0)")
    width, height = window.page.evaluate(
        "() => { const c = window.__lh.map.getCanvas(); return [c.clientWidth, c.clientHeight] }"
    )
    assert camera["zoom"] >= 16
    assert abs(place[0] - width / 2) < 0.05 * width
    assert abs(place[1] - height / 2) < 0.05 * height


def test_arrows_move_and_escape_closes(window: Window) -> None:
    _type(window, "花园")
    window.until(_FIRST)
    window.page.keyboard.press("ArrowDown")
    assert window.page.locator("#hit-1").get_attribute("aria-selected") == "true"
    window.page.keyboard.press("ArrowUp")
    window.page.keyboard.press("ArrowUp")
    assert window.page.locator("[data-testid=search-hit]").last.get_attribute("aria-selected") == "true"
    window.page.keyboard.press("Escape")
    window.until("!document.querySelector('[data-testid=search-hits]')")


def test_a_coordinate_is_a_place(window: Window) -> None:
    _type(window, "114.1160, 22.5440")
    window.until(_FIRST)
    window.page.keyboard.press("Enter")
    window.settle()
    camera = window.state()["camera"]
    assert camera["lon"] == pytest.approx(114.1160, abs=1e-4)
    assert camera["lat"] == pytest.approx(22.5440, abs=1e-4)


def test_nothing_found_says_so(window: Window) -> None:
    _type(window, "zzzzqqqq")
    window.until("document.querySelector('.hits .empty')", 5)
    window.page.keyboard.press("Escape")
