"""What is committed shows on open pages: edits, readings (U19), incidents (U16), the clock (U21)."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.browser.conftest import City, Opener, Window

pytestmark = pytest.mark.browser


def _post(city: City, path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        city.url + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def second(open_page: Opener) -> Window:
    """Another person's browser."""
    return open_page()


def test_an_edit_by_plain_sql_is_on_every_open_map(window: Window, second: Window, city: City) -> None:
    for page in (window, second):
        page.set(sel="", col="height")
        page.until("document.querySelector('[data-testid=clock]').dataset.status === 'live'")
        page.until(f"window.__lh.feature('{city.tower}')")
    for height in (175.5, 160.0):
        city.database.execute(
            "update city_now.building set height_m = %(height)s where code = %(code)s",
            {"height": height, "code": city.tower},
        )
        for page in (window, second):
            page.until(f"window.__lh.feature('{city.tower}')?.height_m === {height}", 5)
        assert window.page.evaluate("() => window.__lh.stats()")["refreshed"] > 0


def test_an_edit_rolled_back_shows_nowhere(window: Window, city: City) -> None:
    class Undo(Exception):
        pass

    with pytest.raises(Undo), city.database.transaction() as connection:
        connection.execute("update city.building set height_m = 999 where code = %s", (city.tower,))
        raise Undo
    window.page.wait_for_timeout(1500)
    assert window.page.evaluate(f"() => window.__lh.feature('{city.tower}').height_m") == 160


def test_a_reading_over_the_limit_changes_the_marker(window: Window, city: City) -> None:
    stream = city.database.row(
        "select d.code, d.alarm from live.datastream d join city_now.sensor s on s.feature_id = d.sensor_id"
        " where d.alarm is not null and d.direction = 'above' and d.period_s >= 60"
        " order by s.geometry <-> (select geometry from city_now.building where code = %(code)s), d.code"
        " limit 1",
        {"code": city.tower},
    )
    assert stream is not None
    code, limit = stream["code"], stream["alarm"]
    now = datetime.now(UTC)
    calm = [
        {
            "datastream": code,
            "phenomenon_time": (now - timedelta(minutes=m)).isoformat(),
            "result": limit * 0.1 + m % 3,
            "quality": 0,
        }
        for m in range(30, 0, -1)
    ]
    assert _post(city, "/api/observations", {"observations": calm})["accepted"] == 30
    window.set(sel=f"s:{code}", tab="", pan="")
    window.until("document.querySelector('[data-testid=sparkline]')?.dataset.points >= 12")
    window.until(f"window.__lh.sensor('{code}')?.state === 'normal'", 5)
    _post(city, "/api/observations", {"observations": [
        {"datastream": code, "phenomenon_time": datetime.now(UTC).isoformat(), "result": limit * 2},
    ]})  # fmt: skip
    window.until(f"window.__lh.sensor('{code}').state === 'alarm'", 5)
    window.until("document.querySelector('[data-testid=sensor-card]').dataset.state === 'alarm'", 5)
    window.until("document.querySelector('[data-testid=toast].bad')", 5)
    for span, points in (("h1", 20), ("h24", 31), ("d7", 31)):
        window.test(f"span-{span}").click()
        window.until(f"Number(document.querySelector('[data-testid=plot]').dataset.points) >= {points}")
    link = window.test("csv").get_attribute("href")
    with urllib.request.urlopen(city.url + str(link), timeout=10) as answer:
        rows = answer.read().decode().strip().splitlines()
    assert len(rows) == 32, "a head and one line a reading"


def test_an_alarm_is_acknowledged_by_name(window: Window, city: City) -> None:
    window.set(sel="", pan="incidents")
    window.until("document.querySelector('[data-testid=ack]')")
    window.test("ack").first.click()
    window.until("document.querySelector('[data-testid=alarm]').innerText.includes('✓')")
    row = city.database.row(
        "select acknowledged_at, acknowledged_by from live.alarm order by id desc limit 1"
    )
    assert row is not None and row["acknowledged_at"] and row["acknowledged_by"] == "网页值班员"


def test_an_incident_from_report_to_close_is_on_both_screens(
    window: Window, second: Window, city: City
) -> None:
    window.set(sel=f"b:{city.tower}", pan="incidents", fl="", tab="")
    second.set(sel="", pan="incidents")
    window.until("document.querySelector('[data-testid=dossier-title]')")
    window.test("incident-new").click()
    window.test("incident-title").fill("13 楼住户冒烟")
    window.test("incident-type").select_option("F1")
    window.test("incident-send").click()
    where = (
        "[...document.querySelectorAll('[data-testid=incident]')]"
        ".find(i => i.innerText.includes('13 楼住户冒烟'))"
    )
    for page in (window, second):
        page.until(f"{where}?.dataset.status === 'reported'", 5)
        page.until("window.__lh.layers().inc >= 1", 10)
    number = window.page.evaluate(f"() => {where}.dataset.id")
    window.set(sel=f"i:{number}")
    for status in ("dispatched", "en_route", "on_scene", "controlled", "resolved"):
        window.until(f"document.querySelector('[data-testid=step-{status}]:not([disabled])')")
        window.test(f"step-{status}").click()
        for page in (window, second):
            page.until(f"{where}?.dataset.status === '{status}'", 5)
    window.test("step-closed").click()
    for page in (window, second):
        page.until(f"!{where}", 5)


def test_cancelling_asks_first_and_wants_a_reason(window: Window, city: City) -> None:
    made = _post(city, "/api/incidents", {
        "type": "R2", "level": 4, "title": "电梯困人", "source": "119", "actor": "test",
        "geometry": {"type": "Point", "coordinates": [114.1147, 22.5440]},
    })  # fmt: skip
    window.set(sel=f"i:{made['id']}", pan="incidents")
    window.until("document.querySelector('[data-testid=step-cancelled]')")
    window.test("step-cancelled").click()
    status = "select status from city_now.incident where feature_id = %(id)s"
    assert city.database.scalar(status, {"id": made["id"]}) == "reported"
    window.test("cancel-yes").click()
    assert window.test("cancel-confirm").is_visible(), "no reason, no cancellation"
    window.test("cancel-reason").fill("误报")
    window.test("cancel-yes").click()
    window.until(f"!document.querySelector('[data-id=\"{made['id']}\"]')", 5)
    assert city.database.scalar(status, {"id": made["id"]}) == "cancelled"


def test_the_clock_shows_one_past_moment_everywhere(window: Window) -> None:
    window.set(sel="", pan="", col="year", t="1990-01-01T12:00+08")
    window.until("document.querySelector('[data-testid=clock]').dataset.status === 'past'")
    window.settle()
    years = window.page.evaluate(
        "() => [...new Set(window.__lh.map.queryRenderedFeatures({layers: ['bld', 'bld-flat']})"
        ".map(f => f.properties.year_built))].filter(y => y > 1990)"
    )
    assert years == []
    window.page.evaluate("() => window.__lh.clock.set('2023-09-07T23:00+08')")
    assert window.state()["t"] == "2023-09-07T23:00+08"
    tiles = window.page.evaluate("() => window.__lh.map.getSource('building').tiles[0]")
    assert "datetime=2023-09-07T15%3A00%3A00" in tiles


def test_a_replay_runs_at_its_speed(window: Window) -> None:
    passed, real = window.page.evaluate(
        "async () => { const c = window.__lh.clock; c.set('2023-09-07T23:00+08'); c.setSpeed(60); c.play();"
        " const a = c.time.getTime(), r = performance.now(); await new Promise(f => setTimeout(f, 2000));"
        " const b = c.time.getTime(), s = performance.now(); c.pause(); c.setSpeed(1); c.set(null);"
        " return [b - a, s - r] }"
    )
    assert passed / real == pytest.approx(60, rel=0.05)
    window.until("document.querySelector('[data-testid=clock]').dataset.status === 'live'")
    assert "t" not in window.state()
