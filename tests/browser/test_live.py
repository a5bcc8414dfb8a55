"""What is committed shows on open pages: edits, readings (U19), incidents (U16), the clock (U21)."""

from __future__ import annotations

import json
import re
import urllib.request
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import City, Opener, Window

pytestmark = pytest.mark.browser

CITY = timezone(timedelta(hours=8))


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


def test_an_edit_does_not_pull_the_map_back(window: Window, city: City) -> None:
    window.set(sel=f"b:{city.tower}")
    window.until("document.title.startsWith('国贸大厦')")
    window.page.evaluate("() => window.__lh.go({lon: 114.1230, lat: 22.5480, zoom: 17})")
    window.settle()
    before = window.state()["camera"]
    city.database.execute(
        "update city_now.building set manager = '改名物业' where code = %(code)s", {"code": city.tower}
    )
    window.until("document.querySelector('[data-field=manager] dd')?.innerText.includes('改名物业')", 5)
    window.settle()
    assert window.state()["camera"] == before
    window.page.evaluate("() => window.__lh.go({lon: 114.1147, lat: 22.5432, zoom: 16.4})")
    window.settle()


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
    assert "报警线" in window.test("limits").inner_text()
    for span, points in (("h1", 20), ("h24", 31), ("d7", 31)):
        window.test(f"span-{span}").click()
        window.until(f"Number(document.querySelector('[data-testid=plot]').dataset.points) >= {points}")
    link = window.test("csv").get_attribute("href")
    with urllib.request.urlopen(city.url + str(link), timeout=10) as answer:
        rows = answer.read().decode().strip().splitlines()
    told = json.loads(_get(city, str(link).replace("f=csv", "f=json")))["observations"]
    assert len(told) >= 31
    assert len(rows) - 1 == len(told), "a head and one line a reading"
    assert [float(line.split(",")[1]) for line in rows[1:]] == [result for _, result, *_ in told]
    window.test("span-custom").click()
    window.test("span-from").fill((now.astimezone(CITY) - timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M"))
    window.test("span-from").dispatch_event("change")
    window.until("Number(document.querySelector('[data-testid=plot]').dataset.points) <= 22")
    assert (
        window.page.evaluate("() => Number(document.querySelector('[data-testid=plot]').dataset.points)")
        >= 18
    )


def test_an_answer_that_comes_late_is_not_drawn_over_a_newer_one(window: Window, city: City) -> None:
    code = city.database.scalar(
        "select d.code from live.datastream d join city_now.sensor s on s.feature_id = d.sensor_id"
        " where d.alarm is not null and d.direction = 'above' and d.period_s >= 60"
        " order by d.code desc limit 1"
    )
    now = datetime.now(UTC)
    times = [now - timedelta(minutes=m) for m in (*range(1, 6), *range(120, 145))]
    readings = [
        {"datastream": code, "phenomenon_time": at.isoformat(), "result": 0.1, "quality": 0} for at in times
    ]
    assert _post(city, "/api/observations", {"observations": readings})["accepted"] == 30
    points = "Number(document.querySelector('[data-testid=plot]')?.dataset.points)"
    window.set(sel=f"s:{code}", tab="", pan="")
    window.until(f"{points} >= 5 && {points} < 30")
    held: list[Route] = []
    asked = re.compile(r"/observations\?")
    window.page.route(asked, lambda route: route.continue_() if held else held.append(route))
    try:
        window.test("span-d7").click()
        while not held:
            window.page.wait_for_timeout(20)
        with window.page.expect_response(asked):
            window.test("span-h1").click()
        with window.page.expect_response(asked):
            held[0].continue_()
        window.page.wait_for_timeout(300)
    finally:
        window.page.unroute(asked)
    assert window.page.evaluate(f"() => {points}") < 30
    window.test("span-d7").click()
    window.until(f"{points} >= 30")


def _get(city: City, path: str) -> str:
    with urllib.request.urlopen(city.url + path, timeout=10) as answer:
        return str(answer.read().decode())


def test_an_alarm_is_acknowledged_by_name(window: Window, city: City) -> None:
    window.set(sel="", pan="incidents")
    window.until("document.querySelector('[data-testid=ack]')")
    window.test("ack").first.click()
    window.until("document.querySelector('[data-testid=alarm]').innerText.includes('✓')")
    row = city.database.row(
        "select acknowledged_at, acknowledged_by from live.alarm order by id desc limit 1"
    )
    assert row is not None and row["acknowledged_at"] and row["acknowledged_by"] == "网页值班员"


def test_a_silent_sensor_has_no_data(window: Window, city: City) -> None:
    stream = city.database.row(
        "select d.code, d.alarm from live.datastream d join city_now.sensor s on s.feature_id = d.sensor_id"
        " where d.alarm is not null and d.direction = 'above' and d.period_s >= 60"
        " order by s.geometry <-> (select geometry from city_now.building where code = %(code)s), d.code"
        " limit 1",
        {"code": city.tower},
    )
    assert stream is not None
    code = stream["code"]
    _post(city, "/api/observations", {"observations": [
        {"datastream": code, "phenomenon_time": datetime.now(UTC).isoformat(),
         "result": stream["alarm"] * 0.1},
    ]})  # fmt: skip
    window.set(sel=f"s:{code}")
    window.until(f"window.__lh.sensor('{code}')?.state === 'normal'", 5)
    city.database.execute(
        "update live.datastream_latest l set phenomenon_time = now() - 4 * make_interval(secs => d.period_s)"
        " from live.datastream d where d.id = l.datastream_id and d.code = %(code)s",
        {"code": code},
    )
    window.page.evaluate("() => window.__lh.map.fire('moveend')")
    window.until("document.querySelector('[data-testid=sensor-card]')?.dataset.state === 'stale'")
    assert "无数据" in window.test("sensor-card").inner_text()


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
    window.until("document.querySelector('[data-testid=close-confirm]')")
    assert window.page.evaluate(f"() => {where}.dataset.status") == "resolved", "closing asks first"
    window.test("close-yes").click()
    for page in (window, second):
        page.until(f"!{where}", 5)


def test_a_right_click_reports_there_and_may_be_undone(window: Window, city: City) -> None:
    window.set(sel="", pan="", fl="")
    window.settle()
    spot = window.page.evaluate(
        "() => { const c = window.__lh.map.getCanvas();"
        " return [c.clientWidth / 2 + 130, c.clientHeight / 2 + 90] }"
    )
    box = window.page.locator("#map").bounding_box()
    assert box is not None
    window.page.mouse.click(box["x"] + spot[0], box["y"] + spot[1], button="right")
    window.until("document.querySelector('[data-testid=incident-form]')")
    assert window.test("incident-where").inner_text().startswith("114.1")
    window.test("incident-title").fill("路边垃圾桶着火")
    window.test("incident-level").select_option(index=2)
    window.test("incident-send").click()
    window.until(
        "[...document.querySelectorAll('[data-testid=toast] button')].some(b => b.innerText === '撤回')", 5
    )
    row = city.database.row(
        "select feature_id, status, level from city_now.incident where title = '路边垃圾桶着火'"
    )
    assert row is not None and row["status"] == "reported" and row["level"] == 3
    window.page.get_by_role("button", name="撤回").click()
    window.until(f"!document.querySelector('[data-testid=incident][data-id=\"{row['feature_id']}\"]')", 5)
    assert (
        city.database.scalar(
            "select status from city_now.incident where feature_id = %(id)s", {"id": row["feature_id"]}
        )
        == "cancelled"
    )


def test_an_alarm_becomes_a_report_of_its_building(window: Window, city: City) -> None:
    window.set(sel="", pan="incidents", fl="", tab="")
    stream = city.database.row(
        "select d.code, d.alarm, b.code as building, s.floor_no from live.datastream d"
        " join city_now.sensor s on s.feature_id = d.sensor_id"
        " join city_now.building b on b.feature_id = s.building_id"
        " where d.alarm is not null and d.direction = 'above' and s.floor_no > 0 order by d.code limit 1"
    )
    assert stream is not None
    _post(city, "/api/observations", {"observations": [
        {"datastream": stream["code"], "phenomenon_time": datetime.now(UTC).isoformat(),
         "result": stream["alarm"] * 2},
    ]})  # fmt: skip
    window.until(f"document.querySelector('[data-testid=alarm] [title=\"{stream['code']}\"]')", 5)
    window.page.locator(
        "[data-testid=alarm]", has=window.page.locator(f'[title="{stream["code"]}"]')
    ).get_by_test_id("alarm-report").click()
    window.until(f"document.querySelector('[data-testid=incident-floor]')?.value === '{stream['floor_no']}'")
    assert "报警" in window.test("incident-title").input_value()
    assert city.database.scalar("select count(*) from city_now.incident where title like '%%报警'") == 0
    window.test("incident-send").click()
    window.until(
        "[...document.querySelectorAll('[data-testid=incident]')].some(i => i.innerText.includes('报警'))", 5
    )
    made = city.database.row(
        "select b.code, i.floor_no from city_now.incident i"
        " join city_now.building b on b.feature_id = i.building_id where i.title like '%%报警'"
    )
    assert made == {"code": stream["building"], "floor_no": stream["floor_no"]}


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
    window.until(
        "['/api/sensors/states', '/api/incidents'].every(path => performance.getEntriesByType('resource')"
        ".some(r => r.name.includes(path) && r.name.includes('datetime=2023-09-07T15%3A00%3A00')))"
    )
    moments = window.page.evaluate(
        "() => { const s = window.__lh.map.getStyle().sources;"
        # of an elevation model there is one, whatever the moment
        " return Object.entries(s).filter(([name, v]) => v.type === 'vector' && name !== 'contours')"
        ".map(([, v]) => v.tiles[0].split('?')[1]) }"
    )
    assert len(moments) >= 7
    assert set(moments) == {"datetime=2023-09-07T15%3A00%3A00.000Z"}, "all layers of one instant"


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
