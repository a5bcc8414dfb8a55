"""Back and Forward go through what was chosen, in map and 3D city, without a reload and without a loop."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.conftest import NEAR, City, Opener, Window

pytestmark = pytest.mark.browser

_WAIT_S = 60.0


_PAGE = {
    "title": "document.querySelector('[data-testid=dossier-title]')?.textContent ?? null",
    "tab": "document.querySelector('[role=tabpanel]')?.dataset.tab ?? null",
    "floor": "document.querySelector('.chip[aria-pressed=true]')?.innerText ?? null",
    "plan": "window.__lh.map.getMaxPitch() === 0",
}


def _shows(window: Window, page: dict[str, Any]) -> None:
    """Wait until the page shows so much of `_PAGE`."""
    for name, value in page.items():
        window.until(f"({_PAGE[name]}) === {json.dumps(value)}")


def _back(window: Window) -> None:
    window.page.evaluate("() => history.back()")


def _forward(window: Window) -> None:
    window.page.evaluate("() => history.forward()")


def _comes_to_rest(window: Window) -> None:
    """A selection beyond the view has the map move there, and the address follows when it has arrived."""
    window.until("!window.__lh.map.isMoving()")
    window.page.wait_for_timeout(300)


@pytest.fixture
def other(city: City) -> dict[str, Any]:
    """A building near the tower."""
    row = city.database.row(
        "select b.code, coalesce(b.name_zh, b.address, b.code) as title from city_now.building b,"
        " city_now.building t where t.code = %(code)s and b.code <> t.code and b.code is not null"
        " and b.name_zh is not null and st_dwithin(b.geometry, t.geometry, 400) order by b.code limit 1",
        {"code": city.tower},
    )
    assert row is not None
    return row


def test_back_and_forward_go_through_what_was_chosen(
    open_page: Opener, city: City, other: dict[str, Any]
) -> None:
    window = open_page(NEAR)
    window.page.evaluate("() => { window.__mark = 'the same page'; }")
    first = window.page.evaluate("() => history.length")
    steps = [
        ({"sel": f"b:{city.tower}"}, {"title": "国贸大厦", "tab": "overview", "floor": "整栋"}),
        ({"tab": "fire"}, {"tab": "fire"}),
        ({"fl": "13"}, {"floor": "13F"}),
        ({"dim": "2"}, {"plan": True}),
        ({"sel": f"b:{other['code']}", "fl": ""}, {"title": other["title"], "floor": "整栋"}),
        ({"t": "2023-09-07T23:00+08"}, {"title": other["title"]}),
    ]
    address = "() => location.hash"
    whole: dict[str, Any] = {"title": None, "tab": None, "floor": None, "plan": False}
    seen = [(window.page.evaluate(address), whole)]
    for keys, page in steps:
        window.set(**keys)
        whole = {**whole, **page}
        _shows(window, whole)
        _comes_to_rest(window)
        seen.append((window.page.evaluate(address), whole))
    assert window.page.evaluate("() => history.length") == first + len(steps), "one entry a choice"

    for way, order in ((_back, reversed(range(len(steps)))), (_forward, range(1, len(steps) + 1))):
        for at in order:
            way(window)
            hash_, page = seen[at]
            window.until(f"location.hash === {json.dumps(hash_)}")
            _shows(window, page)
            _comes_to_rest(window)
            assert window.page.evaluate(address) == hash_, "it stays there"
    assert window.page.evaluate("() => [window.__mark, history.length]") == [
        "the same page",
        first + len(steps),
    ]


def test_back_looks_where_one_looked_and_moving_is_no_step(
    open_page: Opener, city: City, other: dict[str, Any]
) -> None:
    window = open_page(NEAR)
    window.set(sel=f"b:{city.tower}")
    window.until("document.querySelector('[data-testid=dossier-title]')")
    before = window.page.evaluate("() => history.length")
    away = {"lon": 114.12, "lat": 22.55, "zoom": 15.5, "pitch": 30, "bearing": 10}
    for move in ({"zoom": 15}, {"bearing": 40}, away):
        window.page.evaluate("to => window.__lh.go(to)", move)
        window.page.wait_for_timeout(250)
    window.set(ly="bld,rd", col="height", th="d")
    assert window.page.evaluate("() => history.length") == before
    window.test("search").fill(other["code"])
    window.page.wait_for_selector("[data-testid=search-hit]")
    window.page.keyboard.press("Enter")
    window.until(f"window.__lh.state().sel === 'b:{other['code']}'")
    window.page.wait_for_timeout(400)
    assert window.page.evaluate("() => history.length") == before + 1
    assert window.page.evaluate("() => window.__lh.map.getCenter().lng") != pytest.approx(114.12, abs=1e-4)
    _back(window)
    window.until("document.querySelector('[data-testid=dossier-title]')?.textContent === '国贸大厦'")
    window.page.wait_for_timeout(600)
    looked = window.page.evaluate(
        "() => { const m = window.__lh.map, c = m.getCenter();"
        " return [c.lng, c.lat, m.getZoom(), m.getPitch(), m.getBearing()] }"
    )
    assert looked == pytest.approx([away["lon"], away["lat"], 15.5, 30, 10], abs=1e-4), (
        "the building is out of the picture there, and stays so"
    )
    assert window.state()["th"] == "d", "a liking is not taken back"


def test_a_tilted_view_comes_back_after_the_plan(open_page: Opener) -> None:
    window = open_page(NEAR)
    window.page.locator("body").press("2")
    window.until("window.__lh.map.getPitch() === 0")
    window.page.wait_for_timeout(300)
    _back(window)
    window.until("Math.abs(window.__lh.map.getPitch() - 55) < 1e-6")
    _forward(window)
    window.until("window.__lh.map.getPitch() === 0 && window.__lh.state().dim === '2'")


def test_the_skip_link_is_no_step_and_leads_to_the_panel(open_page: Opener, city: City) -> None:
    window = open_page(f"{NEAR}?sel=b:{city.tower}")
    window.until("document.querySelector('[data-testid=dossier-title]')")
    before = window.page.evaluate("() => history.length")
    window.test("skip").focus()
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("() => Boolean(document.activeElement.closest('.dossier'))")
    assert window.state()["sel"] == f"b:{city.tower}"
    assert window.page.evaluate("() => history.length") == before


def test_back_and_forward_between_the_map_and_the_city(open_page: Opener, city: City) -> None:
    window = open_page(NEAR, width=1000, height=600)
    scene = "window.__lh.scene()"
    window.set(sel=f"b:{city.tower}")
    window.set(vw="c")
    window.until(f"{scene}?.loaded && document.documentElement.dataset.view === 'scene'", _WAIT_S)
    length = window.page.evaluate("() => history.length")
    window.page.evaluate("() => window.__lh.go({zoom: 17.1, bearing: 60, pitch: 40})")
    window.until("Math.abs(window.__lh.state().camera.bearing - 60) < 0.2", _WAIT_S)
    assert window.page.evaluate("() => history.length") == length
    # in the page: between two of them a slow machine may take as long as a reader who has stopped to look
    window.page.evaluate("() => [13, 14, 15, 16].forEach((fl) => window.__lh.set({ fl }))")
    assert window.page.evaluate("() => history.length") == length + 1, "a run of floors is one step"
    window.page.evaluate("() => window.__lh.go({bearing: -20})")
    window.until("Math.abs(window.__lh.state().camera.bearing + 20) < 0.2", _WAIT_S)
    _back(window)
    window.until("!window.__lh.state().fl")
    window.until(f"Math.abs({scene}.now().bearing - 60) < 0.5", _WAIT_S)
    _back(window)
    window.until("document.documentElement.dataset.view === '' && document.getElementById('scene').hidden")
    window.until("Math.abs(window.__lh.map.getBearing() + 20) < 0.01")
    _forward(window)
    window.until("document.documentElement.dataset.view === 'scene'", _WAIT_S)
    window.until(f"Math.abs({scene}.now().bearing - 60) < 0.5", _WAIT_S)
    _forward(window)
    window.until("window.__lh.state().fl === '16'")
    window.until(f"[-20, 340].some((b) => Math.abs({scene}.now().bearing - b) < 0.5)", _WAIT_S)
    assert window.page.evaluate("() => history.length") == length + 1


def test_a_reload_of_the_city_gives_the_same_view(open_page: Opener, city: City) -> None:
    window = open_page(f"{NEAR}?vw=c&sel=b:{city.tower}", width=1000, height=600)
    scene = "window.__lh.scene()"
    window.until(f"{scene}?.loaded", _WAIT_S)
    keys = {
        "fl": "13", "tab": "housing", "tl": "section", "iso": "g", "un": "ft", "th": "d", "lang": "en",
        "sec": "114.1147,22.5432,60,0,90|x114.1147,22.5432,20,90,0", "sun": "2026-01-20T12:00+08",
        "pan": "layers", "col": "height",
    }  # fmt: skip
    window.set(**keys)
    # straight from above Cesium forgets the bearing
    window.page.evaluate("() => window.__lh.go({zoom: 17.25, pitch: 0, bearing: 35})")
    window.until("Math.abs(window.__lh.state().camera.bearing - 35) < 0.2", _WAIT_S)
    window.page.wait_for_timeout(600)
    before = window.state()
    window.page.reload()
    window.until("window.__lh?.scene()?.loaded", _WAIT_S)
    window.page.wait_for_timeout(1000)
    after = window.state()
    where = after.pop("camera"), before.pop("camera")
    assert after == before == {**keys, "vw": "c", "sel": f"b:{city.tower}"}
    for axis, most in (("lon", 2e-6), ("lat", 2e-6), ("zoom", 0.011), ("pitch", 0.11), ("bearing", 0.11)):
        assert where[0][axis] == pytest.approx(where[1][axis], abs=most), axis
    assert window.test("card-section").is_visible()
    assert window.test("floor-now").inner_text() == "13F"
    assert window.test("section-count").inner_text() == "1"
    assert window.test("tab-housing").get_attribute("aria-selected") == "true"
