"""The plane that stands for the projection over a tile, against pyproj."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from tiles.address import TileCoord, storage_box
from tiles.vector.affine import EXTENT, affine
from tiles.vector.source import BUFFER

_LUOHU = (114.13, 22.55)
_SHARES = st.floats(0, 1)


def _tile(zoom, lon=_LUOHU[0], lat=_LUOHU[1]):
    n = 2**zoom
    row = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n
    return TileCoord(zoom, int((lon + 180) / 360 * n), int(row))


@given(
    zoom=st.integers(0, 24),
    srid=st.sampled_from([4547, 4526, 32650, 3857]),
    lon=st.floats(112.6, 115.4),
    lat=st.floats(5, 50),
    places=st.lists(st.tuples(_SHARES, _SHARES), min_size=1, max_size=20),
)
def test_every_place_of_its_box_is_within_half_a_unit_of_proj(zoom, srid, lon, lat, places):
    coord = _tile(zoom, lon, lat)
    box = storage_box(coord, srid, BUFFER)
    if box is None:  # nothing of this CRS can be there
        return
    found = affine(coord, box, srid)
    if found is None:
        assert zoom <= 14
        return
    west, south, east, north = found.box
    assert west <= box[0] and south <= box[1] and east >= box[2] and north >= box[3]
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
        assert (affine(coord, box, 4547) is not None) == (zoom >= 13)


def test_a_deep_tile_keeps_room_for_what_crosses_its_edge():
    coord = _tile(18)
    box = storage_box(coord, 4547, BUFFER)
    found = affine(coord, box, 4547)
    assert found.box[2] - found.box[0] == pytest.approx(3 * (box[2] - box[0]))
