"""An edit reaches the open 3D view: the tree of tiles, one content, one picture, what failed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.browser.conftest import City, Opener, Window, served
from tests.loaders.ifc.author import EAST, NORTH
from twin.database.connection import Database
from twin.settings import Settings

pytestmark = pytest.mark.browser

_SCENE = "window.__lh.scene()"
_WAIT_S = 60.0


@pytest.fixture(scope="module")
def town(new_database: Any, server_settings: Settings, tmp_path_factory: Any) -> Iterator[City]:
    """A city without a building, and a server for it."""
    folder = tmp_path_factory.mktemp("town")
    with new_database() as url:
        settings = replace(server_settings, database_url=url, state_dir=folder, host="127.0.0.1")
        database = Database.from_settings(settings, application="browser test")
        with served(settings) as address:
            yield City(address, database, settings, "", 0)
        database.close()


@pytest.fixture(scope="module")
def page(town: City, open_page: Opener) -> Window:
    at = town.database.row(
        "select st_x(p) as lon, st_y(p) as lat from st_transform(st_point(%(e)s, %(n)s, 4547), 4326) p",
        {"e": EAST + 10, "n": NORTH + 5},
    )
    assert at is not None
    return open_page(
        f"#v1/{at['lon']:.6f},{at['lat']:.6f},17.5,50,-20?vw=c", url=town.url, width=900, height=600
    )


_HEIGHTS = """(() => {
  const { tilesets, freshness } = window.__lh.scene();
  const cities = tilesets.entries.filter((e) => e.model === null);
  const tiles = cities.flatMap((e) => [...(freshness.tiles.get(e) ?? [])]);
  const features = tiles.flatMap(({ content }) =>
    Array.from({ length: content?.featuresLength ?? 0 }, (_, i) => content.getFeature(i)));
  return features.map((f) => f.getProperty('height_m'));
})()"""


def _shrink(town: City, height_m: float) -> None:
    town.database.execute(
        "update city.building set height_m = %(h)s where code = 'NEW-1' and valid_to is null"
        " and superseded_at is null",
        {"h": height_m},
    )


def test_an_edit_is_in_the_open_3d_view(page: Window, town: City) -> None:
    """Two buildings appear, and one shrinks: first the tree of tiles is another, then one content of two."""
    page.until("window.__lh.scene()?.loaded", _WAIT_S)
    assert page.page.evaluate(f"() => {_HEIGHTS}") == []
    for code, height_m, east_m, width_m in (("NEW-1", 12, 24, 120), ("NEW-2", 3, 10, 2)):
        town.database.execute(
            "insert into city.building (code, height_m, elev_base_m, geometry) values (%(code)s, %(h)s, 5,"
            " st_multi(st_makeenvelope(%(e)s, %(n)s, %(e)s + %(w)s, %(n)s + %(w)s, 4547)))",
            {"code": code, "h": height_m, "e": EAST + east_m, "n": NORTH, "w": width_m},
        )
    page.until(f"JSON.stringify({_HEIGHTS}.toSorted()) === '[12,3]'", _WAIT_S)
    asked = page.page.evaluate(f"() => {_SCENE}.freshness.count")
    _shrink(town, 11.5)
    page.until(f"{_HEIGHTS}.includes(11.5)", _WAIT_S)
    assert page.page.evaluate(f"() => {_SCENE}.freshness.count") == asked + 1


def test_an_edit_while_a_content_is_on_its_way_is_not_lost(page: Window, town: City) -> None:
    """What Cesium asked for before the second edit must not be taken for what was asked for after it."""
    counted = f"{_SCENE}.freshness.count"
    # by the protocol itself: a route of Playwright would switch the browser's cache off
    protocol = page.context.new_cdp_session(page.page)
    held: list[str] = []
    protocol.on("Fetch.requestPaused", lambda event: held.append(event["requestId"]))
    protocol.send("Fetch.enable", {"patterns": [{"urlPattern": "*expired=*", "requestStage": "Response"}]})
    asked = page.page.evaluate(counted)
    _shrink(town, 10.5)
    page.until(f"{counted} === {asked + 1}", _WAIT_S)
    while not held:
        page.page.wait_for_timeout(50)
    _shrink(town, 9.5)
    page.until(f"{counted} === {asked + 2}", _WAIT_S)
    protocol.send("Fetch.continueRequest", {"requestId": held[0]})
    protocol.send("Fetch.disable")
    page.until(f"{_HEIGHTS}.includes(9.5)", _WAIT_S)


def test_an_edit_costs_one_picture(page: Window, town: City) -> None:
    """Where a picture takes a second to draw, an edit that takes three is late."""
    still = f"[{_SCENE}.pictures.count, {_SCENE}.freshness.hidden.size].join()"
    before, now = "", page.page.evaluate(f"() => {still}")
    while before != now or not now.endswith(",0"):
        # as long as what is not drawn may wait before it is asked for
        page.page.wait_for_timeout(6000)
        before, now = now, page.page.evaluate(f"() => {still}")
    page.page.evaluate(
        f"""() => {{ const s = {_SCENE}; const first = s.pictures.count;
        window.pictures = 0;
        const stop = s.widget.scene.postRender.addEventListener(() => {{
          if ({_HEIGHTS}.includes(8.5)) {{ window.pictures = s.pictures.count - first; stop(); }} }}); }}"""
    )
    _shrink(town, 8.5)
    page.until("window.pictures > 0", _WAIT_S)
    assert page.page.evaluate("() => window.pictures") == 1


def test_what_could_not_be_fetched_is_fetched_again(page: Window, town: City) -> None:
    """Cesium draws nothing where an answer failed, and would never ask again."""
    protocol = page.context.new_cdp_session(page.page)
    failed: list[str] = []

    def answer(event: dict[str, Any]) -> None:
        request = {"requestId": event["requestId"]}
        if failed:
            protocol.send("Fetch.continueRequest", request)
        else:
            protocol.send("Fetch.fulfillRequest", {**request, "responseCode": 503})
        failed.append(event["request"]["url"])

    protocol.on("Fetch.requestPaused", answer)
    protocol.send("Fetch.enable", {"patterns": [{"urlPattern": "*expired=*"}]})
    _shrink(town, 7.5)
    page.until(f"{_HEIGHTS}.includes(7.5)", _WAIT_S)
    assert failed
    protocol.send("Fetch.disable")
    # the browser itself prints every 503
    page.problems[:] = [problem for problem in page.problems if "503" not in problem]
