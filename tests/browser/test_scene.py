"""The 3D city of CesiumJS: one state with the map, picking; no request to another host."""

from __future__ import annotations

import pytest

from tests.browser.conftest import City, Opener, Window

pytestmark = pytest.mark.browser

_PLACE = "#v1/114.1147,22.5432,16.4,55,-20"
_SCENE = "window.__lh.scene()"
_WAIT_S = 60.0


@pytest.fixture(scope="module")
def scene(open_page: Opener) -> Window:
    """A window on the map, gone over to the 3D city by its button."""
    window = open_page(_PLACE)
    assert not window.page.evaluate(
        "() => performance.getEntriesByType('resource').some(r => /scene\\.js/.test(r.name))"
    )
    window.test("nav-scene").click()
    window.until(f"{_SCENE}?.loaded", _WAIT_S)
    return window


def test_the_same_place_in_both(scene: Window) -> None:
    state = scene.state()
    assert state["vw"] == "c"
    now = scene.page.evaluate(f"() => {_SCENE}.now()")
    assert abs(now["lon"] - 114.1147) < 2e-4
    assert abs(now["lat"] - 22.5432) < 2e-4
    assert abs(now["zoom"] - 16.4) < 0.05
    assert abs(now["pitch"] - 55) < 0.5
    assert abs((now["bearing"] + 20 + 180) % 360 - 180) < 0.5


def test_a_pick_opens_the_record(scene: Window, city: City) -> None:
    found = scene.page.evaluate(
        f"""() => {{ const s = {_SCENE}; const {{ clientWidth: w, clientHeight: h }} = s.widget.canvas;
        for (let y = 0.3; y < 0.8; y += 0.1) for (let x = 0.3; x < 0.7; x += 0.1) {{
          const hit = s.pick({{ x: w * x, y: h * y }});
          if (hit?.collection === 'building')
            return {{ x: w * x, y: h * y, id: hit.id, code: hit.properties.code }};
        }} return null; }}"""
    )
    assert found is not None
    box = scene.page.locator("#scene canvas").bounding_box()
    assert box is not None
    scene.page.mouse.click(box["x"] + found["x"], box["y"] + found["y"])
    scene.until("window.__lh.state().sel", _WAIT_S)
    code = city.database.scalar(
        "select code from city_now.building where feature_id = %(id)s", {"id": found["id"]}
    )
    assert found["code"] == code
    assert scene.state()["sel"] == f"b:{code}"


def test_back_to_the_map(scene: Window) -> None:
    scene.page.keyboard.press("c")
    scene.until("!window.__lh.state().vw && document.getElementById('scene').hidden")
    scene.settle()
    assert scene.page.evaluate("() => Math.abs(window.__lh.map.getZoom() - 16.4) < 0.1")
