"""Ground under footprints, against a plane and against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from loaders.raster.ground import Ground
from loaders.raster.load import load_raster

WEST, NORTH = 513_000.0, 2_496_000.0


@pytest.fixture
def register(database, settings, tmp_path):
    def make(name, heights, *, pixel=10.0, crs="EPSG:4547", corner=(WEST, NORTH)):
        path = tmp_path / f"{name}.tif"
        with rasterio.open(
            path, "w", driver="GTiff", count=1, height=heights.shape[0], width=heights.shape[1],
            dtype="float32", crs=crs, transform=from_origin(*corner, pixel, pixel), nodata=-9999,
        ) as file:  # fmt: skip
            file.write(heights.astype("float32"), 1)
        load_raster(path, database, settings)

    return make


def _plane(shape, pixel=10.0):
    """Rises 0.02 m a metre to the east and 0.05 m a metre to the south."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    return 10 + 0.02 * (x + 0.5) * pixel + 0.05 * (y + 0.5) * pixel


def test_on_a_plane_the_lowest_corner_is_exact(register, database, settings):
    register("plane", _plane((100, 100)))
    random = np.random.default_rng(3)
    east, north = WEST + random.uniform(50, 900, 200), NORTH - random.uniform(50, 900, 200)
    width = random.uniform(2, 60, 200)
    polygons = shapely.box(east, north - width, east + width, north)
    want = 10 + 0.02 * (east - WEST) + 0.05 * (NORTH - north)
    np.testing.assert_allclose(Ground(database, settings).minimum(polygons), want, atol=1e-3)


def test_a_pit_in_the_middle_of_a_large_footprint_is_found(register, database, settings):
    heights = np.full((100, 100), 20.0)
    heights[50, 50] = 3.0
    register("pit", heights)
    polygon = shapely.Point(WEST + 505, NORTH - 505).buffer(80)
    assert Ground(database, settings).minimum(np.array([polygon]))[0] == pytest.approx(3.0)


def test_unknown_ground_is_nan_and_the_finer_model_wins(register, database, settings):
    coarse = np.full((40, 40), 50.0)
    fine = np.full((50, 50), 20.0)
    fine[:, 25:] = -9999
    register("coarse", coarse, pixel=30.0)
    register("fine", fine, pixel=2.0)
    spots = [(WEST + 20, NORTH - 20), (WEST + 80, NORTH - 20), (WEST + 1100, NORTH - 20), (WEST - 500, NORTH)]
    polygons = np.array([*shapely.box(*np.array([(e, n - 5, e + 5, n) for e, n in spots]).T), None])
    got = Ground(database, settings).minimum(polygons)
    np.testing.assert_allclose(got, [20.0, 50.0, 50.0, np.nan, np.nan])


def test_a_model_in_another_crs(register, database, settings):
    # 0.0001 degrees are about 10 m; heights rise with the longitude
    heights = np.tile(np.arange(200) * 0.1, (200, 1))
    register("degrees", heights, pixel=0.0001, crs="EPSG:4490", corner=(114.12, 22.56))
    from pyproj import Transformer

    to_lonlat = Transformer.from_crs(4547, 4490, always_xy=True)
    points = np.c_[np.linspace(513_000, 514_000, 30), np.full(30, 2_494_600.0)]
    lon, _ = to_lonlat.transform(points[:, 0], points[:, 1])
    want = ((lon - 114.12) / 0.0001 - 0.5) * 0.1
    np.testing.assert_allclose(Ground(database, settings).at(points), want, atol=1e-4)


def test_no_model_knows_nothing(database, settings):
    assert np.isnan(Ground(database, settings).minimum(shapely.box([0], [0], [1], [1]))).all()
