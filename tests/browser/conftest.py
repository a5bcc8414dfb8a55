"""A real browser on a real server with the tiny sample city.

The server runs in its own process by `twin serve`, as it does for people. Every page
is watched: an error on its console or a request to another host fails the test.
"""

from __future__ import annotations

import mimetypes
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from loaders.city import load_sample
from tests.conftest import DatabaseFactory
from twin.crs import transformer
from twin.database.connection import Database
from twin.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent.parent
_TINY = _ROOT / "sample_data" / "fixtures" / "tiny"
_CESIUM = _ROOT / "web" / "client" / "node_modules" / "cesium" / "Build" / "Cesium"
_CESIUM_PAGE = """<!doctype html><script>window.CESIUM_BASE_URL = "/cesium-test/";</script>
<script src="/cesium-test/Cesium.js"></script>"""
# software rendering: without these Chromium draws nothing and says nothing
FLAGS = [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--no-sandbox",
]

NEAR = "#v1/114.1147,22.5432,16.4,55,-20"
"""Camera that shows the tallest building, 国贸大厦, and its neighbours."""


@dataclass(frozen=True)
class City:
    """The running city: where it answers, its database, and its tallest building.

    `tower` is the code of 国贸大厦 / Guomao, `tower_id` its id.
    """

    url: str
    database: Database
    settings: Settings
    tower: str
    tower_id: int


@dataclass
class Window:
    """A page and what went wrong in it."""

    page: Page
    context: BrowserContext
    problems: list[str] = field(default_factory=list)
    foreseen: list[str] = field(default_factory=list)
    """Parts of problems that belong to a test, whenever the browser gets to telling them."""
    ready_s: float = 0.0

    def until(self, expression: str, seconds: float = 15.0) -> Any:
        """Wait until an expression of the page is true and give its value.

        The page's security policy forbids the evaluation Playwright's own waiting uses.
        """
        ends = time.monotonic() + seconds
        while True:
            value = self.page.evaluate(f"() => ({expression})")
            if value:
                return value
            if time.monotonic() > ends:
                raise AssertionError(f"not within {seconds} s: {expression}; state {self.state()}")
            self.page.wait_for_timeout(50)

    def state(self) -> dict[str, Any]:
        """What the page holds as its state."""
        return self.page.evaluate("() => window.__lh?.state() ?? null")

    def set(self, **keys: Any) -> None:
        """Change the state as a link would."""
        self.page.evaluate("keys => window.__lh.set(keys)", keys)

    def test(self, name: str) -> Any:
        """The control with that test id."""
        return self.page.get_by_test_id(name)

    def pixels(self) -> np.ndarray:
        """What the map shows: rows, columns, red green blue."""
        png = self.page.locator("#map canvas").screenshot()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with MemoryFile(png) as file, file.open() as picture:
                return np.moveaxis(picture.read([1, 2, 3]).astype(float), 0, -1)

    def settle(self) -> None:
        """Wait until the map has drawn what it was asked for."""
        self.page.evaluate("() => window.__lh.idle()")


Opener = Callable[..., Window]
Loading = Callable[[Database, Settings, Path], None]
Townhall = Callable[[Loading], City]


@pytest.fixture(scope="session")
def city(new_database: DatabaseFactory, server_settings: Settings, tmp_path_factory: Any) -> Iterator[City]:
    """The tiny sample loaded into a database of its own, and a server for it."""
    if not (_ROOT / "web" / "static" / "app.js").is_file():
        pytest.skip("the client is not built: run ./test, or `npm ci && npm run build` in web/client")
    with new_database() as url:
        settings = replace(
            server_settings,
            database_url=url,
            state_dir=tmp_path_factory.mktemp("state"),
            host="127.0.0.1",
        )
        database = Database.from_settings(settings, application="browser test")
        reports = load_sample(_TINY, database, settings)
        failed = [f"{r.source}: {r.status}" for r in reports if r.status != "done"]
        assert not failed, failed
        database.execute("analyze")
        with served(settings) as address:
            tower = database.row("select code, feature_id from city_now.building where name_zh = '国贸大厦'")
            assert tower is not None
            yield City(address, database, settings, tower["code"], tower["feature_id"])
        database.close()


@pytest.fixture(scope="module")
def found_town(
    new_database: DatabaseFactory, server_settings: Settings, tmp_path_factory: Any
) -> Iterator[Townhall]:
    """Found a town of its own, served: what loads it is given, its first building is what it is about."""
    with ExitStack() as stack:

        def found(load: Loading) -> City:
            folder = tmp_path_factory.mktemp("town")
            url = stack.enter_context(new_database())
            settings = replace(
                server_settings, database_url=url, state_dir=folder / "state", host="127.0.0.1"
            )
            database = Database.from_settings(settings, application="browser test")
            stack.callback(database.close)
            load(database, settings, folder)
            row = database.row("select code, feature_id from city_now.building order by feature_id limit 1")
            assert row is not None
            address = stack.enter_context(served(settings))
            return City(address, database, settings, row["code"], row["feature_id"])

        yield found


def over(east_m: float, north_m: float, zoom: float) -> str:
    """Camera over a place in the storage CRS, as an address has it."""
    lon, lat = transformer(4547, 4326).transform(east_m, north_m)
    return f"#v1/{lon:.6f},{lat:.6f},{zoom:g},50,-20"


def chromium() -> str | None:
    """Program of the browser of this machine, or the one `TWIN_CHROMIUM` names."""
    return os.environ.get("TWIN_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """System Chromium with software rendering."""
    program = chromium()
    if program is None:
        pytest.skip("no Chromium: install it, or set TWIN_CHROMIUM to its program")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def open_page(city: City, browser: Browser) -> Iterator[Opener]:
    """Open the map in a window of its own; at the end no window may have had a problem."""
    windows: list[Window] = []

    def opened(
        place: str = NEAR, width: int = 1280, height: int = 800, url: str = city.url, **options: Any
    ) -> Window:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        window = Window(context.new_page(), context)
        windows.append(window)
        watch(window, url)
        started = time.monotonic()
        window.page.goto(f"{url}/?test=1{place}")
        window.until("Boolean(window.__lh)", 40)
        window.page.evaluate("() => window.__lh.ready")
        window.ready_s = time.monotonic() - started
        return window

    yield opened
    problems = [
        problem
        for window in windows
        for problem in window.problems
        if not any(part in problem for part in window.foreseen)
    ]
    for window in windows:
        window.context.close()
    assert not problems, problems


@pytest.fixture(scope="module")
def window(open_page: Opener) -> Window:
    """One window for all tests of a module."""
    return open_page()


@pytest.fixture
def cesium(city: City, browser: Browser) -> Iterator[Page]:
    """An empty page of the server's own origin with CesiumJS from the lock file."""
    assert _CESIUM.is_dir(), "run ./test once: it installs CesiumJS"
    context = browser.new_context()
    opened = context.new_page()

    def answer(route: Route) -> None:
        name = route.request.url.split("/cesium-test/")[1].partition("?")[0]
        if name == "page.html":
            route.fulfill(body=_CESIUM_PAGE, content_type="text/html")
            return
        file = _CESIUM / name
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)

    context.route("**/cesium-test/**", answer)
    opened.goto(f"{city.url}/cesium-test/page.html")
    yield opened
    context.close()


def watch(window: Window, url: str) -> None:
    """Note errors of the console, exceptions and requests to other hosts."""

    def on_console(message: Any) -> None:
        if message.type == "error":
            window.problems.append(f"console: {message.text} {message.location}")

    def on_request(request: Any) -> None:
        if not request.url.startswith((url, "data:", "blob:")):
            window.problems.append(f"outside request: {request.url}")

    window.page.on("console", on_console)
    window.page.on("pageerror", lambda error: window.problems.append(f"exception: {error}"))
    window.page.on("request", on_request)


@contextmanager
def served(settings: Settings, port: int = 0) -> Iterator[str]:
    """A server process of its own; gives its address. Port 0 takes a free one."""
    # the socket is ours before the server starts: no other run can answer in its place
    listening = socket.create_server((settings.host, port))
    port = listening.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": str(settings.database_url),
        "TWIN_STATE_DIR": str(settings.state_dir),
        # its kernels would be compiled beside the browser; it has tests of its own
        "TWIN_SNAPSHOT_MB": "0",
        "TWIN_PORT": str(port),
    }
    address = f"http://{settings.host}:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "twin", "serve", "--fd", str(listening.fileno())],
        cwd=_ROOT,
        env=environment,
        pass_fds=[listening.fileno()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=20)
        listening.close()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            _, said = process.communicate()
            raise AssertionError(f"the server did not start: {said.decode()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {address}")
