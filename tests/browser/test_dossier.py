"""From a click on a building to what is known about it (U03 - U06), floors, nearest hydrants (U13)."""

from __future__ import annotations

import math
import time

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
    window.settle()
    assert _outline(window) > 50, "the outline in the colour of the selection"


def _outline(window: Window) -> int:
    """Pixels of the map in the selection's colour."""
    return int((abs(window.pixels() - (0x1B, 0x7F, 0xA6)).max(axis=2) < 4).sum())


def test_a_click_on_the_ground_closes_it(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}")
    window.until("document.querySelector('[data-testid=dossier-title]')")
    window.settle()
    spot = window.page.evaluate(
        "() => { const c = window.__lh.map.getCanvas();"
        " for (let y = c.clientHeight - 60; y > c.clientHeight / 2; y -= 9)"
        "  for (let x = 100; x < 700; x += 9) if (!window.__lh.pick(x, y)) return [x, y];"
        " return null }"
    )
    assert spot is not None, "no bare ground in view"
    box = window.page.locator("#map").bounding_box()
    assert box is not None
    window.page.mouse.click(box["x"] + spot[0], box["y"] + spot[1])
    window.until("!document.querySelector('[data-testid=dossier]')")
    assert "sel" not in window.state()
    window.settle()
    assert _outline(window) == 0


def test_the_pointer_is_told_what_it_is_on(window: Window) -> None:
    x, y = window.page.evaluate(f"() => window.__lh.project({LON}, {LAT}, 152)")
    box = window.page.locator("#map").bounding_box()
    assert box is not None
    window.page.mouse.move(box["x"] + x, box["y"] + y)
    text = window.until("document.querySelector('[role=tooltip]')?.innerText")
    assert "国贸大厦" in text
    assert "50 层" in text
    assert "办公" in text


def test_a_finger_gets_no_tooltip(open_page: Opener, city: City) -> None:
    window = open_page(f"#v1/{LON},{LAT},16.4,70,-20", width=820, height=1180, has_touch=True)
    x, y = window.page.evaluate(f"() => window.__lh.project({LON}, {LAT}, 130)")
    box = window.page.locator("#map").bounding_box()
    assert box is not None
    window.page.touchscreen.tap(box["x"] + x, box["y"] + y)
    window.until(f"window.__lh.state().sel === 'b:{city.tower}'")
    window.page.wait_for_timeout(500)
    assert not window.page.evaluate("() => document.querySelector('[role=tooltip]')")


def test_seven_tabs_follow_the_link(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}")
    window.until("document.querySelectorAll('[role=tab]').length === 7")
    slow: dict[str, float] = {}
    for tab in TABS:
        window.test(f"tab-{tab}").click()
        started = time.monotonic()
        window.until(f"document.querySelector('[role=tabpanel]')?.dataset.tab === '{tab}'")
        window.until("!document.querySelector('[role=tabpanel]').innerText.includes('正在读取')")
        slow = {**slow, tab: time.monotonic() - started}
        assert (
            window.page.evaluate("() => document.querySelector('[role=tabpanel]').innerText.trim().length")
            > 5
        )
        assert window.state().get("tab", "overview") == tab
    assert {tab: s for tab, s in slow.items() if s > 1} == {}


def test_a_bare_building_says_what_is_missing(window: Window, city: City) -> None:
    code = city.database.scalar(
        "select code from city_now.building b where code is not null and not exists ("
        "select from city_now.sensor s where s.building_id = b.feature_id) and not exists ("
        "select from city_now.unit u where u.building_id = b.feature_id) limit 1"
    )
    for tab, words in (
        ("housing", "没有登记房屋"),
        ("sensors", "没有传感器"),
        ("bim", "没有导入"),
        ("incidents", "没有事件"),
    ):
        window.set(sel=f"b:{code}", tab=tab)
        window.until(f"document.querySelector('[role=tabpanel]')?.innerText.includes('{words}')")


def test_a_reload_comes_back_to_the_tab(open_page: Opener, city: City) -> None:
    window = open_page(f"#v1/{LON},{LAT},16.4,55,0?sel=b:{city.tower}")
    window.test("tab-history").click()
    window.until("location.hash.includes('tab=history')")
    window.page.reload()
    window.until("document.querySelector('[role=tabpanel]')?.dataset.tab === 'history'")
    assert window.test("tab-history").get_attribute("aria-selected") == "true"


def test_the_way_to_what_is_open(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}", tab="", fl="")
    window.until("document.querySelector('[data-testid=dossier-go]')")
    window.page.evaluate("() => window.__lh.go({lon: 114.13, lat: 22.55})")
    window.test("dossier-go").click()
    window.until(
        f"Math.abs(window.__lh.map.getCenter().lng - {LON}) < 0.0005"
        f" && Math.abs(window.__lh.map.getCenter().lat - {LAT}) < 0.0005"
    )


def test_all_seven_tabs_can_be_touched_on_a_phone(open_page: Opener, city: City) -> None:
    phone = open_page(f"#v1/{LON},{LAT},16.4,55,0?sel=b:{city.tower}", width=390, height=844, has_touch=True)
    phone.page.wait_for_selector("[role=tab]")
    tabs = phone.page.get_by_role("tab")
    assert tabs.count() == 7
    for number in range(7):
        # Playwright touches only what nothing covers, and what has a size
        tabs.nth(number).tap(timeout=10_000)
        box = tabs.nth(number).bounding_box()
        assert box is not None
        assert box["height"] >= 24
        assert tabs.nth(number).get_attribute("aria-selected") == "true"


@pytest.mark.parametrize("tab", ["", "fire"])
def test_every_value_says_where_it_comes_from(window: Window, city: City, tab: str) -> None:
    window.set(sel=f"b:{city.tower}", tab=tab)
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


def test_a_shut_off_is_shown_where_it_is(window: Window, city: City) -> None:
    code = city.database.scalar(
        "select b.code from city_now.fire_profile p join city_now.building b on b.feature_id = p.building_id"
        " where p.shutoff_gas is not null order by b.code limit 1"
    )
    window.set(sel=f"b:{code}", tab="fire")
    place = window.page.locator("[data-field=shutoff_gas] button")
    place.click()
    window.until("window.__lh.map.getZoom() > 18.9")
    lon, lat = (float(degrees) for degrees in place.inner_text().split(", "))
    away_m = city.database.scalar(
        "select st_distance(st_transform(st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326), 4547),"
        " st_boundary(geometry)) from city_now.building where code = %(code)s",
        {"lon": lon, "lat": lat, "code": code},
    )
    assert away_m < 1.5, "the sample puts them at the outer wall; shown are five decimals"
    window.settle()
    marked = window.page.evaluate(
        "() => window.__lh.map.querySourceFeatures('spot').map(f => f.geometry)"
        ".filter(g => g.type === 'Point').map(g => g.coordinates)"
    )
    assert marked
    assert all(point == pytest.approx([lon, lat], abs=2e-5) for point in marked)


def test_a_hydrant_that_breaks_is_crossed_out_and_no_longer_first(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}", tab="fire")
    first = window.until("document.querySelector('[data-testid=hydrant] button')?.innerText")
    state = "update city_now.hydrant set state = %(state)s where code = %(code)s"
    before = city.database.scalar("select state from city_now.hydrant where code = %(code)s", {"code": first})
    broken = city.database.scalar(
        "select code from twin.code where list = 'hydrant_state' and en ilike '%%broken%%'"
    )
    city.database.execute(state, {"state": broken, "code": first})
    try:
        window.until(f"document.querySelector('[data-testid=hydrant] button')?.innerText !== {first!r}", 5)
        row = window.page.evaluate(
            "code => { const r = [...document.querySelectorAll('[data-testid=hydrant]')]"
            ".find(r => r.querySelector('button').innerText === code);"
            " return r && [r.classList.contains('unusable'),"
            " getComputedStyle(r.querySelector('button')).textDecorationLine] }",
            first,
        )
        assert row in (None, [True, "line-through"])
    finally:
        city.database.execute(state, {"state": before, "code": first})
