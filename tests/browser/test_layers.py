"""The layer tree (U11) and what the buildings' colour says (U12)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import City, Window

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _open(window: Window) -> None:
    window.set(sel="", ly="", col="", pan="layers")
    window.page.evaluate(
        "() => window.__lh.go({lon: 114.1147, lat: 22.5432, zoom: 16.4, pitch: 40, bearing: 0})"
    )
    window.settle()


def _count(window: Window, code: str) -> int:
    return window.page.evaluate("code => window.__lh.layers()[code]", code)


def test_a_box_takes_a_layer_off_the_map(window: Window) -> None:
    assert _count(window, "hyd") > 0
    window.test("layer-hyd").click()
    window.settle()
    assert _count(window, "hyd") == 0
    assert "hyd" not in window.state()["ly"].split(",")
    assert window.test("group-fire").get_attribute("aria-checked") == "mixed"


def test_a_group_turns_all_of_it_on_and_off(window: Window) -> None:
    window.test("group-building").click()
    window.settle()
    assert window.test("group-building").get_attribute("aria-checked") == "false"
    assert _count(window, "bld") == 0
    window.test("group-building").click()
    window.settle()
    assert window.test("group-building").get_attribute("aria-checked") == "true"
    assert _count(window, "bld") > 0
    assert "ly" not in window.state(), "back at the usual layers the link needs no list"


def test_opacity_is_in_the_link_and_on_the_map(window: Window) -> None:
    before = window.pixels().mean()
    window.test("opacity-bld").evaluate("e => { e.value = 30; e.dispatchEvent(new Event('change')) }")
    assert "bld.3" in window.state()["ly"].split(",")
    assert window.page.evaluate(
        "() => window.__lh.map.getPaintProperty('bld', 'fill-extrusion-opacity')"
    ) == pytest.approx(0.3)
    window.settle()
    assert abs(window.pixels().mean() - before) > 0.5, "the picture itself changes"


def test_filter_by_words(window: Window) -> None:
    window.test("layer-filter").fill("消火")
    window.until("document.querySelectorAll('.layer').length === 1")
    assert window.test("layer-hyd").is_visible()
    window.test("layer-filter").fill("")


def test_only_what_is_on(window: Window) -> None:
    all_rows = window.page.locator(".layer").count()
    window.test("layers-only").check()
    rows = window.page.evaluate(
        "() => [...document.querySelectorAll('.layer input[type=checkbox]')].map(box => box.checked)"
    )
    assert rows and all(rows) and len(rows) < all_rows
    window.test("layers-only").uncheck()


def test_the_legend_and_what_is_too_far_to_see(window: Window) -> None:
    hydrants = window.page.locator("[data-layer=hyd]")
    assert hydrants.locator(".swatch").count() == 3
    window.page.evaluate("() => window.__lh.go({zoom: 12.5})")
    window.settle()
    window.until("document.querySelector('[data-layer=hyd] .hint')?.innerText === '放大后可见'")


def test_every_layer_on_at_once_draws(window: Window) -> None:
    for group in ("utility", "land", "transport", "fire", "place", "live"):
        box = window.test(f"group-{group}")
        if box.get_attribute("aria-checked") != "true":
            box.click()
    window.settle()
    counts = window.page.evaluate("() => window.__lh.layers()")
    drawn = {code for code, count in counts.items() if count}
    assert {"bld", "rd", "par", "hyd", "pipe.w", "pipe.s", "pipe.g", "nod", "sen", "wat"} - drawn <= {"wat"}


@pytest.mark.parametrize(
    ("by", "classes"), [("vacancy", 5), ("risk", 5), ("height", 6), ("year", 5), ("fire", 4)]
)
def test_colours_agree_with_the_legend_and_the_database(
    window: Window, city: City, by: str, classes: int
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    window.page.on("request", note)
    window.set(pan="colour", col=by)
    window.settle()
    window.page.remove_listener("request", note)
    assert [url for url in asked if "/tiles/" in url] == [], "the data is here already: only paint changes"
    legend = window.until(
        "[...document.querySelectorAll('[data-testid=colour-legend] i')]"
        ".map(i => getComputedStyle(i).backgroundColor)"
    )
    assert len(legend) == classes + 1, "one class for what nobody knows"
    column = {
        "vacancy": "vacant_ratio",
        "risk": "risk",
        "height": "height_m",
        "year": "year_built",
        "fire": "fire_resistance",
    }[by]
    rows = city.database.rows(
        "select code, risk, height_m, year_built, fire_resistance,"
        " vacant_units::float8 / nullif(occupancy_known, 0) as vacant_ratio"
        " from city_now.building b left join city.building_summary s on s.building_id = b.feature_id"
        " where code is not null"
    )
    values = {row["code"]: row[column] for row in rows}
    seen = 0
    for code, value in values.items():
        found = window.page.evaluate("code => [window.__lh.colour(code), window.__lh.feature(code)]", code)
        if found[0] is None:
            continue
        seen += 1
        if value is not None:
            assert found[1][column] == pytest.approx(value, abs=1e-3), code
        assert _rgb(found[0]) in legend
        assert (_rgb(found[0]) == legend[-1]) == (value is None), (code, value)
        if seen >= 12 and code != city.tower:
            break
    assert seen >= 3


def test_buildings_by_the_state_of_their_sensors(window: Window, city: City) -> None:
    window.set(pan="colour", col="sensors")
    window.page.evaluate("() => window.__lh.go({lon: 114.1147, lat: 22.5432, zoom: 16.4})")
    window.until("window.__lh.stats().sensors > 0")
    window.until(
        "[...document.querySelectorAll('[data-testid=colour-legend] span')].at(-1)?.innerText"
        " === '没有传感器'"
    )
    with_sensors = {
        row["code"]
        for row in city.database.rows(
            "select distinct b.code from city_now.building b"
            " join city_now.sensor s on s.building_id = b.feature_id where b.code is not null"
        )
    }
    window.settle()
    bare = window.page.evaluate(
        "() => window.__lh.map.getPaintProperty('bld', 'fill-extrusion-color').at(-1)"
    )
    assert isinstance(bare, list) and bare[0] == "match"
    grey = bare[-1]
    seen = {code: window.page.evaluate("code => window.__lh.colour(code)", code) for code in with_sensors}
    drawn = {code: colour for code, colour in seen.items() if colour}
    assert len(drawn) >= 3
    assert grey not in drawn.values(), "a building with sensors has a state, if only silence"
    other = city.database.scalar(
        "select code from city_now.building b where code is not null and not exists ("
        "select from city_now.sensor s where s.building_id = b.feature_id) order by geometry"
        " <-> (select geometry from city_now.building where code = %(code)s) limit 1",
        {"code": city.tower},
    )
    assert window.page.evaluate("code => window.__lh.colour(code)", other) == grey


def _rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"
