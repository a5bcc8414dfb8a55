"""The layer tree (U11) and what the buildings' colour says (U12)."""

from __future__ import annotations

import pytest

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
    window.test("opacity-bld").evaluate("e => { e.value = 30; e.dispatchEvent(new Event('change')) }")
    assert "bld.3" in window.state()["ly"].split(",")
    assert window.page.evaluate(
        "() => window.__lh.map.getPaintProperty('bld', 'fill-extrusion-opacity')"
    ) == pytest.approx(0.3)


def test_filter_by_words(window: Window) -> None:
    window.test("layer-filter").fill("消火")
    window.until("document.querySelectorAll('.layer').length === 1")
    assert window.test("layer-hyd").is_visible()
    window.test("layer-filter").fill("")


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
    window.set(pan="colour", col=by)
    window.settle()
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


def _rgb(colour: str) -> str:
    return f"rgb({int(colour[1:3], 16)}, {int(colour[3:5], 16)}, {int(colour[5:7], 16)})"
