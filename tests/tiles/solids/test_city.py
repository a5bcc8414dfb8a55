"""The city's tileset against PostGIS, pyproj and the validators."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from pyproj import Transformer

from tests.tiles.solids.checked import checked
from tests.tiles.solids.conftest import GEOID_OFFSET_M, root_of
from tests.tiles.solids.reader import read
from tests.tiles.solids.rules import Subtree, tileset_faults
from tiles.solids.grid import SMALL_M, Root
from tiles.solids.place import CitySquare, CityTileset
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC, Context
from twin.errors import InvalidParameter

_LON_LAT = Transformer.from_crs(4547, 4326, always_xy=True)
_GEOCENTRIC = Transformer.from_crs(4979, 4978, always_xy=True)
_CORNERS = """
select feature_id as id, st_x(p.geom) as e, st_y(p.geom) as n, st_z(p.geom) as z
from city_now.building, st_dumppoints(solid) p where visibility = 'public'
"""


@pytest.fixture(scope="module")
def drawn(quarter, tmp_path_factory):
    """Every content, read and validated."""
    contents = quarter.contents()
    glbs = checked({str(key): data for key, data in contents.items()}, tmp_path_factory.mktemp("glb"))
    return {key: glbs[str(key)] for key in contents}


def _geocentric(e, n, z):
    lon, lat = _LON_LAT.transform(e, n)
    return np.column_stack(_GEOCENTRIC.transform(lon, lat, np.asarray(z) + GEOID_OFFSET_M))


def _out(document, points):
    """A tile's frame to geocentric metres, by the transform of the root."""
    matrix = np.array(document["root"]["transform"]).reshape(4, 4).T
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def test_the_document_is_sound(quarter):
    document = quarter.tileset()
    assert tileset_faults(document) == []
    root = document["root"]
    assert root["refine"] == "ADD"
    assert root["implicitTiling"]["availableLevels"] == quarter.root().levels == 6
    matrix = np.array(root["transform"]).reshape(4, 4).T
    assert np.allclose(matrix[:3, :3] @ matrix[:3, :3].T, np.eye(3), atol=1e-12)
    assert np.linalg.det(matrix[:3, :3]) == pytest.approx(1)


def test_every_building_is_in_exactly_one_tile(quarter, drawn):
    ids = [row["id"] for glb in drawn.values() for row in glb.rows]
    shown = quarter.database.rows(
        "select feature_id as id from city_now.building"
        " where visibility = 'public' and elev_base_m is not null"
    )
    assert sorted(ids) == sorted(row["id"] for row in shown)
    for key, glb in drawn.items():
        assert set(glb.features()) == {row["id"] for row in glb.rows}, key


def test_corners_are_where_pyproj_puts_them(quarter, drawn):
    rows = quarter.database.rows(_CORNERS)
    wanted: dict[int, list] = {}
    for row in rows:
        wanted.setdefault(row["id"], []).append((row["e"], row["n"], row["z"]))
    document, compared = quarter.tileset(), 0
    for glb in drawn.values():
        for id, shape in glb.features().items():
            if id in wanted:
                there = _geocentric(*np.array(wanted[id]).T)
                here = _out(document, np.vstack(shape.points))
                away = np.linalg.norm(there[:, None] - here[None], axis=2)
                assert max(away.min(axis=0).max(), away.min(axis=1).max()) < 0.05
                compared += len(there)
    assert compared == len(rows) > 500


def test_solids_stay_closed_and_look_outward(quarter, drawn):
    seen = 0
    for glb in drawn.values():
        for id, shape in glb.features().items():
            corners, normals = np.vstack(shape.corners), np.vstack(shape.normals)
            faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            length = np.linalg.norm(faces, axis=1)
            large = length > 0.5
            cosine = np.einsum("ij,ikj->ik", faces[large] / length[large, None], normals[large])
            assert cosine.min() > 0.98
            if id in quarter.volumes:
                local = corners - corners.mean(axis=(0, 1))
                volume = np.einsum("ij,ij->i", local[:, 0], np.cross(local[:, 1], local[:, 2])).sum() / 6
                # plan distances in the projection are up to 1 + 2e-4 of those on the ground here
                assert volume == pytest.approx(quarter.volumes[id], rel=0.01)
                seen += 1
    assert seen == len(quarter.volumes)


def test_a_body_that_is_no_solid_is_drawn_by_its_faces(quarter, drawn):
    (glb,) = (glb for glb in drawn.values() if quarter.kinds["shell"] in glb.features())
    shape = glb.features()[quarter.kinds["shell"]]
    corners, points = np.vstack(shape.corners), np.vstack(shape.points)
    assert len(corners) == 2 * 5, "four walls and a roof of two triangles each"
    assert np.ptp(points, axis=0) == pytest.approx([14, 10, 6], abs=0.05), "with its eaves"
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    assert areas.sum() / 2 == pytest.approx(2 * (12 + 8) * 6 + 14 * 10, rel=0.01)
    assert all(material["doubleSided"] for material in glb.document["materials"])


def test_properties_are_those_of_the_rows(quarter, drawn):
    rows = {row["id"]: row for glb in drawn.values() for row in glb.rows}
    for id, values in quarter.values.items():
        for name, value in values.items():
            if isinstance(value, float):
                assert rows[id][name] == pytest.approx(value, rel=1e-6), name
            elif name != "z_min_m":
                assert rows[id][name] == value
    assert rows[quarter.kinds["unknown height"]].get("height_m") is None
    assert rows[quarter.kinds["tower"]]["name_zh"] == "京基100"


def test_boxes_hold_what_is_in_their_tiles(quarter, drawn):
    root = quarter.root()
    data = quarter.source.make((), CitySquare("subtree", root, 0, 0, 0), PUBLIC).tile.plain()
    boxes = Subtree(data, root.subtree_levels).boxes()
    whole = np.array(quarter.tileset()["root"]["boundingVolume"]["box"])
    for (level, x, y), glb in drawn.items():
        points = np.vstack([p for shape in glb.features().values() for p in shape.points])
        for up in range(level + 1):
            box = boxes[(level - up, x >> up, y >> up)]
            assert (np.abs(points - box[:3]) <= box[[3, 7, 11]] + 0.02).all()
        assert (np.abs(points - whole[:3]) <= whole[[3, 7, 11]]).all()


def test_the_size_decides_the_level(quarter, drawn):
    root = quarter.root()
    level_of = {row["id"]: key[0] for key, glb in drawn.items() for row in glb.rows}
    assert level_of[quarter.kinds["tower"]] == root.depth - 4, "441.8 m: from 320 to 640"
    assert level_of[quarter.kinds["mall"]] == root.depth - 3, "230 m: from 160 to 320"
    assert level_of[quarter.kinds["gable"]] == root.depth


def test_what_is_left_out_is_said(quarter):
    root, said = quarter.root(), []
    for x in range(32):
        for y in range(32):
            said += quarter.source.make((), CitySquare("content", root, 5, x, y), PUBLIC).tile.thinned
    assert said == ["building;base=unknown;left_out=1"]


def test_restricted_buildings_are_for_those_who_may(quarter):
    admin = Context(("admin", "public"))
    secret = quarter.kinds["restricted"]
    ids = {row["id"] for data in quarter.contents(admin).values() for row in read(data).rows}
    assert secret in ids


def test_a_past_moment_shows_the_city_as_it_was(quarter):
    past = replace(PUBLIC, moment=datetime.now(UTC) - timedelta(days=400))
    with quarter.database.transaction() as connection:
        connection.execute("select set_config('twin.loading', 'on', true)")
        connection.execute(
            "update city.building set valid_from = now() - interval '300 days' where code = 'B1'"
        )
    try:
        then = [row.get("code") for data in quarter.contents(past).values() for row in read(data).rows]
        now = [row.get("code") for data in quarter.contents().values() for row in read(data).rows]
        assert "B1" in now
        assert "B1" not in then
        assert len(then) == len(now) - 1
        uri = quarter.tileset(past)["root"]["content"]["uri"]
        assert "?datetime=20" in uri
        assert "+" not in uri
    finally:
        with quarter.database.transaction() as connection:
            connection.execute("select set_config('twin.loading', 'on', true)")
            connection.execute("update city.building set valid_from = null where code = 'B1'")


def test_an_empty_city_is_a_sound_tileset(database):
    document = json.loads(PostgisSolids(database, 0.0).make((), CityTileset(), PUBLIC).tile.plain())
    assert tileset_faults(document) == []


@pytest.mark.parametrize("height_m", [300, 1_000, 2_000, 4_000, 8_000, 16_000])
@pytest.mark.parametrize("down", [True, False])
def test_a_view_asks_for_few_tiles(height_m, down):
    """16 pixels of error, 1920 x 1080, 60 degrees high; a city of 32 km with a building in every square."""
    root = Root(0, 0, 6)
    pixels, half = 1080 / (2 * math.tan(math.radians(30))), math.tan(math.radians(30)) * height_m
    middle, asked, waiting = root.side_m / 2 + 123.0, 0, [(0, 0, 0)]
    while waiting:
        level, x, y = waiting.pop()
        west, south, east, north = (value - middle for value in root.box(level, x, y))
        if down:
            seen = west < half * 16 / 9 and east > -half * 16 / 9 and south < half and north > -half
        else:  # level with the ground, to the east, 90 degrees wide
            seen = east > 0 and south < east and north > -east
        if not seen:
            continue
        asked += 1
        distance = math.hypot(max(west, -east, 0), max(south, -north, 0), height_m)
        if level < root.depth and root.error_m / 2**level * pixels / distance > 16:
            waiting += [(level + 1, 2 * x + i, 2 * y + j) for i in (0, 1) for j in (0, 1)]
    assert 0 < asked < 100


@pytest.mark.parametrize("name", ["", "1.2", "1.2.99", "1.2.x", "１.2.3", "1.2.3.4", "9999999.1.1"])
def test_a_root_that_is_none_is_refused(name):
    with pytest.raises(InvalidParameter):
        Root.named(name)


def test_levels_and_sizes_fit_together():
    for depth in range(8):
        root = Root(0, 0, depth)
        edges = [root.sizes(level) for level in range(depth, -1, -1)]
        assert edges[0][0] == 0
        assert edges[-1][1] == math.inf
        assert all(a[1] == b[0] for a, b in pairwise(edges))
        assert root.error_m / 2**depth == 0.75 * SMALL_M / 2
        files = -(-root.levels // root.subtree_levels)
        assert files * root.subtree_levels - root.levels < files
    assert root_of({"root": {"content": {"uri": "content/-3.4.5/0/0/0.glb"}}}) == Root(-3, 4, 5)
