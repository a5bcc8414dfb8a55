"""The 3D city with the pump station selected: where the tests of its tools and of its answers begin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loaders.ifc.load import load_ifc
from sample_data.models.build import build_models
from tests.browser.conftest import City, Opener, Window

SCENE = "window.__lh.scene()"
WAIT_S = 60.0
VIEW = {"zoom": 18, "pitch": 50, "bearing": -20}
_MODEL = "LH-PMP-03"
"""The pump station: four floors, one below ground, and few elements."""
Run = Callable[[str], Any]
DRAWN = """return new Promise((done) => { let frames = 0; const { scene } = s.widget;
  const heard = scene.postRender.addEventListener(() => { frames += 1;
    if (frames > 2 && s.loaded) { heard(); done(true); } else scene.requestRender(); });
  scene.requestRender(); });"""
"""Wait until pictures were drawn with all that the view needs, however slow the machine."""


@pytest.fixture(scope="session")
def station(city: City, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The building of the model, loaded into the running city."""
    folder: Path = tmp_path_factory.mktemp("models")
    build_models(folder, only={_MODEL})
    report = load_ifc(folder / f"{_MODEL}.ifc", city.database, city.settings)
    assert report.status == "done"
    row = city.database.row(
        "select b.feature_id as id, b.code, b.height_m, b.elev_base_m, min(s.floor_no) as lowest,"
        " max(s.floor_no) as highest, count(*) as storeys,"
        " st_x(st_transform(st_centroid(b.geometry), 4326)) as lon,"
        " st_y(st_transform(st_centroid(b.geometry), 4326)) as lat"
        " from city_now.building b join city_now.storey s on s.building_id = b.feature_id"
        " join city_now.space p on p.storey_id = s.feature_id group by 1, 2, 3, 4, b.geometry"
    )
    assert row is not None
    return row


@pytest.fixture(scope="module")
def scene(open_page: Opener, station: dict[str, Any]) -> Window:
    """A window on the 3D city, the station selected, right of it its record."""
    place = f"#v1/{station['lon']:.6f},{station['lat']:.6f},18,50,-20?vw=c&sel=b:{station['code']}"
    window = open_page(place, width=1200, height=640)
    window.until(f"{SCENE}?.loaded && document.querySelector('[data-testid=floor-slider]')", WAIT_S)
    return window


@pytest.fixture
def run(scene: Window) -> Run:
    """Evaluate with `s` the scene; the tools start from nothing."""
    scene.set(fl="", ex="", exl="", sec="", iso="", ug="", pf="", ms="", un="", sun="", sh="", tl="", dim="")

    def evaluate(body: str) -> Any:
        return scene.page.evaluate(f"async () => {{ const s = {SCENE}; {body} }}")

    return evaluate
