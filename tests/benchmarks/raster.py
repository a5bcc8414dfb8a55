"""Tiles of one elevation model and one image: ours against rio-tiler, from the same COGs.

Both read the file, resample and encode a PNG, in this process, one after the other in every round;
nothing is kept between tiles but open files and projections. rio-tiler warps by GDAL. What counts is
processor time. `off_m` is how far decoded heights are from the formula the model was made of, at
pixels inside it: the mean, and the worst. `seam` is how much of a tile's edge, asked for together with its
neighbour (a buffer of one pixel), differs from the neighbour's own pixels; of 16.7 million levels, in pixels.
Meshes and contours have no peer here; they stand beside to be read in relation.
"""

from __future__ import annotations

import math
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio import shutil
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from rasterio.warp import transform_bounds
from rio_tiler.algorithm import algorithms
from rio_tiler.io import Reader

from tests.benchmarks.server import Options
from tiles.address import TileCoord
from tiles.raster.contours import contours, interval_for
from tiles.raster.coverage import Coverage
from tiles.raster.geodetic import GeodeticTile
from tiles.raster.picture import terrain_rgb
from tiles.raster.quantized import quantized_mesh
from tiles.raster.relief import relief
from tiles.raster.source import _draw

_SIDE = 6000
_PIXEL_M = 5.0
_WEST, _NORTH = 499_000.0, 2_509_000.0
_LON, _LAT = 114.131, 22.548
_TILES = 6
_ZOOMS = (11, 14, 16)
_SIZE = 256
Make = Callable[[TileCoord], bytes]


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: what, zoom, milliseconds a tile of each, ratio, and how true the heights are."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model, image = _coverages(Path(folder))
        rows: list[dict[str, Any]] = []
        for zoom in _ZOOMS:
            for what, ours, theirs in _contest(model, image):
                rows.append(_compare(what, zoom, ours, theirs, options.rounds))
        if not options.quick:
            rows += [_truth(model, zoom) for zoom in _ZOOMS]
            rows += [_alone(model, zoom, options.rounds) for zoom in _ZOOMS]
        return rows


def _contest(model: Coverage, image: Coverage) -> list[tuple[str, Make, Make]]:
    terrain, shade = algorithms.get("terrainrgb")(), algorithms.get("hillshade")()

    def peer_terrain(coord: TileCoord) -> bytes:
        return _peer(model, coord).apply(terrain) if False else _encode(terrain(_peer(model, coord)))

    def peer_shade(coord: TileCoord) -> bytes:
        return _encode(shade(_peer(model, coord, buffer=shade.buffer)))

    return [
        ("terrain-RGB", lambda c: _draw("terrain", model, c, _SIZE), peer_terrain),
        ("hillshade", lambda c: _draw("picture", model, c, _SIZE), peer_shade),
        ("image", lambda c: _draw("picture", image, c, _SIZE), lambda c: _encode(_peer(image, c))),
    ]
