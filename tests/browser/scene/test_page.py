"""The 3D page as a whole: the rules of axe in three themes, a phone, layers only some cities have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loaders.pointcloud.load import load_point_cloud
from tests.browser.conftest import City, Opener, Window
from tests.loaders.pointcloud.author import EAST_M, NORTH_M, hillside, write
from twin.crs import transformer

pytestmark = pytest.mark.browser

_AXE = Path(__file__).parents[3] / "web" / "client" / "node_modules" / "axe-core" / "axe.min.js"
_SCENE = "window.__lh.scene()"
_WAIT_S = 60.0
_CARDS = ("section", "ghost", "apart", "ground", "measure", "sun")


@pytest.fixture(scope="module")
def scene(open_page: Opener, city: City, tmp_path_factory: pytest.TempPathFactory) -> Window:
    """A window on the 3D city, a point cloud in it, with the tree of layers and axe."""
    path = write(tmp_path_factory.mktemp("cloud") / "page-cloud.laz", hillside(20_000))
    load_point_cloud(path, city.database, city.settings)
    assert _AXE.is_file(), "run ./test once: it installs axe-core"
    window = open_page(
        "#v1/114.1147,22.5432,16.4,55,-20?vw=c&pan=layers", width=1200, height=700, bypass_csp=True
    )
    window.until(f"{_SCENE}?.loaded", _WAIT_S)
    # past the content policy of the page, which allows no scripts but ours
    window.page.add_script_tag(path=_AXE)
    return window


def _serious(window: Window) -> list[Any]:
    """Rules broken in a serious way, with the first element that breaks each."""
    return window.page.evaluate(
        """async () => { const found = await axe.run(document, {resultTypes: ['violations']});
        return found.violations.filter((v) => ['serious', 'critical'].includes(v.impact))
          .map((v) => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 160), v.nodes[0].failureSummary]); }"""
    )


@pytest.mark.parametrize("theme", ["l", "d", "h"])
def test_no_rule_is_broken_in_a_theme(scene: Window, theme: str) -> None:
    scene.set(th=theme)
    for card in _CARDS:
        more = {"sun": "2026-01-20T12:00+08"} if card == "sun" else {}
        scene.set(tl=card, **more)
        scene.until(f"document.querySelector('[data-testid=card-{card}]')")
        assert _serious(scene) == [], card


def test_strong_contrast_is_strong(scene: Window) -> None:
    scene.set(th="h", tl="")
    assert scene.page.evaluate("() => document.documentElement.dataset.contrast") == "more"
    style = "getComputedStyle(document.querySelector('.bar-button'))"
    assert scene.page.evaluate(f"() => {style}.color") == "rgb(0, 0, 0)"
    scene.test("theme").click()
    scene.until("window.__lh.state().th === 'l'")
    assert scene.page.evaluate("() => document.documentElement.dataset.contrast") == ""


def test_contours_and_points_are_layers(scene: Window, city: City) -> None:
    scene.set(ly="bld,rd,cnt,pcl", pan="layers", th="l")
    scene.test("fold-land").click()
    scene.until("document.querySelector('[data-testid=pc-class]')")
    cloud = f"{_SCENE}.tool('clouds').tilesets.find((one) => one.resource.url.includes('page-cloud'))"
    scene.until(f"Boolean({cloud})", _WAIT_S)
    lon, lat = transformer(city.database.srid, 4326).transform(EAST_M + 200, NORTH_M + 200)
    scene.page.evaluate(
        "at => window.__lh.go({lon: at[0], lat: at[1], zoom: 15.5, pitch: 30, bearing: 0})", [lon, lat]
    )
    scene.until(f"{cloud}.statistics.numberOfPointsSelected > 500", _WAIT_S)
    scene.test("pc-height").click()
    assert scene.state()["pc"] == "height"
    scene.until(f"{cloud}?.resource.url.includes('colour=height')", _WAIT_S)
    scene.test("opacity-pcl").fill("30")
    scene.until("window.__lh.state().ly?.includes('pcl.3')")
    scene.until(f"{cloud}.style?.color?.expression.includes('0.3')", _WAIT_S)
    lines = scene.page.evaluate(
        f"""async () => {{ const {{ carpet, camera }} = {_SCENE};
        const at = carpet.tilingScheme.positionToTileXY(camera.positionCartographic, 13);
        let found = 0;
        for (let x = at.x - 1; x <= at.x + 1; x += 1) for (let y = at.y - 1; y <= at.y + 1; y += 1)
          found += (await carpet.tile('contours', {{x, y, z: 13}})).contours?.length ?? 0;
        return found; }}"""
    )
    assert lines > 0
    scene.set(ly="")
    scene.until(f"{_SCENE}.tool('clouds').tilesets.length === 0", _WAIT_S)


_BLOCK = f"""(() => {{ const s = {_SCENE}; const {{ clientWidth: w, clientHeight: h }} = s.widget.canvas;
  for (let y = 0.35; y < 0.7; y += 0.01) for (let x = 0.35; x < 0.65; x += 0.01) {{
    const at = {{ x: x * w, y: y * h }};
    const found = s.first(at);
    const count = found?.getProperty?.('buildings');
    if (count) return [at.x, at.y, count, found.getProperty('id') ?? null];
  }}
  return null; }})()"""


def test_far_away_blocks_stand_for_what_is_small(scene: Window) -> None:
    """From afar the quarter is not bare; a click on a block says so, selects nothing and goes nearer."""
    scene.set(ly="", pan="", tl="", th="l", sel="", col="use")
    scene.page.evaluate(
        "() => window.__lh.go({lon: 114.1147, lat: 22.5432, zoom: 13.4, pitch: 20, bearing: 0})"
    )
    scene.until(f"{_SCENE}.loaded && {_BLOCK} !== null", _WAIT_S)
    x, y, count, id = scene.page.evaluate(f"() => {_BLOCK}")
    assert count >= 1
    assert id is None
    scene.page.evaluate(f"at => {_SCENE}.click(at)", {"x": x, "y": y})
    scene.until("document.querySelector('[data-testid=toast]')")
    assert "小建筑" in scene.test("toast").first.inner_text()
    assert "sel" not in scene.state()
    scene.until(f"{_SCENE}.now().zoom > 14.5", _WAIT_S)


def test_a_phone_keeps_the_city_in_sight(scene: Window) -> None:
    scene.page.set_viewport_size({"width": 390, "height": 844})
    scene.set(tl="measure", th="l", pan="")
    scene.until("document.querySelector('[data-testid=card-measure]')")
    canvas = scene.page.locator("#scene canvas").bounding_box()
    card = scene.test("card-measure").bounding_box()
    bar = scene.page.locator(".scene-box .bar").bounding_box()
    assert canvas is not None and card is not None and bar is not None
    assert canvas["height"] > 300
    assert card["y"] >= canvas["y"] + canvas["height"] - 14, "the card lies under the city, not on it"
    assert (card["x"], card["width"]) == (0, 390)
    small = scene.page.evaluate(
        """() => [...document.querySelectorAll('.scene-box button')].filter((e) => e.offsetHeight < 24)
        .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert small == [], "a finger needs 24 px"


@pytest.mark.parametrize(("ratio", "drawn"), [(1.0, 1.0), (2.0, 2.0), (3.0, 2.0)])
def test_the_picture_is_as_sharp_as_the_screen(open_page: Opener, ratio: float, drawn: float) -> None:
    """Of a screen three times as dense as the page four ninths are drawn."""
    window = open_page(
        "#v1/114.1147,22.5432,16.4,55,-20?vw=c", width=400, height=300, device_scale_factor=ratio
    )
    window.until(f"{_SCENE}?.pictures.count > 0", _WAIT_S)
    width, height, css_width, css_height, x, y = window.page.evaluate(
        f"() => {{ const s = {_SCENE}; const {{ scene }} = s.widget;"
        " const at = s.pixel({...s.now(), z: 0});"
        " return [scene.drawingBufferWidth, scene.drawingBufferHeight,"
        " scene.canvas.clientWidth, scene.canvas.clientHeight, at.x, at.y]; }"
    )
    assert css_width == 400
    assert (width / css_width, height / css_height) == pytest.approx((drawn, drawn), rel=1e-3)
    # places of the picture are told in pixels of the page: what one looks at is in its middle
    assert (x, y) == pytest.approx((css_width / 2, css_height / 2), abs=30)
