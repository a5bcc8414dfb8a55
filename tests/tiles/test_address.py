"""Tile coordinates against numbers from elsewhere."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from tiles.address import HALF_WORLD_M, MAX_ZOOM, TileCoord
from tiles.storage import storage_box
from twin.errors import InvalidParameter

_TO_LONLAT = Transformer.from_crs(3857, 4326, always_xy=True)
_TO_STORAGE = Transformer.from_crs(4326, 4547, always_xy=True)


def test_bounds_of_a_known_tile():
    # 14/13386/7141 by the OSM slippy-map formula
    west, south, east, north = TileCoord(14, 13386, 7141).lonlat()
    assert west == pytest.approx(13386 / 2**14 * 360 - 180)
    assert east == pytest.approx(13387 / 2**14 * 360 - 180)
    assert north == pytest.approx(math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * 7141 / 2**14)))))
    assert south == pytest.approx(math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * 7142 / 2**14)))))
    assert math.isclose(HALF_WORLD_M, math.pi * 6378137)


@pytest.mark.parametrize(
    ("z", "x", "y", "named"),
    [
        (-1, 0, 0, "z"),
        (MAX_ZOOM + 1, 0, 0, "z"),
        (3, 8, 0, "x"),
        (3, -1, 0, "x"),
        (3, 0, 8, "y"),
        (3, 0, -1, "y"),
    ],
)
def test_a_place_outside_the_matrix_is_refused(z, x, y, named):
    with pytest.raises(InvalidParameter) as refused:
        TileCoord.checked(z, x, y)
    assert refused.value.name == named


@settings(deadline=None)
@given(st.integers(0, 20), st.floats(111.0, 117.0), st.floats(19.0, 48.0), st.floats(0, 1), st.floats(0, 1))
def test_the_storage_box_holds_every_point_of_the_tile(z, lon, lat, right, down):
    n = 2**z
    x = min(int((lon + 180) / 360 * n), n - 1)
    y = min(int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n), n - 1)
    coord = TileCoord(z, x, y)
    west, south, east, north = coord.mercator()
    lon, lat = _TO_LONLAT.transform(west + right * (east - west), north - down * (north - south))
    if not (110 < lon < 118 and 19 < lat < 48):
        return
    e, n_m = _TO_STORAGE.transform(lon, lat)
    box = storage_box(coord, 4547, 0.0)
    assert box is not None
    assert box[0] <= e <= box[2]
    assert box[1] <= n_m <= box[3]
    if z >= 10:
        # and little more: pyproj's own box of the whole tile, made finely
        exact = _TO_STORAGE.transform_bounds(*_TO_LONLAT.transform_bounds(west, south, east, north, 50), 50)
        slack_m = 8.0 + 0.003 * max(exact[2] - exact[0], exact[3] - exact[1])
        assert all(abs(a - b) < slack_m for a, b in zip(box, exact, strict=True))


def test_a_tile_beyond_the_projection_has_no_box():
    assert storage_box(TileCoord(6, 0, 0), 4547, 0.0) is None
    assert storage_box(TileCoord(0, 0, 0), 4547, 0.0) is not None


@pytest.mark.parametrize(("z", "x", "y"), [(0, 0, 0), (1, 1, 0), (2, 3, 1)])
def test_a_margin_ends_at_the_edge_of_the_world(z, x, y):
    coord = TileCoord(z, x, y)
    west, south, east, north = coord.lonlat(1 / 64)
    bare = coord.lonlat()
    assert west <= bare[0] < bare[2] <= east <= 180
    assert south <= bare[1] < bare[3] <= north
    place = _TO_STORAGE.transform(114.1, 22.5)
    box = storage_box(coord, 4547, 1 / 64)
    assert box[0] < place[0] < box[2]
    assert box[1] < place[1] < box[3]
