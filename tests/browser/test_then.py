"""The record of a building follows the page's clock; the plan of a floor follows the readings."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ifcopenshell.api.root
import pytest

from loaders.ifc.check.run import check_file
from loaders.ifc.load import load_ifc
from tests.browser.conftest import City, Opener, Townhall, Window, over
from tests.interior_house import InteriorHouse
from tests.loaders.ifc.author import EAST, NORTH
from twin.database.connection import Database
from twin.settings import Settings
from twin.store.checks import write_check

pytestmark = pytest.mark.browser

_WAIT_S = 30.0
_PLAN = "document.querySelector('[data-testid=plan]')"


def _load(database: Database, settings: Settings, folder: Path) -> None:
    """Two files; the first came an hour ago, and so did its check."""
    made = InteriorHouse()
    made.georeference()
    made.describe(made.building, "Pset_BuildingCommon", SprinklerProtection=True)
    path = made.write(folder / "a.ifc")
    load_ifc(path, database, settings, source="ifc/house")
    write_check(database, database.scalar("select id from twin.model"), check_file(path, settings).as_dict())
    database.execute(
        "update twin.load set started_at = started_at - interval '1 hour',"
        " finished_at = finished_at - interval '1 hour'"
    )
    database.execute("update city_now.building set name_zh = '新楼', code = 'H-2'")
    database.execute(
        "insert into city.building (code, name_zh, valid_from, geometry)"
        " values ('H-3', '后来的楼', now(), st_multi(st_makeenvelope("
        " %(e)s + 40, %(n)s, %(e)s + 50, %(n)s + 10, 4547)))",
        {"e": EAST, "n": NORTH},
    )
    database.execute(
        "insert into city.sensor (code, name_zh, type, building_id, floor_no, z_min_m, period_s, alarm,"
        " geometry)"
        " select 'S-1', '烟感一', 'smoke', feature_id, 1, 7, 60, 50,"
        " st_setsrid(st_makepoint(%(e)s, %(n)s), 4547) from city_now.building where code = 'H-2'",
        {"e": EAST + 5, "n": NORTH + 5},
    )
    ifcopenshell.api.root.remove_product(made.model, product=made.things["1/D-S1"])
    made.rooms[1, "S1"].LongName = "仓库"
    made.describe(made.building, "Pset_BuildingCommon", SprinklerProtection=False)
    load_ifc(made.write(folder / "b.ifc"), database, settings, source="ifc/house")


@pytest.fixture(scope="module")
def town(found_town: Townhall) -> City:
    return found_town(_load)


@pytest.fixture(scope="module")
def loads(town: City) -> list[int]:
    return [row["id"] for row in town.database.rows("select id from twin.load order by id")]


@pytest.fixture(scope="module")
def then(town: City) -> str:
    """Half an hour before the second file."""
    started = town.database.scalar("select max(started_at) from twin.load")
    return (started - timedelta(minutes=30)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


@pytest.fixture(scope="module")
def page(town: City, open_page: Opener) -> Window:
    window = open_page(
        f"{over(EAST + 10, NORTH + 5, 19.3)}?sel=b:H-2&tab=bim", url=town.url, width=1000, height=760
    )
    window.until("document.querySelector('[data-testid=model-version]')", _WAIT_S)
    return window


def _clock(page: Window, at: str | None) -> None:
    page.page.evaluate("at => window.__lh.clock.set(at)", at)


_VERSION = "document.querySelector('[data-testid=model-version]')?.dataset.load"
_DOORS = """[...document.querySelectorAll("[data-testid=tree-floor][data-floor='1'] summary")]
  .find((one) => one.textContent.startsWith('IfcDoor'))?.querySelector('small').textContent"""
_THEN = "(document.querySelector('[data-testid=record-then]')?.dataset.moment ?? '')"


def test_the_model_of_the_record_follows_the_clock(page: Window, loads: list[int], then: str) -> None:
    page.until(f"{_VERSION} === '{loads[1]}' && {_DOORS} === '5'", _WAIT_S)
    assert "b.ifc" in page.test("model-version").inner_text()
    assert page.page.evaluate(f"() => {_THEN}") == ""
    _clock(page, then)
    # five doors and the exit
    page.until(f"{_VERSION} === '{loads[0]}' && {_DOORS} === '6'", _WAIT_S)
    assert page.page.evaluate(f"() => {_THEN}") == then
    version = page.test("model-version").inner_text()
    assert "a.ifc" in version and "b.ifc" not in version
    page.test("building-sets").locator("summary").first.click()
    assert "是" in page.test("building-sets").inner_text()
    assert page.test("dossier-title").inner_text() == "测试楼"
    _clock(page, None)
    page.until(f"{_VERSION} === '{loads[1]}' && {_DOORS} === '5' && {_THEN} === ''", _WAIT_S)
    assert page.test("dossier-title").inner_text() == "新楼"
    assert page.state()["sel"] == "b:H-2"


def test_neighbours_without_sprinklers_are_those_of_then(page: Window, then: str) -> None:
    page.set(tab="fire")
    counts = "[...document.querySelectorAll('fire-panel .counts b')].map((one) => one.textContent).join(' ')"
    named = (
        "[...document.querySelectorAll('fire-panel .findings .link')].map((one) => one.textContent).join()"
    )
    # absent, unknown, present: the sprinklers of the house are in its model, the other house came later
    page.until(f"{counts} === '0 1 1' && {named} === '后来的楼'", _WAIT_S)
    _clock(page, then)
    page.until(f"{counts} === '0 0 1' && {named} === ''", _WAIT_S)
    _clock(page, None)
    page.until(f"{counts} === '0 1 1'", _WAIT_S)
    page.set(tab="bim")


def test_an_object_that_is_gone_is_told_in_the_past_only(page: Window, town: City, then: str) -> None:
    door = town.database.scalar("select feature_id from city.opening where name = 'D-S1' and floor_no = 1")
    page.foreseen.append(f"/api/objects/{door}")  # now it is a 404
    _clock(page, then)
    page.set(obj=str(door))
    page.until(f"document.querySelector('[data-testid=object]')?.dataset.id === '{door}'", _WAIT_S)
    assert "D-S1" in page.test("object").locator("h3").first.inner_text()
    _clock(page, None)
    page.test("object").locator("[role=alert]").wait_for()
    assert page.test("object").locator("h3").count() == 0
    page.set(obj="")


def test_rooms_and_plan_and_search_follow(page: Window, then: str) -> None:
    page.set(fl="1")
    rooms = "[...document.querySelectorAll('[data-testid=space]')].map((one) => one.textContent).join()"
    page.until(f"({rooms}).includes('仓库')", _WAIT_S)
    _clock(page, then)
    page.until(f"({rooms}).includes('S1 房间') && !({rooms}).includes('仓库')", _WAIT_S)
    drawn = f"{_PLAN}?.shadowRoot.querySelector('#rooms')?.textContent ?? ''"
    page.until(f"({drawn}).includes('S1 房间')", _WAIT_S)
    page.test("model-search").fill("仓库")
    page.until("document.querySelector('[data-testid=model-found]')?.textContent === '没有找到'", _WAIT_S)
    page.test("model-search").fill("")
    page.set(fl="")


def test_the_check_and_the_changes_of_then(page: Window, then: str) -> None:
    _clock(page, then)
    page.set(mc="checks")
    page.until("document.querySelector('.counts .answer')", _WAIT_S)
    assert page.test("never-checked").count() == 0
    assert page.page.locator("model-colours .present").count() == 0, "it was of that file: not stale"
    page.set(mc="changes")
    page.until(
        "document.querySelector('model-colours .empty')?.textContent.includes('只有一个版本')", _WAIT_S
    )
    _clock(page, None)
    page.until("document.querySelector('[data-testid=model-list]')?.textContent.includes('D-S1')", _WAIT_S)
    page.set(mc="")


def test_what_goes_out_is_what_is_shown(page: Window, town: City, then: str) -> None:
    page.set(tab="overview")
    for at in (None, then):
        _clock(page, at)
        page.until(f"{_THEN} === '{at or ''}'", _WAIT_S)
        ifc, cityjson = (
            page.test(f"export-{form}").get_attribute("href") or "" for form in ("ifc", "cityjson")
        )
        with urllib.request.urlopen(town.url + ifc, timeout=60) as answer:
            assert answer.read().count(b"IFCDOOR(") == (10 if at is None else 11)
        with urllib.request.urlopen(town.url + cityjson, timeout=60) as answer:
            [one] = [o for o in json.load(answer)["CityObjects"].values() if o["type"] == "Building"]
        assert one["attributes"]["name"] == ("新楼" if at is None else "测试楼")
    _clock(page, None)


def test_before_there_was_anything_it_says_so(page: Window, then: str) -> None:
    page.set(sel="b:H-3", tab="")
    page.until("document.querySelector('[data-testid=dossier-title]')?.textContent === '后来的楼'", _WAIT_S)
    _clock(page, then)
    page.test("record-none").wait_for()
    _clock(page, None)
    page.until("document.querySelector('[data-testid=dossier-title]')?.textContent === '后来的楼'", _WAIT_S)
    page.problems[:] = [one for one in page.problems if "/dossier" not in one]  # the server said 404
    page.set(sel="b:H-2")


def _read(town: City, result: float) -> None:
    body: dict[str, Any] = {
        "observations": [
            {"datastream": "S-1", "phenomenon_time": datetime.now(UTC).isoformat(), "result": result}
        ]
    }
    request = urllib.request.Request(
        f"{town.url}/api/observations",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["accepted"] == 1


def test_the_plan_follows_the_readings(page: Window, town: City, then: str) -> None:
    """The symbol takes the colour and the word of its state, and the keyboard stays where it is."""
    sensor = town.database.scalar("select feature_id from city_now.sensor where code = 'S-1'")
    page.set(tab="bim", fl="1")
    mark = f"{_PLAN}?.shadowRoot.querySelector('#sensors [data-id=\"{sensor}\"]')"
    fill = f"getComputedStyle({mark}.querySelector('path')).fill"
    page.until(mark, _WAIT_S)
    page.page.evaluate(f"() => {mark}.focus()")
    for result, state, colour, word in (
        (10.0, "normal", "rgb(0, 114, 178)", "正常"),
        (80.0, "alarm", "rgb(213, 94, 0)", "报警"),
        (11.0, "normal", "rgb(0, 114, 178)", "正常"),
    ):
        _read(town, result)
        page.until(f"{mark}?.dataset.state === '{state}'", _WAIT_S)
        assert page.page.evaluate(f"() => {fill}") == colour
        assert page.page.evaluate(f"() => {mark}.getAttribute('aria-label')") == f"烟感一 · {word}"
        assert page.page.evaluate(f"() => {_PLAN}.shadowRoot.activeElement === {mark}")
    # a reading of now says nothing of then
    _clock(page, then)
    page.until(f"{_PLAN}.address.includes('datetime') && {mark}?.dataset.state !== 'normal'", _WAIT_S)
    said = page.page.evaluate(f"() => {mark}.dataset.state")
    _read(town, 80.0)
    page.page.wait_for_timeout(1500)
    assert page.page.evaluate(f"() => {mark}.dataset.state") == said != "alarm"
    _clock(page, None)
    page.until(f"{mark}?.dataset.state === 'alarm'", _WAIT_S)
