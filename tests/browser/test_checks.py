"""The check of a model in the page: findings in 3D in their colours, rules that could not judge with why."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.ifc.check.run import check_file
from loaders.ifc.load import load_ifc
from tests.browser.conftest import City, Opener, Townhall, Window, over
from tests.loaders.ifc.author import EAST, NORTH
from tests.loaders.ifc.check.author import Block
from twin.database.connection import Database
from twin.settings import Settings
from twin.store.checks import write_check

pytestmark = pytest.mark.browser

_WAIT_S = 60.0
_FAIL = "#d0342c"


def _load(database: Database, settings: Settings, folder: Path) -> None:
    made = Block(without={"2:east"}, exit_width_m=1.0)
    made.house.model.remove(made.house.model.by_type("IfcSpatialZone")[0])
    made.house.georeference()
    path = made.write(folder)
    load_ifc(path, database, settings)
    model = database.scalar("select id from twin.model")
    write_check(database, model, check_file(path, settings).as_dict())


@pytest.fixture(scope="module")
def town(found_town: Townhall) -> City:
    """A town of one block: its flat has one way out, its outer door is narrow, no compartment is named."""
    return found_town(_load)


@pytest.fixture(scope="module")
def page(town: City, open_page: Opener) -> Window:
    window = open_page(
        f"{over(EAST + 4, NORTH + 3, 20)}?sel=b:{town.tower_id}&tab=bim",
        url=town.url, width=1000, height=700,
    )  # fmt: skip
    window.until("document.querySelector('[data-testid=model-colour]')", _WAIT_S)
    window.test("model-colour").select_option("checks")
    return window


def test_a_rule_that_could_not_judge_is_listed_with_why(page: Window) -> None:
    page.until("document.querySelector('[data-testid=undecided-rules]')", _WAIT_S)
    said = page.test("undecided-rules").inner_text()
    assert "防火分区面积" in said
    assert "模型没有防火分区" in said
    assert page.test("model-list").locator("button").count() == 2


def test_what_fails_is_red_in_3d(page: Window, town: City) -> None:
    wanted = {
        row["name"]: str(row["feature_id"])
        for row in town.database.rows(
            "select name, feature_id from city_now.opening where name = '外门'"
            " union all select name, feature_id from city_now.space where name = '2main'"
        )
    }
    page.test("model-open3d").click()
    page.until("window.__lh.scene()?.loaded", _WAIT_S)
    colours = page.until(_COLOURS, _WAIT_S)
    assert {name: colours.get(number) for name, number in wanted.items()} == {"外门": _FAIL, "2main": _FAIL}
    # nothing but what fails is red
    assert [number for number, colour in colours.items() if colour == _FAIL] == sorted(
        wanted.values(), key=int
    )


_COLOURS = """(() => {
  const out = {};
  const models = window.__lh.scene().tilesets.entries.filter((e) => e.model !== null);
  const waiting = models.map((e) => e.tileset.root);
  while (waiting.length) {
    const tile = waiting.pop();
    waiting.push(...tile.children);
    for (let i = 0; i < (tile.content?.featuresLength ?? 0); i += 1) {
      const f = tile.content.getFeature(i);
      out[f.getProperty('id')] = f.color.toCssHexString().slice(0, 7);
    }
  }
  return Object.values(out).filter((colour) => colour === '#d0342c').length > 1 ? out : null;
})()"""
