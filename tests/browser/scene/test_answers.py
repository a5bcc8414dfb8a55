"""What the server reckons for the 3D city and the page shows: hours of sun, faces of a cut, a profile."""

from __future__ import annotations

import itertools
import json
import math
import urllib.request
from typing import Any

import pytest

from tests.browser.conftest import City, Window
from tests.browser.scene.conftest import DRAWN, SCENE, VIEW, WAIT_S, Run

pytestmark = pytest.mark.browser


def test_the_hours_of_sun_at_a_point_of_a_face(
    scene: Window, station: dict[str, Any], city: City, run: Run
) -> None:
    scene.page.evaluate(
        "p => window.__lh.go(p)", {**VIEW, "lon": station["lon"], "lat": station["lat"], "pitch": 60}
    )
    scene.set(sun="2026-01-20T12:00+08", tl="sun")
    scene.test("hours-pick").click()
    run(DRAWN)
    at = run(
        """const {clientWidth: w, clientHeight: h} = s.widget.canvas;
        for (let y = 0.4; y < 0.7; y += 0.03) for (let x = 0.4; x < 0.6; x += 0.03) {
          const hit = s.pick({x: w * x, y: h * y}); if (hit?.properties?.ifc_class?.startsWith('IfcWall'))
            return {x: w * x, y: h * y}; } return null"""
    )
    canvas = scene.page.locator("#scene canvas").bounding_box()
    assert canvas is not None and at is not None
    # a slow machine has not drawn all of it yet, and the face is read from what is drawn
    around = ((at["x"], at["y"]), (at["x"] + 3, at["y"]), (at["x"], at["y"] + 3))
    scene.until(" && ".join(f"{SCENE}.spot({{x: {x}, y: {y}}})" for x, y in around), WAIT_S)
    scene.page.mouse.click(canvas["x"] + at["x"], canvas["y"] + at["y"])
    scene.until("document.querySelector('[data-testid=hours-result]')", WAIT_S)
    spot = scene.state()["sh"].split(",")
    names = ("lon", "lat", "z", "azimuth", "tilt")
    query = "&".join(f"{name}={value}" for name, value in zip(names, spot, strict=False))
    with urllib.request.urlopen(f"{city.url}/api/sunlight?{query}&date=2026-01-20", timeout=20) as answer:
        found = json.load(answer)
    shown = scene.test("hours-result")
    # around the small terrain of the tests nobody knows the hills: then no sun is not known to be none
    unknown = found["unknown_min"] and not found["sun_min"]
    assert shown.get_attribute("data-minutes") == ("" if unknown else str(found["sun_min"]))
    assert ("未知" in shown.inner_text()) == bool(found["unknown_min"])
    assert "2026-01-20，每 2 分钟" in shown.inner_text()
    assert run("return s.tool('hours').armed") is False


def test_a_cut_has_faces_and_a_pick_on_one_gives_the_object(
    scene: Window, station: dict[str, Any], city: City, run: Run
) -> None:
    plane = f"{station['lon']},{station['lat']},{station['elev_base_m'] + 1.5},0,90"
    # clicks of the tests before may have chosen something else
    scene.set(sel=f"b:{station['code']}", sec=plane)
    scene.until(f"{SCENE}.tool('caps').count > 0", WAIT_S)
    model = city.database.scalar("select id from twin.model")
    with urllib.request.urlopen(f"{city.url}/api/models/{model}/section?plane={plane}", timeout=20) as answer:
        objects = json.load(answer)["objects"]
    assert run("return s.tool('caps').count") == len(objects)
    widest = max((o for o in objects if o["ifc_class"].startswith("IfcWall")), key=lambda o: o["area_m2"])
    # the middle of a stretch of the outline and of the one opposite lies within a wall
    ring = widest["polygons"][0][0]
    edges = sorted(itertools.pairwise(ring), key=lambda e: -math.hypot(e[1][0] - e[0][0], e[1][1] - e[0][1]))[
        :2
    ]
    lon, lat, z = (sum(p[axis] for edge in edges for p in edge) / 4 for axis in range(3))
    scene.page.evaluate(
        "at => window.__lh.go({lon: at[0], lat: at[1], zoom: 20, pitch: 0, bearing: 0})", [lon, lat]
    )
    run(DRAWN)
    hit = run(f"return s.pick(s.pixel({{lon: {lon}, lat: {lat}, z: {z}}}))")
    assert (hit["collection"], hit["id"]) == ("element", widest["id"])
    # the lowest floor stays where it is when storeys are drawn apart; the others are lifted out of the plane
    lowest = sum(o["floor_no"] in (None, station["lowest"]) for o in objects)
    assert lowest < len(objects)
    scene.set(ex="0.5")
    # by the time it is asked the new ones may be there, on a fast machine
    left = run("return s.tool('caps').count")
    assert left in {0, lowest}, f"faces of before do not stay behind: {left} of {len(objects)}, {lowest}"
    scene.until(f"{SCENE}.tool('caps').count === {lowest}", WAIT_S)
    assert lowest, "and its faces have come again"


def test_the_profile_of_a_line_is_drawn(scene: Window, station: dict[str, Any], city: City, run: Run) -> None:
    row = city.database.row(
        "select st_x(p) as lon, st_y(p) as lat from (select st_transform(st_centroid(geometry), 4326) as p"
        " from city_now.utility_line where kind = 'W' order by code limit 1) l"
    )
    assert row is not None
    scene.page.evaluate(
        f"() => window.__lh.go({{lon: {row['lon']}, lat: {row['lat']}, zoom: 19.5, pitch: 0, bearing: 0}})"
    )
    scene.set(tl="ground", ug="0.3", sel="")
    scene.test("profile-draw").click()
    run(DRAWN)
    canvas = scene.page.locator("#scene canvas").bounding_box()
    assert canvas is not None
    middle = (canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
    for away in (-150, 150):
        # along the screen and across it: one of the two crosses the main
        scene.page.mouse.click(middle[0] + 60 + away / 3, middle[1] + away)
        scene.until(f"window.__lh.state().pf?.split(';').length === {1 if away < 0 else 2}", WAIT_S)
    scene.test("profile-draw").click()
    sheet = "document.querySelector('.profile-sheet .drawing')?.shadowRoot?.querySelector('svg')"
    scene.until(f"{sheet}?.querySelector('#ground')", WAIT_S)
    line = scene.state()["pf"]
    with urllib.request.urlopen(f"{city.url}/api/utilities/profile?line={line}", timeout=20) as answer:
        found = json.load(answer)
    assert scene.page.evaluate(f"() => {sheet}.querySelectorAll('#table > g').length") == len(
        found["crossings"]
    ) + len(found["beside"])
    assert run("return Boolean(s.tool('profile').line)")
    scene.test("profile-close").click()
    scene.until("!document.querySelector('.profile-sheet')")
    scene.set(sel=f"b:{station['code']}", ug="")


_CHOSEN = """(() => { const told = (wanted) => SCENE.tilesets.entries.filter(wanted).flatMap((entry) => {
  const all = (tile) => [tile.content, ...tile.children.flatMap(all)].filter((one) => one?.featuresLength);
  return all(entry.tileset.root).flatMap((content) => Array.from(
    {length: content.featuresLength}, (_, i) => content.getFeature(i)));
}).filter((f) => Number(f.getProperty('id')) === ID).map((f) => f.color.toCssHexString());
  return told((e) => WHERE); })()"""
"""Colours of an object in all contents that are there: a parent that is not drawn keeps an earlier one."""


@pytest.mark.parametrize(("theme", "colour"), [("l", "#1b7fa6"), ("d", "#3fb4de")])
def test_the_chosen_thing_has_the_colour_of_the_map(
    scene: Window, city: City, station: dict[str, Any], theme: str, colour: str
) -> None:
    """An object of a model, and a building: that of `selected` in the palette, whichever theme is on."""
    slab = city.database.scalar(
        "select feature_id from city_now.element where building_id = %(b)s and ifc_class = 'IfcSlab' limit 1",
        {"b": station["id"]},
    )
    told = _CHOSEN.replace("SCENE", SCENE)
    scene.page.evaluate("p => window.__lh.go(p)", {"lon": station["lon"], "lat": station["lat"], **VIEW})
    scene.set(th=theme, sel=f"b:{station['code']}", obj=str(slab))
    body = told.replace("ID", str(slab)).replace("WHERE", "e.model !== null && !e.rooms")
    scene.until(f"{body}.includes('{colour}')", WAIT_S)
    scene.set(obj="", sel=f"b:{city.tower}")
    at = {"lon": 114.1147, "lat": 22.5432, "zoom": 16.4, "pitch": 40, "bearing": 0}
    scene.page.evaluate("p => window.__lh.go(p)", at)
    block = told.replace("ID", str(city.tower_id)).replace("WHERE", "e.model === null")
    scene.until(f"{block}.includes('{colour}')", WAIT_S)
    on_map = scene.page.evaluate(
        "() => JSON.stringify(window.__lh.map.getStyle().layers.find(({id}) => id === 'bld-outline').paint)"
    )
    assert colour in on_map
    scene.set(th="l", sel=f"b:{station['code']}")
