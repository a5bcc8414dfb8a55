"""Contours against the formula of the ground, and across the borders of tiles."""

from __future__ import annotations

import math

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from tests.tiles.raster.conftest import ground
from tiles.address import TileCoord
from tiles.raster.contours import MOST_POINTS, _heights, _lines, contours, interval_for
from tiles.raster.mvt import Lines, layer, varints

LON, LAT = 114.131, 22.548
_TO_CITY = Transformer.from_crs(3857, 4547, always_xy=True)


def tile_at(zoom, lon=LON, lat=LAT):
    n = 2**zoom
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileCoord(zoom, int((lon + 180) / 360 * n), int(row * n))


def features(drawn):
    """(height, list of lines) of a tile, in units of the tile, down."""
    if not drawn.data:
        return []
    decoded = mapbox_vector_tile.decode(drawn.data, default_options={"y_coord_down": True})["contours"]
    assert decoded["extent"] == 4096
    found = []
    for one in decoded["features"]:
        shape = one["geometry"]
        lines = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
        found.append((one["properties"]["height_m"], [np.array(line) for line in lines]))
    return found


def test_every_point_of_a_line_has_its_height(hills):
    coord = tile_at(14, lat=22.575)
    west, _, _, north = coord.mercator()
    found = features(contours(hills, coord, 5.0))
    assert {height for height, _ in found} <= {5.0 * n for n in range(3, 14)}
    assert len(found) > 6
    for height, lines in found:
        points = np.concatenate(lines) * coord.side_m / 4096
        got = ground(*_TO_CITY.transform(west + points[:, 0], north - points[:, 1]))
        # a straight line across a square of 19 m leaves a curved one by a decimetre
        np.testing.assert_allclose(got, height, atol=0.35)


def _crossings(lines, axis, at):
    """Where lines of each height cross a border: the other coordinate, to a millionth of a unit.

    Before they become whole units: a point beside the border may be rounded onto it.
    """
    return {
        (one.values["height_m"], round(float(point[1 - axis]), 6))
        for one in lines
        for part in one.parts
        for point in part
        if point[axis] == at and 0 <= point[1 - axis] <= 4096
    }


@pytest.mark.parametrize(("zoom", "interval_m"), [(10, 20.0), (12, 10.0), (13, 5.0), (15, 1.0)])
def test_lines_meet_at_the_border(hills, zoom, interval_m):
    """Over hills, the cliff, the hole and the end of the data: not one line ends at a border."""
    middle = tile_at(zoom)
    side = np.arange(-2, 131) * 32.0

    def drawn(coord):
        return _lines(_heights(hills, coord), side, interval_m)

    found = {
        (dx, dy): drawn(TileCoord(zoom, middle.x + dx, middle.y + dy))
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
    }
    met = 0
    for (dx, dy), one in found.items():
        for axis, other in ((0, (dx + 1, dy)), (1, (dx, dy + 1))):
            if other in found:
                mine = _crossings(one, axis, 4096)
                assert mine == _crossings(found[other], axis, 0)
                met += len(mine)
    assert met > 5


def test_a_line_goes_around_unknown_ground(hills):
    hole = Transformer.from_crs(4547, 3857, always_xy=True).transform(508_200, 2_499_800)
    lon, lat = Transformer.from_crs(3857, 4326, always_xy=True).transform(*hole)
    coord = tile_at(15, lon, lat)
    west, _, _, north = coord.mercator()
    for _, lines in features(contours(hills, coord, 1.0)):
        for line in lines:
            points = line * coord.side_m / 4096
            east, up = _TO_CITY.transform(west + points[:, 0], north - points[:, 1])
            inside = (np.abs(east - 508_200) < 170) & (np.abs(up - 2_499_800) < 170)
            assert not inside.any()


def test_too_many_lines_are_fewer_lines_and_say_so(make_coverage):
    rough = np.random.default_rng(3).uniform(0, 800, (600, 600)).astype("float32")
    coverage = make_coverage(rough)
    coord = tile_at(13, 114.09, 22.59)
    drawn = contours(coverage, coord, 0.5)
    assert drawn.thinned
    assert drawn.interval_m in {0.5 * 2**n for n in range(1, 12)}
    found = features(drawn)
    assert sum(len(line) for _, lines in found for line in lines) <= MOST_POINTS * 1.1
    assert all(height % drawn.interval_m == 0 for height, _ in found)


def test_what_lies_beside_the_raster_has_no_line(hills):
    assert contours(hills, TileCoord(12, 0, 0), 5.0).data == b""
    assert contours(hills, TileCoord(0, 0, 0), 5.0).interval_m == 5.0
    assert [interval_for(z) for z in (0, 9, 12, 14, 20)] == [500, 200, 20, 10, 2]


@given(st.lists(st.integers(0, 2**40), max_size=30))
def test_varints_are_those_of_protocol_buffers(numbers):
    wanted = bytearray()
    for number in numbers:
        left = number
        while left > 127:
            wanted.append(left & 127 | 128)
            left >>= 7
        wanted.append(left)
    assert varints(np.array(numbers, np.int64)) == bytes(wanted)


_POINT = st.tuples(st.integers(-64, 4160), st.integers(-64, 4160))
_PARTS = st.lists(st.lists(_POINT, min_size=2, max_size=8), min_size=1, max_size=4)


@given(_PARTS, st.floats(-500, 9000, allow_nan=False), st.booleans())
@settings(max_examples=150, deadline=None)
def test_lines_come_back_as_they_were(parts, height_m, index):
    data = layer(
        "contours", [Lines([np.array(p, float) for p in parts], {"height_m": height_m, "index": index})]
    )
    wanted = []
    for part in parts:
        kept = [p for p, before in zip(part, [None, *part], strict=False) if p != before]
        if len(kept) > 1:
            wanted.append(kept)
    if not wanted:
        assert data == b""
        return
    (one,) = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})["contours"]["features"]
    lines = one["geometry"]["coordinates"]
    lines = [lines] if one["geometry"]["type"] == "LineString" else lines
    assert [[tuple(p) for p in line] for line in lines] == wanted
    assert one["properties"] == {"height_m": height_m, "index": index}
