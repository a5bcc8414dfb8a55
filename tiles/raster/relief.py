"""The ground of one tile of a globe: heights in the corners of a grid, and which way it faces there.

Both are functions of the corner and the level alone, never of the tile, so neighbours have the
same heights and the same normals along their edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tiles.address import Box
from tiles.raster.coverage import Coverage
from tiles.raster.geodetic import GeodeticTile, cell_deg
from twin.crs import WGS84

Array = npt.NDArray[np.float64]

A_M = 6_378_137.0
"""Half the equator's diameter of WGS 84."""
B_M = 6_356_752.314245179
"""Half its axis."""
_E2 = 1 - (B_M / A_M) ** 2
_DEGREE_M = 111_319.49


@dataclass(frozen=True, slots=True)
class Relief:
    """Ground of a tile.

    Attributes
    ----------
    tile : GeodeticTile
        Which.
    lon, lat : ndarray of shape (65,)
        Of the corners, from the west and from the south, degrees.
    heights : ndarray of shape (65, 65)
        Metres above the ellipsoid, rows from the south.
    normals : ndarray of shape (65, 65, 3)
        Geocentric unit vectors away from the ground.
    """

    tile: GeodeticTile
    lon: Array
    lat: Array
    heights: Array
    normals: Array

    def geocentric(self) -> Array:
        """Corners in EPSG:4978, metres, shape (65, 65, 3), by the closed formula."""
        _, _, up = axes(self.lon, self.lat)
        sin = np.sin(np.radians(self.lat))
        across = A_M / np.sqrt(1 - _E2 * sin**2)
        # the foot on the ellipsoid, then straight up
        foot = up * across[:, None, None]
        foot[..., 2] *= 1 - _E2
        return np.asarray(foot + up * self.heights[..., None])


def relief(coverage: Coverage, tile: GeodeticTile, geoid_offset_m: float) -> Relief:
    """Take the ground of a tile from a raster.

    A mesh has no word for unknown: such ground lies at the height datum, 0 m, and faces up.

    Parameters
    ----------
    coverage : Coverage
        An elevation model.
    tile : GeodeticTile
        Which tile.
    geoid_offset_m : float
        Ellipsoidal height minus stored height.
    """
    lon, lat = tile.grid(margin=1)
    xs, ys = np.meshgrid(lon, lat)
    ground = coverage.at(xs, ys, WGS84, cell_deg(tile.z) * _DEGREE_M)
    # a projection may answer for the far side of the globe, and mean another place
    ground[~_around(coverage.box, xs, ys)] = np.nan
    slope_e, slope_n = _slopes(ground, lon, lat)
    lon, lat = lon[1:-1], lat[1:-1]
    east, north, up = axes(lon, lat)
    normals = up - east * slope_e[..., None] - north * slope_n[..., None]
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    heights = np.nan_to_num(ground[1:-1, 1:-1], nan=0.0) + geoid_offset_m
    return Relief(tile, lon, lat, heights, normals)


def axes(lon: Array, lat: Array) -> tuple[Array, Array, Array]:
    """East, north and up as geocentric unit vectors, for each latitude (rows) and longitude."""
    a, b = np.radians(lon)[None, :], np.radians(lat)[:, None]
    level = np.zeros((lat.size, lon.size))
    east = np.stack([-np.sin(a) + level, np.cos(a) + level, level], axis=-1)
    north = np.stack([-np.sin(b) * np.cos(a), -np.sin(b) * np.sin(a), np.cos(b) + level], axis=-1)
    up = np.stack([np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b) + level], axis=-1)
    return east, north, up


def _around(box: Box, lon: Array, lat: Array) -> npt.NDArray[np.bool_]:
    west, south, east, north = box
    more = 0.02 * max(east - west, north - south)  # edges of a raster curve between the corners of its box
    return np.asarray(
        (lon >= west - more) & (lon <= east + more) & (lat >= south - more) & (lat <= north + more)
    )


def _slopes(ground: Array, lon: Array, lat: Array) -> tuple[Array, Array]:
    """Rise a metre to the east and to the north, from a grid with one corner more on each side.

    Of two neighbours that are known the mean, of one that one's; beside nothing known it is level.
    """
    step = np.radians(lon[1] - lon[0])
    sin, cos = np.sin(np.radians(lat[1:-1])), np.cos(np.radians(lat[1:-1]))
    curve = 1 - _E2 * sin**2
    # at a pole a degree of longitude has no length; a metre keeps the slope finite
    east_m = np.maximum(A_M / np.sqrt(curve) * cos * step, 1.0)[:, None]
    north_m = (A_M * (1 - _E2) / curve**1.5 * step)[:, None]
    middle = ground[1:-1, 1:-1]
    rise_e = _mean(middle - ground[1:-1, :-2], ground[1:-1, 2:] - middle)
    rise_n = _mean(middle - ground[:-2, 1:-1], ground[2:, 1:-1] - middle)
    return rise_e / east_m, rise_n / north_m


def _mean(before: Array, after: Array) -> Array:
    known = np.isfinite(before).astype(np.int8) + np.isfinite(after)
    return np.asarray((np.nan_to_num(before) + np.nan_to_num(after)) / np.maximum(known, 1))
