"""A building model in the page: tree, search, objects, colours, versions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import ifcopenshell.api.root
import pytest

from loaders.ifc.load import load_ifc
from tests.browser.conftest import City, Opener, Townhall, Window, over
from tests.interior_house import ROOMS, InteriorHouse
from tests.loaders.ifc.author import EAST, NORTH
from twin.database.connection import Database
from twin.settings import Settings
from twin.store.codes import load_codes

pytestmark = pytest.mark.browser

_CODES = Path(__file__).resolve().parent.parent.parent / "sample_data" / "codes"
_SCENE = "window.__lh.scene()"
_WAIT_S = 60.0
_PLACE = over(EAST + 10, NORTH + 5, 19.3)
"""Camera over the house."""


def _load(database: Database, settings: Settings, folder: Path) -> None:
    for name in ("ifc_class", "equipment"):
        load_codes(database, _CODES / f"{name}.csv")
    made = InteriorHouse()
    made.georeference()
    load_ifc(made.write(folder / "a.ifc"), database, settings, source="ifc/house")
    extra = made.make("IfcWall", "新墙")
    made.put(extra, (0.2, 3.8, 3.0), (7.0, 0.1, 3.5), 2)
    ifcopenshell.api.root.remove_product(made.model, product=made.things["IfcFlowTerminal"])
    made.place(made.things["SP-2"], 5.0, 6.0, 2.7)
    load_ifc(made.write(folder / "b.ifc"), database, settings, source="ifc/house")


@pytest.fixture(scope="module")
def town(found_town: Townhall) -> City:
    """A town of one house, whose model was loaded twice: a wall came, a terminal went, a sprinkler moved."""
    return found_town(_load)


@pytest.fixture(scope="module")
def page(town: City, open_page: Opener) -> Window:
    return open_page(f"{_PLACE}?sel=b:{town.tower_id}&tab=bim", url=town.url, width=900, height=600)


def test_the_tree_leads_to_an_object(page: Window, town: City) -> None:
    page.until("document.querySelector('[data-testid=tree-floor]')")
    floor = page.page.locator("[data-testid=tree-floor][data-floor='1']")
    floor.locator(":scope > summary").click()
    floor.locator("details > summary").filter(has_text=re.compile(r"^门")).click()
    listed = floor.locator("[data-testid=model-object]")
    listed.first.wait_for()
    known = town.database.scalar(
        "select count(*) from city_now.opening where floor_no = 1 and ifc_class = 'IfcDoor'"
    )
    assert listed.count() == known
    chosen = listed.first.get_attribute("data-id")
    listed.first.click()
    page.test("object").locator("h3").first.wait_for()
    assert page.state()["obj"] == chosen
    assert page.state()["sel"] == f"b:{town.tower_id}"
    name = town.database.scalar(
        "select name from city_now.opening where feature_id = %(id)s", {"id": int(str(chosen))}
    )
    assert page.test("object").locator("h3").first.inner_text() == name
    # every value says where it is from
    assert page.test("object").locator("[data-field=ifc_class], [data-field=width_m]").count() >= 1
    assert page.test("object").locator(".badge-source").count() >= 2


def test_a_search_in_the_model(page: Window, town: City) -> None:
    page.test("model-search").fill("SP-2")
    page.until("document.querySelector('[data-testid=model-found]')?.textContent.includes('1')")
    found = page.page.locator("[data-testid=model-object]")
    assert found.count() == 1
    found.click()
    page.until(f"window.__lh.state().obj === '{found.get_attribute('data-id')}'")
    page.test("object-close").click()
    assert "obj" not in page.state()
    page.test("model-search").fill("")
    page.until("document.querySelector('[data-testid=model-tree]')")


def test_colours_by_class_and_one_class_alone(page: Window, town: City) -> None:
    page.test("model-colour").select_option("ifc_class")
    page.until("document.querySelectorAll('[data-testid=model-legend] button').length > 3")
    counts = {
        row["ifc_class"]: str(row["count"])
        for row in town.database.rows(
            "select ifc_class, count(*) from city_now.opening group by 1"
            " union all select 'IfcSpace', count(*) from city_now.space"
        )
    }
    for name, count in counts.items():
        assert page.page.locator(f"[data-testid=model-legend] [data-key={name}] small").inner_text() == count
    page.page.locator("[data-testid=model-legend] [data-key=IfcDoor]").click()
    assert page.state()["mc"] == "ifc_class"
    assert page.state()["mg"] == "IfcDoor"


def test_a_model_nobody_checked_says_so(page: Window) -> None:
    page.test("model-colour").select_option("checks")
    page.test("never-checked").wait_for()


def test_what_changed_is_listed(page: Window) -> None:
    page.test("model-colour").select_option("changes")
    page.until("document.querySelectorAll('[data-testid=model-legend] button').length === 3")
    keys = page.page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=model-legend] button')].map((b) => b.dataset.key)"
    )
    assert keys == ["added", "removed", "moved"]
    said = page.test("model-list").inner_text()
    assert "新墙" in said and "5 m" in said


def test_versions_are_coloured_in_3d(page: Window, town: City) -> None:
    """What came is green, what went red, what moved at both places; the rest is faded."""
    page.test("model-open3d").click()
    page.until(f"{_SCENE}?.loaded", _WAIT_S)
    ids = {
        row["name"]: row["feature_id"]
        for row in town.database.rows(
            "select name, feature_id from city_now.element where name in ('新墙', '南墙')"
        )
    }
    colours = page.until(f"{_COLOURS}", _WAIT_S)
    added = colours["now"][str(ids["新墙"])]
    assert added == ["#2f9e6b", 1]
    assert colours["now"][str(ids["南墙"])][1] == pytest.approx(0.1, abs=0.01)
    gone = town.database.scalar(
        "select feature_id from city.equipment where valid_to is not null and feature_id not in"
        " (select feature_id from city_now.equipment)"
    )
    moved = town.database.scalar("select feature_id from city_now.equipment where name = 'SP-2'")
    assert colours["now"][str(moved)] == ["#3a76c8", 1]
    assert colours["then"] == {
        str(gone): ["#d0342c", 1],
        str(moved): ["#3a76c8", pytest.approx(0.4, abs=0.01)],
    }, "what is gone stands where it was; what moved stands there too, pale"


_COLOURS = """(() => {
  const { entries } = window.__lh.scene().tilesets;
  const told = (entry) => {
    const out = {};
    for (const tile of entry.tileset.root.children) {
      for (let i = 0; i < (tile.content?.featuresLength ?? 0); i += 1) {
        const f = tile.content.getFeature(i);
        const c = f.color;
        if (f.show) out[f.getProperty('id')] = [c.toCssHexString().slice(0, 7), c.alpha];
      }
    }
    return out;
  };
  const now = entries.find((e) => e.model !== null && !e.rooms && e.moment === null);
  const then = entries.find((e) => e.moment !== null);
  if (!now || !then) return null;
  const [a, b] = [told(now), told(then)];
  const some = (told, wanted) => Object.values(told).some(([colour]) => colour === wanted);
  return some(a, '#2f9e6b') && some(b, '#d0342c') ? { now: a, then: b } : null;
})()"""


def test_sensors_of_the_house_stand_in_it(page: Window, town: City) -> None:
    town.database.execute(
        "insert into city.sensor (code, type, building_id, floor_no, z_min_m, geometry)"
        " values ('S-1', 'smoke', %(b)s, 1, 7, st_point(%(e)s, %(n)s, 4547))",
        {"b": town.tower_id, "e": EAST + 5, "n": NORTH + 5},
    )
    markers = f"[...{_SCENE}.tools.find((tool) => tool.board).shown.values()]"
    page.set(fl="1")
    page.until(f"{markers}.length === 1", _WAIT_S)
    said = json.loads(page.page.evaluate(f"() => {markers}[0].said"))
    assert (said["collection"], said["properties"], said["height_m"]) == ("sensor", {"code": "S-1"}, 7)
    page.set(fl="")
    page.until(f"{markers}.length === 0", _WAIT_S)


_ON_FLOORS = """(() => {
  const { entries } = window.__lh.scene().tilesets;
  const shown = (e, rooms) => e.model !== null && e.rooms === rooms && e.moment === null && e.tileset.show;
  const floors = (rooms) => entries.filter((e) => shown(e, rooms))
    .flatMap((e) => e.tileset.root.children.flatMap(({ content }) =>
      Array.from({ length: content?.featuresLength ?? 0 }, (_, i) => content.getFeature(i))))
    .filter((f) => f.show).map((f) => f.getProperty('floor_no')).filter((floor) => floor !== undefined);
  const told = (found) => [...new Set(found)].sort((a, b) => a - b);
  return JSON.stringify({ objects: told(floors(false)), rooms: told(floors(true)) });
})()"""


def test_a_floor_of_the_address_is_the_floor_of_everything(page: Window, town: City) -> None:
    """3D view, plan, lists and sensors: all of them by `fl=`, and all of them back without."""
    for floor in (1, 2):
        town.database.execute(
            "insert into city.sensor (code, type, building_id, floor_no, z_min_m, geometry)"
            " values (%(code)s, 'smoke', %(b)s, %(f)s, %(z)s, st_point(%(e)s, %(n)s, 4547))",
            {
                "code": f"F-{floor}",
                "b": town.tower_id,
                "f": floor,
                "z": 5 + 3.5 * floor,
                "e": EAST + 3,
                "n": NORTH + 3,
            },
        )
    board = f"{_SCENE}.tools.find((tool) => tool.board)"
    # sensors on one another are one mark, which says whose it is
    markers = (
        f"[...{board}.shown.values()].map((one) => JSON.parse(one.said))"
        ".flatMap((one) => one.codes ?? [one.properties.code])"
    )
    for floor in (1, 2):
        # everything of the house stands on one of its two floors; of the cellar there is a room alone
        wanted = json.dumps({"objects": [*range(1, floor + 1)], "rooms": [floor]}, separators=(",", ":"))
        page.set(fl=str(floor), tab="bim", obj="", mc="")
        page.until(f"{_ON_FLOORS} === '{wanted}'", _WAIT_S)
        page.until(f"{markers}.includes('F-{floor}')", _WAIT_S)
        assert page.page.evaluate(f"() => {markers}.filter((code) => code.startsWith('F-'))") == [
            f"F-{floor}"
        ]
        plan = "document.querySelector('[data-testid=plan]')"
        page.until(
            f"{plan}?.shadowRoot.querySelector('#rooms')?.textContent.includes('{floor}F-S1')", _WAIT_S
        )
        assert page.page.evaluate(f"() => {plan}.address").endswith(f"/storeys/{floor}/plan?lang=zh")
        drawn = page.page.evaluate(f"() => {plan}.shadowRoot.innerHTML")
        rooms = page.test("space").all_inner_texts()
        assert sorted(room.split()[0] for room in rooms) == sorted(f"{floor}F-{name}" for name in ROOMS)
        assert f"{floor}F-S1" in drawn
        assert f"{3 - floor}F-S1" not in drawn
        page.set(tab="sensors")
        names = (
            "[...document.querySelectorAll('sensor-card .sensor-name')]"
            ".map((one) => one.innerText.split(/\\s/)[0])"
        )
        page.until(f"{names}.includes('F-{floor}')", _WAIT_S)
        codes = page.page.evaluate(f"() => {names}")
        assert [code for code in codes if code.startswith("F-")] == [f"F-{floor}"]
    page.set(fl="", tab="sensors")
    page.until("document.querySelectorAll('sensor-card').length >= 2", _WAIT_S)
    page.until(f"JSON.parse({_ON_FLOORS}).rooms.length === 0", _WAIT_S)


def test_the_plan_leads_to_what_is_on_it(page: Window, town: City) -> None:
    town.database.execute(
        "insert into city.sensor (code, type, building_id, floor_no, z_min_m, geometry)"
        " values ('P-1', 'smoke', %(b)s, 1, 8.5, st_point(%(e)s, %(n)s, 4547))",
        {"b": town.tower_id, "e": EAST + 6, "n": NORTH + 4},
    )
    own = town.database.scalar("select feature_id from city_now.sensor where code = 'P-1'")
    page.set(sel=f"b:{town.tower_id}", tab="sensors", fl="1", obj="", lang="en")
    page.until("document.querySelector('sensor-card')", _WAIT_S)
    page.page.evaluate(
        "() => document.querySelector('[data-testid=dossier-title]') && window.__lh.set({sel: ''})"
    )
    page.set(sel=f"b:{town.tower_id}", tab="bim", fl="1")
    plan = "document.querySelector('[data-testid=plan]')"
    mark = f'#sensors [data-id="{own}"]'
    page.until(f"{plan}?.shadowRoot.querySelector('{mark}')", _WAIT_S)
    assert "Storey plan" in page.page.evaluate(f"() => {plan}.shadowRoot.textContent"), (
        "in the language chosen"
    )
    page.page.locator(f"server-drawing.plan {mark}").click()
    page.until(
        "window.__lh.state().sel === 's:P-1' && document.querySelector('.dossier series-plot')", _WAIT_S
    )
    page.page.evaluate("() => history.back()")
    page.until(f"{plan}?.shadowRoot.querySelector('#rooms [data-id]')", _WAIT_S)
    # by keyboard: one stop of Tab, arrows inside, Enter chooses
    at = f"{plan}.shadowRoot.activeElement?.dataset.id"
    marks = f"[...{plan}.shadowRoot.querySelectorAll('[data-mark]')]"
    assert page.page.evaluate(f"() => {marks}.filter((one) => one.tabIndex === 0).length") == 1
    first, second = page.page.evaluate(f"() => {marks}.slice(0, 2).map((one) => one.dataset.id)")
    page.page.evaluate(f"() => {marks}[0].focus()")
    page.page.keyboard.press("ArrowRight")
    assert page.page.evaluate(f"() => {at}") == second != first
    page.page.keyboard.press("Enter")
    page.until(f"window.__lh.state().obj === '{second}'")
    assert page.page.evaluate(f"() => {marks}.every((one) => one.getAttribute('aria-label'))")
    page.set(lang="", obj="")


def test_a_link_opens_the_same_object(town: City, open_page: Opener) -> None:
    door = town.database.scalar(
        "select feature_id from city_now.opening where ifc_class = 'IfcDoor' order by 1 limit 1"
    )
    again = open_page(
        f"{_PLACE}?sel=b:{town.tower_id}&tab=bim&obj={door}", url=town.url, width=900, height=600
    )
    again.until(f"document.querySelector('[data-testid=object]')?.dataset.id === '{door}'")
    again.test("dossier-close").click()
    assert not {"obj", "sel"} & set(again.state())
