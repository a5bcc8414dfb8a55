"""Terrain tiles against the formula of the ground, and without seams."""

from __future__ import annotations

import math

import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from loaders.raster.load import load_raster
from tiles.address import TileCoord
from tiles.raster.picture import hillshade, terrain_rgb
from tiles.raster.source import RasterSource
from twin.errors import InvalidParameter, NotFound

LON, LAT = 114.131, 22.548


def tile_at(zoom, lon=LON, lat=LAT):
    n = 2**zoom
    return TileCoord(
        zoom,
        int((lon + 180) / 360 * n),
        int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n),
    )


def decode(tile):
    with MemoryFile(tile.data) as memory, memory.open() as picture:
        return picture.read()


def heights(tile):
    r, g, b = decode(tile).astype(float)
    return -10_000 + 0.1 * (65_536 * r + 256 * g + b)


def ground(east, north):
    """Smooth hills, metres, with a wavelength of 2 km."""
    return 40 + 25 * np.sin(east / 320) * np.cos(north / 320)


def pixels(coord, size):
    """East and north of the middle of each pixel, by pyproj alone."""
    west, south, east, north = coord.mercator()
    middles = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(west + middles * (east - west), north - middles * (north - south))
    return Transformer.from_crs(3857, 4547, always_xy=True).transform(x, y)


@pytest.fixture
def source(database, settings, tmp_path):
    # 10 m pixels, 12 km around the middle of Luohu, with a hole of unknown ground
    north, east = np.mgrid[2_500_995:2_488_995:-10, 507_005:519_005:10].astype(float)
    values = ground(east, north).astype("float32")
    values[100:140, 100:140] = -9999
    path = tmp_path / "dem.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=1, width=1200, height=1200, dtype="float32", crs="EPSG:4547",
        transform=from_origin(507_000, 2_501_000, 10, 10), nodata=-9999,
    ) as file:  # fmt: skip
        file.write(values, 1)
    load_raster(path, database, settings, name="dem")
    return RasterSource(database, settings)


@pytest.mark.parametrize(
    ("zoom", "size", "within_m"), [(12, 512, 0.35), (13, 256, 0.25), (14, 512, 0.1), (16, 256, 0.1)]
)
def test_heights_are_those_of_the_ground(source, zoom, size, within_m):
    coord = tile_at(zoom)
    got = heights(source.terrain("dem", coord, size))
    assert got.shape == (size, size)
    # half a step of the encoding, and what is lost between pixels and overviews
    np.testing.assert_allclose(got, ground(*pixels(coord, size)), atol=0.05 + within_m)


def test_neighbours_fit_without_a_seam(source):
    """Four tiles and the one above them come from one surface: a pixel does not know its tile."""
    coord = tile_at(14)
    found = source._coverage("dem", "elevation")
    whole = found.heights(coord, 256, margin=256)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            part = found.heights(TileCoord(14, coord.x + dx, coord.y + dy), 256)
            want = whole[256 * (dy + 1) : 256 * (dy + 2), 256 * (dx + 1) : 256 * (dx + 2)]
            np.testing.assert_array_equal(terrain_rgb(part), terrain_rgb(want))


def test_far_zooms_come_from_the_overviews(source):
    coord = tile_at(9)
    east, north = pixels(coord, 512)
    inside = (east > 507_500) & (east < 518_500) & (north > 2_489_500) & (north < 2_500_500)
    got = heights(source.terrain("dem", coord))
    assert inside.sum() > 3000
    # the mean of the ground over a pixel of 141 m differs from its middle by little
    assert np.abs(got - ground(east, north))[inside & (got != 0)].mean() < 1.0


def test_unknown_ground_is_drawn_at_the_datum_and_stays_unknown_in_pictures(source):
    to_lonlat = Transformer.from_crs(4547, 4326, always_xy=True)
    hole = to_lonlat.transform(507_000 + 1200, 2_501_000 - 1200)
    coord = tile_at(18, *hole)
    assert (heights(source.terrain("dem", coord)) == 0).all()
    _, alpha = decode(source.picture("dem", coord))
    assert not alpha.any()
    away = TileCoord(14, 0, 0)
    assert (heights(source.terrain("dem", away)) == 0).all()


def test_hillshade_is_lit_from_the_north_west():
    y, x = np.mgrid[0:34, 0:34].astype(float)
    facing_light, level, facing_away = x + y, 0 * x, -x - y
    shades = [hillshade(10 * slope, 10.0)[0] for slope in (facing_light, level, facing_away)]
    assert shades[0].mean() > shades[1].mean() > shades[2].mean()
    assert np.ptp(shades[1]) == 0
    assert shades[1][0, 0] == round(255 * math.sin(math.radians(45)))


def test_a_reloaded_raster_is_shown_at_once(source, database, settings, tmp_path):
    coord = tile_at(14)
    first = source.terrain("dem", coord)
    assert source.terrain("dem", coord) is first
    address = source.tilejson("terrain", "dem", "http://x")["tiles"]
    with rasterio.open(tmp_path / "dem.tif", "r+") as file:
        before = file.read(1)
        file.write(np.where(before == -9999, before, before + 7), 1)
    load_raster(tmp_path / "dem.tif", database, settings, name="dem")
    second = source.terrain("dem", coord)
    assert second.etag != first.etag
    np.testing.assert_allclose(heights(second) - heights(first), 7, atol=0.11)
    assert source.tilejson("terrain", "dem", "http://x")["tiles"] != address


def test_imagery_keeps_colour_and_transparency(database, settings, tmp_path):
    colours = np.zeros((3, 400, 400), "uint8")
    colours[0, :, :200], colours[1, :, 200:] = 200, 150
    path = tmp_path / "ortho.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=3, width=400, height=400, dtype="uint8", crs="EPSG:4547",
        transform=from_origin(512_474, 2_495_488, 5, 5), photometric="RGB",
    ) as file:  # fmt: skip
        file.write(colours)
    load_raster(path, database, settings)
    source = RasterSource(database, settings)
    coord = tile_at(13)
    east, north = pixels(coord, 512)
    red, green, blue, alpha = decode(source.picture("ortho", coord))
    inside = (np.abs(east - 513_474) < 950) & (np.abs(north - 2_494_488) < 950)
    outside = (np.abs(east - 513_474) > 1010) | (np.abs(north - 2_494_488) > 1010)
    assert (alpha[inside] == 255).all()
    assert (alpha[outside] == 0).all()
    west = inside & (east < 513_440)
    assert (red[west] == 200).all()
    assert (green[inside & (east > 513_510)] == 150).all()
    assert not blue.any()
    with pytest.raises(NotFound):
        source.terrain("ortho", coord)


def test_tilejson_says_what_maplibre_needs(source):
    document = source.tilejson("terrain", "dem", "http://x", 256)
    assert (document["tilejson"], document["encoding"], document["tileSize"]) == ("3.0.0", "mapbox", 256)
    west, south, east, north = document["bounds"]
    assert west < LON < east
    assert south < LAT < north
    # 10 m pixels: 9.6 m at zoom 14 of 256 pixels, and two zooms beyond
    assert document["maxzoom"] == 16
    assert document["tiles"][0].startswith("http://x/terrain/dem/{z}/{x}/{y}.png?v=")


def test_what_is_not_there_is_not_found(source):
    with pytest.raises(NotFound):
        source.terrain("none", tile_at(12))
    with pytest.raises(InvalidParameter):
        source.terrain("dem", tile_at(12), 300)
