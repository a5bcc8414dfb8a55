"""The cut faces of a model, against what planes make of boxes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ifc.load import load_ifc
from tests.interior_house import write_house
from twin.body.cut import Plane, cut
from twin.crs import transformer
from twin.database.connection import Database

_CORNERS = np.array([(i & 1, i >> 1 & 1, i >> 2) for i in range(8)], float)
_CUBE = np.array(
    [
        [0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6], [0, 1, 5], [0, 5, 4],
        [2, 6, 7], [2, 7, 3], [0, 4, 6], [0, 6, 2], [1, 3, 7], [1, 7, 5],
    ]
)  # fmt: skip


def _boxes(*boxes: tuple[tuple[float, float, float], tuple[float, float, float]]) -> tuple[Any, Any]:
    points = [np.array(low) + _CORNERS * (np.array(high) - low) for low, high in boxes]
    return np.vstack(points), np.vstack([_CUBE + 8 * i for i in range(len(boxes))])


def _level(z: float) -> Plane:
    return Plane.through(np.array([0.0, 0.0, z]), np.array([0.0, 0.0, 1.0]))


def test_a_cube_is_cut_to_a_square() -> None:
    face, closed = cut(*_boxes(((0, 0, 0), (2, 3, 4))), _level(1.5))
    assert closed
    assert face.area == pytest.approx(6.0)
    back = _level(1.5).space(shapely.get_coordinates(face))
    assert back.min(axis=0).tolist() == pytest.approx([0, 0, 1.5])
    assert back.max(axis=0).tolist() == pytest.approx([2, 3, 1.5])


def test_across_its_diagonal_a_cube_is_a_hexagon() -> None:
    plane = Plane.through(np.array([0.5, 0.5, 0.5]), np.array([1.0, 1.0, 1.0]))
    face, closed = cut(*_boxes(((0, 0, 0), (1, 1, 1))), plane)
    assert closed
    # a regular hexagon of side sqrt(1/2)
    assert face.area == pytest.approx(3 * np.sqrt(3) / 2 / 2)


def test_a_hollow_box_has_a_hole_and_overlapping_bodies_have_none() -> None:
    shell, inner = _boxes(((0, 0, 0), (4, 4, 4))), _boxes(((1, 1, 1), (3, 3, 3)))
    # the hollow touches the outside in one corner only, so it is of the same body
    points = np.vstack([shell[0], inner[0]])
    joined = np.vstack([shell[1], inner[1][:, ::-1] + 8, [[0, 8, 8]]])
    hollow, _ = cut(points, joined, _level(2.0))
    assert hollow.area == pytest.approx(16 - 4)
    crossing, closed = cut(*_boxes(((0, 0, 0), (3, 1, 1)), ((1, -1, 0), (2, 2, 1))), _level(0.5))
    assert closed
    assert crossing.area == pytest.approx(3 + 3 - 1)


@given(st.floats(0, 4), st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda n: np.linalg.norm(n) > 0.1))
@settings(max_examples=60, deadline=None)
def test_any_plane_closes_and_agrees_with_the_hull(offset: float, normal: tuple[float, float, float]) -> None:
    points, triangles = _boxes(((0, 0, 0), (2, 3, 4)))
    plane = Plane.through(np.array([1.0, 1.5, offset]), np.array(normal))
    face, closed = cut(points, triangles, plane)
    far = (points - plane.origin) @ plane.normal
    edges = np.unique(np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0)
    a, b = far[edges[:, 0]], far[edges[:, 1]]
    some = (a >= 0) != (b >= 0)
    share = (a / np.where(some, a - b, 1.0))[some, None]
    met = points[edges[some, 0]] + share * (points[edges[some, 1]] - points[edges[some, 0]])
    hull = shapely.convex_hull(shapely.multipoints(plane.flat(met))) if len(met) else shapely.Polygon()
    assert closed
    assert face.area == pytest.approx(hull.area, abs=1e-6)


def test_an_open_mesh_says_so() -> None:
    points, triangles = _boxes(((0, 0, 0), (1, 1, 1)))
    face, closed = cut(points, triangles[:-2], _level(0.5))
    assert (closed, face.area) == (False, 0.0)


def test_one_plane_leaves_half_of_another() -> None:
    level = _level(1.0)
    east = Plane.through(np.array([0.5, 0.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    face, _ = cut(*_boxes(((0, 0, 0), (2, 3, 4))), level)
    left = level.space(shapely.get_coordinates(shapely.intersection(face, level.half(east))))
    assert left[:, 0].max() == pytest.approx(0.5)
    assert level.half(_level(2.0)).area > 1e9, "all of what lies under it"
    assert level.half(_level(0.5)).is_empty


@pytest.fixture(scope="module")
def house(module_app: Flask, city: Database, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The loaded house, the corner of its walls and the height of its ground floor."""
    path = write_house(tmp_path_factory.mktemp("house") / "cut.ifc")
    load_ifc(path, city, module_app.extensions["twin"].settings)
    row = city.row(
        "select st_xmin(e) as w, st_ymin(e) as s, st_xmax(e) as e, st_ymax(e) as n, z from (select"
        " st_extent(geometry) as e, min(z_min_m) as z from city_now.element"
        " where ifc_class like 'IfcWall%%' and floor_no = 1) x"
    )
    assert row is not None
    return {**row, "model": city.scalar("select id from twin.model")}


def _plane(east: float, north: float, z: float, azimuth: float, tilt: float) -> str:
    lon, lat = transformer(4547, 4326).transform(east, north)
    return f"{lon:.10f},{lat:.10f},{z},{azimuth},{tilt}"


def test_a_level_cut_of_a_storey_is_its_walls(
    client: FlaskClient, city: Database, house: dict[str, Any]
) -> None:
    plane = _plane(house["w"], house["s"], house["z"] + 0.05, 0, 90)
    found = client.get(f"/api/models/{house['model']}/section", query_string={"plane": plane}).json
    assert found["unclosed"] == 0
    walls = [one for one in found["objects"] if one["ifc_class"].startswith("IfcWall")]
    plans = {
        row["feature_id"]: row["area"]
        for row in city.rows(
            "select feature_id, st_area(geometry) as area from city_now.element"
            " where ifc_class like 'IfcWall%%' and floor_no = 1"
        )
    }
    assert {one["id"] for one in walls} == set(plans)
    assert all(one["floor_no"] == 1 for one in walls)
    # the foot of a wall without doors is its plan; doors take their width out of it
    whole = [one for one in walls if one["area_m2"] == pytest.approx(plans[one["id"]], rel=0.01)]
    assert whole
    assert all(one["area_m2"] <= plans[one["id"]] * 1.01 for one in walls)
    heights = {point[2] for one in walls for polygon in one["polygons"] for ring in polygon for point in ring}
    assert [min(heights), max(heights)] == pytest.approx([house["z"] + 0.05] * 2, abs=1e-3)


def test_another_plane_takes_its_side_away(client: FlaskClient, house: dict[str, Any]) -> None:
    middle = (house["w"] + house["e"]) / 2
    plane = _plane(middle, house["s"], house["z"] + 0.05, 0, 90)
    also = _plane(middle, house["s"], house["z"], 90, 0)
    path = f"/api/models/{house['model']}/section"
    both = client.get(path, query_string={"plane": plane, "also": also}).json
    alone = client.get(path, query_string={"plane": plane}).json
    area = lambda found: sum(one["area_m2"] for one in found["objects"])  # noqa: E731
    assert 0.3 < area(both) / area(alone) < 0.7
    lon, _ = transformer(4547, 4326).transform(middle, house["s"])
    assert (
        max(p[0] for o in both["objects"] for polygon in o["polygons"] for ring in polygon for p in ring)
        < lon + 1e-7
    )


def test_the_model_throws_the_shadow_of_its_body(
    client: FlaskClient, city: Database, house: dict[str, Any]
) -> None:
    """The house and a block of its walls throw one shadow; its rooms none."""
    box = city.row(
        "select st_xmin(e) as w, st_xmax(e) as e, st_ymin(e) as s, st_ymax(e) as n, low, high from"
        " (select st_extent(geometry) as e, min(z_min_m) as low, max(z_max_m) as high"
        " from city_now.element) x"
    )
    assert box is not None
    lon, lat = transformer(4547, 4326).transform((box["w"] + box["e"]) / 2, box["n"] + 6)
    query = {"lon": lon, "lat": lat, "z": box["high"] - 5.9, "step_min": 4, "date": "2026-01-20"}
    model = client.get("/api/sunlight", query_string=query).json
    [blocker] = model["blockers"]
    assert blocker["id"] == city.scalar("select building_id from twin.model")
    city.execute("update twin.model set withdrawn_at = now()")
    try:
        city.execute(
            "update city.building set geometry = st_multi(st_makeenvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4547)),"
            " elev_base_m = %(low)s, height_m = %(h)s where valid_to is null",
            {**box, "h": box["high"] - box["low"]},
        )
        block = client.get("/api/sunlight", query_string=query).json
    finally:
        city.execute("update twin.model set withdrawn_at = null")
    assert 40 < block["sun_min"] < 440
    assert model["sun_min"] == pytest.approx(block["sun_min"], abs=8)


def test_what_is_not_met_is_not_cut(client: FlaskClient, house: dict[str, Any]) -> None:
    plane = _plane(house["w"], house["s"], house["z"] + 500, 0, 90)
    found = client.get(f"/api/models/{house['model']}/section", query_string={"plane": plane}).json
    assert (found["count"], found["objects"]) == (0, [])
    assert client.get("/api/models/999999/section", query_string={"plane": plane}).status_code == 404


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "plane"),
        ({"plane": "1,2,3"}, "plane"),
        ({"plane": "114,22,0,0,100"}, "plane"),
        ({"plane": "114,-60,0,0,90"}, "plane"),
        ({"plane": "114,22.5,0,0,90", "also": "a"}, "also"),
        ({"plane": "114,22.5,0,0,90", "also": "|" * 40}, "also"),
    ],
)
def test_planes_that_are_none(
    client: FlaskClient, house: dict[str, Any], query: dict[str, str], name: str
) -> None:
    answer = client.get(f"/api/models/{house['model']}/section", query_string=query)
    assert (answer.status_code, answer.json["parameter"]) == (400, name)
