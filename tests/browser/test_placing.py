"""A proposed place of a building model on the map and in the 3D city: before and after, by a link."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator

import pytest
import shapely
from shapely import affinity

from tests.browser.conftest import NEAR, City, Opener
from twin.store.placing import propose

pytestmark = pytest.mark.browser

_SOURCE = "ifc/beside-the-tower"
_WAIT_S = 60.0
_DRAWN = (
    "window.__lh.map.querySourceFeatures('placing').map((f) => f.properties.kind)"
    ".filter((kind, i, all) => all.indexOf(kind) === i).sort().join()"
)


@pytest.fixture(scope="module")
def number(city: City) -> Iterator[int]:
    """A model that stands 60 m east of the tower it is of."""
    row = city.database.row(
        "select feature_id as id, st_asbinary(geometry) as shape"
        " from city_now.building where code = %(code)s",
        {"code": city.tower},
    )
    assert row is not None
    city.database.execute(
        "insert into twin.model (source, schema, placement) values (%(source)s, 'IFC4', 'map-conversion')",
        {"source": _SOURCE},
    )
    tower = shapely.from_wkb(bytes(row["shape"]))
    [made] = propose(
        city.database,
        _SOURCE,
        [
            {
                "statement": "s", "problem": "shifted", "matrix": [float(i % 5 == 0) for i in range(16)],
                "building_id": row["id"], "residual_m": 0.2, "overlap": 0.97, "rotation_deg": 0.0,
                "shift_m": 60.0, "ambiguous": False, "footprint": shapely.to_wkb(tower),
                "stated_footprint": shapely.to_wkb(affinity.translate(tower, 60)),
            }
        ],
    )  # fmt: skip
    yield made
    city.database.execute("delete from twin.placing where source = %(source)s", {"source": _SOURCE})
    city.database.execute("delete from twin.model where source = %(source)s", {"source": _SOURCE})


def test_before_and_after_are_on_the_map_and_in_the_city(open_page: Opener, city: City, number: int) -> None:
    with urllib.request.urlopen(f"{city.url}/data/placings/{number}?lang=en", timeout=20) as answer:
        links = re.findall(r'href="/\?lang=en(#v1/[^"]+)"', answer.read().decode())
    assert [link.partition("?")[2] for link in links] == [f"pl={number}", f"pl={number}&amp;vw=c"]
    window = open_page(links[0])
    window.until(f"{_DRAWN} === 'proposed,stated'")
    note = window.test("placing-note")
    assert "移动 60 m" in note.inner_text()
    assert f"/data/placings/{number}" in str(note.get_by_role("link").get_attribute("href"))
    east = window.page.evaluate("() => window.__lh.map.getCenter().lng")
    window.test("placing-stated").click()
    window.until(f"window.__lh.map.getCenter().lng > {east} + 0.0004")

    window.set(vw="c")
    lines = "window.__lh.scene()?.tool('placing').lines.length"
    window.until(f"{lines} === 2", _WAIT_S)
    window.test("placing-close").click()
    window.until(f"{lines} === 0 && !window.__lh.state().pl", _WAIT_S)
    window.set(vw="")
    window.until(f"{_DRAWN} === ''")


def test_a_proposal_that_is_not_there_is_said(open_page: Opener) -> None:
    window = open_page(NEAR)
    window.foreseen.append("999999")  # a 404 it is
    window.set(pl="999999")
    window.until(
        "document.querySelector('[data-testid=placing-note] [role=alert]')?.innerText.includes('999999')"
    )
