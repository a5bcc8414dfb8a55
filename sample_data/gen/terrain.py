"""The ground: a plain rising north, eight hills, two carved rivers, two flat waters.

The grid is what the world sees, so everything that stands on the ground asks the
grid (`Terrain.height`) and not the formula: a building then fits the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.transform import from_origin

from sample_data.gen import water
from sample_data.gen.config import config

Array = NDArray[np.float64]


def bare(east: Array, north: Array) -> Array:
    """Height of the land before any water carves it, metres above the 1985 datum.

    `z = clip(start + slope * (N - origin)) + sum A * exp(-sqrt((u/su)^2 + (v/sv)^2))`
    with `u = dE cos t + dN sin t`, `v = -dE sin t + dN cos t`.
    """
    terrain = config()["terrain"]
    base = terrain["base"]
    z = np.clip(base["start_m"] + base["slope"] * (north - base["origin_n"]), base["low_m"], base["high_m"])
    for hill in terrain["hill"]:
        turn = math.radians(hill["turn_deg"])
        de, dn = east - hill["at"][0], north - hill["at"][1]
        across = (de * math.cos(turn) + dn * math.sin(turn)) / hill["spread_m"][0]
        along = (-de * math.sin(turn) + dn * math.cos(turn)) / hill["spread_m"][1]
        z = z + hill["amplitude_m"] * np.exp(-np.hypot(across, along))
    return z


@dataclass(frozen=True)
class Terrain:
    """The ground as a grid; row 0 is the north edge, values at cell centres."""

    z_m: NDArray[np.float32]
    west: float
    top: float
    step_m: float
    nodata: float

    def height(self, east: Any, north: Any) -> Array:
        """Height between the four cells around, metres; NaN off the grid or across the border."""
        column = (np.asarray(east, dtype=float) - self.west) / self.step_m - 0.5
        row = (self.top - np.asarray(north, dtype=float)) / self.step_m - 0.5
        rows, columns = self.z_m.shape
        inside = (row >= 0) & (column >= 0) & (row <= rows - 1) & (column <= columns - 1)
        r = np.clip(np.floor(row), 0, rows - 2).astype(int)
        c = np.clip(np.floor(column), 0, columns - 2).astype(int)
        dr, dc = row - r, column - c
        z = np.where(self.z_m == self.nodata, np.nan, self.z_m).astype(float)
        value = (z[r, c] * (1 - dc) + z[r, c + 1] * dc) * (1 - dr) + (
            z[r + 1, c] * (1 - dc) + z[r + 1, c + 1] * dc
        ) * dr
        return np.where(inside, value, np.nan)

    def write(self, path: Path) -> None:
        """Write a GeoTIFF: float32 metres, EPSG:4547, nodata set."""
        rows, columns = self.z_m.shape
        with rasterio.open(
            path, "w", driver="GTiff", height=rows, width=columns, count=1, dtype="float32",
            crs=f"EPSG:{config()['storage_srid']}", nodata=self.nodata,
            transform=from_origin(self.west, self.top, self.step_m, self.step_m),
            compress="deflate", predictor=3, zlevel=9, tiled=True, blockxsize=256, blockysize=256,
        ) as file:  # fmt: skip
            file.write(self.z_m, 1)
            file.update_tags(AREA_OR_POINT="Area", VERTICAL_DATUM="EPSG:5737", UNIT="metre")


@cache
def terrain() -> Terrain:
    """Compute the ground of the whole terrain box."""
    setting = config()["terrain"]
    (west, east), (south, north), step = setting["east"], setting["north"], setting["step_m"]
    columns, rows = math.ceil((east - west) / step), math.ceil((north - south) / step)
    e = west + (np.arange(columns) + 0.5) * step
    n = north - (np.arange(rows) + 0.5) * step
    grid_e, grid_n = (a.ravel() for a in np.meshgrid(e, n))
    z = bare(grid_e, grid_n)
    points = shapely.points(grid_e, grid_n)
    for river in (water.buji(), water.shenzhen()):
        z = _carved(z, points, river)
    z = _flattened(z, points, water.honghu(), shore_m=None)
    z = _flattened(z, points, water.reservoir(), shore_m=28.5)
    z = np.round(z, 1)
    z[_across_the_border(grid_e, grid_n)] = setting["nodata"]
    return Terrain(z.reshape(rows, columns).astype(np.float32), west, north, step, setting["nodata"])


def _carved(z: Array, points: Any, river: water.River) -> Array:
    """Cut a river: `z = min(z, bed + max(0, d - w/2) / 2)`."""
    near = shapely.dwithin(river.centre, points, 400.0)
    distance = shapely.distance(river.centre, points[near])
    share = shapely.line_locate_point(river.centre, points[near], normalized=True)
    bed = river.bed_m[0] + share * (river.bed_m[1] - river.bed_m[0])
    z = z.copy()
    z[near] = np.minimum(z[near], bed + np.maximum(0.0, distance - river.width_m / 2) / 2)
    return z


def _flattened(z: Array, points: Any, lake: water.Lake, shore_m: float | None) -> Array:
    """Lay a lake flat; around the reservoir the shore is `max(z, 28.5 + 0.05 d)` within 400 m."""
    distance = shapely.distance(lake.shape, points)
    if shore_m is not None:
        z = np.where(distance < 400.0, np.maximum(z, shore_m + 0.05 * distance), z)
    return np.where(distance == 0.0, lake.ground_m, z)


def _across_the_border(east: Array, north: Array) -> NDArray[np.bool_]:
    """Whether a cell lies more than 100 m south of the Shenzhen River."""
    river = np.array(water.shenzhen().centre.coords)[::-1]
    return north < np.interp(east, river[:, 0], river[:, 1]) - 100.0
