"""Height of the ground under footprints, from the registered elevation models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
import shapely
from rasterio.io import DatasetReader
from rasterio.windows import Window

from twin.crs import transformer
from twin.database.connection import Database
from twin.database.statements import statement
from twin.settings import Settings

Geometries = npt.NDArray[np.object_]
Heights = npt.NDArray[np.float64]

_BLOCK = 2048
"""Footprints are done in squares of so many pixels, so that memory does not follow the raster."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground as the elevation models know it, the finest one first.

    Parameters
    ----------
    database : Database
        Where they are registered.
    settings : Settings
        `state_dir` holds their files.
    """

    database: Database
    settings: Settings

    def minimum(self, polygons: Geometries) -> Heights:
        """Lowest ground under each footprint, metres above the height datum of the model.

        The ground is taken as the surface that is bilinear between pixel middles, looked at
        in the corners of the footprint, its middle, and every pixel middle inside.

        Parameters
        ----------
        polygons : ndarray of shapely geometry
            In the storage CRS, east,north, metres; None has no ground.

        Returns
        -------
        ndarray of float
            NaN where no model knows.
        """
        lowest = np.full(len(polygons), np.nan)
        for row in self.database.rows(statement("loaders.raster", "elevation_models")):
            left = np.flatnonzero(
                np.isnan(lowest) & ~shapely.is_missing(polygons) & ~shapely.is_empty(polygons)
            )
            if not left.size:
                break
            lowest[left] = self._of_model(row, polygons[left])
        return lowest

    def at(self, points: npt.NDArray[np.float64]) -> Heights:
        """Ground at points, metres.

        Parameters
        ----------
        points : ndarray
            n by 2: east, north in the storage CRS.
        """
        return self.minimum(shapely.points(points))

    def _of_model(self, row: dict[str, Any], polygons: Geometries) -> Heights:
        with rasterio.open(Path(self.settings.state_dir) / row["path"]) as model:
            placed = _in_pixels(polygons, self.database.srid, model)
            lowest = np.full(len(placed), np.nan)
            for chosen in _squares(placed, model):
                lowest[chosen] = _lowest(model, placed[chosen])
        return lowest * row["scale"] + row["offset_m"]


def _in_pixels(polygons: Geometries, srid: int, model: DatasetReader) -> Geometries:
    """Footprints in columns and rows of the model, from its upper left corner."""
    to_model = transformer(srid, model.crs.to_wkt())
    inverse = ~model.transform

    def place(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        east, north = to_model.transform(points[:, 0], points[:, 1])
        return np.c_[
            inverse.a * east + inverse.b * north + inverse.c, inverse.d * east + inverse.e * north + inverse.f
        ]

    return np.asarray(shapely.transform(shapely.force_2d(polygons), place))


def _squares(placed: Geometries, model: DatasetReader) -> Iterator[npt.NDArray[np.intp]]:
    """Indices of the footprints of one square of the model after the other; those outside never."""
    bounds = shapely.bounds(placed)
    with np.errstate(invalid="ignore"):
        touches = (bounds[:, 2] >= 0) & (bounds[:, 3] >= 0)
        touches &= (bounds[:, 0] <= model.width) & (bounds[:, 1] <= model.height)
    inside = np.flatnonzero(touches & np.isfinite(bounds).all(axis=1))
    square = np.clip(bounds[inside, :2] // _BLOCK, 0, None).astype(np.int64)
    _, number = np.unique(square, axis=0, return_inverse=True)
    order = np.argsort(number.ravel(), kind="stable")
    if inside.size:
        yield from np.split(inside[order], np.flatnonzero(np.diff(number.ravel()[order])) + 1)


def _lowest(model: DatasetReader, placed: Geometries) -> Heights:
    """Lowest stored value of the surface under each footprint of one square."""
    west, north, east, south = shapely.total_bounds(placed)
    left, top = max(0, floor(west) - 2), max(0, floor(north) - 2)
    right, bottom = min(model.width, floor(east) + 3), min(model.height, floor(south) + 3)
    window = Window(left, top, right - left, bottom - top)
    values = model.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
    values[~np.isfinite(values)] = np.nan
    corners, owner = shapely.get_coordinates(placed, return_index=True)
    middles = shapely.get_coordinates(shapely.centroid(placed))
    inner, inner_owner = _pixel_middles(placed)
    points = np.concatenate([corners, middles, inner]) - (left, top)
    owners = np.concatenate([owner, np.arange(len(placed)), inner_owner])
    heights = _surface(values, points)
    known = np.isfinite(heights)
    lowest = np.full(len(placed), np.inf)
    np.minimum.at(lowest, owners[known], heights[known])
    lowest[~np.isfinite(lowest)] = np.nan
    return lowest


def _pixel_middles(placed: Geometries) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Middles of pixels inside each footprint, and whose they are."""
    first = np.ceil(shapely.bounds(placed)[:, :2] - 0.5).astype(np.int64)
    last = np.floor(shapely.bounds(placed)[:, 2:] - 0.5).astype(np.int64)
    points, owners = [np.empty((0, 2))], [np.empty(0, np.intp)]
    for i in np.flatnonzero((last >= first).all(axis=1)):
        x, y = np.meshgrid(
            np.arange(first[i, 0], last[i, 0] + 1) + 0.5, np.arange(first[i, 1], last[i, 1] + 1) + 0.5
        )
        inside = shapely.contains_xy(placed[i], x.ravel(), y.ravel())
        points.append(np.c_[x.ravel()[inside], y.ravel()[inside]])
        owners.append(np.full(int(inside.sum()), i, np.intp))
    return np.concatenate(points), np.concatenate(owners)


def _surface(values: npt.NDArray[np.float64], points: npt.NDArray[np.float64]) -> Heights:
    """Bilinear between pixel middles; NaN has no weight, and outside the raster is nothing."""
    height, width = values.shape
    x, y = points[:, 0] - 0.5, points[:, 1] - 0.5
    j, i = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    across, down = x - j, y - i
    total, weights = np.zeros(len(points)), np.zeros(len(points))
    for right, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
        weight = (across if right else 1 - across) * (down if below else 1 - down)
        value = values[np.clip(i + below, 0, height - 1), np.clip(j + right, 0, width - 1)]
        known = np.isfinite(value)
        total += np.where(known, value * weight, 0.0)
        weights += np.where(known, weight, 0.0)
    inside = (points >= 0).all(axis=1) & (points[:, 0] <= width) & (points[:, 1] <= height)
    return np.divide(total, weights, out=np.full(len(points), np.nan), where=inside & (weights >= 0.25))
