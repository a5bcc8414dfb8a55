"""What stands for small buildings far away: nothing lost, nothing made up, few bytes, few requests."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tiles.solids.reader import read
from tests.tiles.solids.traversal import cameras, walk
from tiles.solids.blocks import BUILDINGS, boxes
from tiles.solids.body import prism, wkb_of
from tiles.solids.boxes import box_shape
from tiles.solids.content import _BODY_BYTES, _MOST, STEPS_A_BLOCK, Contents, _large_enough, _Shapes
from tiles.solids.faces import triangulate
from tiles.solids.grid import LEAF_M, SMALL_M, Root
from tiles.solids.groups import Groups
from tiles.solids.metadata import ID, Property
from tiles.solids.place import CitySquare
from tiles.solids.source import PostgisSolids
from tiles.solids.summary import FINE_M, FINEST_M, Summaries
from tiles.solids.surfaces import Surfaces
from tiles.solids.table import Table, Values
from tiles.source import PUBLIC

_SIDE_M = 25.0
_NAME = Property("name_zh", "text", "名称", "name")
_NOTHING = dict.fromkeys(
    (
        "solid", "shell", "footprint", "low_m", "top_m",
        "part_solids", "part_shells", "part_plans", "part_lows_m", "part_tops_m",
    )
)  # fmt: skip
_LIMIT_BYTES = 300_000
_E, _N = 512_000.0, 2_492_000.0


def _house(place, size, base, high, **more):
    """A group of one upright house, reckoned without SQL."""
    (e, n), (w, d) = place, size
    known = 0.0 if high is None else w * d
    return {
        "x": (e + w / 2) // _SIDE_M, "y": (n + d / 2) // _SIDE_M, "above": 0, "lost": False, "buildings": 1,
        "west": e, "south": n, "east": e + w, "north": n + d, "low_m": base, "top_m": base + (high or 0),
        "plan_m2": w * d, "east_m3": w * d * (e + w / 2), "north_m3": w * d * (n + d / 2),
        "base_m3": w * d * base, "known_m2": known, "volume_m3": known * (high or 0), "large": 0, **more,
    }  # fmt: skip


def _groups(rows):
    """Groups as a statement brings them."""
    columns = {name: struct.pack(f">{len(rows)}d", *(row[name] for row in rows)) for name in rows[0]}
    return Groups.of({**columns, "ids": None}, _SIDE_M)


_HOUSES = st.lists(
    st.tuples(
        st.floats(0, 60), st.floats(0, 60), st.floats(4, 14), st.floats(4, 14), st.floats(0, 9),
        st.one_of(st.none(), st.floats(3, 39)),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


@given(_HOUSES)
def test_a_block_has_the_plan_and_the_volume_of_what_it_stands_for(houses):
    rows = [_house((_E + e, _N + n), (w, d), base, high) for e, n, w, d, base, high in houses]
    groups = Groups.of_several([_groups([row]) for row in rows])
    found, columns = boxes(groups, 3)
    assert {values.first for values in columns.values()} == {3}
    said = [
        dict(zip(columns, row, strict=True)) for row in zip(*(v.known for v in columns.values()), strict=True)
    ]
    step = _SIDE_M / 64
    assert sum(one["buildings"] for one in said) == len(houses)
    for (west, south, base, east, north, top), one in zip(found, said, strict=True):
        middle = (west + east) / 2, (south + north) / 2
        if any(abs(value - round(value / _SIDE_M) * _SIDE_M) <= step for value in middle):
            continue  # rounded, it may have come into the next square
        square = middle[0] // _SIDE_M, middle[1] // _SIDE_M
        mine = [r for r in rows if (r["x"], r["y"]) == square]
        if len(mine) != one["buildings"]:
            continue  # the middle by plan area stands in the next square
        around = shapely.unary_union(
            [shapely.box(r["west"], r["south"], r["east"], r["north"]) for r in mine]
        )
        w, s, e, n = around.bounds
        assert w <= west <= east <= e
        assert s <= south <= north <= n
        plan = min(sum(r["plan_m2"] for r in mine), (e - w) * (n - s))
        assert (east - west) * (north - south) == pytest.approx(plan, abs=2 * step * (e - w + n - s))
        assert base == min(r["low_m"] for r in mine)
        tall = [(r["top_m"] - r["low_m"], r["plan_m2"]) for r in mine if r["known_m2"]]
        if not tall:
            assert one["mean_height_m"] is None
            assert top == base, "flat, as a single building of unknown height"
            continue
        mean = np.average([t for t, _ in tall], weights=[a for _, a in tall])
        assert one["mean_height_m"] == pytest.approx(mean, abs=step)
        lift = np.average([r["low_m"] for r in mine], weights=[r["plan_m2"] for r in mine])
        assert top == pytest.approx(lift + mean, abs=step) or top == max(r["top_m"] for r in mine)


def test_boxes_look_outward_and_have_no_floor():
    made = box_shape(np.array([[0, 0, 1, 4, 3, 9.0], [10, 0, 2, 12, 5, 2]]), np.array([7, 8]), lambda p: p)
    points, normals = made.points[made.at], made.normals[made.facing]
    a, b, c = (points[made.triangles[:, i]] for i in range(3))
    areas, faced = np.cross(b - a, c - a) / 2, normals[made.triangles[:, 0]]
    assert np.einsum("ij,ij->i", areas, faced) == pytest.approx(np.linalg.norm(areas, axis=1))
    owner = made.features[made.triangles[:, 0]]
    outward = np.einsum("ij,ij->i", faced, a - np.array([[2, 1.5, 5], [11, 2.5, 0]])[owner - 7])
    assert (outward > 0).all()
    assert np.linalg.norm(areas, axis=1)[owner == 7].sum() == pytest.approx(4 * 3 + 2 * 8 * (4 + 3))
    assert np.linalg.norm(areas, axis=1)[owner == 8].sum() == pytest.approx(2 * 5), "a roof alone"


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_boxes_are_drawn_as_their_faces_are(seed, count):
    """Face by face as any solid: the same corners, directions, owners and triangles, in the same order."""
    random = np.random.default_rng(seed)
    low = random.uniform(0, 900, (count, 3))
    boxes = np.c_[low, low + random.choice([0.0, 3.0, 24.0], (count, 3))]
    owners = np.arange(5, 5 + count)
    west, south, base, east, north, top = boxes.T
    corner = [(west, south), (east, south), (east, north), (west, north)]
    walls = [(corner[i], corner[(i + 1) % 4]) for i in range(4)]
    rings = [[(*a, base), (*b, base), (*b, top), (*a, top)] for a, b in walls]
    rings.append([(*at, top) for at in corner])
    points = np.array(rings).transpose(0, 3, 1, 2).reshape(-1, 3)
    faces = np.arange(5 * count + 1)
    surfaces = Surfaces(points, 4 * faces, faces, np.tile(owners, 5))

    def place(points):
        return points @ np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.01], [0.0, -0.01, 1.0]])

    made, known = box_shape(boxes, owners, place), triangulate(surfaces, place)
    assert made.features.tolist() == known.owners.tolist()
    assert made.triangles.tolist() == known.triangles.tolist()
    assert made.points[made.at] == pytest.approx(known.points, abs=1e-9)
    assert made.normals[made.facing] == pytest.approx(known.normals, abs=1e-9)
    assert set(made.at.tolist()) == set(range(len(made.points))), "the grid is laid around what is drawn"


def test_where_many_are_large_it_takes_more_to_be_large():
    rows = [_house((_E, _N), (9, 9), 0, 9, above=above, buildings=many)
            for above, many in ((0, 9000), (1, 200), (2, 250), (3, 40))]  # fmt: skip
    groups = _groups(rows)
    assert [_large_enough(groups, least) for least in (1, 2, 3, 4)] == [2, 2, 3, 4]


def test_bodies_beyond_what_a_tile_may_have_are_boxes():
    corner = shapely.Point(0, 0).buffer(30, 64)
    round_one = shapely.to_wkb(
        shapely.MultiPolygon([shapely.force_3d(corner, z) for z in (0.0, 50.0)]), flavor="iso", byte_order=1
    )
    rows = [
        {**_NOTHING, "solid": round_one, "size_m": size, "around": [-30, -30, 0, 30, 30, 50.0]}
        for size in (60, 61, 60)
    ]
    shapes = _Shapes.of(Table.of_rows(rows[0], rows), len(round_one) + 10)
    assert shapes.owners.tolist() == [0, 2]
    assert shapes.boxes.tolist() == [[-30, -30, 0, 30, 30, 50.0]] * 2
    assert shapes.surfaces.owners.tolist() == [1, 1]
    assert not shapes.shells


def test_a_dense_square_stays_small(database, add_feature, kernels_state):
    """Houses every 12 m, as in an urban village, and tall ones among them."""
    del kernels_state
    chance = np.random.default_rng(3)
    with database.transaction() as connection:
        for i in range(20):
            for k in range(20):
                e, n = _E + 12 * i, _N + 12 * k
                plan = shapely.MultiPolygon(
                    [shapely.box(e, n, e + chance.uniform(8, 10), n + chance.uniform(8, 10))]
                )
                high = 60.0 if (i * k) % 7 == 1 else float(chance.uniform(12, 30))
                add_feature(
                    connection, "building", plan, elev_base_m=4.0, height_m=high, name_zh=f"握手楼{i}"
                )
    source = PostgisSolids(database, 0.0)
    root = Root(1024, 4984, 3)
    sizes = {}
    for level in range(4):
        tile = source.make((), CitySquare("content", root, level, 0, 0), PUBLIC).tile
        sizes[level] = len(tile.plain())
        glb = read(tile.plain())
        stood_for = sum(row.get("buildings") or 1 for row in glb.rows)
        if level < 3:
            assert stood_for == 400
            assert tile.thinned[0].startswith("building;blocks=")
    assert sizes[3] > sizes[2] > sizes[1] > sizes[0]
    assert sizes[2] < _LIMIT_BYTES


def test_the_fullest_tile_stays_small(database, kernels_state):
    """As many blocks as there are squares, all unlike, and as many and as large bodies as it may have."""
    del kernels_state
    chance, side = np.random.default_rng(4), 1000.0
    west, south = (chance.uniform(0, side - 25, 1600) + start for start in (_E, _N))
    blocks = np.c_[west, south, chance.uniform(0, 9, 1600), west + chance.uniform(4, 25, 1600),
                   south + chance.uniform(4, 25, 1600), chance.uniform(10, 40, 1600)]  # fmt: skip
    rows = []
    for i in range(_MOST):
        at = shapely.Point(_E + 500 + i, _N + 500 - i)
        body = prism(
            shapely.MultiPolygon([at.buffer(chance.uniform(20, 40), 2)]), 0.0, chance.uniform(40, 60)
        )
        rows.append(
            {**_NOTHING, "id": 100_000 + 17 * i, "name_zh": f"深圳市罗湖区第{i}号大厦", "solid": wkb_of(body),
             "size_m": 60.0, "around": [_E, _N, 0, _E + 60, _N + 60, 60.0]}
        )  # fmt: skip
    assert sum(len(row["solid"]) for row in rows) > _BODY_BYTES, "more than it may have"
    table = Table.of_rows(rows[0], rows)
    shapes = _Shapes.of(table, _BODY_BYTES)
    assert len(shapes.boxes) > 0
    said = {one: Values(table[one]) for one in ("id", "name_zh")}
    said["buildings"] = Values([3] * len(blocks), _MOST)
    contents = Contents(database, 0.0, Summaries(database, None))
    square, properties = CitySquare("content", Root(1024, 4984, 1), 0, 0, 0), [ID, _NAME, BUILDINGS]
    drawn = shapes.with_boxes(blocks, _MOST)
    data = contents._glb(square, properties, said, _MOST + len(blocks), drawn, step_m=25 / STEPS_A_BLOCK)
    assert 150_000 < len(data) < _LIMIT_BYTES


def test_squares_fit_into_each_other():
    for level in range(7):
        block_m = Root(0, 0, 7).block_m(level)
        assert LEAF_M * 2 ** (7 - level) / block_m == 40
        assert (block_m / FINE_M).is_integer() == (block_m >= FINE_M)
        assert (block_m / FINEST_M).is_integer()
    assert Root(0, 0, 7).block_m(6) < SMALL_M, "what is large is larger than a block"


@pytest.mark.parametrize("name", cameras(np.zeros(3), 32_000.0))
@pytest.mark.parametrize("off", [(0.0, 0.0), (123.0, 77.0), (5_250.0, -3_100.0)])
def test_a_view_asks_for_less_than_a_hundred(name, off):
    """A city of 32 km with a building in every square: the most a view can meet."""
    root = Root(0, 0, 6)

    def box_of(square):
        west, south, east, north = root.box(*square)
        box = np.zeros(12)
        box[:3] = (west + east) / 2, (south + north) / 2, 30.0
        box[[3, 7, 11]] = (east - west) / 2, (north - south) / 2, 30.0
        return box

    middle = np.array([root.side_m / 2 + off[0], root.side_m / 2 + off[1], 0.0])
    view = walk(root, box_of, cameras(middle, root.side_m)[name])
    assert 0 < len(view.drawn) <= len(view.contents)
    assert len(view.contents) < 100
    if not name.startswith(("near", "street")):
        assert view.requests < 100, "documents and subtrees counted"
