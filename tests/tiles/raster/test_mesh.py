"""Meshes for globes, read back by a decoder of the specification's own words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from tests.tiles.raster.conftest import ground
from tests.tiles.raster.mesh_reader import Mesh, read
from tiles.raster.geodetic import GeodeticTile, available, cell_deg
from tiles.raster.layer import deepest, layer
from tiles.raster.quantized import oct_encoded, quantise, quantized_mesh, step_m
from tiles.raster.relief import relief
from twin.errors import InvalidParameter

LON, LAT = 114.131, 22.548
OFFSET_M = -3.0
_TO_GLOBE = Transformer.from_crs(4979, 4978, always_xy=True)
_TO_CITY = Transformer.from_crs(4326, 4547, always_xy=True)


def tile_at(level, lon=LON, lat=LAT):
    side = 180 / 2**level
    return GeodeticTile(level, int((lon + 180) // side), int((lat + 90) // side))


def mesh(coverage, tile):
    return read(quantized_mesh(relief(coverage, tile, OFFSET_M)))


def places(tile, found):
    """Longitude and latitude of each vertex, by the numbers in the file."""
    side = 180 / 2**tile.z
    u, v = np.array(found.u) / 32767, np.array(found.v) / 32767
    return -180 + (tile.x + u) * side, -90 + (tile.y + v) * side


def test_heights_and_places_are_those_of_the_ground(hills):
    tile = tile_at(14)
    found = mesh(hills, tile)
    lon, lat = places(tile, found)
    east, north = _TO_CITY.transform(lon, lat)
    heights = np.array([found.height(i) for i in range(len(found.u))])
    # 16 bits of a place are 0.04 m; bilinear between pixels of 10 m; half a step of 1/32 m
    np.testing.assert_allclose(heights, ground(east, north) + OFFSET_M, atol=0.12)
    corners = np.column_stack(_TO_GLOBE.transform(lon, lat, heights))
    assert np.linalg.norm(corners - found.sphere[:3], axis=1).max() <= found.sphere[3] * 1.0001
    assert np.linalg.norm(np.array(found.centre) - corners.mean(axis=0)) < 100


def test_the_mesh_is_the_grid_seen_from_above(hills):
    found = mesh(hills, tile_at(13))
    assert len(set(zip(found.u, found.v, strict=True))) == len(found.u) == 65 * 65
    areas = []
    for a, b, c in found.triangles:
        across = (found.u[b] - found.u[a]) * (found.v[c] - found.v[a])
        areas.append(across - (found.u[c] - found.u[a]) * (found.v[b] - found.v[a]))
    assert min(areas) > 0  # counter-clockwise
    assert sum(areas) == 2 * 32767**2  # and the square is covered once
    for name, values, wanted in (
        ("west", found.u, 0), ("east", found.u, 32767), ("south", found.v, 0), ("north", found.v, 32767),
    ):  # fmt: skip
        assert {values[i] for i in found.edges[name]} == {wanted}
        assert len(found.edges[name]) == len(set(found.edges[name])) == 65


@pytest.mark.parametrize("level", [0, 5, 9, 11, 12, 13, 14, 16])
def test_neighbours_have_one_edge(hills, level):
    """Heights and normals, to the last bit; over hills, the cliff, the hole and the end of the data."""
    middle = tile_at(level)
    around = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    found = {
        (dx, dy): mesh(hills, GeodeticTile(level, middle.x + dx, middle.y + dy))
        for dx, dy in around
        if 0 <= middle.x + dx < 2 << level and 0 <= middle.y + dy < 1 << level
    }
    for (dx, dy), one in found.items():
        if (dx + 1, dy) in found:
            assert one.edge("east") == found[dx + 1, dy].edge("west")
        if (dx, dy + 1) in found:
            assert one.edge("north") == found[dx, dy + 1].edge("south")


def test_neighbours_of_different_relief_have_one_edge(hills):
    """The cliff makes one tile 200 m high and the next 50: their 16 bits mean different steps."""
    cliff = Transformer.from_crs(4547, 4326, always_xy=True).transform(514_000, 2_494_000)
    tile = tile_at(15, *cliff)
    pairs = [
        (mesh(hills, GeodeticTile(15, tile.x, y)), mesh(hills, GeodeticTile(15, tile.x, y + 1)))
        for y in range(tile.y - 2, tile.y + 2)
    ]
    spans = [one.high_m - one.low_m for one, _ in pairs]
    assert max(spans) > 3 * min(spans)
    for one, other in pairs:
        assert one.edge("north") == other.edge("south")


def test_normals_are_those_of_the_formula(hills):
    """In EPSG:4547 the slope is known exactly; the frame of the globe is PROJ's."""
    tile = tile_at(14)
    found = mesh(hills, tile)
    lon, lat = places(tile, found)
    some = np.arange(0, len(lon), 97)
    east, north = _TO_CITY.transform(lon[some], lat[some])

    def on_globe(de, dn):
        e, n = east + de, north + dn
        x, y = _TO_CITY.transform(e, n, direction="INVERSE")
        return np.column_stack(_TO_GLOBE.transform(x, y, ground(e, n) + OFFSET_M))

    across = np.cross(on_globe(1, 0) - on_globe(-1, 0), on_globe(0, 1) - on_globe(0, -1))
    wanted = across / np.linalg.norm(across, axis=1, keepdims=True)
    got = np.array([found.normal(i) for i in some])
    angles = np.degrees(np.arccos(np.clip((got * wanted).sum(axis=1), -1, 1)))
    # 8 bits an axis are half a degree; differences over two squares of 19 m flatten a little
    assert angles.max() < 1.0


def test_unknown_ground_lies_at_the_datum_and_faces_up(hills):
    hole = Transformer.from_crs(4547, 4326, always_xy=True).transform(508_200, 2_499_800)
    tile = tile_at(18, *hole)
    found = mesh(hills, tile)
    assert found.low_m == found.high_m == OFFSET_M
    assert set(found.h) == {0}
    lon, lat = places(tile, found)
    up = np.column_stack(
        [np.cos(np.radians(lat)) * np.cos(np.radians(lon)),
         np.cos(np.radians(lat)) * np.sin(np.radians(lon)), np.sin(np.radians(lat))]
    )  # fmt: skip
    got = np.array([found.normal(i) for i in range(0, len(lon), 300)])
    assert (got * up[::300]).sum(axis=1).min() > math.cos(math.radians(0.6))


@pytest.mark.parametrize("level", [3, 8, 14])
def test_who_sees_a_corner_is_not_told_that_all_are_hidden(hills, level):
    """A camera that sees a vertex must see the horizon point too (Ring, 2013)."""
    tile = tile_at(level)
    found = mesh(hills, tile)
    lon, lat = places(tile, found)
    heights = [found.height(i) for i in range(len(lon))]
    radii = np.array([6378137.0, 6378137.0, 6356752.314245179])
    corners = np.column_stack(_TO_GLOBE.transform(lon, lat, heights)) / radii
    point = np.array(found.horizon)

    def hidden(camera, target):
        """Behind the plane of the horizon and inside the cone of the globe."""
        towards = target - camera
        beyond = camera @ camera - 1
        along = -(towards @ camera)
        return along > beyond and along * along / (towards @ towards) > beyond

    random = np.random.default_rng(5)
    told = 0
    for _ in range(400):
        camera = random.normal(size=3)
        camera *= (1 + 10 ** random.uniform(-4, 0.5)) / np.linalg.norm(camera)
        if hidden(camera, point):
            told += 1
            assert all(hidden(camera, corner) for corner in corners[::40])
    assert told > 20 or level == 3


@given(
    st.lists(st.floats(-500, 9000, allow_nan=False, width=32), min_size=1, max_size=40),
    st.integers(0, 22),
)
@settings(max_examples=300, deadline=None)
def test_quantised_heights_stand_for_the_rounded_ones(heights, level):
    values, step = np.array(heights), step_m(level)
    numbers, low_m, high_m = quantise(values, step)
    assert 0 <= numbers.min() <= numbers.max() <= 32767
    # what a file can say of the two ends
    assert (np.float32(low_m), np.float32(high_m)) == (low_m, high_m)
    while np.ptp(np.rint(values / step)) > 32767:
        step *= 2
    got = low_m + numbers / 32767 * (high_m - low_m)
    np.testing.assert_allclose(got, np.rint(values / step) * step, atol=1e-9, rtol=0)
    assert high_m - low_m <= max(2.01 * np.ptp(values) + 2 * step, 0) or np.abs(values).max() / step > 2**8


@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: math.hypot(*v) > 0.1))
@settings(max_examples=200, deadline=None)
def test_a_normal_comes_back_within_a_degree(vector):
    unit = np.array(vector) / np.linalg.norm(vector)
    data = oct_encoded(unit[None]).tobytes()
    got = Mesh((), 0, 0, (), (), [], [], [], [], {}, {1: data}).normal(0)
    assert math.degrees(math.acos(min(1.0, float(unit @ got)))) < 1.0


def test_layer_json_names_the_tiles_there_are(hills):
    document = layer(hills, "abc")
    assert (document["format"], document["scheme"], document["projection"]) == (
        "quantized-mesh-1.0", "tms", "EPSG:4326",
    )  # fmt: skip
    assert document["extensions"] == ["octvertexnormals"]
    # squares of 10 m: 180 degrees / 64 / 2^15 are 9.5 m
    assert document["maxzoom"] == deepest(hills) == 15
    assert len(document["available"]) == 16
    assert document["available"][0] == [{"startX": 0, "startY": 0, "endX": 1, "endY": 0}]
    (deep,) = document["available"][15]
    side = 180 / 2**15
    west, _, _, north = hills.box
    assert deep["startX"] * side - 180 <= west < (deep["startX"] + 1) * side - 180
    assert deep["endY"] * side - 90 <= north < (deep["endY"] + 1) * side - 90
    inside = GeodeticTile(15, deep["startX"], deep["startY"])
    assert inside.meets(hills.box)
    assert not GeodeticTile(15, deep["startX"] - 1, deep["startY"]).meets(hills.box)
    assert available((-180, -90, 180, 90), 0) == [{"startX": 0, "startY": 0, "endX": 1, "endY": 0}]


@pytest.mark.parametrize("place", [(-1, 0, 0), (23, 0, 0), (1, 4, 0), (1, 0, 2), (3, -1, 0)])
def test_a_place_that_is_none_is_refused(place):
    with pytest.raises(InvalidParameter):
        GeodeticTile.checked(*place)


def test_degrees_feet_and_another_hemisphere(make_coverage):
    """A raster in degrees with decimetres as whole numbers, around the antimeridian's neighbour."""
    rows, columns = np.mgrid[0:400, 0:500]
    stored = (columns * 3 + rows).astype("int16")
    coverage = make_coverage(
        stored, pixel=0.001, corner=(178.0, -17.0), crs="EPSG:4326", nodata=-32768, scale=0.1, offset_m=5.0
    )
    tile = tile_at(11, 178.25, -17.2)
    found = mesh(coverage, tile)
    lon, lat = places(tile, found)
    column, row = (lon - 178.0) / 0.001 - 0.5, (-17.0 - lat) / 0.001 - 0.5
    inside = (column > 1) & (column < 498) & (row > 1) & (row < 398)
    heights = np.array([found.height(i) for i in range(len(lon))])
    assert inside.sum() > 500
    wanted = (column * 3 + row) * 0.1 + 5.0 + OFFSET_M
    # an overview of two pixels is exact on a plane; half a step of this level
    np.testing.assert_allclose(heights[inside], wanted[inside], atol=step_m(11) / 2 + 0.02)
    assert cell_deg(11) > 0.001
