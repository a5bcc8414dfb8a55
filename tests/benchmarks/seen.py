"""An edit in an open page: from its commit until the picture that shows it, on the map and in 3D.

The tiny sample city, its tallest building before the camera, one edit of its height after the other, each
when the one before was seen. The first comes while the page still draws what it was opened for, and
is told by itself (`opening_s`); the others once it has stood still. The page looks at each picture it
draws for the new height among what is drawn. No other server draws an edit by itself, so there is
nobody to compare with. A machine without a graphics card draws by software, which is most of the time
in 3D; the row says what drew.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from loaders.city import load_sample
from tests.benchmarks.server import Options, scratch_database
from tests.browser.conftest import FLAGS, NEAR, chromium, served
from twin.database.connection import Database

_TINY = Path(__file__).resolve().parents[2] / "sample_data" / "fixtures" / "tiny"
_TOWER = "select feature_id as id, height_m from city_now.building where name_zh = '国贸大厦'"
_EDIT = """
update city.building set height_m = %(height_m)s
where feature_id = %(id)s and valid_to is null and superseded_at is null
"""
_EDITS, _EDITS_QUICK, _PAUSE_S, _PATIENCE_S = 10, 3, 1.0, 60.0
_LOOKS = {
    "map": """([id, height_m]) => {
      const { map } = window.__lh;
      const filter = ['all', ['==', ['id'], id], ['==', ['get', 'height_m'], height_m]];
      window.seen = 0;
      const look = () => {
        if (!map.querySourceFeatures('building', { sourceLayer: 'building', filter }).length) return;
        window.seen = Date.now();
        map.off('render', look);
      };
      map.on('render', look);
    }""",
    "3D": """([id, height_m]) => {
      const { tilesets, freshness, widget } = window.__lh.scene();
      window.seen = 0;
      const shows = ({ content }) => {
        for (let i = 0; i < (content?.featuresLength ?? 0); i += 1) {
          const one = content.getFeature(i);
          if (one.getProperty('id') === id) return one.getProperty('height_m') === height_m;
        }
        return false;
      };
      const stop = widget.scene.postRender.addEventListener(() => {
        const cities = tilesets.entries.filter((entry) => entry.model === null);
        if (!cities.some((entry) => [...(freshness.tiles.get(entry) ?? [])].some(shows))) return;
        window.seen = Date.now();
        stop();
      });
    }""",
}
_DRAWN_BY = """() => {
  const context = document.createElement('canvas').getContext('webgl');
  const names = context.getExtension('WEBGL_debug_renderer_info');
  return context.getParameter(names.UNMASKED_RENDERER_WEBGL);
}"""


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: a view, and how long until its picture showed an edit."""
    edits = _EDITS_QUICK if options.quick else _EDITS * options.rounds
    with (
        scratch_database(options.settings, "seen") as own,
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
    ):
        settings = replace(own, state_dir=Path(folder), host="127.0.0.1")
        database = Database.from_settings(settings, application="benchmark")
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            load_sample(_TINY, database, settings)
            with served(settings) as address:
                return [_watched(browser.new_page(), address, view, database, edits) for view in _LOOKS]
        finally:
            browser.close()
            database.close()


def _watched(page: Page, address: str, view: str, database: Database, edits: int) -> dict[str, Any]:
    page.goto(f"{address}/?test=1{NEAR}{'?vw=c' if view == '3D' else ''}")
    _until(page, "Boolean(window.__lh)")
    _until(page, "window.__lh.scene()?.loaded" if view == "3D" else "window.__lh.map.loaded()")
    tower = database.row(_TOWER)
    assert tower is not None
    took_s = []
    for number in range(edits + 1):
        if number == 1:
            _at_rest(page, view)
        page.wait_for_timeout(1000 * _PAUSE_S)
        height_m = round(tower["height_m"] - 1 - number / 2, 1)
        page.evaluate(_LOOKS[view], [tower["id"], height_m])
        database.execute(_EDIT, {"id": tower["id"], "height_m": height_m})
        committed_s = time.time()
        took_s.append(_until(page, "window.seen") / 1000 - committed_s)
    drawn_by = page.evaluate(_DRAWN_BY)
    page.close()
    opening_s, took_s = took_s[0], sorted(took_s[1:])
    return {
        "view": view, "drawn_by": drawn_by, "opening_s": round(opening_s, 2), "edits": edits,
        "median_s": round(statistics.median(took_s), 2),
        "nine_in_ten_s": round(took_s[int(0.9 * (len(took_s) - 1))], 2), "longest_s": round(took_s[-1], 2),
        "within_1_s": sum(one <= 1 for one in took_s), "within_2_s": sum(one <= 2 for one in took_s),
    }  # fmt: skip


def _at_rest(page: Page, view: str) -> None:
    """Wait until no picture was drawn for a while."""
    if view == "map":
        _until(page, "window.__lh.map.loaded()")
        return
    counted, ends = -1.0, time.monotonic() + _PATIENCE_S
    while counted != (counted := _until(page, "window.__lh.scene().pictures.count")):
        if time.monotonic() > ends:
            raise RuntimeError(f"the page still draws after {_PATIENCE_S:g} s")
        page.wait_for_timeout(1000 * _PAUSE_S)


def _until(page: Page, expression: str) -> float:
    ends = time.monotonic() + _PATIENCE_S
    while not (value := page.evaluate(f"() => Number({expression} || 0)")):
        if time.monotonic() > ends:
            raise RuntimeError(f"not within {_PATIENCE_S:g} s: {expression}")
        page.wait_for_timeout(20)
    return float(value)
