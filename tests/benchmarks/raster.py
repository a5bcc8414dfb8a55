"""Tiles of one elevation model and one image: ours against rio-tiler, from the same COGs.

rio-tiler reads and resamples (GDAL's warper, bilinear, its `Reader` kept open); from the heights on both
take the same way, `terrain_rgb`, `hillshade` and our PNG, for it has no such pictures of its own. An image
it renders itself. Both run in this process, in turns, and nothing is kept between tiles but open files
and projections. What counts is processor time.

Then how true they are, of the elevation model at one zoom: `off_m` is the mean distance of heights from the
formula the model was made of, `worst_m` the largest; `seam_m` is how far a pixel beyond the edge of a tile,
asked for with that tile, is from the same pixel of the neighbour. Meshes and contours have no peer; they
stand beside to be read in relation to a picture.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import Transformer
from rasterio import shutil
from rasterio.transform import from_origin
from rasterio.warp import transform_bounds
from rio_tiler.io import Reader

from tests.benchmarks.server import Options
from tiles.address import TileCoord
from tiles.raster.contours import contours, interval_for
from tiles.raster.coverage import Coverage
from tiles.raster.geodetic import GeodeticTile
from tiles.raster.picture import hillshade, png, rgba, terrain_rgb
from tiles.raster.quantized import quantized_mesh
from tiles.raster.relief import relief

_SIDE = 6000
_PIXEL_M = 5.0
_CORNERS = {
    "EPSG:4547": (499_000.0, 2_509_000.0),
    "EPSG:32650": (190_000.0, 2_511_000.0),
    "EPSG:3857": (12_690_000.0, 2_592_000.0),
}
"""Upper left corner of the rasters: the CRS of the city, UTM, and that of the tiles, with least to do."""
_LON, _LAT = 114.131, 22.548
_AROUND = 1
"""Tiles on each side of the middle one."""
_ZOOMS = (12, 14, 16)
_SIZE = 256
Array = npt.NDArray[np.float64]
Make = Callable[[TileCoord], object]


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: milliseconds of processor a tile, ours in relation, and how true heights are."""
    rows: list[dict[str, Any]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for crs in _CORNERS:
            with tempfile.TemporaryDirectory() as folder:
                rows += _of_crs(crs, *_coverages(Path(folder), crs), options)
    return rows


def _of_crs(crs: str, model: Coverage, image: Coverage, options: Options) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with Reader(str(model.path)) as heights, Reader(str(image.path)) as colours:
        for zoom in _ZOOMS:
            for what, ours, theirs in _contest(model, image, heights, colours):
                rows.append({"crs": crs, **_compare(what, zoom, ours, theirs, options.rounds)})
        if not options.quick:
            for zoom in _ZOOMS:
                rows += [{"crs": crs, **row} for row in _truth(crs, model, heights, zoom)]
    if not options.quick:
        for zoom in _ZOOMS:
            rows += [{"crs": crs, **row} for row in _alone(model, zoom, options.rounds)]
    return rows


def _contest(
    model: Coverage, image: Coverage, heights: Reader, colours: Reader
) -> list[tuple[str, Make, Make]]:
    def sizes(coord: TileCoord) -> Array:
        return coord.pixels_m(_SIZE)[:, None]

    return [
        (
            "terrain-RGB",
            lambda c: png(terrain_rgb(model.heights(c, _SIZE))),
            lambda c: png(terrain_rgb(_peer(heights, c, 0))),
        ),
        (
            "hillshade",
            lambda c: png(hillshade(model.heights(c, _SIZE, margin=1), sizes(c))),
            lambda c: png(hillshade(_peer(heights, c, 1), sizes(c))),
        ),
        (
            "image",
            lambda c: png(rgba(image.colours(c, _SIZE))),
            lambda c: _tile(colours, c, 0).render(img_format="PNG", zlevel=4),
        ),
    ]


def _tile(reader: Reader, coord: TileCoord, buffer: int) -> Any:
    return reader.tile(
        coord.x, coord.y, coord.z, tilesize=_SIZE, buffer=buffer,
        resampling_method="bilinear", reproject_method="bilinear",
    )  # fmt: skip


def _peer(reader: Reader, coord: TileCoord, buffer: int) -> Array:
    array: Array = _tile(reader, coord, buffer).array[0].astype(np.float64).filled(np.nan)
    return array


def _compare(what: str, zoom: int, ours: Make, theirs: Make, rounds: int) -> dict[str, Any]:
    tiles = _tiles(zoom)
    spent: dict[str, list[float]] = {"ours": [], "rio-tiler": []}
    for number in range(rounds + 1):
        field = [("ours", ours), ("rio-tiler", theirs)]
        for name, make in field[:: 1 if number % 2 else -1]:
            began = time.process_time()
            for coord in tiles:
                make(coord)
            if number:  # the first round opens files and projections
                spent[name].append((time.process_time() - began) / len(tiles) * 1000)
    own, peer = min(spent["ours"]), min(spent["rio-tiler"])
    return {
        "what": what, "zoom": zoom, "ours_ms": round(own, 2), "peer_ms": round(peer, 2),
        "ratio": round(peer / own, 2),
    }  # fmt: skip


def _truth(crs: str, model: Coverage, reader: Reader, zoom: int) -> list[dict[str, Any]]:
    coord = TileCoord(zoom, *_middle(zoom))
    beside = TileCoord(zoom, coord.x + 1, coord.y)
    west, south, east, north = coord.mercator()
    middles = (np.arange(_SIZE) + 0.5) / _SIZE
    xs, ys = np.meshgrid(west + middles * (east - west), north - middles * (north - south))
    places = Transformer.from_crs(3857, crs, always_xy=True).transform(xs, ys)
    wanted = _ground(*places)
    rows = []
    for name, plain, wide, other in (
        ("ours", model.heights(coord, _SIZE), model.heights(coord, _SIZE, 1), model.heights(beside, _SIZE)),
        ("rio-tiler", _peer(reader, coord, 0), _peer(reader, coord, 1), _peer(reader, beside, 0)),
    ):
        inside = np.isfinite(plain) & _inside(crs, *places)
        off = np.abs(plain - wanted)[inside]
        seam = np.abs(wide[1:-1, -1] - other[:, 0])
        rows.append(
            {
                "what": name, "zoom": zoom, "off_m": round(float(off.mean()), 4),
                "worst_m": round(float(off.max()), 3), "seam_m": round(float(np.nanmax(seam)), 6),
            }
        )  # fmt: skip
    return rows


def _alone(model: Coverage, zoom: int, rounds: int) -> list[dict[str, Any]]:
    level = zoom - 1  # about as large: half the columns, at this latitude
    side = 180 / 2**level
    mesh = GeodeticTile(level, int((_LON + 180) // side), int((_LAT + 90) // side))
    coord = TileCoord(zoom, *_middle(zoom))
    rows = []
    for what, make in (
        ("mesh", lambda: quantized_mesh(relief(model, mesh, -3.0))),
        ("contours", lambda: contours(model, coord, interval_for(zoom)).data),
    ):
        size, least = len(make()), float("inf")
        for _ in range(rounds * 3):
            began = time.process_time()
            make()
            least = min(least, time.process_time() - began)
        rows.append({"what": what, "zoom": zoom, "ours_ms": round(least * 1000, 2), "bytes": size})
    return rows


def _tiles(zoom: int) -> list[TileCoord]:
    x, y = _middle(zoom)
    around = range(-_AROUND, _AROUND + 1)
    return [TileCoord(zoom, x + i, y + j) for i in around for j in around]


def _middle(zoom: int) -> tuple[int, int]:
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(_LON, _LAT)
    side = TileCoord(zoom, 0, 0).side_m
    half = side * 2**zoom / 2
    return int((x + half) / side), int((half - y) / side)


def _ground(east: Array, north: Array) -> Array:
    return 60 + 40 * np.sin(east / 320) * np.cos(north / 320) + 8 * np.sin(east / 70)


def _inside(crs: str, east: Array, north: Array) -> npt.NDArray[np.bool_]:
    across, down = east - _CORNERS[crs][0], _CORNERS[crs][1] - north
    reach = _SIDE * _PIXEL_M - 100
    return (across > 100) & (across < reach) & (down > 100) & (down < reach)


def _coverages(folder: Path, crs: str) -> tuple[Coverage, Coverage]:
    number = np.arange(_SIDE) + 0.5
    west_m, north_m = _CORNERS[crs]
    east, north = np.meshgrid(west_m + number * _PIXEL_M, north_m - number * _PIXEL_M)
    heights = _ground(east, north).astype(np.float32)[None]
    noise = np.random.default_rng(1).integers(0, 20, heights.shape[1:], dtype=np.uint8)
    colours = np.stack([(heights[0] * scale).clip(1, 230).astype(np.uint8) + noise for scale in (1, 1.5, 2)])
    return _cog(folder, crs, "elevation", heights), _cog(folder, crs, "imagery", colours)


def _cog(folder: Path, crs: str, kind: str, bands: npt.NDArray[Any]) -> Coverage:
    plain, path = folder / f"{kind}-plain.tif", folder / f"{kind}.tif"
    profile = {"photometric": "RGB"} if kind == "imagery" else {"nodata": -9999.0}
    with rasterio.open(
        plain, "w", driver="GTiff", count=len(bands), width=_SIDE, height=_SIDE, dtype=bands.dtype,
        crs=crs, transform=from_origin(*_CORNERS[crs], _PIXEL_M, _PIXEL_M), **profile,
    ) as file:  # fmt: skip
        file.write(bands)
        box = transform_bounds(crs, "EPSG:4326", *file.bounds, densify_pts=21)
    smooth = "BILINEAR" if kind == "elevation" else "AVERAGE"
    shutil.copy(
        plain, path, driver="COG", COMPRESS="ZSTD", PREDICTOR="YES", BLOCKSIZE="512", RESAMPLING=smooth
    )
    plain.unlink()
    return Coverage(kind, kind, path, 1.0, 0.0, _PIXEL_M, box)
