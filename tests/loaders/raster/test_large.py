"""Memory does not follow the size of a raster, and every pixel is looked at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from loaders.raster.read import _PIXELS, _windows

_ROOT = Path(__file__).resolve().parents[3]


def _empty(path: Path, width: int, height: int, **profile: object) -> Path:
    """A file that says how large it is and keeps no block: its zeros are made while it is read."""
    options = {"tiled": True, "blockxsize": 512, "blockysize": 512, "SPARSE_OK": True, "BIGTIFF": "YES"}
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype="float32", crs="EPSG:4547",
        transform=from_origin(507_000, 2_501_000, 1, 1), **options | profile,
    ):  # fmt: skip
        pass
    return path


def _peak_mb(path: Path) -> int:
    run = subprocess.run(
        [sys.executable, "-m", "tests.loaders.raster.peak", str(path)],
        cwd=_ROOT, capture_output=True, text=True, timeout=250, check=True,
    )  # fmt: skip
    return int(run.stdout)


def test_four_times_the_raster_is_not_more_memory(tmp_path):
    """100 MB and 400 MB of heights; GDAL's own cache alone may be 256 MB."""
    small = _peak_mb(_empty(tmp_path / "small.tif", 5_120, 5_120))
    large = _peak_mb(_empty(tmp_path / "large.tif", 10_240, 10_240))
    assert small < 400
    assert large < small * 1.2 + 20, (small, large)


@pytest.mark.parametrize(
    ("width", "height", "profile"),
    [
        (1000, 700, {}),
        (9000, 700, {}),
        (20_000, 600, {}),
        (5_000_000, 3, {"tiled": False, "blockxsize": None, "blockysize": 1}),
        (3000, 2500, {"tiled": False, "blockxsize": None, "blockysize": 1}),
        (3000, 2500, {"tiled": False, "blockxsize": None, "blockysize": 2500}),
    ],
)
def test_windows_cover_every_pixel_once_and_follow_the_blocks(tmp_path, width, height, profile):
    options = {key: value for key, value in profile.items() if value is not None}
    if options.get("tiled") is False:
        options["blockxsize"] = width
    path = _empty(tmp_path / "a.tif", width, height, **options)
    seen = np.zeros((height, width), np.uint8)
    with rasterio.open(path) as source:
        block_rows, block_columns = source.block_shapes[0]
        for window in _windows(source):
            assert 0 < window.width * window.height <= _PIXELS
            seen[window.toslices()] += 1
            if block_columns < width:
                assert window.row_off % block_rows == 0
                assert window.col_off % block_columns == 0
    assert (seen == 1).all()
