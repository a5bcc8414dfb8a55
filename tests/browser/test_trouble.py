"""What the page does when something is broken: no WebGL, failing tiles, a server that restarts."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import NEAR, City, Opener, Window, served, watch

pytestmark = pytest.mark.browser


@pytest.fixture
def blind(browser: Browser) -> Iterator[Browser]:
    """A browser without any 3D drawing."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    launched = browser.browser_type.launch(
        executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-3d-apis"]
    )
    yield launched
    launched.close()


@pytest.mark.parametrize(("language", "words"), [("zh", "硬件加速"), ("en", "hardware acceleration")])
def test_without_webgl_the_page_says_what_to_do(
    blind: Browser, city: City, language: str, words: str
) -> None:
    context = blind.new_context(viewport={"width": 820, "height": 600})
    window = Window(context.new_page(), context)
    watch(window, city.url)
    window.page.goto(f"{city.url}/{NEAR}?lang={language}")
    window.page.get_by_test_id("no-webgl").wait_for()
    text = window.page.locator("main").inner_text()
    assert words in text
    assert window.page.get_by_role("link").get_attribute("href") == "/api/"
    assert window.page.get_by_test_id("no-webgl-retry").is_enabled()
    assert window.problems == []
    context.close()


def test_a_failing_tile_marks_its_layer_and_comes_back(open_page: Opener) -> None:
    window = open_page(f"{NEAR}?pan=layers")
    window.page.route("**/tiles/hydrant*/**", lambda route: route.fulfill(status=503, body="busy"))
    window.page.evaluate("() => window.__lh.go({lon: 114.1165, lat: 22.5452, zoom: 17.4})")
    window.until("document.querySelector('[data-testid=toast].bad')?.innerText.includes('正在重试')")
    window.until("document.querySelector('[data-layer=hyd] .badge')?.innerText === '!'")
    assert window.page.evaluate("() => document.querySelector('[data-layer=bld] .badge')") is None
    window.page.unroute("**/tiles/hydrant*/**")
    window.until("!document.querySelector('[data-layer=hyd] .badge')", 12)
    window.page.evaluate("() => window.__lh.go({lon: 114.1147, lat: 22.5432, zoom: 16.6})")
    window.until("window.__lh.layers().hyd > 0")
    # the browser itself prints every 503; nothing else may have gone wrong
    window.problems[:] = [problem for problem in window.problems if "503" not in problem]


def test_a_lost_graphics_card_is_said_and_repaired(open_page: Opener) -> None:
    window = open_page()
    window.page.evaluate(
        "() => { const gl = window.__lh.map.getCanvas().getContext('webgl2');"
        " window.lost = gl.getExtension('WEBGL_lose_context'); window.lost.loseContext() }"
    )
    window.until("document.querySelector('[data-testid=toast].bad')?.innerText.includes('显卡')")
    window.page.evaluate("() => window.lost.restoreContext()")
    window.until(
        "[...document.querySelectorAll('[data-testid=toast]')].some(t => t.innerText.includes('恢复'))"
    )
    window.settle()
    assert window.pixels().std() > 10


def test_after_a_restart_the_page_has_what_it_missed(open_page: Opener, city: City) -> None:
    clock = "document.querySelector('[data-testid=clock]').dataset.status"
    with served(city.settings) as url:
        window = open_page(f"{NEAR}?pan=incidents", url=url)
        window.until(f"{clock} === 'live'")
    window.until(f"{clock} === 'lost'")
    assert "重新连接" in window.test("clock").inner_text()
    report = {
        "type": "F1", "level": 2, "title": "断线期间的火情", "source": "119", "actor": "test",
        "building_code": city.tower,
    }  # fmt: skip
    request = urllib.request.Request(
        f"{city.url}/api/incidents", json.dumps(report).encode(), {"Content-Type": "application/json"}
    )
    number = json.load(urllib.request.urlopen(request, timeout=10))["id"]
    city.database.execute(
        "update city_now.building set height_m = 171 where code = %(code)s", {"code": city.tower}
    )
    try:
        with served(city.settings, port=int(url.rsplit(":", 1)[1])):
            window.until(f"{clock} === 'live'", 20)
            window.until(
                "[...document.querySelectorAll('[data-testid=incident]')]"
                ".some(i => i.innerText.includes('断线期间'))"
            )
            window.until(f"window.__lh.feature('{city.tower}')?.height_m === 171")
            window.page.close()
    finally:
        city.database.execute(
            "update city_now.building set height_m = 160 where code = %(code)s", {"code": city.tower}
        )
        city.database.execute(
            "update city_now.incident set status = 'cancelled' where feature_id = %(id)s", {"id": number}
        )
    window.problems[:] = [problem for problem in window.problems if "Failed to load" not in problem]
