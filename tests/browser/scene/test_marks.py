"""Marks and names in the 3D picture: none on another, faint where something else is to be seen alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.conftest import City, Opener, Window
from tests.browser.scene.conftest import DRAWN, SCENE, WAIT_S

pytestmark = pytest.mark.browser

_MARKS = f"[...{SCENE}.tool('marker').shown.entries()].map(([key, one]) => [key, JSON.parse(one.said)])"
_SENSORS = f"{_MARKS}.filter(([key]) => key.startsWith('sensor/'))"


@pytest.fixture(scope="module")
def crowd(city: City) -> dict[str, Any]:
    """The floor with the most sensors, and what it is in."""
    row = city.database.row(
        "select b.feature_id as id, b.code, s.floor_no, count(*) as sensors,"
        " st_x(st_transform(st_centroid(b.geometry), 4326)) as lon,"
        " st_y(st_transform(st_centroid(b.geometry), 4326)) as lat"
        " from city_now.sensor s join city_now.building b on b.feature_id = s.building_id"
        " where s.floor_no is not null group by 1, 2, 3, b.geometry order by 4 desc, 1 limit 1"
    )
    assert row is not None and row["sensors"] > 3
    return row


@pytest.fixture(scope="module")
def window(open_page: Opener, crowd: dict[str, Any]) -> Window:
    """A window from far on that floor."""
    place = (
        f"#v1/{crowd['lon']:.6f},{crowd['lat']:.6f},16,30,0?vw=c&sel=b:{crowd['code']}&fl={crowd['floor_no']}"
    )
    opened = open_page(place, width=1100, height=640)
    opened.until(f"{SCENE}?.loaded && {_SENSORS}.length > 0", WAIT_S)
    return opened


def _own(window: Window, crowd: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Marks that hold sensors of the building."""
    rows = window.page.evaluate(
        f"() => [...{SCENE}.parts.sensors.rows.values()].filter((r) => r.building_id === {crowd['id']})"
        f".map((r) => 'sensor/' + r.id)"
    )
    return [
        (key, one)
        for key, one in window.page.evaluate(f"() => {_SENSORS}")
        if set(one.get("keys", [key])) & set(rows)
    ]


def test_sensors_on_one_another_are_one_with_a_number(window: Window, crowd: dict[str, Any]) -> None:
    own = _own(window, crowd)
    assert len(own) < crowd["sensors"]
    assert sum(one.get("count", 1) for _, one in own) >= crowd["sensors"], "none is lost"
    badges = window.page.evaluate(f"() => {SCENE}.tool('marker').badges.length")
    assert badges == window.page.evaluate(f"() => {_MARKS}.filter(([, one]) => one.count > 1).length")


_CROWD = """const s = SCENE; const m = s.tool('marker');
  const {rows} = s.parts.sensors;
  const own = (key) => rows.get(Number(key.split('/')[1])).building_id === BUILDING;
  // brought up to date, found and clicked at one moment: readings that come and pictures that move
  // make other crowds
  m.update();
  const {keys} = [...m.shown.values()].map((one) => JSON.parse(one.said))
    .filter((one) => one.count > 1 && one.keys.some(own)).sort((a, b) => b.count - a.count)[0];
  const click = (hit, zoom) => { const {pick, now} = s;
    s.pick = () => hit; s.now = () => ({...now.call(s), ...(zoom ? {zoom} : {})});
    try { return m.click({x: 0, y: 0}); } finally { s.pick = pick; s.now = now; } };
  const number = {collection: 'sensor', id: 0, properties: {crowd: keys}};"""


def _click(window: Window, crowd: dict[str, Any], then: str) -> Any:
    """What comes of a click on a number of the building."""
    found = _CROWD.replace("SCENE", SCENE).replace("BUILDING", str(crowd["id"]))
    return window.page.evaluate(f"() => {{ {found} {then} }}")


def test_a_click_on_a_number_that_nearness_would_not_part_opens_it(
    window: Window, crowd: dict[str, Any]
) -> None:
    keys, taken, opened, moved, beside, left = _click(
        window,
        crowd,
        """const taken = click(number, 20); const opened = m.opened.length;
        const moved = [...m.shown].map(([key, one]) => [key, JSON.parse(one.said)])
          .filter(([key]) => keys.includes(key)).map(([, one]) => one.by_px);
        return [keys, taken, opened, moved, click(null), m.opened.length];""",
    )
    assert (taken, opened) == (True, len(keys))
    assert len(moved) == len(keys), "each by itself"
    assert len({tuple(by) for by in moved}) == len(keys)
    assert (beside, left) == (True, 0), "a click beside it closes it"


def test_a_click_on_a_number_goes_nearer(window: Window, crowd: dict[str, Any]) -> None:
    zoom = window.page.evaluate(f"() => {SCENE}.now().zoom")
    taken, opened = _click(window, crowd, "return [click(number), m.opened.length];")
    assert (taken, opened) == (True, 0)
    window.until(f"{SCENE}.now().zoom > {zoom} + 1.4", WAIT_S)


def test_marks_of_others_are_faint_beside_an_isolated_building(window: Window, crowd: dict[str, Any]) -> None:
    before = window.page.evaluate(f"() => {_SENSORS}")
    assert not [key for key, one in before if one.get("faint")]
    window.set(iso="g")
    window.page.evaluate(f"async () => {{ const s = {SCENE}; {DRAWN} }}")
    marks = window.page.evaluate(
        f"""() => {{ {SCENE}.tool('marker').update(); const rows = {SCENE}.parts.sensors.rows;
        return {_SENSORS}.map(([key, one]) => [key, one.faint,
          (one.keys ?? [key]).some((k) => rows.get(Number(k.split('/')[1])).building_id
            === {crowd["id"]})]); }}"""
    )
    assert any(own for _, _, own in marks)
    assert [key for key, faint, own in marks if faint is own] == []
    window.set(iso="")


def test_names_of_roads_are_of_one_size_and_none_on_another(window: Window, city: City) -> None:
    window.set(fl="", sel="", pan="")
    # near a building there may be no street in the picture, and a mark lies on the name of a narrow one
    street = city.database.row(
        "select st_x(p) as lon, st_y(p) as lat from city_now.road, st_transform("
        " st_lineinterpolatepoint(st_geometryn(geometry, 1), 0.5), 4326) p"
        " where name_zh is not null order by width_m desc nulls last, st_length(geometry) desc limit 1"
    )
    assert street is not None
    names = f"{SCENE}.tool('names').labels"
    for zoom, pitch in ((16.2, 40), (19.5, 65)):
        window.page.evaluate("to => window.__lh.go(to)", {**street, "zoom": zoom, "pitch": pitch})
        window.until(f"Math.abs(window.__lh.state().camera.zoom - {zoom}) < 0.1", WAIT_S)
        window.page.evaluate(f"async () => {{ const s = {SCENE}; {DRAWN} }}")
        window.page.evaluate(f"async () => {{ await {SCENE}.tool('names').place(); }}")
        window.until(f"{names}.length > 0", WAIT_S)
        said = window.page.evaluate(
            f"() => Array.from({{length: {names}.length}}, (_, i) => {names}.get(i))"
            ".map((l) => [l.text, l.font, l.scaleByDistance ?? null])"
        )
        assert {(font.split(" ")[1], scale) for _, font, scale in said} == {("13px", None)}, json.dumps(said)
    window.set(ly="bld")
    window.until(f"{names}.length === 0")
    window.set(ly="")


@pytest.mark.parametrize(("zoom", "pitch"), [(16, 45), (16, 65), (17, 60)])
def test_no_name_of_a_road_is_hidden_in_part_and_they_have_room(
    window: Window, zoom: float, pitch: float
) -> None:
    window.set(fl="", sel="", pan="", ly="", iso="")
    window.page.evaluate(
        f"() => window.__lh.go({{lon: 114.1147, lat: 22.5432, zoom: {zoom}, pitch: {pitch}, bearing: -20}})"
    )
    window.until(f"Math.abs(window.__lh.state().camera.pitch - {pitch}) < 0.2", WAIT_S)
    window.page.evaluate(f"async () => {{ const s = {SCENE}; {DRAWN} }}")
    window.page.evaluate(f"async () => {{ await {SCENE}.tool('names').place(); }}")
    window.page.evaluate(f"async () => {{ const s = {SCENE}; {DRAWN} }}")
    found = window.page.evaluate(
        f"""() => {{ const s = {SCENE}; const names = s.tool('names'); const {{camera, widget}} = s;
        const before = (place) => {{ const p = camera.positionWC, d = camera.directionWC;
          return (place.x - p.x) * d.x + (place.y - p.y) * d.y + (place.z - p.z) * d.z; }};
        // what the picture holds at the corners and the middle of each name while no name is drawn
        return names.without(() => names.standing.map(({{text, at, wide_px, high_px}}) => {{
          const foot = s.pixel(at);
          const sign_m = before(s.point(at)) - 0.05 * s.range;
          // Cesium keeps what it found by the words of a place
          const spot = (x, y) => ({{x, y, toString: () => `${{x}} ${{y}}`}});
          const spots = [-0.45, 0, 0.45].flatMap((u) => [0.1, 0.9]
            .map((v) => spot(foot.x + u * wide_px, foot.y - v * high_px)));
          const seen = spots.map((spot) => widget.scene.pickPosition(spot)).filter(Boolean).map(before);
          return {{text, x: foot.x, y: foot.y, wide_px, high_px, over_m: sign_m - Math.min(...seen)}};
        }})); }}"""
    )
    assert found
    assert [(one["text"], one["over_m"]) for one in found if one["over_m"] > 3] == []
    wide, high = window.page.evaluate(
        f"() => [{SCENE}.widget.canvas.clientWidth, {SCENE}.widget.canvas.clientHeight]"
    )
    assert len(found) <= wide * high / 48_000 + 1
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            assert (
                abs(a["x"] - b["x"]) >= (a["wide_px"] + b["wide_px"]) / 2 + 20
                or abs(a["y"] - b["y"]) >= a["high_px"] + 10
            ), (a, b)


def test_no_name_of_a_road_lies_under_a_control(window: Window) -> None:
    """The roads lie where the box of tools does, and its card once it is open."""
    window.set(fl="", sel="", pan="", ly="", iso="", tl="")
    window.page.evaluate(
        "() => window.__lh.go({lon: 114.1172, lat: 22.5408, zoom: 16.8, pitch: 35, bearing: -20})"
    )
    window.until("Math.abs(window.__lh.state().camera.pitch - 35) < 0.2", WAIT_S)
    window.page.evaluate(f"async () => {{ const s = {SCENE}; {DRAWN} }}")
    for tool in ("", "measure"):
        window.set(tl=tool)
        window.until(
            f"Boolean(document.querySelector('[data-testid=card-measure]')) === {json.dumps(bool(tool))}"
        )
        window.page.evaluate(f"async () => {{ await {SCENE}.tool('names').place(); }}")
        under, standing = window.page.evaluate(
            f"""async () => {{ const names = {SCENE}.tool('names');
            const areas = [...document.querySelectorAll('.scene-box > *, .nav, .status')]
              .map((one) => one.getBoundingClientRect());
            const {{left, top}} = {SCENE}.widget.canvas.getBoundingClientRect();
            const hidden = ({{x, y, wide_px, high_px}}) => areas.some((area) =>
              left + x + wide_px / 2 > area.left && left + x - wide_px / 2 < area.right &&
              top + y > area.top && top + y - high_px < area.bottom);
            const could = names.free(await names.tiles()).filter(({{x, y}}) => x > 50 && y > 30);
            return [could.filter(hidden).length, names.standing.map((one) => [one.text, hidden(one)])]; }}"""
        )
        assert under > 0, "the test looks where roads are"
        assert standing and [text for text, lies in standing if lies] == []
    window.set(tl="")
