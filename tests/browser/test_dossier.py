"""From a click on a building to what is known about it (U03 - U06), floors, nearest hydrants (U13)."""

from __future__ import annotations

import math

import pytest

from tests.browser.conftest import City, Opener, Window

pytestmark = pytest.mark.browser

LON, LAT = 114.1147, 22.5432
TABS = ["overview", "fire", "housing", "bim", "sensors", "incidents", "history"]


@pytest.fixture(autouse=True)
def _look(window: Window) -> None:
    window.set(sel="", tab="", fl="", pan="")
    window.page.evaluate(
        f"() => window.__lh.go({{lon: {LON}, lat: {LAT}, zoom: 16.4, pitch: 70, bearing: -20}})"
    )
    window.settle()


def _click(window: Window, height_m: float) -> None:
    x, y = window.page.evaluate(f"() => window.__lh.project({LON}, {LAT}, {height_m})")
    box = window.page.locator("#map").bounding_box()
    assert box is not None
    window.page.mouse.click(box["x"] + x, box["y"] + y)


def test_a_click_high_on_the_tower_opens_its_dossier(window: Window, city: City) -> None:
    _click(window, 130)
    window.until("document.querySelector('[data-testid=dossier-title]')?.textContent === '国贸大厦'")
    assert window.state()["sel"] == f"b:{city.tower}"
    marked = window.page.evaluate(
        "() => { const m = window.__lh.map;"
        " const f = m.querySourceFeatures('building', {sourceLayer: 'building'})"
        f".find(f => f.properties.code === '{city.tower}');"
        " return m.getFeatureState({source: 'building', sourceLayer: 'building', id: f.id}) }"
    )
    assert marked["selected"] is True


def test_a_click_on_the_ground_closes_it(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}")
    window.until("document.querySelector('[data-testid=dossier-title]')")
    window.page.mouse.click(700, 60 + 10)  # sky
    window.until("!document.querySelector('[data-testid=dossier]')")


def test_the_pointer_is_told_what_it_is_on(window: Window) -> None:
    x, y = window.page.evaluate(f"() => window.__lh.project({LON}, {LAT}, 152)")
    box = window.page.locator("#map").bounding_box()
    assert box is not None
    window.page.mouse.move(box["x"] + x, box["y"] + y)
    text = window.until("document.querySelector('[role=tooltip]')?.innerText")
    assert "国贸大厦" in text
    assert "50 层" in text
    assert "办公" in text


def test_seven_tabs_follow_the_link(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}")
    window.until("document.querySelectorAll('[role=tab]').length === 7")
    for tab in TABS:
        window.test(f"tab-{tab}").click()
        window.until(f"document.querySelector('[role=tabpanel]')?.dataset.tab === '{tab}'")
        window.until("!document.querySelector('[role=tabpanel]').innerText.includes('正在读取')")
        assert (
            window.page.evaluate("() => document.querySelector('[role=tabpanel]').innerText.trim().length")
            > 5
        )
        assert window.state().get("tab", "overview") == tab


def test_a_reload_comes_back_to_the_tab(open_page: Opener, city: City) -> None:
    window = open_page(f"#v1/{LON},{LAT},16.4,55,0?sel=b:{city.tower}&tab=history")
    window.until("document.querySelector('[role=tabpanel]')?.dataset.tab === 'history'")
    assert window.test("tab-history").get_attribute("aria-selected") == "true"


def test_every_value_says_where_it_comes_from(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}")
    window.until("document.querySelectorAll('[data-field]').length > 15")
    fields = window.page.evaluate(
        "() => [...document.querySelectorAll('[data-field]')]"
        ".map(f => [f.dataset.field, f.dataset.source, f.dataset.date, f.className])"
    )
    assert [name for name, source, date, _ in fields if not source or not date] == []
    # the sample was checked in 2023
    assert all("stale" in style for _, _, date, style in fields if date < "2025")


def test_unknown_is_said_and_never_shown_as_zero(window: Window, city: City) -> None:
    code = city.database.scalar(
        "select code from city_now.building where year_built is null and code is not null limit 1"
    )
    window.set(sel=f"b:{code}")
    text = window.until("document.querySelector('[data-field=year_built] dd')?.innerText")
    assert text.startswith("未知")


def test_a_floor_cuts_the_tower(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}")
    window.until("document.querySelector('[data-testid=floor-13]')")
    window.test("floor-13").click()
    assert window.state()["fl"] == "13"
    window.settle()
    window.settle()
    top = window.page.evaluate(
        f"() => {{ const [x, y] = window.__lh.project({LON}, {LAT}, 150); return window.__lh.pick(x, y) }}"
    )
    assert top is None or top["code"] != city.tower
    window.page.locator("body").press("]")
    window.until("window.__lh.state().fl === '14'")
    window.page.locator("body").press("[")
    window.until("window.__lh.state().fl === '13'")


def test_nearest_hydrants_in_order_and_never_a_broken_one_first(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}", tab="fire")
    window.until("document.querySelectorAll('[data-testid=hydrant]').length === 5")
    rows = window.page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=hydrant]')].map(r => ({"
        "m: Number(r.dataset.distance), off: r.classList.contains('unusable'), text: r.innerText}))"
    )
    usable = [row["m"] for row in rows if not row["off"]]
    assert usable == sorted(usable)
    assert not rows[0]["off"]
    assert rows[0]["m"] <= 150
    assert f"{math.ceil(1.2 * rows[0]['m'] / 20)} 盘水带" in rows[0]["text"]
    found = window.page.evaluate(
        "async (code) => { const b = (await (await fetch(`/api/buildings/${code}/dossier`)).json()).building;"
        " const at = `lon=${b.lon}&lat=${b.lat}`;"
        " return (await (await fetch(`/api/hydrants/nearest?${at}`)).json()).hydrants[0] }",
        city.tower,
    )
    assert found["route_m"] == rows[0]["m"]
    assert len(found["route"]) >= 3, "off the street, along it, to the hydrant"
    assert found["route_m"] >= found["distance_m"]
