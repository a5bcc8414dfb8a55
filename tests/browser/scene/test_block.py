"""A building of the city that has no model: its floors and its cuts, closed, while its neighbours stand."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

import pytest

from tests.browser.conftest import City, Opener, Window
from tests.browser.scene.conftest import DRAWN, SCENE, WAIT_S

pytestmark = pytest.mark.browser

_ALONE = f"{SCENE}.tool('alone')"
_CAPS = f"{SCENE}.tool('caps')"


@pytest.fixture(scope="module")
def tower(city: City) -> dict[str, Any]:
    """The tallest building of the city, a block."""
    row = city.database.row(
        "select b.feature_id as id, b.code, b.height_m, b.elev_base_m, s.elev_m, s.height_m as storey_m,"
        " st_x(st_transform(st_centroid(b.geometry), 4326)) as lon,"
        " st_y(st_transform(st_centroid(b.geometry), 4326)) as lat, st_area(b.geometry) as area_m2"
        " from city_now.building b join city_now.storey s on s.building_id = b.feature_id and s.floor_no = 13"
        " where b.code = %(code)s",
        {"code": city.tower},
    )
    assert row is not None
    return row


@pytest.fixture(scope="module")
def window(open_page: Opener, tower: dict[str, Any]) -> Window:
    """A window on the whole tower in the 3D city, its thirteenth floor chosen by the link."""
    place = f"#v1/{tower['lon']:.6f},{tower['lat']:.6f},15.6,15,-20?vw=c&sel=b:{tower['code']}&fl=13"
    opened = open_page(place, width=1200, height=640)
    opened.until(f"{SCENE}?.loaded && {_ALONE}.ready && {_CAPS}.count", WAIT_S)
    return opened


def _at(window: Window, tower: dict[str, Any], z: float) -> Any:
    """What a click at a height over the middle of the tower finds, markers aside."""
    window.page.evaluate(f"async () => {{ const s = {SCENE}; {DRAWN} }}")
    return window.page.evaluate(
        f"""() => {{ const s = {SCENE};
        const at = s.pixel({{lon: {tower["lon"]}, lat: {tower["lat"]}, z: {z}}});
        const hit = s.widget.scene.drillPick(at, 8).map((f) => f.id?.collection ? f.id
          : f.getProperty && {{collection: 'building', id: Number(f.getProperty('id'))}})
          .find((f) => f && f.collection === 'building');
        return hit ?? null; }}"""
    )


def test_a_floor_of_a_block_leaves_out_what_is_above_it(window: Window, tower: dict[str, Any]) -> None:
    top = tower["elev_m"] + tower["storey_m"]
    hit = _at(window, tower, top)
    assert (hit["collection"], hit["id"]) == ("building", tower["id"])
    assert hit["properties"]["code"] == tower["code"], "the face that closes it is that of the building"
    above = _at(window, tower, tower["elev_base_m"] + tower["height_m"] - 1)
    assert above is None or above["id"] != tower["id"]
    window.set(fl="")
    window.until(f"!{_ALONE}.ready && {_CAPS}.count === 0")
    whole = _at(window, tower, tower["elev_base_m"] + tower["height_m"] - 1)
    assert whole["id"] == tower["id"]


def test_a_cut_block_does_not_flash_up_whole(window: Window, tower: dict[str, Any]) -> None:
    window.set(fl="13", sec="")
    window.until(f"{_ALONE}.ready", WAIT_S)
    # every picture in which the city's own tower is drawn while it is to be cut
    window.page.evaluate(
        f"""() => {{ const s = {SCENE}; window.__whole = []; window.__pictures = 0;
        window.__watch = s.widget.scene.postRender.addEventListener(() => {{
          window.__pictures += 1;
          const drawn = (tile) => s.freshness.drawn.get(tile) === s.pictures.count - 1;
          for (const [entry, tiles] of s.freshness.tiles) if (entry.model === null && entry.only === null)
            for (const {{content}} of [...tiles].filter((one) => drawn(one)))
            for (let i = 0; i < (content?.featuresLength ?? 0); i += 1) {{
              const one = content.getFeature(i);
              const own = Number(one.getProperty('id')) === {tower["id"]};
              if (own && one.show) window.__whole.push(window.__pictures);
            }} }});
        return s.load(); }}"""
    )
    window.until(f"{_ALONE}.ready && {SCENE}.loaded", WAIT_S)
    window.page.evaluate(f"async () => {{ const s = {SCENE}; {DRAWN} }}")
    assert window.page.evaluate("() => { window.__watch(); return window.__pictures; }") > 2
    assert window.page.evaluate("() => window.__whole") == []


def test_a_plane_cuts_the_chosen_block_and_closes_it(
    window: Window, tower: dict[str, Any], city: City
) -> None:
    z = tower["elev_base_m"] + 60
    plane = f"{tower['lon']},{tower['lat']},{z},0,90"
    window.set(fl="", sec=plane)
    window.until(f"{_ALONE}.ready && {_CAPS}.count === 1", WAIT_S)
    url = f"{city.url}/api/section?plane={plane}&building={tower['id']}"
    with urllib.request.urlopen(url, timeout=20) as answer:
        [face] = json.load(answer)["objects"]
    assert face["area_m2"] == pytest.approx(tower["area_m2"], rel=0.01)
    assert _at(window, tower, z)["properties"]["code"] == tower["code"]
    seen = window.page.evaluate(
        f"""() => {{ const s = {SCENE};
        const at = s.pixel({{lon: {tower["lon"]}, lat: {tower["lat"]}, z: {z + 40}}});
        return s.address(s.spot(at)).z; }}"""
    )
    assert seen < z + 1, "nothing stands where the tower was"
    cut = window.page.evaluate(
        f"() => {SCENE}.tilesets.entries.filter((e) => e.tileset.clippingPlanes?.enabled).map((e) => e.only)"
    )
    assert cut == [tower["id"]], "the neighbours stand"
    window.set(sec="")
    window.until(f"{_ALONE}.wanted === null && {_CAPS}.count === 0")


def test_without_a_choice_the_whole_city_is_cut_and_closed(window: Window, tower: dict[str, Any]) -> None:
    z = tower["elev_base_m"] + 60
    window.set(sel="", sec=f"{tower['lon']},{tower['lat']},{z},0,90")
    window.until(f"{_CAPS}.count > 0", WAIT_S)
    hit = _at(window, tower, z)
    assert hit["id"] == tower["id"]
    assert window.page.evaluate(f"() => {_ALONE}.wanted") is None
    window.set(sec="", sel=f"b:{tower['code']}")


def test_what_has_no_inside_says_so(window: Window, tower: dict[str, Any], city: City) -> None:
    window.set(sel=f"b:{tower['code']}", fl="", sec="", tl="apart")
    window.until("document.querySelector('[data-testid=tool-nomodel]')", WAIT_S)
    assert window.test("apart-share").is_disabled()
    window.set(tl="ghost")
    assert window.test("ghost-xray").is_disabled()
    assert window.test("ghost-ghost").is_enabled()
    window.set(tl="")


def test_a_building_nobody_named_has_a_title(window: Window, city: City) -> None:
    number = city.database.scalar("select feature_id from city_now.building where name_zh is null limit 1")
    row = {"id": number}
    kept = city.database.row("select code, address from city_now.building where feature_id = %(id)s", row)
    assert kept is not None
    city.database.execute(
        "update city_now.building set code = null, address = null where feature_id = %(id)s", row
    )
    try:
        window.set(sel=f"b:{number}")
        title = "document.querySelector('[data-testid=dossier-title]')?.textContent"
        window.until(f"{title} === '建筑（编号 {number}）'", WAIT_S)
    finally:
        city.database.execute(
            "update city_now.building set code = %(code)s, address = %(address)s where feature_id = %(id)s",
            {**row, **kept},
        )
        window.set(sel="")
