"""Every point is in one tile, no tile has too many, and a tile is a sample of what is below it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.pointcloud import lots
from loaders.pointcloud.lots import Cube
from loaders.pointcloud.octree import Octree
from loaders.pointcloud.point import POINT


def build(folder, places, most):
    """Nodes, and the points as they stand in the file."""
    points = np.zeros(len(places), POINT)
    points["place"] = places
    points["height_m"] = np.arange(len(places))  # who it is
    spool = folder / "all.spool"
    spool.write_bytes(points.tobytes())
    low, high = places.min(axis=0).astype(np.int64), places.max(axis=0).astype(np.int64)
    cube, seen = Cube.around(low, high), []
    with (folder / "points.bin").open("wb") as out:
        tree = Octree(out, folder, most)
        nodes = tree.build(spool, cube, seen.append)
    written = np.fromfile(folder / "points.bin", POINT)
    assert sorted(path.name for path in folder.iterdir()) == ["points.bin"]
    assert sum(seen) == len(places)
    return cube, nodes, written, tree.dropped


def check(cube, nodes, written, places, *, most, dropped):
    """What must hold of any tree."""
    assert nodes["count"].sum() == len(written) == len(places) - dropped
    assert len(set(written["height_m"].tolist())) == len(written)
    np.testing.assert_array_equal(written["place"], places[written["height_m"].astype(int)])
    names = [(int(n["level"]), *map(int, n["cell"])) for n in nodes]
    assert len(set(names)) == len(names)
    assert sorted(nodes["first"].tolist()) == nodes["first"].tolist()
    for node in nodes:
        mine = written["place"][node["first"] : node["first"] + node["count"]].astype(np.int64)
        np.testing.assert_array_equal(mine.min(axis=0), node["low"])
        np.testing.assert_array_equal(mine.max(axis=0), node["high"])
        side = cube.side >> int(node["level"])
        corner = np.array(cube.corner) + node["cell"] * side
        assert (mine >= corner).all()
        assert (mine < corner + side).all()
        # the lots of a tile are many coins: six deviations
        assert node["count"] <= most + 6 * most**0.5 + 1


@pytest.mark.parametrize(("count", "most"), [(1, 10), (200, 1000), (20_000, 500), (60_000, 900)])
def test_a_surface(tmp_path, count, most):
    random = np.random.default_rng(1)
    places = random.integers(0, 300_000, (count, 3)).astype("i4")
    places[:, 2] = places[:, 0] // 10
    cube, nodes, written, dropped = build(tmp_path, places, most)
    assert dropped == 0
    check(cube, nodes, written, places, most=most, dropped=dropped)
    if count > most:
        (root,) = nodes[nodes["level"] == 0]
        sample = written["place"][root["first"] : root["first"] + root["count"]]
        assert abs(len(sample) - most) < 6 * most**0.5
        # an even sample: the middle of what it shows is that of all
        assert np.abs(sample.mean(axis=0) - places.mean(axis=0)).max() < 300_000 / most**0.5


def test_deeper_than_one_pass_and_points_that_are_one(tmp_path, monkeypatch):
    """Clusters of millimetres in a kilometre; 20,000 points at one place, of which no tile can hold all."""
    monkeypatch.setattr(lots, "_CHUNK", 1_000)
    random = np.random.default_rng(2)
    clusters = [c + random.integers(0, 12, (1500, 3)) for c in random.integers(0, 1_000_000, (6, 3))]
    one = np.full((20_000, 3), 777_777)
    places = np.concatenate([*clusters, one]).astype("i4")
    cube, nodes, written, dropped = build(tmp_path, places, 300)
    assert nodes["level"].max() > 15
    check(cube, nodes, written, places, most=300, dropped=dropped)
    kept = (written["place"] == 777_777).all(axis=1).sum()
    assert dropped == 20_000 - kept > 0


@given(
    st.lists(st.tuples(*[st.integers(-2000, 2000)] * 3), min_size=1, max_size=300),
    st.integers(1, 40),
)
@settings(max_examples=60, deadline=None)
def test_any_points(tmp_path_factory, places, most):
    array = np.array(places, "i4")
    cube, nodes, written, dropped = build(tmp_path_factory.mktemp("octree"), array, most)
    distinct = np.unique(array, axis=0, return_counts=True)[1].max()
    if distinct <= 1:
        assert dropped == 0
    check(cube, nodes, written, array, most=most, dropped=dropped)
