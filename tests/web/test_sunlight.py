"""Hours of sun at a place, against what the geometry of sun and bodies gives by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import acos, cos, degrees, radians, sin, tan
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from twin.body.rays import meet_boxes, meet_faces, meet_triangles
from twin.crs import transformer
from twin.database.connection import Database
from twin.queries.sunlight import Place, sunlight
from twin.sunpath import solar_moment, sun
from web.api.sunlight import _rule

_E, _N = 513_000.0, 2_494_000.0
_LON, _LAT = transformer(4547, 4326).transform(_E, _N)
_DAY = date(2026, 1, 20)
_DECLINATION = radians(-20.09)
"""Of the sun on that day at noon, from the almanac."""


def _half_min(height_m: float, away_m: float, side: float = 1.0) -> float:
    """Minutes from noon until which the sun stands over the top of a long wall to the south.

    Over the wall while up > (height / away) * south, both of the sun's unit vector, which are
    sin(lat) sin(d) + cos(lat) cos(d) cos(h) and sin(lat) cos(d) cos(h) - cos(lat) sin(d).
    """
    k, lat, d = height_m / away_m, radians(_LAT), _DECLINATION
    up_less, up_more = sin(lat) * sin(d), cos(lat) * cos(d)
    south_less, south_more = -cos(lat) * sin(d), sin(lat) * cos(d)
    return degrees(acos((k * south_less - up_less) / (up_more - k * south_more))) * 4 * side


def _wall(  # noqa: PLR0917 - a body is six numbers
    city: Database, code: str, south: float, north: float, low: float, high: float, half: float = 4_000
) -> int:
    """A body from so far south to so far north of the place (negative: south of it)."""
    return int(
        city.scalar(
            "insert into city.building (geometry, code, name_zh, height_m, elev_base_m) values"
            " (st_multi(st_makeenvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4547)), %(code)s,"
            " %(code)s, %(h)s, %(low)s)"
            " returning feature_id",
            {"w": _E - half, "e": _E + half, "s": _N + south, "n": _N + north,
             "code": code, "h": high - low, "low": low},
        )
    )  # fmt: skip


@pytest.fixture
def walls(city: Database) -> Any:
    """Bodies that are gone after the test."""
    made: list[int] = []

    def build(*args: Any, **more: Any) -> int:
        made.append(_wall(city, *args, **more))
        return made[-1]

    yield build
    for number in made:
        city.execute("delete from city.building where feature_id = %(id)s", {"id": number})


def _ask(client: FlaskClient, **query: Any) -> Any:
    given = {"lon": _LON, "lat": _LAT, "z": 0, "date": "2026-01-20", "step_min": 1, **query}
    answer = client.get("/api/sunlight", query_string=given)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_sun_stands_where_the_almanac_says() -> None:
    at = np.array([datetime(2026, 1, 20, 4, tzinfo=UTC).timestamp()])
    altitude, azimuth = sun(at, 114.1055, 22.5453)
    assert altitude[0] == pytest.approx(46.50, abs=0.05)
    assert azimuth[0] == pytest.approx(168.19, abs=0.05)
    noon = solar_moment(_DAY, np.array([480.0, 720.0, 960.0]), _LON)
    altitude, azimuth = sun(noon, _LON, _LAT)
    assert azimuth[1] == pytest.approx(180, abs=0.01)
    assert altitude[1] == pytest.approx(90 - _LAT - 20.09, abs=0.05)
    assert altitude[0] == pytest.approx(altitude[2], abs=0.1)


def test_with_nothing_around_the_sun_shines_all_the_time(client: FlaskClient) -> None:
    found = _ask(client)
    assert (found["sun_min"], found["spans"]) == (480, [{"from": "08:00", "to": "16:00"}])
    assert found["blockers"] == []
    assert found["rule"] == {"name": "GB 50180", "least_min": 180, "met": True}
    assert _ask(client, date="2026-03-20")["rule"] is None
    assert found["by_ground_min"] is None, "no elevation model: nobody knows of hills"


@pytest.mark.parametrize(("azimuth", "minutes"), [(180, 480), (90, 240), (270, 240), (0, 0)])
def test_a_face_sees_the_sun_before_it(client: FlaskClient, azimuth: int, minutes: int) -> None:
    found = _ask(client, azimuth=azimuth)
    assert found["sun_min"] == pytest.approx(minutes, abs=1)
    assert found["by_face_min"] == 480 - found["sun_min"]


def test_a_wall_to_the_south_is_cleared_around_noon(client: FlaskClient, walls: Any) -> None:
    wall = walls("WALL", -25, -20, 0, 20)
    found = _ask(client)
    half = _half_min(20, 20)
    assert 100 < half < 120
    assert found["sun_min"] == pytest.approx(2 * half, abs=3)
    [blocker] = found["blockers"]
    assert (blocker["id"], blocker["code"], blocker["minutes"]) == (wall, "WALL", 480 - found["sun_min"])
    [span] = found["spans"]
    middle = sum(60 * int(t[:2]) + int(t[3:]) for t in span.values()) / 2
    assert middle == pytest.approx(720, abs=1)
    assert found["rule"]["met"] is True
    assert _ask(client, z=21)["sun_min"] == 480, "over the top of it"
    assert _ask(client, **{"from": "07:00", "to": "16:00"})["rule"] is None


def test_the_sun_comes_in_under_a_slab(client: FlaskClient, walls: Any) -> None:
    # from 10 to 20 m south, 20 to 25 m up: in the way while the sun stands over 45 degrees in the profile
    walls("SLAB", -20, -10, 20, 25)
    assert _ask(client)["sun_min"] == pytest.approx(480 - 2 * _half_min(20, 20), abs=3)


def test_all_that_stand_in_the_way_are_named(client: FlaskClient, walls: Any) -> None:
    near, far = walls("NEAR", -25, -20, 0, 20), walls("FAR", -120, -100, 0, 100)
    found = _ask(client)
    assert {b["id"] for b in found["blockers"]} == {near, far}
    assert len({b["minutes"] for b in found["blockers"]}) == 1, "both end at 45 degrees"
    assert found["sun_min"] == pytest.approx(2 * _half_min(20, 20), abs=3)


def test_a_tower_is_in_the_way_while_the_sun_is_behind_it(client: FlaskClient, walls: Any) -> None:
    # 20 m wide, 100 m south: azimuths 174.3 to 185.7; the hour angle there by tan(A) as of the sun's path
    walls("TOWER", -120, -100, 0, 500, half=10)
    lat, d, a = radians(_LAT), _DECLINATION, radians(degrees(0.09966865))
    # sin h / (cos h sin lat - tan d cos lat) = tan(a): solved by steps, h small
    h = a
    for _ in range(20):
        h = tan(a) * (cos(h) * sin(lat) - tan(d) * cos(lat))
    found = _ask(client)
    assert 480 - found["sun_min"] == pytest.approx(2 * degrees(h) * 4, abs=2)


def test_a_hill_is_in_the_way(city: Database) -> None:
    def ridge(east: Any, north: Any) -> Any:
        return np.where(north < _N - 1_000, 1_000.0, 0.0) + 0 * east

    found = sunlight(city, Place(_LON, _LAT, 0.5), _DAY, step_min=1, ground=ridge)
    # samples stand 80 m apart out there, so the ridge is met up to that much further away
    assert 2 * _half_min(1_000, 1_000) - 3 <= found["sun_min"] <= 2 * _half_min(1_000, 1_090) + 3
    assert found["by_ground_min"] == 480 - found["sun_min"]


def test_ground_nobody_knows_is_neither_hill_nor_sun(city: Database) -> None:
    def edge(east: Any, north: Any) -> Any:
        return np.where(north < _N - 1_000, np.nan, 0.0) + 0 * east

    found = sunlight(city, Place(_LON, _LAT, 0.5), _DAY, step_min=1, ground=edge)
    # unknown ground may rise 1,000 m: the same minutes that a ridge of that height takes are open
    assert 2 * _half_min(1_000, 1_000) - 3 <= found["sun_min"] <= 2 * _half_min(1_000, 1_090) + 3
    assert found["sun_min"] + found["unknown_min"] == 480
    assert found["by_ground_min"] == 0
    assert (found["unknown_spans"][0][0], found["unknown_spans"][-1][1]) == (480, 960), "while the sun is low"


@pytest.mark.parametrize(
    ("sun_min", "unknown_min", "met"),
    [(180, 0, True), (179, 0, False), (179, 1, None), (0, 179, False), (200, 90, True)],
)
def test_the_rule_is_open_where_the_unknown_decides(sun_min: int, unknown_min: int, met: bool | None) -> None:
    rule = _rule(_DAY, (480, 960), sun_min, unknown_min)
    assert rule is not None
    assert rule["met"] is met


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"date": "20 January"}, "date"),
        ({"from": "25:00"}, "from"),
        ({"from": "16:00", "to": "08:00"}, "from"),
        ({"step_min": 7}, "step_min"),
        ({"tilt": 5}, "azimuth"),
        ({"lat": -60}, "lon"),
    ],
)
def test_what_cannot_be_answered(client: FlaskClient, query: dict[str, Any], name: str) -> None:
    given = {"lon": _LON, "lat": _LAT, "z": 0, "date": "2026-01-20", **query}
    answer = client.get("/api/sunlight", query_string=given)
    assert (answer.status_code, answer.json["parameter"]) == (400, name)


def test_without_a_height_the_ground_must_be_known(client: FlaskClient) -> None:
    answer = client.get("/api/sunlight", query_string={"lon": _LON, "lat": _LAT, "date": "2026-01-20"})
    assert (answer.status_code, answer.json["parameter"]) == (400, "z")


def test_three_ways_to_meet_a_cube_agree() -> None:
    import shapely

    from tiles.solids.body import prism

    rng = np.random.default_rng(7)
    ways = rng.normal(size=(500, 3))
    ways /= np.linalg.norm(ways, axis=1)[:, None]
    cube = prism(shapely.box(2, -1, 4, 1), -1.0, 1.0)
    by_box = meet_boxes(np.array([[[2, -1, -1], [4, 1, 1]]], float), ways)[0]
    by_faces = meet_faces(list(cube.geoms), ways, 0.01)
    corners = np.array(
        [
            shapely.get_coordinates(f.exterior, include_z=True)[[0, a, a + 1]]
            for f in cube.geoms
            for a in (1, 2)
        ]
    )
    assert 5 < by_box.sum() < 100
    assert (by_faces == by_box).all()
    assert (meet_triangles(corners, ways, 0.01) == by_box).all()
