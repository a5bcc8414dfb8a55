"""Versions of a model in 3D: the ones that were chosen, what is gone in its colour, cuts that are closed."""

from __future__ import annotations

from pathlib import Path

import ifcopenshell.api.root
import pytest

from loaders.ifc.load import load_ifc
from tests.browser.conftest import City, Opener, Townhall, Window, over
from tests.interior_house import InteriorHouse
from tests.loaders.ifc.author import EAST, NORTH
from tests.loaders.ifc.test_version_outlines import Works
from twin.crs import transformer
from twin.database.connection import Database
from twin.settings import Settings

pytestmark = pytest.mark.browser

_SCENE = "window.__lh.scene()"
_WAIT_S = 60.0
_ADDED, _REMOVED, _RESHAPED = "#2f9e6b", "#d0342c", "#ee8866"


def _load(database: Database, settings: Settings, folder: Path) -> None:
    made = InteriorHouse()
    made.georeference()
    load_ifc(made.write(folder / "a.ifc"), database, settings, source="ifc/house")
    made.put(made.make("IfcWall", "附墙"), (5.0, 0.3, 3.0), (20.1, 5.0, 0.0), 1)
    ifcopenshell.api.root.remove_product(made.model, product=made.rooms[2, "N2"])
    load_ifc(made.write(folder / "b.ifc"), database, settings, source="ifc/house")
    made.put(made.make("IfcWall", "第三版墙"), (5.0, 0.3, 3.0), (20.1, 2.0, 0.0), 1)
    load_ifc(made.write(folder / "c.ifc"), database, settings, source="ifc/house")
    works = Works()
    load_ifc(works.write(folder / "works.ifc"), database, settings)
    works.shift(5.0)
    load_ifc(works.write(folder / "works.ifc"), database, settings)


@pytest.fixture(scope="module")
def town(found_town: Townhall) -> City:
    """A house in three versions: the second has a wall outside and lacks a room, the third one more wall."""
    return found_town(_load)


@pytest.fixture(scope="module")
def page(town: City, open_page: Opener) -> Window:
    """The first two versions compared, in 3D."""
    first, second, _ = _loads(town)
    query = f"vw=c&sel=b:{town.tower_id}&tab=bim&mc=changes&mv={first}-{second}"
    window = open_page(f"{over(EAST + 10, NORTH + 5, 19.3)}?{query}", url=town.url, width=1100, height=640)
    window.until(f"{_SCENE}?.loaded", _WAIT_S)
    return window


def _loads(town: City) -> list[int]:
    return [
        row["id"]
        for row in town.database.rows("select id from twin.load where source = 'ifc/house' order by id")
    ]


def _id(town: City, table: str, name: str) -> str:
    return str(
        town.database.scalar(
            f"select feature_id from city.{table} where name = %(name)s order by version_id limit 1",
            {"name": name},
        )
    )


_DRAWN = """(() => {
  const { entries } = window.__lh.scene().tilesets;
  const told = (wanted) => {
    const out = {};
    for (const entry of entries.filter(wanted)) for (const tile of entry.tileset.root.children) {
      for (let i = 0; i < (tile.content?.featuresLength ?? 0); i += 1) {
        const f = tile.content.getFeature(i);
        if (f.show && entry.tileset.show) out[f.getProperty('id')] = f.color.toCssHexString().slice(0, 7);
      }
    }
    return out;
  };
  return { now: told((e) => e.model !== null && !e.rooms && e.moment === null),
    then: told((e) => e.moment !== null && !e.rooms), rooms: told((e) => e.moment !== null && e.rooms) };
})()"""


def test_the_version_that_was_chosen_is_drawn(page: Window, town: City) -> None:
    outside, later = _id(town, "element", "附墙"), _id(town, "element", "第三版墙")
    page.until(f"{_DRAWN}.now[{outside}] === '{_ADDED}'", _WAIT_S)
    # the list may have come while all tilesets were on their way as of now
    page.until(f"!{_SCENE}.tilesets.coming && {_SCENE}.loaded", _WAIT_S)
    drawn = page.page.evaluate(f"() => {_DRAWN}")
    assert later not in drawn["now"], "the third version is not the one that was chosen"
    assert page.test("model-older").is_visible()
    # the third version drawn as well, once it is the one that is compared
    _, second, third = _loads(town)
    page.set(mv=f"{second}-{third}")
    page.until(f"{_DRAWN}.now[{later}] === '{_ADDED}'", _WAIT_S)
    assert page.test("model-older").count() == 0


def test_a_room_that_is_gone_is_red(page: Window, town: City) -> None:
    first, second, _ = _loads(town)
    page.set(mv=f"{first}-{second}")
    room = _id(town, "space", "2F-N2")
    page.until(f"{_DRAWN}.rooms[{room}] === '{_REMOVED}'", _WAIT_S)
    assert set(page.page.evaluate(f"() => {_DRAWN}.rooms")) == {room}, (
        "of the older version only what is gone"
    )
    listed = page.page.locator(f"[data-testid=model-list] [data-id='{room}']")
    listed.click()
    page.test("object").locator("h3").first.wait_for()
    assert "2F-N2" in page.test("object").inner_text(), "told as of the version that had it"
    page.test("object-close").click()


def test_the_outline_of_the_building_is_drawn_and_listed(page: Window, town: City) -> None:
    """The wall outside made the outline of the building another one."""
    outlines = f"{_SCENE}.tool('outlines').drawn.map((one) => one.id)"
    page.until(f"{outlines}.includes({town.tower_id})", _WAIT_S)
    row = page.page.locator(f"[data-testid=model-list] [data-id='{town.tower_id}']")
    assert row.locator("i").get_attribute("style").replace(" ", "") in (
        f"background:{_RESHAPED};", "background:rgb(238,136,102);",
    )  # fmt: skip
    row.click()
    assert page.state()["tab"] == "history", "what became of the building is told there"
    page.set(tab="bim")


def test_cuts_of_a_past_version_are_closed(page: Window, town: City) -> None:
    """A level plane 1 m over the ground floor cuts the walls of the version that is drawn, and no other."""
    lon, lat = transformer(4547, 4326).transform(EAST + 10, NORTH + 5)
    z = town.database.scalar(
        "select min(z_min_m) + 1.0 from city_now.element where name = '南墙' and floor_no = 1"
    )
    page.set(sec=f"{lon:.7f},{lat:.7f},{z:.2f},0,90")
    faces = f"{_SCENE}.tool('caps').faces.map((one) => one.id)"
    page.until(f"{faces}.includes({_id(town, 'element', '附墙')})", _WAIT_S)
    assert int(_id(town, "element", "第三版墙")) not in page.page.evaluate(f"() => {faces}")
    page.set(mc="")
    page.until(f"{faces}.includes({_id(town, 'element', '第三版墙')})", _WAIT_S)


def test_cuts_of_storeys_drawn_apart_are_closed(page: Window, town: City) -> None:
    """A plane that goes through the second floor only where it hangs, drawn apart from the others."""
    page.set(ex="1")
    lon, lat = transformer(4547, 4326).transform(EAST + 10, NORTH + 5)
    lifted = f"{_SCENE}.tool('explode').lifted?.floors.find(({{ floor }}) => floor === 2)?.by_m[2]"
    up_m = page.until(lifted, _WAIT_S)
    z = town.database.scalar(
        "select min(z_min_m) + 1.0 from city_now.element where name = '南墙' and floor_no = 2"
    )
    page.set(sec=f"{lon:.7f},{lat:.7f},{z + up_m:.2f},0,90")
    floors = f"[...new Set({_SCENE}.tool('caps').faces.map((one) => one.floor_no))]"
    page.until(f"{floors}.join() === '2'", _WAIT_S)
    page.set(ex="", sec="")


def test_versions_of_a_model_without_a_building_are_compared_at_its_road(page: Window, town: City) -> None:
    road = town.database.scalar("select feature_id from city_now.road")
    page.set(sel=f"f:road:{road}", mc="changes", mv="", tab="")
    row = page.page.locator(f"[data-testid=model-list] [data-id='{road}']")
    row.wait_for()
    assert "5 m" in row.inner_text()
    # where it lies, and pale where it lay
    drawn = (
        f"{_SCENE}.tool('outlines').drawn.filter((one) => one.id === {road}).map((one) => one.alpha).join()"
    )
    page.until(f"{drawn} === '0.4,1'", _WAIT_S)


def test_the_ground_of_a_town_without_elevation_model_is_where_its_buildings_stand(
    page: Window, town: City
) -> None:
    """Above the zero of its heights, on which its bodies stand, not above that of the ellipsoid."""
    offset_m = town.settings.geoid_offset_m
    base_m = town.database.scalar("select distinct elev_base_m from city_now.building")
    assert offset_m != 0 != base_m
    ground = f"""(() => {{ const s = {_SCENE}; const at = s.camera.positionCartographic.clone();
      const {{lon, lat}} = window.__lh.state().camera;
      at.longitude = lon * Math.PI / 180; at.latitude = lat * Math.PI / 180;
      return s.widget.scene.globe.getHeight(at); }})()"""
    page.until(f"Math.abs({ground} - {offset_m + base_m}) < 0.05", _WAIT_S)


def test_a_town_of_real_data_is_not_called_invented(page: Window) -> None:
    assert page.test("wgs84").count() == 1
    assert page.test("sample").count() == 0
