"""Pictures fit: a mosaic of tiles is the picture of the whole, byte for byte; so are nodata and any CRS."""

from __future__ import annotations

import math

import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from rasterio.warp import transform_bounds

from tiles.address import TileCoord
from tiles.raster.coverage import Coverage
from tiles.raster.picture import hillshade, rgba, terrain_rgb
from tiles.raster.source import _draw

LON, LAT = 114.131, 22.548


def tile_at(zoom, lon=LON, lat=LAT):
    n = 2**zoom
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileCoord(zoom, int((lon + 180) / 360 * n), int(row * n))


def decode(data):
    with MemoryFile(data) as memory, memory.open() as picture:
        return picture.read()


def around(coord):
    return [
        (dx, dy, TileCoord(coord.z, coord.x + dx, coord.y + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1)
    ]


def part(whole, dx, dy, size):
    """The tile beside the middle one, out of a picture with a tile's margin."""
    return whole[..., size * (dy + 1) : size * (dy + 2), size * (dx + 1) : size * (dx + 2)]


@pytest.mark.parametrize(("zoom", "size"), [(6, 256), (9, 512), (12, 256), (14, 512), (17, 256)])
def test_hillshade_and_terrain_have_no_seam(hills, zoom, size):
    """Over hills, the cliff, the hole of unknown ground and the end of the data."""
    coord = tile_at(zoom)
    heights = hills.heights(coord, size, margin=size + 1)
    rows = np.concatenate([TileCoord(zoom, coord.x, coord.y + dy).pixels_m(size) for dy in (-1, 0, 1)])
    shade = hillshade(heights, rows[:, None])
    colours = terrain_rgb(heights[1:-1, 1:-1])
    for dx, dy, other in around(coord):
        np.testing.assert_array_equal(decode(_draw("picture", hills, other, size)), part(shade, dx, dy, size))
        np.testing.assert_array_equal(
            decode(_draw("terrain", hills, other, size)), part(colours, dx, dy, size)
        )
    assert zoom > 9 or (shade[1] == 0).any()


def test_the_size_of_a_pixel_is_that_of_its_row():
    coord = TileCoord(5, 20, 10)
    west, _, _, north = coord.mercator()
    sizes = coord.pixels_m(256)
    for row in (0, 100, 255):
        y = north - (row + 0.5) * coord.side_m / 256
        _, lat = Transformer.from_crs(3857, 4326, always_xy=True).transform(west, y)
        assert sizes[row] == pytest.approx(coord.side_m / 256 * math.cos(math.radians(lat)), rel=1e-9)
    assert TileCoord(5, 20, 11).pixels_m(256)[0] == pytest.approx(sizes[-1], rel=0.01)


def test_images_have_no_seam(tmp_path):
    random = np.random.default_rng(4)
    colours = random.integers(1, 255, (3, 900, 900)).astype("uint8")
    colours[:, 200:300, 200:400] = 0
    path = tmp_path / "ortho.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=3, width=900, height=900, dtype="uint8", crs="EPSG:4547", nodata=0,
        transform=rasterio.transform.from_origin(512_474, 2_495_488, 2, 2), photometric="RGB",
    ) as file:  # fmt: skip
        file.write(colours)
        bounds = file.bounds
    box = transform_bounds("EPSG:4547", "EPSG:4326", *bounds)
    image = Coverage("ortho", "imagery", path, 1.0, 0.0, 2.0, box)
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for zoom in (15, 17):
        coord = tile_at(zoom, lon, lat)
        whole = rgba(image._sample(coord, 256, 256, 3))
        for dx, dy, other in around(coord):
            got = decode(_draw("picture", image, other, 256))
            np.testing.assert_array_equal(got, part(whole, dx, dy, 256))
        assert {0, 255} == set(np.unique(whole[3]))


def plane(rows, columns):
    """What is stored: whole numbers that rise evenly, so that an overview is exact too."""
    return 1000.0 + 4 * columns + 2 * rows


_CASES = {
    "metres, float": ("EPSG:4547", Affine(10, 0, 511_000, 0, -10, 2_496_000), "float32", -9999.0, 1.0),
    "not a number": ("EPSG:4547", Affine(10, 0, 511_000, 0, -10, 2_496_000), "float32", math.nan, 1.0),
    "centimetres, whole": ("EPSG:32650", Affine(10, 0, 204_000, 0, -10, 2_498_000), "int16", -32768, 0.01),
    "unknown is zero": ("EPSG:4547", Affine(10, 0, 511_000, 0, -10, 2_496_000), "uint16", 0, 0.1),
    "degrees": ("EPSG:4490", Affine(1e-4, 0, 114.11, 0, -1e-4, 22.57), "float64", -1e30, 1.0),
    "mercator": ("EPSG:3857", Affine(11, 0, 12_702_600, 0, -11, 2_580_400), "int32", -1, 0.1),
    "south up": ("EPSG:4547", Affine(10, 0, 511_000, 0, 10, 2_492_000), "float32", -9999.0, 1.0),
    "turned": ("EPSG:4547", Affine(8, 5, 511_000, 5, -8, 2_494_000), "float32", -9999.0, 1.0),
    "southern": ("EPSG:32756", Affine(10, 0, 334_000, 0, -10, 6_252_000), "float32", -9999.0, 1.0),
}  # fmt: skip


@pytest.mark.parametrize("case", _CASES)
def test_any_crs_and_any_nodata(tmp_path, case):
    """Heights of a tile against the geotransform, by pyproj; what is unknown is never a height."""
    crs, transform, dtype, nodata, scale = _CASES[case]
    rows, columns = np.mgrid[0:400, 0:400]
    stored = plane(rows, columns)
    stored[150:190, 180:240] = nodata
    path = tmp_path / "a.tif"
    with rasterio.open(
        path, "w", driver="GTiff", count=1, width=400, height=400, dtype=dtype, crs=crs, nodata=nodata,
        transform=transform,
    ) as file:  # fmt: skip
        file.write(stored.astype(dtype), 1)
        corners = [transform * c for c in ((0, 0), (400, 0), (0, 400), (400, 400))]
    xs, ys = zip(*corners, strict=True)
    box = transform_bounds(crs, "EPSG:4326", min(xs), min(ys), max(xs), max(ys), densify_pts=21)
    coverage = Coverage("a", "elevation", path, scale, 0.0, 10.0, box)
    lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(*(transform * (210, 170)))
    coord = tile_at(15, lon, lat)
    got = coverage.heights(coord, 256)
    west, south, east, north = coord.mercator()
    middles = (np.arange(256) + 0.5) / 256
    x, y = np.meshgrid(west + middles * (east - west), north - middles * (north - south))
    column, row = ~transform * Transformer.from_crs(3857, crs, always_xy=True).transform(x, y)
    hole = (column > 181) & (column < 239) & (row > 151) & (row < 189)
    beside = (column < 178) | (column > 242) | (row < 148) | (row > 192)
    inside = beside & (column > 1) & (column < 399) & (row > 1) & (row < 399)
    assert hole.sum() > 100
    assert inside.sum() > 200
    assert np.isnan(got[hole]).all()
    wanted = plane(row - 0.5, column - 0.5) * scale
    # between places that are projected exactly lies less than a hundredth of a pixel
    np.testing.assert_allclose(got[inside], wanted[inside], atol=0.06 * scale)
    _, alpha = decode(_draw("picture", coverage, coord, 256))
    assert not alpha[hole].any()
    assert (alpha[inside] == 255).all()
