"""The plane that stands for the projection over a tile, against pyproj."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from tiles.address import TileCoord
from tiles.storage import storage_box
from tiles.vector.affine import EXTENT, affine
from tiles.vector.source import BUFFER

_LUOHU = (114.13, 22.55)
_SHARES = st.floats(0, 1)


def _tile(zoom, lon=_LUOHU[0], lat=_LUOHU[1]):
    n = 2**zoom
    row = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n
    return TileCoord(zoom, int((lon + 180) / 360 * n), int(row))


@settings(deadline=None)
@given(
    zoom=st.integers(0, 24),
    srid=st.sampled_from([4547, 4526, 32650, 3857]),
    lon=st.floats(112.6, 115.4),
    lat=st.floats(5, 50),
    places=st.lists(st.tuples(_SHARES, _SHARES), min_size=1, max_size=20),
)
def test_every_place_of_a_tile_is_within_half_a_unit_of_proj(zoom, srid, lon, lat, places):
    coord = _tile(zoom, lon, lat)
    box = storage_box(coord, srid, BUFFER)
    if box is None:  # nothing of this CRS can be there
        return
    found = affine(coord, box, srid, BUFFER)
    if found is None:
        assert zoom <= 14
        return
    west, south, east, north = box
    e, n = (np.array(axis) for axis in zip(*places, strict=True))
    e, n = west + e * (east - west), south + n * (north - south)
    x, y = Transformer.from_crs(srid, 3857, always_xy=True).transform(e, n)
    unit_m = 40_075_016.685578488 / 2**zoom / EXTENT
    assert np.abs(found.xx * e + found.xy * n + found.x0 - x).max() / unit_m < 0.5
    assert np.abs(found.yx * e + found.yy * n + found.y0 - y).max() / unit_m < 0.5


def test_the_city_is_drawn_on_planes_from_zoom_13_on():
    for zoom in range(25):
        coord = _tile(zoom)
        box = storage_box(coord, 4547, BUFFER)
        assert (affine(coord, box, 4547, BUFFER) is not None) == (zoom >= 13)


@settings(deadline=None)
@given(
    zoom=st.integers(14, 24),
    lon=st.floats(112.6, 115.4),
    lat=st.floats(22, 26),
    place=st.tuples(_SHARES, _SHARES),
)
def test_what_lies_in_the_inner_box_is_not_cut(zoom, lon, lat, place):
    coord = _tile(zoom, lon, lat)
    west, south, east, north = affine(coord, storage_box(coord, 4547, BUFFER), 4547, BUFFER).inner
    assert west < east and south < north
    # what PostGIS takes for within is up to a step of 32 bits larger
    east, north = (float(np.nextafter(np.float32(value), np.float32(np.inf))) for value in (east, north))
    west, south = (float(np.nextafter(np.float32(value), np.float32(0))) for value in (west, south))
    e, n = west + place[0] * (east - west), south + place[1] * (north - south)
    x, y = Transformer.from_crs(4547, 3857, always_xy=True).transform(e, n)
    left, bottom, right, top = coord.mercator(BUFFER)
    slack_m = coord.side_m / EXTENT / 100
    assert left - slack_m <= x <= right + slack_m and bottom - slack_m <= y <= top + slack_m
