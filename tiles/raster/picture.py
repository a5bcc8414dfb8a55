"""From heights and colours to PNG."""

from __future__ import annotations

import warnings
from math import cos, radians, sin

import numpy as np
import numpy.typing as npt
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

Array = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

_AZIMUTH_DEG, _ALTITUDE_DEG = 315.0, 45.0
_EXAGGERATION = 1.6


def terrain_rgb(heights: Array) -> Bytes:
    """Mapbox terrain-RGB: height = -10000 + 0.1 (65536 R + 256 G + B) metres.

    The encoding has no word for unknown; it is drawn at the height datum, 0 m.
    """
    steps = np.rint((np.nan_to_num(heights, nan=0.0) + 10_000.0) * 10.0)
    steps = np.clip(steps, 0, 0xFFFFFF).astype(np.uint32)
    return np.stack([steps >> 16, steps >> 8 & 0xFF, steps & 0xFF]).astype(np.uint8)


def hillshade(heights: Array, pixel_m: float | Array) -> Bytes:
    """Light from the north-west at 45°, grey and alpha, by Horn's slope (1981).

    Parameters
    ----------
    heights : ndarray
        Metres, one pixel more on each side than the picture.
    pixel_m : float or ndarray
        Ground size of a pixel; an array of one column has one for each row of the picture.

    Returns
    -------
    ndarray
        Grey 0 to 255, and alpha: 0 where a height is unknown.
    """
    z = heights * _EXAGGERATION
    north, middle, south = z[:-2], z[1:-1], z[2:]
    east_rise = (
        (north[:, 2:] + 2 * middle[:, 2:] + south[:, 2:])
        - (north[:, :-2] + 2 * middle[:, :-2] + south[:, :-2])
    ) / (8 * pixel_m)
    north_rise = (
        (north[:, :-2] + 2 * north[:, 1:-1] + north[:, 2:])
        - (south[:, :-2] + 2 * south[:, 1:-1] + south[:, 2:])
    ) / (8 * pixel_m)
    azimuth, altitude = radians(_AZIMUTH_DEG), radians(_ALTITUDE_DEG)
    # the surface normal (-dz/de, -dz/dn, 1) against the direction of the light
    light = np.array([sin(azimuth) * cos(altitude), cos(azimuth) * cos(altitude), sin(altitude)])
    shade = (-east_rise * light[0] - north_rise * light[1] + light[2]) / np.sqrt(
        1 + east_rise**2 + north_rise**2
    )
    known = np.isfinite(shade)
    grey = np.where(known, np.clip(np.nan_to_num(shade), 0, 1) * 255, 0)
    return np.stack([np.rint(grey), known * 255.0]).astype(np.uint8)


def rgba(colours: Array) -> Bytes:
    """Red, green, blue and alpha; nothing there is transparent."""
    known = np.isfinite(colours).all(axis=0)
    return np.concatenate([np.rint(np.clip(np.nan_to_num(colours), 0, 255)), known[None] * 255.0]).astype(
        np.uint8
    )


def png(bands: Bytes) -> bytes:
    """Encode bands as PNG: 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha."""
    count, height, width = bands.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile() as memory:
            with memory.open(
                driver="PNG", width=width, height=height, count=count, dtype="uint8", ZLEVEL=4
            ) as picture:
                picture.write(bands)
            return bytes(memory.read())
