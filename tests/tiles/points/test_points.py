"""Tilesets of point clouds: where the points stand on the globe, what they carry, that the rules hold."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from pyproj import Transformer

from loaders.pointcloud.load import load_point_cloud
from loaders.pointcloud.octree import MOST
from tests.loaders.pointcloud.author import hillside, write
from tests.tiles.solids.checked import checked
from tests.tiles.solids.reader import read
from tests.tiles.solids.rules import tileset_faults
from tiles.points.colours import by_class, by_height
from tiles.points.source import PointSource
from twin.database.connection import Database
from twin.errors import InvalidParameter, NotFound, Unavailable

OFFSET_M = -3.0
COUNT = 150_000
_Y_UP_TO_Z_UP = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], float)
_TO_GLOBE = Transformer.from_crs(4979, 4978, always_xy=True)


@pytest.fixture(scope="module")
def cloud(new_database, server_settings, tmp_path_factory):
    """A slope with a tower, 150,000 points in several levels; and one without colours."""
    folder = tmp_path_factory.mktemp("clouds")
    with new_database() as url:
        settings = replace(
            server_settings, database_url=url, state_dir=folder / "state", geoid_offset_m=OFFSET_M
        )
        database = Database.from_settings(settings, application="test")
        points = hillside(COUNT)
        classes = np.where(points[:, 2] > 70, 6, 2)
        colours = np.column_stack([np.arange(COUNT) % 251, np.full(COUNT, 90), np.full(COUNT, 7)]) << 8
        path = write(folder / "hill.laz", points, classes=classes, colours=colours.astype("u2"))
        load_point_cloud(path, database, settings)
        load_point_cloud(write(folder / "grey.las", points[:500]), database, settings)
        yield database, settings, points, classes
        database.close()


def walk(source, name, colour=None):
    """Tiles with their contents, as a client finds them."""
    document = json.loads(source.tileset(name, colour).plain())
    waiting, tiles, contents = [document["root"]], [], {}
    while waiting:
        tile = waiting.pop()
        tiles.append(tile)
        waiting += tile.get("children", [])
        if "content" in tile:
            uri = tile["content"]["uri"]
            place = tuple(int(n) for n in uri.split("/")[1].partition(".glb")[0].split("."))
            assert f"colour={colour or 'own'}" in uri
            contents[uri] = source.content(name, place, colour).plain()
    return document, tiles, contents


def unpack(glb):
    """Points of a GLB in the frame of the tileset, and their attributes."""
    (primitive,) = glb.document["meshes"][0]["primitives"]
    assert primitive["mode"] == 0
    root, inner = glb.document["nodes"]
    assert root["children"] == [1]
    x, _, _, w = root["rotation"]
    quarter = np.array([[1, 0, 0], [0, w * w - x * x, -2 * x * w], [0, 2 * x * w, w * w - x * x]])
    values = {name: glb.accessor(number) for name, number in primitive["attributes"].items()}
    (said,) = primitive["extensions"]["EXT_mesh_features"]["featureIds"]
    assert (said["attribute"], said["propertyTable"], said["featureCount"]) == (0, 0, len(glb.rows))
    kinds = np.array([row["classification"] for row in glb.rows])
    assert len(set(kinds.tolist())) == len(kinds)
    values["classification"] = kinds[values["_FEATURE_ID_0"].ravel()]
    place = values["POSITION"] * np.array(inner.get("scale", 1.0)) + inner.get("translation", 0.0)
    return place @ quarter.T @ _Y_UP_TO_Z_UP.T, values


def test_every_point_stands_where_it_was_measured(cloud, tmp_path):
    database, settings, points, classes = cloud
    document, tiles, contents = walk(PointSource(database, settings), "hill")
    assert tileset_faults(document) == []
    assert document["root"]["refine"] == "ADD"
    assert len(tiles) > 5
    found = checked(contents, tmp_path / "glb")
    matrix = np.array(document["root"]["transform"]).reshape(4, 4).T
    known = np.full((1000, 251), -1)
    known[np.arange(COUNT) % 1000, np.arange(COUNT) % 251] = np.arange(COUNT)  # 1000 and 251 share no factor
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(*points[:, :2].T)
    wanted = np.column_stack(_TO_GLOBE.transform(lon, lat, points[:, 2] + OFFSET_M))
    seen = np.zeros(COUNT, int)
    for glb in found.values():
        local, values = unpack(glb)
        assert len(local) <= MOST * 1.05
        who = known[values["_INTENSITY"].ravel(), values["COLOR_0"][:, 0]]
        seen[who] += 1
        globe = local @ matrix[:3, :3].T + matrix[:3, 3]
        # half a step of 16 bits over 400 m, and a millimetre of the file
        assert np.linalg.norm(globe - wanted[who], axis=1).max() < 0.012
        np.testing.assert_array_equal(values["classification"], classes[who])
        np.testing.assert_allclose(values["_HEIGHT_M"].ravel(), points[who, 2], atol=0.001)
        assert (values["COLOR_0"][:, 1:] == (90, 7)).all()
    assert (seen == 1).all()


def test_a_box_holds_what_is_in_it_and_below(cloud):
    database, settings, _, _ = cloud
    source = PointSource(database, settings)
    document = json.loads(source.tileset("hill").plain())

    def corners(tile):
        numbers = np.array(tile["boundingVolume"]["box"])
        half = numbers[[3, 7, 11]]
        return numbers[:3] - half, numbers[:3] + half

    def look(tile):
        low, high = corners(tile)
        if "content" in tile:
            place = tuple(
                int(n) for n in tile["content"]["uri"].split("/")[1].partition(".glb")[0].split(".")
            )
            local, _ = unpack(read(source.content("hill", place).plain()))
            assert (local >= low - 0.01).all()
            assert (local <= high + 0.01).all()
        for child in tile.get("children", []):
            inner = corners(child)
            assert (inner[0] >= low).all()
            assert (inner[1] <= high).all()
            assert child["geometricError"] < tile["geometricError"]
            look(child)

    look(document["root"])


def test_colours_by_class_and_height(cloud):
    database, settings, points, _ = cloud
    source = PointSource(database, settings)
    _, _, contents = walk(source, "hill", "class")
    for data in contents.values():
        _, values = unpack(read(data))
        ground = values["classification"] == 2
        assert (values["COLOR_0"][ground] == (166, 132, 92)).all()
        assert (values["COLOR_0"][~ground] == (214, 92, 72)).all()
    _, _, contents = walk(source, "hill", "height")
    for data in contents.values():
        _, values = unpack(read(data))
        lowest = values["_HEIGHT_M"].ravel() < points[:, 2].min() + 0.2
        assert np.abs(values["COLOR_0"][lowest].astype(int) - (68, 1, 84)).max(initial=0) <= 2
    assert by_class(np.array([2, 200], "u1")).tolist() == [[166, 132, 92], [150, 150, 150]]
    ramp = by_height(np.array([0, 5, 10, 20], "f4"), 0, 10)
    assert ramp.tolist() == [[68, 1, 84], [33, 145, 140], [253, 231, 37], [253, 231, 37]]
    assert by_height(np.array([3], "f4"), 3, 3).tolist() == [[68, 1, 84]]


def test_what_is_not_there(cloud):
    database, settings, _, _ = cloud
    source = PointSource(database, settings)
    with pytest.raises(NotFound):
        source.tileset("none")
    with pytest.raises(NotFound):
        source.content("hill", (9, 0, 0, 0))
    for name, colour in (("hill", "red"), ("grey", "own")):
        with pytest.raises(InvalidParameter):
            source.tileset(name, colour)
    assert "colour=height" in source.tileset("grey").plain().decode()


def test_another_geoid_offset_raises_the_cloud(cloud):
    """The tiles were made with 3 m; the frame carries what has changed since."""
    database, settings, _, _ = cloud
    before = json.loads(PointSource(database, settings).tileset("hill").plain())["root"]["transform"]
    raised = replace(settings, geoid_offset_m=OFFSET_M + 5)
    after = json.loads(PointSource(database, raised).tileset("hill").plain())["root"]["transform"]
    assert before[:12] == after[:12]
    up = np.array(after[12:15]) - before[12:15]
    assert np.linalg.norm(up) == pytest.approx(5, abs=1e-6)
    assert up / 5 == pytest.approx(before[8:11], abs=1e-6)


def test_lost_files_are_said_and_a_new_cloud_is_shown_at_once(database, settings, tmp_path):
    points = hillside(300)
    source = PointSource(database, settings)
    load_point_cloud(write(tmp_path / "a.las", points), database, settings)
    first = source.tileset("a")
    load_point_cloud(write(tmp_path / "a.las", points[:200]), database, settings)
    assert source.tileset("a").etag != first.etag
    (folder,) = (settings.state_dir / "pointclouds").iterdir()
    (folder / "points.bin").write_bytes(b"")
    with pytest.raises(Unavailable, match="load it again"):
        source.content("a", (0, 0, 0, 0))
