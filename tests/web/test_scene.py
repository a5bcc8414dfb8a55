"""`twin view` in a real Chromium that is watched for requests."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from playwright.sync_api import sync_playwright
from rasterio.io import MemoryFile

from tests.browser.conftest import FLAGS, chromium
from web.commands.view import view

_EVIL = "</script><script>window.broken = true</script><img src=x onerror='window.broken = true'>"


@pytest.fixture
def block(database):
    """Twelve houses in a square of 200 m; the first has two floors of its own and an evil name."""

    def add(connection, table, **values):
        names, binds = ", ".join(values), ", ".join(f"%({name})s" for name in values)
        row = connection.execute(
            f"insert into city.{table} ({names}) values ({binds}) returning feature_id", values
        )
        return row.fetchone()["feature_id"]

    def square(e, n, side):
        return shapely.to_wkb(
            shapely.set_srid(shapely.MultiPolygon([shapely.box(e, n, e + side, n + side)]), 4547),
            hex=True, include_srid=True,
        )  # fmt: skip

    with database.transaction() as connection:
        connection.execute(
            "insert into twin.code (list, code, zh, en, colour)"
            " values ('use', 'R', '住宅', 'Residential', '#e4572e')"
            " on conflict (list, code) do update set colour = '#e4572e'"
        )
        for i in range(12):
            house = add(
                connection, "building", code=f"B{i}", name_zh=_EVIL if i == 0 else f"翠竹{i}栋", use="R",
                height_m=None if i == 5 else 12.0 + 5 * i, elev_base_m=4.0,
                geometry=square(513_400 + i % 4 * 50, 2_494_400 + i // 4 * 50, 30),
            )  # fmt: skip
            for floor in (-1, 1, 2) if i == 0 else ():
                add(
                    connection, "storey", building_id=house, floor_no=floor, use="R", label=f"{floor}F",
                    z_min_m=4.0 + 3 * floor, z_max_m=7.0 + 3 * floor, geometry=square(513_400, 2_494_400, 30),
                )  # fmt: skip


@pytest.fixture
def run(settings, tmp_path):
    def invoke(*arguments):
        environment = {"DATABASE_URL": settings.database_url, "TWIN_STATE_DIR": str(settings.state_dir)}
        out = tmp_path / "view.html"
        return CliRunner().invoke(view, [*arguments, "--out", str(out), "--json"], env=environment), out

    return invoke


@dataclass
class Seen:
    """What a browser did with the page."""

    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    drawn: float = 0.0
    broken: object = None
    heading: str = ""


@pytest.mark.browser
@pytest.mark.parametrize("asked", [("--collection", "building"), ("--building", "B0")])
def test_the_page_asks_nobody_and_draws(block, run, asked):
    result, out = run(*asked)
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["bytes"] == out.stat().st_size
    # a thread of its own: the browser tests of the same run keep theirs open in this one
    with ThreadPoolExecutor(1) as elsewhere:
        seen = elsewhere.submit(_look, out.as_uri()).result()
    assert seen.requests == [out.as_uri()]
    assert seen.faults == []
    assert seen.broken is None
    assert seen.drawn > 0.01, "no house is to be seen"
    assert seen.heading == (_EVIL if "--building" in asked else "建筑")


def _look(address: str) -> Seen:
    seen = Seen()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 800, "height": 600})
        page.on(
            "request",
            lambda r: seen.requests.append(r.url) if not r.url.startswith(("data:", "blob:")) else None,
        )
        page.on("pageerror", lambda error: seen.faults.append(str(error)))
        page.on("console", lambda m: seen.faults.append(m.text) if m.type == "error" else None)
        page.goto(address)
        for _ in range(60):
            page.wait_for_timeout(250)
            seen.drawn = _orange(page.screenshot())
            if seen.drawn > 0.01:
                break
        seen.broken = page.evaluate("window.broken")
        seen.heading = page.inner_text("h1")
        browser.close()
    return seen


def _orange(screenshot):
    """Share of the picture in the colour of houses, lit or shaded."""
    with MemoryFile(screenshot) as memory, memory.open() as picture:
        red, green, blue = picture.read([1, 2, 3]).astype(int)
    return float(np.mean((red > 1.6 * green) & (red > 1.6 * blue) & (red > 90)))


def test_only_what_was_asked_for_is_in_it(block, run):
    result, _ = run("--collection", "building", "--where", "code=B3")
    assert json.loads(result.output)["features"] == {"building": 1}
    result, _ = run("--collection", "building", "--bbox", "114.1302,22.547,114.1306,22.549")
    assert 0 < json.loads(result.output)["features"]["building"] < 12


_WRONG = (
    (("--bbox", "1,2,3"), "bbox"),
    (("--bbox", "10,10,11,11"), "widen"),
    (("--collection", "nothing"), "no collection"),
    (("--collection", "unit"), "geometry"),
    (("--collection", "camera"), "operations"),
    (("--collection", "building", "--where", "nonsense"), "COLUMN=VALUE"),
    (("--collection", "building", "--where", "floors_up=many"), "floors_up"),
    (("--collection", "building", "--limit", "3"), "--limit"),
    (("--building", "nowhere"), "no building"),
    (("--datetime", "yesterday"), "instant"),
)


def test_a_wrong_question_writes_nothing(block, run):
    for arguments, says in _WRONG:
        result, out = run(*arguments)
        assert result.exit_code != 0, arguments
        assert says in str(result.exception), arguments
        assert not out.exists()
