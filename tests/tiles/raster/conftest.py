"""Elevation models as files, without a database: what is tested is what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio import shutil
from rasterio.transform import from_origin
from rasterio.warp import transform_bounds

from tiles.raster.coverage import Coverage

MakeCoverage = Callable[..., Coverage]


@pytest.fixture(scope="session")
def make_coverage(tmp_path_factory: pytest.TempPathFactory) -> MakeCoverage:
    """`make_coverage(heights, pixel=, corner=, crs=, nodata=) -> Coverage` of a COG with overviews."""
    folder: Path = tmp_path_factory.mktemp("coverages")

    def make(
        heights: np.ndarray,
        *,
        pixel: float = 10.0,
        corner: tuple[float, float] = (507_000.0, 2_501_000.0),
        crs: str = "EPSG:4547",
        nodata: float | None = -9999.0,
        scale: float = 1.0,
        offset_m: float = 0.0,
    ) -> Coverage:
        plain = folder / f"{len(list(folder.iterdir()))}.tif"
        transform = from_origin(*corner, pixel, pixel)
        with rasterio.open(
            plain, "w", driver="GTiff", count=1, height=heights.shape[0], width=heights.shape[1],
            dtype=heights.dtype, crs=crs, transform=transform, nodata=nodata,
        ) as file:  # fmt: skip
            file.write(heights, 1)
            bounds = file.bounds
        path = plain.with_name(f"{plain.stem}-cog.tif")
        shutil.copy(plain, path, driver="COG", RESAMPLING="BILINEAR", COMPRESS="DEFLATE")
        box = transform_bounds(crs, "EPSG:4326", *bounds, densify_pts=21)
        ground = pixel if crs != "EPSG:4326" else pixel * 111_320 * np.cos(np.radians(corner[1])) ** 0.5
        return Coverage(path.stem, "elevation", path, scale, offset_m, float(ground), box)

    return make


@pytest.fixture(scope="session")
def hills(make_coverage: MakeCoverage) -> Coverage:
    """12 km around Luohu: smooth hills of 2 km, a cliff, and a hole of unknown ground."""
    north, east = np.mgrid[2_500_995:2_488_995:-10, 507_005:519_005:10].astype(float)
    values = ground(east, north)
    values[700:, 300:] += 180.0
    values[100:140, 100:140] = -9999
    return make_coverage(values.astype("float32"))


def ground(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Smooth hills, metres."""
    return 40 + 25 * np.sin(east / 320) * np.cos(north / 320)
