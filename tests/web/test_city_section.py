"""The cut faces of blocks without a model, against areas by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient
from psycopg.types.json import Jsonb

from twin.body.cut import Plane, cut
from twin.crs import transformer
from twin.database.connection import Database
from twin.queries.city_section import closed_by

_E, _N = 513_200.0, 2_494_200.0
Build = Callable[..., int]


@pytest.fixture
def build(city: Database) -> Iterator[Build]:
    """Make a building of a plan and heights, or of faces; gone after the test."""
    made: list[int] = []

    def one(plan: Any, *, low: float | None, height: float | None, shell: Any = None) -> int:
        moved = shapely.transform(plan, lambda c: c + np.array([_E, _N]))
        made.append(
            int(
                city.scalar(
                    "insert into city.building (geometry, code, elev_base_m, height_m, shell) values"
                    " (st_multi(st_geomfromwkb(%(plan)s, 4547)), %(code)s, %(low)s, %(h)s, %(shell)s)"
                    " returning feature_id",
                    {"plan": shapely.to_wkb(moved), "code": f"CUT-{len(made)}", "low": low, "h": height,
                     "shell": None if shell is None else Jsonb(shell)},
                )
            )
        )  # fmt: skip
        return made[-1]

    yield one
    for number in made:
        city.execute("delete from city.building where feature_id = %(id)s", {"id": number})


def _plane(east: float, north: float, z: float, azimuth: float, tilt: float) -> str:
    lon, lat = transformer(4547, 4326).transform(_E + east, _N + north)
    return f"{lon:.10f},{lat:.10f},{z},{azimuth},{tilt}"


def _ask(client: FlaskClient, **query: Any) -> Any:
    answer = client.get("/api/section", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_level_cut_of_a_block_is_its_plan_with_its_court(client: FlaskClient, build: Build) -> None:
    court = shapely.box(0, 0, 40, 30).difference(shapely.box(10, 10, 20, 20))
    block = build(court, low=5.0, height=20.0)
    found = _ask(client, plane=_plane(0, 0, 12, 0, 90), building=block)
    [one] = found["objects"]
    assert (one["id"], one["collection"]) == (block, "building")
    assert one["area_m2"] == pytest.approx(40 * 30 - 10 * 10, rel=1e-6)
    [polygon] = one["polygons"]
    assert len(polygon) == 2, "the court is a hole"
    assert {point[2] for ring in polygon for point in ring} == {12.0}
    for beside in (4.9, 25.1):
        assert _ask(client, plane=_plane(0, 0, beside, 0, 90), building=block)["count"] == 0


def test_a_block_is_cut_as_it_was(client: FlaskClient, city: Database, build: Build) -> None:
    """A plane 30 m up misses what was 20 m high; the block has grown and lost its eastern half since."""
    block = build(shapely.box(0, 0, 40, 30), low=5.0, height=20.0)
    before = city.scalar("select clock_timestamp()")
    city.execute(
        "update city_now.building set height_m = 40, code = 'CUT-NEW', geometry ="
        " st_multi(st_makeenvelope(%(e)s, %(n)s, %(e)s + 20, %(n)s + 30, 4547)) where feature_id = %(id)s",
        {"id": block, "e": _E, "n": _N},
    )
    asked = {"then": {"datetime": before.isoformat()}, "now": {}}
    high = {
        which: _ask(client, plane=_plane(0, 0, 30, 0, 90), building=block, **q) for which, q in asked.items()
    }
    assert [one["area_m2"] for one in high["now"]["objects"]] == [pytest.approx(600, rel=1e-6)]
    assert high["then"]["objects"] == []
    low = {
        which: _ask(client, plane=_plane(0, 0, 12, 0, 90), building=block, **q) for which, q in asked.items()
    }
    told = {which: [(one["code"], round(one["area_m2"])) for one in low[which]["objects"]] for which in asked}
    assert told["now"] == [("CUT-NEW", 600)]
    assert [area for _, area in told["then"]] == [1200]
    assert told["then"][0][0].startswith("CUT-") and told["then"][0][0] != "CUT-NEW"


def test_an_upright_cut_of_a_block_is_as_tall_as_it(client: FlaskClient, build: Build) -> None:
    notched = shapely.box(0, 0, 40, 30).difference(shapely.box(15, -1, 25, 20))
    block = build(notched, low=0.0, height=12.0)
    # looks north, 10 m in: two wings of 15 m; 25 m in: the back of 40 m
    assert _ask(client, plane=_plane(20, 10, 0, 0, 0), building=block)["objects"][0]["area_m2"] == (
        pytest.approx((15 + 15) * 12, rel=1e-3)
    )
    back = _plane(20, 25, 0, 0, 0)
    assert _ask(client, plane=back, building=block)["objects"][0]["area_m2"] == pytest.approx(
        40 * 12, rel=1e-3
    )
    also = _plane(20, 0, 6, 0, 90)
    assert _ask(client, plane=back, also=also, building=block)["objects"][0]["area_m2"] == pytest.approx(
        40 * 6, rel=1e-3
    )


def test_a_gable_roof_is_cut_under_its_ridge(client: FlaskClient, build: Build) -> None:
    """A house 10 m wide and 20 m long: eaves at 6 m, the ridge along its length at 10 m."""
    corners = [(x, y, z) for x in (0, 10) for y in (0, 20) for z in (0, 6)] + [(5, 0, 10), (5, 20, 10)]
    faces = [[0, 2, 6, 4], [0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 8, 1], [2, 3, 9, 7, 6], [1, 8, 9, 3],
             [5, 7, 9, 8]]  # fmt: skip
    shell = {
        "vertices": (np.array(corners, float) + np.array([_E, _N, 0.0])).ravel().tolist(),
        "boundaries": [[face] for face in faces],
        "box": [[_E, _N, 0], [_E + 10, _N + 20, 10]],
    }
    house = build(shapely.box(0, 0, 10, 20), low=0.0, height=None, shell=shell)
    for z, wide in ((3, 10), (8, 5), (9.5, 1.25)):
        found = _ask(client, plane=_plane(0, 0, z, 0, 90), building=house)
        assert found["unclosed"] == 0
        assert found["objects"][0]["area_m2"] == pytest.approx(20 * wide, rel=1e-3)
    across = _ask(client, plane=_plane(5, 10, 0, 0, 0), building=house)
    assert across["objects"][0]["area_m2"] == pytest.approx(10 * 6 + 10 * 4 / 2, rel=1e-3)


def test_all_of_a_box_are_cut_and_those_of_unknown_height_counted(client: FlaskClient, build: Build) -> None:
    tall = build(shapely.box(0, 0, 10, 10), low=0.0, height=400.0)
    also_tall = build(shapely.box(20, 0, 25, 10), low=0.0, height=380.0)
    nobody_knows = build(shapely.box(40, 0, 45, 10), low=None, height=None)
    lon, lat = transformer(4547, 4326).transform(_E, _N)
    box = f"{lon - 0.001},{lat - 0.001},{lon + 0.001},{lat + 0.001}"
    found = _ask(client, plane=_plane(0, 0, 370, 0, 90), bbox=box)
    assert {one["id"]: one["area_m2"] for one in found["objects"]} == pytest.approx(
        {tall: 100.0, also_tall: 50.0}, rel=1e-3
    )
    assert found["more"] is False
    alone = _ask(client, plane=_plane(0, 0, 370, 0, 90), building=nobody_knows)
    assert (alone["count"], alone["unknown"]) == (0, 1)


def test_fans_close_where_faces_close() -> None:
    """The frame of a window: a face with a hole is not closed by its hole's own corner."""
    outer, inner = shapely.box(0, 0, 4, 4), shapely.box(1, 1, 3, 3)
    ring = outer.difference(inner)
    caps = [shapely.force_3d(ring, 0.0), shapely.force_3d(ring, 1.0)]
    walls = []
    for edge in shapely.get_rings(ring):
        xy = shapely.get_coordinates(edge)
        walls += [shapely.Polygon([(*a, 0), (*b, 0), (*b, 1), (*a, 1)]) for a, b in itertools.pairwise(xy)]
    points, triangles = closed_by([*caps, *walls])
    assert len(points) == 16
    half = Plane.through(np.array([0.0, 0.0, 0.5]), np.array([0.0, 0.0, 1.0]))
    face, closed = cut(points, triangles, half)
    assert closed
    assert face.area == pytest.approx(16 - 4)


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ({}, 400, "plane"),
        ({"plane": "114.1,22.5,10,0,90"}, 400, "bbox"),
        ({"plane": "114.1,22.5,10,0,90", "bbox": "1,2,3"}, 400, "bbox"),
        ({"plane": "114.1,22.5,10,0,90", "bbox": "10,2,11,3"}, 400, "bbox"),
        ({"plane": "114.1,22.5,10,0,90", "building": "x"}, 400, "building"),
        ({"plane": "114.1,22.5,10,0,90", "building": 999_999_999_999}, 404, "999999999999"),
    ],
)
def test_what_cannot_be_cut_is_told(
    client: FlaskClient, query: dict[str, Any], status: int, word: str
) -> None:
    answer = client.get("/api/section", query_string=query)
    assert answer.status_code == status
    assert word in answer.text
