"""What one does with the 3D city: floors, sections, ghosts, what is under the ground, measures, sun."""

from __future__ import annotations

import json
import math
import urllib.request
from typing import Any

import pytest

from tests.browser.conftest import City, Window
from tests.browser.scene.conftest import DRAWN, SCENE, WAIT_S, Run

pytestmark = pytest.mark.browser


_FLOORS_SEEN = """
const {clientWidth: w, clientHeight: h} = s.widget.canvas; const seen = {};
for (let x = 0.35; x < 0.7; x += 0.08) for (let y = 0.3; y < 0.75; y += 0.1) {
  const at = {x: w * x, y: h * y}; const hit = s.pick(at);
  if (hit && hit.collection !== 'building') {
    const floor = hit.properties.floor_no; const spot = s.spot(at);
    seen[floor] = Math.max(seen[floor] ?? -1e9, spot ? s.address(spot).z : -1e9);
  }
} return seen;"""
"""Highest point seen of each floor of a model, by floor number."""


def test_the_middle_is_that_of_the_free_part(scene: Window) -> None:
    canvas = scene.page.locator("#scene canvas").bounding_box()
    record = scene.page.locator(".dossier").bounding_box()
    assert canvas is not None and record is not None
    assert canvas["x"] + canvas["width"] == pytest.approx(record["x"], abs=1)
    assert scene.page.locator("#scene .cesium-widget-credits").inner_text().strip() == "CesiumJS"


def test_the_ground_is_that_of_the_city(city: City, run: Run) -> None:
    rows = city.database.rows(
        "select elev_base_m as z, st_x(p) as lon, st_y(p) as lat from (select elev_base_m,"
        " st_transform(st_centroid(geometry), 4326) as p from city_now.building"
        " where elev_base_m is not null order by feature_id limit 200) b"
    )
    assert len(rows) > 50
    places = json.dumps([[row["lon"], row["lat"]] for row in rows])
    found = run(f"return s.groundAt({places})")
    off = sorted(abs(ground - row["z"]) for ground, row in zip(found, rows, strict=True))
    assert off[int(0.95 * len(off))] < 0.5


def test_the_ground_is_painted_and_follows_the_tree(scene: Window, run: Run) -> None:
    scene.until(f"{SCENE}.carpet.asked > 0", WAIT_S)
    colours = """const tile = s.carpet.tilingScheme.positionToTileXY(
        s.camera.positionCartographic, 16); const c = await s.carpet.requestImage(tile.x, tile.y, 16);
        const d = c.getContext('2d').getImageData(0, 0, 512, 512).data; const all = new Set();
        for (let i = 0; i < d.length; i += 4) all.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);
        return all.size"""
    assert run(colours) > 20
    scene.set(ly="bld")
    assert run(colours) == 1, "no layer of the ground is on"
    scene.set(ly="")
    assert run(colours) > 20
    assert run("return s.carpet.asked === s.carpet.held.size"), "no tile is asked for twice"


def test_floors_go_by_keys_and_slider(scene: Window, station: dict[str, Any], run: Run) -> None:
    scene.page.locator("body").press("PageUp")
    scene.until("window.__lh.state().fl === '1'")
    scene.page.wait_for_timeout(400)
    seen = run(_FLOORS_SEEN)
    assert "1" in seen
    assert not [floor for floor in seen if floor != "undefined" and int(floor) > 1]
    scene.page.locator("body").press("PageDown")
    scene.until("window.__lh.state().fl === '-1'")
    scene.test("floor-range").press("Home")
    assert scene.state()["fl"] == str(station["lowest"])
    scene.test("floor-range").press("End")
    scene.until("!window.__lh.state().fl")
    assert scene.test("floor-now").inner_text() == "整栋"


def test_storeys_are_drawn_apart(scene: Window, run: Run) -> None:
    heights = """const top = {}; const down = (tile) => { const f = tile.metadata?.getProperty('floor_no');
        if (f !== undefined) top[f] = s.address(tile.boundingSphere.center).z; tile.children.forEach(down); };
        for (const e of s.tilesets.entries) if (e.building !== null && !e.rooms) down(e.tileset.root);
        s.widget.scene.render(); return top"""
    run(heights)
    built = run(heights)
    scene.test("tool-apart").click()
    scene.test("apart-share").fill("100")
    assert scene.state()["ex"] == "1"
    run(heights)
    apart = run(heights)
    floors = sorted(int(floor) for floor in built)
    for rank, floor in enumerate(floors):
        assert apart[str(floor)] - built[str(floor)] == pytest.approx(6 * rank, rel=0.02, abs=0.05)
    scene.set(ex="")
    run(heights)
    assert run(heights)[str(floors[-1])] == pytest.approx(built[str(floors[-1])], abs=0.01)


def test_storeys_lie_in_rows_beside_one_another(scene: Window, run: Run) -> None:
    boxes = """const at = {}; const down = (tile) => { const f = tile.metadata?.getProperty('floor_no');
        if (f !== undefined) { const p = s.address(tile.boundingSphere.center);
          at[f] = [p.lon, p.lat, p.z, tile.boundingSphere.radius]; }
        tile.children.forEach(down); };
        for (const e of s.tilesets.entries) if (e.building !== null && !e.rooms) down(e.tileset.root);
        s.widget.scene.render(); return at"""
    run(boxes)
    built = run(boxes)
    scene.set(ex="1", tl="apart")
    was = run("return s.now()")
    scene.test("apart-beside").check()
    assert scene.state()["exl"] == "70", "to the right of a view to 340 degrees"
    run(DRAWN)
    run(boxes)
    apart = run(boxes)
    metre = 1 / (111_320 * math.cos(math.radians(22.5)))
    places = {f: (lon / metre, lat * 111_320) for f, (lon, lat, *_) in apart.items()}
    floors = sorted(built, key=int)
    assert places[floors[0]] != places[floors[1]]
    widest = max(radius for *_, radius in built.values())
    for i, one in enumerate(floors):
        for other in floors[i + 1 :]:
            assert math.dist(places[one], places[other]) > 5, "no storey lies on another"
        assert math.dist(places[one], places[floors[0]]) < len(floors) * 2 * widest
    # the camera went to the whole: every storey is in the picture, and its name with it
    run(DRAWN)
    seen = run(
        f"""const {{clientWidth: w, clientHeight: h}} = s.widget.canvas;
        return {json.dumps(list(apart.values()))}.map(([lon, lat, z]) => s.pixel({{lon, lat, z}}))
          .every((p) => p && p.x > 0 && p.y > 0 && p.x < w && p.y < h)"""
    )
    assert seen is True
    assert run("return s.tool('explode').labels.length") == len(floors)
    mode = run("const g = s.tools.find((t) => t.thin); return g.mode")
    assert mode == "g", "the neighbours are ghosts meanwhile"
    scene.test("apart-share").fill("0")
    scene.test("apart-share").dispatch_event("change")
    scene.until(f"Math.abs({SCENE}.now().zoom - {was['zoom']}) < 0.05", WAIT_S)
    run(boxes)
    back = run(boxes)
    assert all(back[f][:3] == pytest.approx(built[f][:3], abs=1e-6) for f in floors)


def test_a_section_cuts_what_is_above_it(scene: Window, station: dict[str, Any], run: Run) -> None:
    scene.test("tool-section").click()
    scene.test("section-level").click()
    scene.test("section-upright").click()
    assert scene.test("section-count").inner_text() == "2"
    scene.test("plane-on-2").uncheck()
    assert scene.test("section-count").inner_text() == "1"
    assert scene.state()["sec"].split("|")[1].startswith("x")
    scene.test("section-clear").click()
    z = station["elev_base_m"] + 5
    scene.set(sec=f"{station['lon']},{station['lat']},{z},0,90")
    scene.page.wait_for_timeout(400)
    seen = run(_FLOORS_SEEN)
    assert seen and max(seen.values()) < z + 0.3


def test_a_plane_is_taken_from_a_face(scene: Window, run: Run) -> None:
    scene.test("tool-section").click()
    scene.test("section-face").click()
    at = run("const {clientWidth: w, clientHeight: h} = s.widget.canvas; return [w / 2, h / 2]")
    box = scene.page.locator("#scene canvas").bounding_box()
    assert box is not None
    scene.page.mouse.click(box["x"] + at[0], box["y"] + at[1])
    scene.until("window.__lh.state().sec", WAIT_S)
    assert scene.state()["sel"].startswith("b:"), "the click was the tool's alone"


def test_ghosts_let_a_click_through(scene: Window, station: dict[str, Any], run: Run) -> None:
    scene.test("tool-ghost").click()
    scene.test("ghost-xray").check()
    run(DRAWN)
    kinds = run(
        f"const out = []; for (let dz = 1; dz < 8; dz += 0.5) {{ const at = s.pixel({{lon: {station['lon']},"
        f" lat: {station['lat']}, z: {station['elev_base_m']} + dz}}); out.push(s.pick(at)?.collection); }}"
        " return out"
    )
    assert {"space", "equipment"} & set(kinds)
    assert "element" not in kinds
    scene.test("ghost-ghost").check()
    run(DRAWN)
    alpha = run(
        f"""const {{clientWidth: w, clientHeight: h}} = s.widget.canvas; const out = [];
        const city = s.tilesets.entries.find((e) => e.model === null).tileset;
        for (let x = 0.05; x < 1; x += 0.15) for (let y = 0.2; y < 1; y += 0.15) {{
          const f = s.widget.scene.pick({{x: w * x, y: h * y}});
          if (f?.tileset === city && f.getProperty('id') !== {station["id"]}) out.push(f.color.alpha);
        }} return out"""
    )
    assert all(value < 0.2 for value in alpha)


def test_pipes_lie_under_the_street(scene: Window, station: dict[str, Any], city: City, run: Run) -> None:
    row = city.database.row(
        "select st_x(p) as lon, st_y(p) as lat from (select st_transform(st_centroid(geometry), 4326) as p"
        " from city_now.utility_line where kind = 'W' order by code limit 1) l"
    )
    assert row is not None
    scene.page.evaluate(
        f"() => window.__lh.go({{lon: {row['lon']}, lat: {row['lat']}, zoom: 19, pitch: 0, bearing: 0}})"
    )
    scene.set(ug="0.2", sel="")
    scene.until(f"{SCENE}.tool('underground').count.pipes > 0", WAIT_S)
    scene.page.wait_for_timeout(400)
    box = f"{row['lon'] - 2e-4},{row['lat'] - 2e-4},{row['lon'] + 2e-4},{row['lat'] + 2e-4}"
    with urllib.request.urlopen(
        f"{city.url}/api/collections/utility_line/items?bbox={box}&limit=50", timeout=10
    ) as answer:
        pipes = json.load(answer)["features"]
    found = run(
        f"""const hit = []; for (const f of {json.dumps(pipes)}) {{ const [a, b] = f.geometry.coordinates[0];
        const at = s.pixel({{lon: (a[0] + b[0]) / 2, lat: (a[1] + b[1]) / 2, z: (a[2] + b[2]) / 2}});
        const {{clientWidth: w, clientHeight: h}} = s.widget.canvas;
        if (!at || at.x < 0 || at.y < 0 || at.x > w || at.y > h) continue;
        const p = s.pick(at); if (p?.collection === 'utility_line' && p.id === f.id) hit.push(f.id);
        }} return hit"""
    )
    assert found, "a pick on the street gives the pipe"
    depth = run(
        f"""const p = s.point({{lon: {row["lon"]}, lat: {row["lat"]}, z: -100}});
        s.camera.setView({{destination: p, orientation: {{heading: 0, pitch: 0.4, roll: 0}}}});
        s.widget.scene.render(); s.widget.scene.render(); return s.address(s.camera.position).z"""
    )
    assert -45 < depth < -20
    scene.set(ug="")


def test_depths_are_on_no_other_words(scene: Window, station: dict[str, Any], run: Run) -> None:
    scene.page.evaluate(
        "p => window.__lh.go(p)",
        {"lon": station["lon"], "lat": station["lat"], "zoom": 17.5, "pitch": 45, "bearing": -20},
    )
    scene.set(ug="0.2", sel="", iso="")
    scene.until(
        f"{SCENE}.tool('underground').count.pipes > 0 && {SCENE}.tool('depths').labels.length > 2", WAIT_S
    )
    run(DRAWN)
    run("await s.tool('names').place()")
    run(DRAWN)
    boxes = run(
        """return ['names', 'depths'].flatMap((tool) => { const all = s.tool(tool).labels;
        return Array.from({length: all.length}, (_, i) => all.get(i)).map((label) => {
          const at = label.computeScreenSpacePosition(s.widget.scene);
          const {x, y, width, height} = label.constructor.getScreenSpaceBoundingBox(label, at);
          return {text: label.text, x, y, width, height}; }); })"""
    )
    assert len(boxes) > 2
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert (
                a["x"] + a["width"] <= b["x"]
                or b["x"] + b["width"] <= a["x"]
                or a["y"] + a["height"] <= b["y"]
                or b["y"] + b["height"] <= a["y"]
            ), (a, b)
    scene.set(ug="")


def test_a_height_is_measured(scene: Window, city: City, run: Run) -> None:
    tower = city.database.row(
        "select height_m, elev_base_m as z, st_x(p) as lon, st_y(p) as lat"
        " from (select height_m, elev_base_m,"
        " st_transform(st_centroid(geometry), 4326) as p from city_now.building where code = %(code)s) b",
        {"code": city.tower},
    )
    assert tower is not None
    scene.page.evaluate(
        "t => window.__lh.go({lon: t.lon, lat: t.lat, zoom: 16, pitch: 40, bearing: 0})", tower
    )
    scene.test("tool-measure").click()
    scene.test("measure-height").click()
    roof = f"{{lon: {tower['lon']}, lat: {tower['lat']}, z: {tower['z'] + tower['height_m']}}}"
    scene.until(f"{SCENE}.loaded && {SCENE}.pick({SCENE}.pixel({roof}))?.id === {city.tower_id}", WAIT_S)
    at = run(f"window.__lh.set({{tl: 'measure', ms: 'h:'}}); return s.pixel({roof})")
    box = scene.page.locator("#scene canvas").bounding_box()
    assert box is not None
    scene.page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    scene.until("document.querySelector('[data-testid=measure-result] dd')", WAIT_S)
    value = float(str(scene.page.locator("[data-testid=measure-result] dd").get_attribute("data-value")))
    assert value == pytest.approx(tower["height_m"], abs=1.0)
    scene.set(ms="d:114.1,22.5,10;114.1,22.5,451.8")
    scene.until("document.querySelectorAll('[data-testid=measure-result] dd').length === 3", WAIT_S)
    values = scene.page.locator("[data-testid=measure-result] dd").evaluate_all(
        "all => all.map(d => Number(d.dataset.value))"
    )
    assert values == pytest.approx([441.8, 0, 441.8], abs=0.01)
    scene.test("unit-ft").click()
    assert scene.state()["un"] == "ft"
    feet = scene.page.locator("[data-testid=measure-result] dd").first.inner_text()
    assert feet == "1,449.5 ft"


def test_the_sun_stands_where_it_stood(scene: Window, run: Run) -> None:
    scene.set(sun="2026-01-20T12:00+08", tl="sun")
    scene.until("document.querySelector('[data-testid=sun-result]')")
    altitude, azimuth = scene.page.locator("[data-testid=sun-result] dd").evaluate_all(
        "all => all.slice(0, 2).map(d => Number(d.dataset.value))"
    )
    assert altitude == pytest.approx(46.50, abs=0.1)
    assert azimuth == pytest.approx(168.19, abs=0.15)
    assert run("return s.widget.scene.shadowMap.enabled") is True
    scene.set(sun="2026-01-20T23:00+08")
    assert run("return s.widget.scene.shadowMap.enabled") is False, "the sun is down"


def test_the_plan_is_locked_flat(scene: Window, run: Run) -> None:
    scene.page.locator("body").press("2")
    scene.until(f"window.__lh.state().dim === '2' && {SCENE}.now().pitch < 0.5")
    assert run("return s.widget.scene.screenSpaceCameraController.enableTilt") is False
    scene.page.locator("body").press("3")
    scene.until(f"!window.__lh.state().dim && {SCENE}.now().pitch > 30")


def test_every_control_has_a_name(scene: Window, run: Run) -> None:
    for tool in ("section", "ghost", "apart", "ground", "measure", "sun"):
        scene.set(tl=tool)
        scene.until(f"document.querySelector('[data-testid=card-{tool}]')")
        nameless = scene.page.evaluate(
            "() => [...document.querySelectorAll('.scene-box button, .scene-box input, .floors-box button,"
            " .floors-box input')].filter(e => !(e.getAttribute('aria-label') || e.innerText.trim()"
            " || e.labels?.[0]?.innerText.trim()) || !e.dataset.testid && !e.closest('[data-testid]'))"
            ".map(e => e.outerHTML)"
        )
        assert nameless == []
    scene.test("tool-sun").focus()
    scene.page.keyboard.press("Escape")
    scene.until("!window.__lh.state().tl")


def test_a_lost_context_is_made_anew(scene: Window, run: Run) -> None:
    """The words go after some seconds, and a slow machine draws longer: they are noted as they come."""
    run(
        """window.__before = s; window.__said = [];
        new MutationObserver(() => {
          document.querySelectorAll('[data-testid=toast]').forEach((t) => window.__said.push(t.innerText));
        }).observe(document.querySelector('toast-list'), { childList: true, subtree: true });
        s.widget.scene.context._gl.getExtension('WEBGL_lose_context').loseContext()"""
    )
    for words in ("显卡连接中断", "地图已恢复"):
        scene.until(f"window.__said.some((said) => said.includes('{words}'))", WAIT_S)
    scene.until(f"{SCENE} && {SCENE} !== window.__before && {SCENE}.loaded", WAIT_S)
    run(DRAWN)
    assert scene.state()["vw"] == "c"
