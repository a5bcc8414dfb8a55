"""The city's tileset against PostGIS, pyproj and the validators."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from pyproj import Transformer

from tests.tiles.solids.checked import checked
from tests.tiles.solids.conftest import GEOID_OFFSET_M, root_of
from tests.tiles.solids.reader import read, without_skirt
from tests.tiles.solids.rules import Subtree, tileset_faults
from tiles.solids.grid import LEAF_M, Root
from tiles.solids.place import CitySquare, CityTileset
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC, Context
from twin.errors import InvalidParameter

_LON_LAT = Transformer.from_crs(4547, 4326, always_xy=True)
_GEOCENTRIC = Transformer.from_crs(4979, 4978, always_xy=True)
_LIMIT_BYTES = 300_000
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


@pytest.fixture(scope="module")
def leaves(quarter, drawn):
    """Contents of the leaves."""
    return {key: glb for key, glb in drawn.items() if key[0] == quarter.root().depth}


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
    assert root["refine"] == "REPLACE"
    assert document["geometricError"] == quarter.root().side_m, "or a client draws nothing from far away"
    assert root["implicitTiling"]["availableLevels"] == quarter.root().levels == 6
    matrix = np.array(root["transform"]).reshape(4, 4).T
    assert np.allclose(matrix[:3, :3] @ matrix[:3, :3].T, np.eye(3), atol=1e-12)
    assert np.linalg.det(matrix[:3, :3]) == pytest.approx(1)


def test_every_building_is_in_exactly_one_leaf(quarter, leaves):
    ids = [row["id"] for glb in leaves.values() for row in glb.rows]
    shown = quarter.database.rows(
        "select feature_id as id from city_now.building"
        " where visibility = 'public' and elev_base_m is not null"
    )
    assert sorted(ids) == sorted(row["id"] for row in shown)
    for key, glb in leaves.items():
        assert set(glb.features()) == {row["id"] for row in glb.rows}, key


def test_corners_are_where_pyproj_puts_them(quarter, leaves):
    rows = quarter.database.rows(_CORNERS)
    wanted: dict[int, list] = {}
    for row in rows:
        wanted.setdefault(row["id"], []).append((row["e"], row["n"], row["z"]))
    document, compared = quarter.tileset(), 0
    for glb in leaves.values():
        for id, shape in glb.features().items():
            if id in wanted:
                there = _geocentric(*np.array(wanted[id]).T)
                here = _out(document, without_skirt(np.vstack(shape.points)))
                away = np.linalg.norm(there[:, None] - here[None], axis=2)
                assert max(away.min(axis=0).max(), away.min(axis=1).max()) < 0.05
                compared += len(there)
    assert compared == len(rows) > 500


def test_solids_stay_closed_and_look_outward(quarter, leaves):
    seen = 0
    for glb in leaves.values():
        for id, shape in glb.features().items():
            corners, normals = np.vstack(shape.corners), np.vstack(shape.normals)
            faces = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            length = np.linalg.norm(faces, axis=1)
            large = length > 0.5
            cosine = np.einsum("ij,ikj->ik", faces[large] / length[large, None], normals[large])
            assert cosine.min() > 0.98
            if id in quarter.volumes:
                solid = without_skirt(corners)
                local = solid - solid.mean(axis=(0, 1))
                volume = np.einsum("ij,ij->i", local[:, 0], np.cross(local[:, 1], local[:, 2])).sum() / 6
                # plan distances in the projection are up to 1 + 2e-4 of those on the ground here
                assert volume == pytest.approx(quarter.volumes[id], rel=0.01)
                seen += 1
    assert seen == len(quarter.volumes)


def test_a_body_that_is_no_solid_is_drawn_by_its_faces(quarter, leaves):
    (glb,) = (glb for glb in leaves.values() if quarter.kinds["shell"] in glb.features())
    shape = glb.features()[quarter.kinds["shell"]]
    corners, points = (without_skirt(np.vstack(some)) for some in (shape.corners, shape.points))
    assert len(corners) == 2 * 5, "four walls and a roof of two triangles each"
    assert np.ptp(points, axis=0) == pytest.approx([14, 10, 6], abs=0.05), "with its eaves"
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    assert areas.sum() / 2 == pytest.approx(2 * (12 + 8) * 6 + 14 * 10, rel=0.01)
    assert all(material["doubleSided"] for material in glb.document["materials"])


def test_properties_are_those_of_the_rows(quarter, leaves):
    rows = {row["id"]: row for glb in leaves.values() for row in glb.rows}
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


def test_a_tile_above_the_leaves_has_all_that_is_below(quarter, drawn):
    root, contents = quarter.root(), quarter.contents()
    leaves: dict[tuple, list] = {}
    for (level, x, y), glb in ((key, drawn[key]) for key in contents if key[0] == root.depth):
        for up in range(1, root.depth + 1):
            leaves.setdefault((level - up, x >> up, y >> up), []).extend(glb.rows)
    assert set(leaves) == {key for key in contents if key[0] < root.depth}, "no square is left empty"
    aggregates = 0
    for key, below in leaves.items():
        rows, ids = drawn[key].rows, {row["id"] for row in below}
        own = [row for row in rows if row.get("id") is not None]
        blocks = [row for row in rows if row.get("id") is None]
        assert {row["id"] for row in own} <= ids
        assert len(own) + sum(row["buildings"] for row in blocks) == len(ids)
        assert all(
            {k for k, v in row.items() if v is not None} <= {"buildings", "mean_height_m"} for row in blocks
        )
        assert all(row.get("buildings") is None for row in own)
        assert all(row["name_zh"] for row in own if row["id"] == quarter.kinds["tower"])
        assert len(drawn[key].features()) == len(rows), "each is drawn"
        assert len(contents[key]) < _LIMIT_BYTES
        aggregates += len(blocks)
    assert aggregates > 60


def test_the_size_says_up_to_which_level_a_building_is_itself(quarter, drawn):
    root, seen = quarter.root(), {}
    for (level, _, _), glb in drawn.items():
        for row in glb.rows:
            if row.get("id") is not None:
                seen.setdefault(row["id"], set()).add(root.depth - level)
    assert seen[quarter.kinds["tower"]] == {0, 1, 2, 3, 4}, "441.8 m: from 320 to 640"
    assert seen[quarter.kinds["mall"]] == {0, 1, 2, 3}, "230 m: from 160 to 320"
    assert seen[quarter.kinds["gable"]] == {0}


def test_what_is_left_out_is_said(quarter):
    root, said = quarter.root(), []
    for x in range(32):
        for y in range(32):
            said += quarter.source.make((), CitySquare("content", root, 5, x, y), PUBLIC).tile.thinned
    assert said == ["building;base=unknown;left_out=1"]
    top = quarter.source.make((), CitySquare("content", root, 0, 0, 0), PUBLIC).tile
    assert top.thinned[1:] == tuple(said), "and above it"


def test_restricted_buildings_are_for_those_who_may(quarter):
    admin = Context(("admin", "public"))
    secret = quarter.kinds["restricted"]
    ids = {row.get("id") for data in quarter.contents(admin).values() for row in read(data).rows}
    assert secret in ids


def test_a_past_moment_shows_the_city_as_it_was(quarter):
    past = replace(PUBLIC, moment=datetime.now(UTC) - timedelta(days=400))
    with quarter.database.transaction() as connection:
        connection.execute("select set_config('twin.loading', 'on', true)")
        connection.execute(
            "update city.building set valid_from = now() - interval '300 days' where code = 'B1'"
        )
    try:
        depth = quarter.root().depth
        before, after = quarter.contents(past), quarter.contents()
        then = [row.get("code") for k, data in before.items() for row in read(data).rows if k[0] == depth]
        now = [row.get("code") for k, data in after.items() for row in read(data).rows if k[0] == depth]
        assert "B1" in now
        assert "B1" not in then
        assert len(then) == len(now) - 1
        # and what stands for them counts one less, however far away
        counts = [
            sum(row.get("buildings") or 1 for row in read(one[0, 0, 0]).rows) for one in (before, after)
        ]
        assert counts == [len(then), len(now)]
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


@pytest.mark.parametrize("name", ["", "1.2", "1.2.99", "1.2.x", "１.2.3", "1.2.3.4", "9999999.1.1"])
def test_a_root_that_is_none_is_refused(name):
    with pytest.raises(InvalidParameter):
        Root.named(name)


def test_errors_and_levels_fit_together():
    for depth in range(8):
        root = Root(0, 0, depth)
        assert root.error_m / 2**depth == LEAF_M / 40 * 0.4, "the leaf's, whatever stands above it"
        files = -(-root.levels // root.subtree_levels)
        assert files * root.subtree_levels - root.levels < files
    assert root_of({"root": {"content": {"uri": "content/-3.4.5/0/0/0.glb"}}}) == Root(-3, 4, 5)
