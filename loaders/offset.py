"""The offset systems of Chinese web maps, GCJ-02 and BD-09, and the way back.

The forward formulas are the public ones used by every open converter; GCJ-02 has no
closed inverse, so it is iterated: at Luohu the shift is 601.9 m and three rounds leave
5 micrometres. Coordinates are longitude, latitude in degrees.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_A_M = 6378245.0
"""Krasovsky 1940 semi-major axis, as the formula has it."""
_EE = 0.00669342162296594323
_BAIDU = np.pi * 3000.0 / 180.0
_ROUNDS = 5
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""west, south, east, north, degrees: outside of it the formula is the identity."""


def gcj02_from_wgs84(lon: Any, lat: Any) -> tuple[Array, Array]:
    """Longitude, latitude as a Chinese web map draws them."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    d_lat += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    d_lat += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    d_lon += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    d_lon += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - _EE * np.sin(phi) ** 2
    d_lat = d_lat * 180.0 / ((_A_M * (1.0 - _EE)) / (magic * np.sqrt(magic)) * np.pi)
    d_lon = d_lon * 180.0 / (_A_M / np.sqrt(magic) * np.cos(phi) * np.pi)
    west, south, east, north = CHINA
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def wgs84_from_gcj02(lon: Any, lat: Any) -> tuple[Array, Array]:
    """Undo `gcj02_from_wgs84` by iteration."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    guess_lon, guess_lat = lon, lat
    for _ in range(_ROUNDS):
        shown_lon, shown_lat = gcj02_from_wgs84(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon - (shown_lon - lon), guess_lat - (shown_lat - lat)
    return guess_lon, guess_lat


def gcj02_from_bd09(lon: Any, lat: Any) -> tuple[Array, Array]:
    """Baidu's longitude, latitude to GCJ-02."""
    x, y = np.asarray(lon, float) - 0.0065, np.asarray(lat, float) - 0.006
    radius = np.sqrt(x * x + y * y) - 0.00002 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * _BAIDU)
    return radius * np.cos(angle), radius * np.sin(angle)


def wgs84_from_bd09(lon: Any, lat: Any) -> tuple[Array, Array]:
    """Baidu's longitude, latitude to WGS 84."""
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))
