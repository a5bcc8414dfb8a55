"""Shapes through the kernels, against shapely: whatever comes in, what goes out is right and valid."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tiles.vector.snapshot.packed import HOME, LAYER, copied, drawn, encode, pack, to_ground
from tests.tiles.vector.snapshot.parity import Parity
from tiles.address import TileCoord
from tiles.vector.snapshot.kernel.draw import draw

_SIGHT = shapely.box(-64, -64, 4160, 4160)
_number = st.integers(-3000 * 16, 7000 * 16).map(lambda sixteenths: sixteenths / 16)
_points = st.lists(st.tuples(_number, _number), min_size=2, max_size=40)


@st.composite
def _stars(draw):
    """A ring around a middle with spokes of many lengths: valid, seldom convex."""
    n = draw(st.integers(3, 60))
    reach = draw(st.sampled_from([3.0, 30.0, 500.0, 6000.0]))
    spokes = draw(st.lists(st.floats(0.1, 1.0), min_size=n, max_size=n))
    x, y = draw(_number), draw(_number)
    angles = np.linspace(0, 2 * math.pi, n, endpoint=False) + draw(st.floats(0, 6))
    ring = np.c_[x + reach * np.array(spokes) * np.cos(angles), y + reach * np.array(spokes) * np.sin(angles)]
    if draw(st.booleans()):
        ring = ring[::-1]
    hole = []
    if draw(st.booleans()):
        hole = [[x, y] + (ring - [x, y]) * draw(st.floats(0.05, 0.9))]
    return shapely.Polygon(ring, hole)


_areas = st.one_of(
    _stars(),
    st.lists(_stars(), min_size=2, max_size=4).map(shapely.union_all),
    _points.map(lambda points: shapely.make_valid(shapely.Polygon([*points, points[0], points[0]]))),
)


def _polygonal(shape):
    parts = [p for p in shapely.get_parts(shapely.get_parts(shape)) if p.geom_type == "Polygon"]
    return shapely.union_all(parts) if parts else shapely.Polygon()


@given(_areas)
@settings(max_examples=300, deadline=None)
def test_areas(shape):
    want = _polygonal(shape)
    assume(not want.is_empty)
    got = drawn(want)
    clipped = _polygonal(want.intersection(_SIGHT))
    if got is None:
        assert clipped.buffer(-0.75).area == 0
        return
    assert got.is_valid, shapely.is_valid_reason(got)
    # what is repaired is rounded twice: its points, and where its sides cross
    parity = Parity()
    parity._regions("", got, clipped, 2.5)
    assert not parity.wrong
    west, north, east, south = got.bounds
    assert west >= -64 and north >= -64 and east <= 4160 and south <= 4160
    for polygon in shapely.get_parts(got):
        assert shapely.is_ccw(polygon.exterior), "exterior rings are positive by the surveyor's formula"
        assert not any(shapely.is_ccw(hole) for hole in polygon.interiors)


@given(_points)
@settings(max_examples=200, deadline=None)
def test_a_ring_that_crosses_itself_comes_out_valid(points):
    """What a file may hold and no check has seen: nothing is promised but a valid tile."""
    got = drawn(shapely.Polygon([*points, points[0], points[0]]))
    assert got is None or got.is_valid


@given(st.lists(_points, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_lines(lines):
    shape = shapely.MultiLineString(lines)
    got = drawn(shape)
    want = shape.intersection(_SIGHT)
    if got is None:
        assert want.length < 3
        return
    assert _SIGHT.contains(got) or _SIGHT.covers(got)
    assert got.within(shape.buffer(1.5))
    assert shapely.force_2d(want.intersection(shapely.box(-62, -62, 4158, 4158))).within(got.buffer(1.5)) or (
        want.difference(got.buffer(1.5)).length < 3
    )


@given(st.lists(st.tuples(_number, _number), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_points(points):
    shape = shapely.MultiPoint(points) if len(points) > 1 else shapely.Point(points[0])
    got = drawn(shape)
    want = {(round(x), round(y)) for x, y in points if -64 < round(x) < 4160 and -64 < round(y) < 4160}
    near = {tuple(map(int, xy)) for xy in ([] if got is None else shapely.get_coordinates(got))}
    edge = {p for p in near if -64 in p or 4160 in p}
    # a hundredth of a unit is lost on the way to the ground and back: halves may go either way
    assert len(near - edge ^ want) <= 2 * sum(abs(v % 1 - 0.5) < 1e-6 for p in points for v in p)


@pytest.mark.parametrize(
    "shape",
    [
        "POINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY", "MULTIPOLYGON EMPTY", "MULTIPOINT EMPTY",
        "MULTILINESTRING (EMPTY, EMPTY)", "LINESTRING (5 5, 5.2 5.2)", "POLYGON ((5 5, 5.3 5, 5.3 5.3, 5 5))",
        "POLYGON ((5 5, 900 5, 5 5, 5 5))", "POLYGON ((0 0, 1000 0.2, 2000 0, 0 0))",
        "POLYGON ((9000 9000, 9100 9000, 9100 9100, 9000 9000))", "POINT (4161 5)",
        "LINESTRING (5000 -5000, 5000 9000)",
    ],
)  # fmt: skip
def test_what_vanishes(shape):
    assert drawn(shapely.from_wkt(shape)) is None


@pytest.mark.parametrize(
    ("shape", "want"),
    [
        ("POINT (4160 5)", "POINT (4160 5)"),
        ("POINT (-64 -64)", "POINT (-64 -64)"),
        ("LINESTRING (0 0, 10 0, 20 0, 20 10)", "LINESTRING (0 0, 20 0, 20 10)"),
        ("LINESTRING (0 0, 10 0, 4 0)", "LINESTRING (0 0, 10 0, 4 0)"),
        ("LINESTRING (-1000 100, 5000 100)", "LINESTRING (-64 100, 4160 100)"),
        (
            "LINESTRING (100 100, 100 -500, 200 -500, 200 100)",
            "MULTILINESTRING ((100 100, 100 -64), (200 -64, 200 100))",
        ),
        ("POLYGON ((-9000 -9000, 9000 -9000, 9000 9000, -9000 9000, -9000 -9000))", _SIGHT.wkt),
        # a comb that leaves the square between its teeth falls into its teeth
        (
            "POLYGON ((-200 0, 100 0, 100 10, -100 10, -100 20, 100 20, 100 30, -200 30, -200 0))",
            "MULTIPOLYGON (((-64 0, 100 0, 100 10, -64 10, -64 0)),"
            " ((-64 20, 100 20, 100 30, -64 30, -64 20)))",
        ),
        # the same comb and something that crosses itself, in one shape
        (
            "MULTIPOLYGON (((-200 0, 100 0, 100 10, -100 10, -100 20, 100 20, 100 30, -200 30, -200 0)),"
            " ((-300 40, 60 40, 60 60, -200 60, -200 50, -300 50, -300 40)),"
            " ((200 0, 300 0, 200 100, 300 100, 200 0)))",
            "MULTIPOLYGON (((-64 0, 100 0, 100 10, -64 10, -64 0)),"
            " ((-64 20, 100 20, 100 30, -64 30, -64 20)), ((-64 40, 60 40, 60 60, -64 60, -64 40)),"
            " ((200 0, 300 0, 250 50, 200 0)), ((200 100, 300 100, 250 50, 200 100)))",
        ),
        # a hole across the edge becomes a bay, one that fills its ring leaves nothing of it but the rest
        (
            "POLYGON ((-200 0, 100 0, 100 100, -200 100, -200 0), (-100 20, 50 20, 50 80, -100 80, -100 20))",
            "POLYGON ((-64 0, 100 0, 100 100, -64 100, -64 80, 50 80, 50 20, -64 20, -64 0))",
        ),
        # one that reaches through cuts it in two, and the hole of one half stays
        (
            "POLYGON ((-200 0, 100 0, 100 100, -200 100, -200 0),"
            " (-100 40, -70 40, -70 60, -100 60, -100 40), (20 20, 50 20, 50 80, 20 80, 20 20))",
            "POLYGON ((-64 0, 100 0, 100 100, -64 100, -64 0), (20 20, 50 20, 50 80, 20 80, 20 20))",
        ),
        (
            "POLYGON ((-200 0, -20 0, -20 100, -200 100, -200 0),"
            " (-100 40, -30 40, -30 60, -100 60, -100 40))",
            "POLYGON ((-64 0, -20 0, -20 100, -64 100, -64 60, -30 60, -30 40, -64 40, -64 0))",
        ),
        # a tile in a courtyard shows the house around it in its corner only
        (
            "POLYGON ((-900 -900, 5000 -900, 5000 5000, -900 5000, -900 -900),"
            " (-800 -800, -800 4200, 4100 4200, 4200 4100, 4200 -800, -800 -800))",
            "POLYGON ((4160 4140, 4160 4160, 4140 4160, 4160 4140))",
        ),
        # the hole of a ring that is too small goes with it, the next ring keeps its own
        (
            "MULTIPOLYGON (((0 0, .2 0, .2 .2, 0 0), (.1 .1, .11 .1, .11 .11, .1 .1)),"
            " ((10 10, 90 10, 90 90, 10 90, 10 10), (20 20, 20 30, 30 30, 20 20)))",
            "POLYGON ((10 10, 90 10, 90 90, 10 90, 10 10), (20 20, 20 30, 30 30, 20 20))",
        ),
        # spikes and straight points go
        (
            "POLYGON ((0 0, 50 0, 100 0, 150 0, 100 0, 100 100, 0 100, 0 0))",
            "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))",
        ),
    ],
)  # fmt: skip
def test_known_answers(shape, want):
    got = drawn(shapely.from_wkt(shape))
    assert shapely.equals(got, shapely.from_wkt(want)), got.wkt
    assert len(shapely.get_coordinates(got)) == len(shapely.get_coordinates(shapely.from_wkt(want))), got.wkt


@pytest.mark.parametrize(
    "shape",
    [
        # a courtyard across a side, across a corner, and a house of three wings that leaves the square twice
        "POLYGON ((4000 100, 4300 130, 4270 430, 3970 400, 4000 100),"
        " (4080 180, 4060 330, 4210 350, 4230 200, 4080 180))",
        "POLYGON ((-170 -150, 60 -130, 40 90, -190 70, -170 -150),"
        " (-100 -90, -110 20, -10 30, 0 -80, -100 -90))",
        "POLYGON ((-100 10, 50 0, 60 90, -90 100, -95 70, 20 60, 15 30, -98 40, -100 10))",
    ],
)
def test_what_the_edge_cuts_is_not_left_to_geos(shape):
    """GEOS takes as long for one house as all that stands in a tile of zoom 17 takes together."""
    rows = copied([pack(1, to_ground(shapely.from_wkt(shape)), {})]).rows
    west, _, _, north = HOME.mercator()
    drawn_rows, *_, doubtful, _, _, _, _ = draw(
        np.array([0]), rows.kinds, rows.invalid, rows.row_part, rows.part_point, rows.part_hole, rows.xy,
        west, north, HOME.side_m / 4096, 0.0,
    )  # fmt: skip
    assert list(drawn_rows) == [0]
    assert not len(doubtful)
    want = shapely.from_wkt(shape).intersection(_SIGHT)
    assert drawn(shapely.from_wkt(shape)).symmetric_difference(want).area < want.length


def test_a_bay_whose_mouth_is_narrower_than_a_unit_stays_a_bay():
    """Rounded, its sides cross at the edge of the square; by the even-odd rule the bay would be filled."""
    shape = shapely.Polygon([
        (1481, 241), (3216, -141), (3173.6, -37.3), (2864.8, -63.5), (2804, 188), (3065, 615), (3742, 416),
        (3737, -64), (5953, -743), (-5953, -5953), (-5953, 5953), (4460, 4012), (5410, 2593),
    ])  # fmt: skip
    bay = shapely.Point(3150, -50)
    assert not shape.contains(bay)
    assert not drawn(shape).contains(bay)
    assert abs(drawn(shape).area - shape.intersection(_SIGHT).area) < 1000


def test_a_far_zoom_generalises_lines_within_a_unit():
    coord = TileCoord(12, HOME.x >> 3, HOME.y >> 3)
    wave = np.linspace(0, 4000, 2000)
    line = shapely.LineString(np.c_[wave, 2000 + 40 * np.sin(wave / 60)])
    roads = replace(LAYER, collection=replace(LAYER.collection, geometry="MultiLineString"))
    got = encode(copied([pack(1, to_ground(line, coord), {})]), coord, roads)[1]["shape"]
    assert shapely.hausdorff_distance(got, line, densify=0.01) < 1.0 + 0.8
    assert len(got.coords) < 400
