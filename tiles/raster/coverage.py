"""A registered raster, sampled where pixels of a tile lie.

Every pixel is computed from its own place on the ground and the zoom alone, never from the
tile it happens to be in. So neighbours fit without a seam.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from math import cos, floor, log2, radians
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.io import DatasetReader
from rasterio.windows import Window

from tiles.address import HALF_WORLD_M, Box, TileCoord
from twin.crs import WEB_MERCATOR, transformer

Array = npt.NDArray[np.float64]

_STEP = 16
"""Pixels between places that are projected exactly; between them is interpolated (under 1 % of a pixel)."""
_OPEN_FILES = 16
_FRACTION = 65_536.0
_NOWHERE = 1e9
"""Pixels; further than any raster reaches, and still a whole number of 32 bits."""

_opened = threading.local()


@dataclass(frozen=True, slots=True)
class Coverage:
    """A row of `twin.coverage` with its file.

    Attributes
    ----------
    name, kind : str
        `elevation` or `imagery`.
    path : Path
        Cloud Optimized GeoTIFF; its name changes with its content.
    scale, offset_m : float
        Height in metres = stored value times `scale` plus `offset_m`.
    pixel_m : float
        Ground size of a pixel.
    box : tuple of float
        Longitudes and latitudes it lies in.
    """

    name: str
    kind: str
    path: Path
    scale: float
    offset_m: float
    pixel_m: float
    box: Box

    def zoom(self, size: int) -> int:
        """Deepest zoom that still shows more: where a pixel of the tile is no larger than one of ours."""
        equator_m = 2 * HALF_WORLD_M / size * cos(radians((self.box[1] + self.box[3]) / 2))
        return max(0, min(22, floor(log2(equator_m / self.pixel_m) + 0.999)))

    def heights(self, coord: TileCoord, size: int, margin: int = 0) -> Array:
        """Heights at the middle of each pixel of a tile, metres; NaN where unknown.

        Parameters
        ----------
        coord : TileCoord
            The tile.
        size : int
            Pixels a side.
        margin : int
            Pixels beyond each side.

        Returns
        -------
        ndarray
            Rows from the north, ``size + 2 * margin`` a side.
        """
        bands = self._sample(coord, size, margin, 1)
        return bands[0] * self.scale + self.offset_m

    def colours(self, coord: TileCoord, size: int) -> Array:
        """Red, green, blue of each pixel of a tile, 0 to 255; NaN where nothing is."""
        return self._sample(coord, size, 0, 3)

    def at(self, xs: Array, ys: Array, srid: int, pixel_m: float) -> Array:
        """Heights at places of any CRS, metres; NaN where unknown.

        A place gives the same bits in whatever company it is asked for: it is projected by itself
        and brought to 1/65536 of a pixel, which leaves no rounding to depend on the window read.

        Parameters
        ----------
        xs, ys : ndarray
            East and north, or longitude and latitude.
        srid : int
            EPSG code they are in.
        pixel_m : float
            How far they stand apart on the ground; chooses the overview.
        """
        dataset = _dataset(self.path, _overview(self.path, pixel_m / self.pixel_m))
        columns, rows = _in_pixels(dataset, xs, ys, srid)
        return self._read(dataset, _grained(columns), _grained(rows), 1)[0] * self.scale + self.offset_m

    def _sample(self, coord: TileCoord, size: int, margin: int, bands: int) -> Array:
        pixel_m = coord.side_m / size * cos(radians((self.box[1] + self.box[3]) / 2))
        dataset = _dataset(self.path, _overview(self.path, pixel_m / self.pixel_m))
        columns, rows = (_grained(places) for places in _places(dataset, coord, size, margin))
        return self._read(dataset, columns, rows, bands)

    def _read(self, dataset: DatasetReader, columns: Array, rows: Array, bands: int) -> Array:
        shape = (bands, *columns.shape)
        window = _window(dataset, columns, rows)
        if window is None:
            return np.full(shape, np.nan)
        numbers = _bands(dataset, bands)
        values = dataset.read(numbers, window=window, masked=True).astype(np.float64).filled(np.nan)
        if bands > 1:
            values[:, dataset.dataset_mask(window=window) == 0] = np.nan
        columns, rows = (
            np.nan_to_num(np.clip(places - start, -_NOWHERE, _NOWHERE), nan=-_NOWHERE)
            for places, start in ((columns, window.col_off), (rows, window.row_off))
        )
        return bilinear(values, columns, rows)


def coverage(row: dict[str, Any], state_dir: Path) -> Coverage:
    """Make one from a row of the statement `coverage`."""
    return Coverage(
        name=row["name"],
        kind=row["kind"],
        path=state_dir / row["path"],
        scale=row["scale"],
        offset_m=row["offset_m"],
        pixel_m=row["pixel_m"],
        box=(row["west"], row["south"], row["east"], row["north"]),
    )


def bilinear(bands: Array, columns: Array, rows: Array) -> Array:
    """Interpolate between the middles of pixels.

    Parameters
    ----------
    bands : ndarray
        Bands by rows by columns; NaN is unknown and has no weight.
    columns, rows : ndarray
        Places in pixels from the upper left corner of the first one.

    Returns
    -------
    ndarray
        One layer a band; NaN outside the raster, and where less than a quarter of the
        weight is known.
    """
    _, height, width = bands.shape
    x, y = columns - 0.5, rows - 0.5
    left, top = np.floor(x), np.floor(y)
    across, down = x - left, y - top
    j, i = left.astype(np.int32), top.astype(np.int32)
    i0, i1 = np.clip(i, 0, height - 1) * width, np.clip(i + 1, 0, height - 1) * width
    j0, j1 = np.clip(j, 0, width - 1), np.clip(j + 1, 0, width - 1)
    corners = (
        (i0 + j0, (1 - down) * (1 - across)),
        (i0 + j1, (1 - down) * across),
        (i1 + j0, down * (1 - across)),
        (i1 + j1, down * across),
    )
    inside = (columns >= 0) & (columns <= width) & (rows >= 0) & (rows <= height)
    known = np.isfinite(bands)
    result = np.empty((len(bands), *columns.shape))
    if known.all():
        for layer, band in zip(result, bands, strict=True):
            layer[:] = sum(band.take(at) * weight for at, weight in corners)
        result[:, ~inside] = np.nan
        return result
    for layer, band, has in zip(result, np.where(known, bands, 0.0), known, strict=True):
        weights = sum(has.take(at) * weight for at, weight in corners)
        total = sum(band.take(at) * weight for at, weight in corners)
        enough = inside & (weights >= 0.25)
        layer[:] = np.divide(total, weights, out=np.full(weights.shape, np.nan), where=enough)
    return result


def _places(dataset: DatasetReader, coord: TileCoord, size: int, margin: int) -> tuple[Array, Array]:
    """Column and row of the dataset under the middle of each pixel of the tile."""
    pixel, half = coord.side_m / size, (size << coord.z) / 2
    # Nodes are counted from the middle of the world, so that neighbours share them to the last bit.
    before = (margin // _STEP + 1) * _STEP
    nodes = np.arange(-before, size + before + _STEP, _STEP, dtype=np.float64)
    xs, ys = np.meshgrid((coord.x * size + nodes - half) * pixel, (half - coord.y * size - nodes) * pixel)
    columns, rows = _in_pixels(dataset, xs, ys, WEB_MERCATOR)
    middles = np.arange(-margin, size + margin) + 0.5
    at = (middles + before) / _STEP
    cell = np.floor(at).astype(np.intp)
    share = at - cell
    return _spread(columns, cell, share), _spread(rows, cell, share)


def _in_pixels(dataset: DatasetReader, xs: Array, ys: Array, srid: int) -> tuple[Array, Array]:
    """Columns and rows of places, from the upper left corner; infinite where PROJ has no answer."""
    to_source = transformer(srid, dataset.crs.to_wkt())
    east, north = to_source.transform(xs.ravel(), ys.ravel())
    inverse = ~dataset.transform
    with np.errstate(invalid="ignore"):  # infinity times zero
        columns = np.reshape(inverse.a * east + inverse.b * north + inverse.c, xs.shape)
        rows = np.reshape(inverse.d * east + inverse.e * north + inverse.f, xs.shape)
    return columns, rows


def _grained(places: Array) -> Array:
    """Pixels to 1/65536, which subtracting a whole number leaves as they are."""
    return np.asarray(np.rint(places * _FRACTION) / _FRACTION)


def _spread(nodes: Array, cell: npt.NDArray[np.intp], share: Array) -> Array:
    """Interpolate node values to every pixel, rows and columns alike."""
    across = nodes[:, cell] * (1 - share) + nodes[:, cell + 1] * share
    down = share[:, None]
    return np.asarray(across[cell] * (1 - down) + across[cell + 1] * down)


def _window(dataset: DatasetReader, columns: Array, rows: Array) -> Window | None:
    """Pixels around those places, or None where they all lie outside."""
    finite = np.isfinite(columns) & np.isfinite(rows)
    if not finite.any():
        return None
    left = max(0, floor(columns[finite].min()) - 1)
    top = max(0, floor(rows[finite].min()) - 1)
    right = min(dataset.width, floor(columns[finite].max()) + 2)
    bottom = min(dataset.height, floor(rows[finite].max()) + 2)
    if left >= right or top >= bottom:
        return None
    return Window(left, top, right - left, bottom - top)


def _bands(dataset: DatasetReader, bands: int) -> list[int]:
    if bands == 1 or dataset.count == 1:
        return [1] * bands
    names = [colour.name for colour in dataset.colorinterp]
    if {"red", "green", "blue"} <= set(names):
        return [names.index(name) + 1 for name in ("red", "green", "blue")]
    return [1, 2, 3]


def _overview(path: Path, decimation: float) -> int:
    """Coarsest overview whose pixels are not larger than the tile's; -1 is the full raster."""
    factors = _dataset(path, -1).overviews(1)
    return sum(1 for factor in factors if factor <= decimation * 1.001) - 1


def _dataset(path: Path, overview: int) -> DatasetReader:
    """Open file of this thread: GDAL's handles are not shared between threads."""
    files: OrderedDict[tuple[Path, int], DatasetReader] | None = getattr(_opened, "files", None)
    if files is None:
        files = _opened.files = OrderedDict()
    key = (path, overview)
    found = files.pop(key, None)
    if found is None:
        found = rasterio.open(path, **({} if overview < 0 else {"overview_level": overview}))
    files[key] = found
    while len(files) > _OPEN_FILES:
        files.popitem(last=False)[1].close()
    return found
