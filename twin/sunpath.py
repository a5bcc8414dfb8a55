"""Where the sun stands: the equations of NOAA's solar calculator (after Meeus, Astronomical Algorithms).

Good to a hundredth of a degree in this century; refraction is left out, as for shadows of buildings.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

DAY_S = 86_400.0
_J2000_S = datetime(2000, 1, 1, 12, tzinfo=UTC).timestamp()


def sun(at_s: Array, lon: float, lat: float) -> tuple[Array, Array]:
    """Height over the horizon and direction, degrees; the direction clockwise from north.

    Parameters
    ----------
    at_s : ndarray
        Seconds since 1970 (UTC).
    lon, lat : float
        Degrees.
    """
    declination, equation_min = _orbit(np.asarray(at_s, float))
    minutes = (at_s % DAY_S) / 60 + equation_min + 4 * lon
    hour = np.radians(minutes / 4 - 180)
    phi = np.radians(lat)
    altitude = np.arcsin(
        np.clip(np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour), -1, 1)
    )
    azimuth = np.arctan2(np.sin(hour), np.cos(hour) * np.sin(phi) - np.tan(declination) * np.cos(phi))
    return np.degrees(altitude), (np.degrees(azimuth) + 180) % 360


def solar_moment(day: date, minutes: Array, lon: float) -> Array:
    """When the sun's own clock shows so many minutes after midnight, seconds since 1970.

    Parameters
    ----------
    day : date
        The day at that place.
    minutes : ndarray
        True solar time: 720 is when the sun stands in the meridian.
    lon : float
        Degrees.
    """
    mean_s = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + (minutes - 4 * lon) * 60
    # the equation of time changes by half a minute a day at most: one step leaves under 0.1 s
    return np.asarray(mean_s - _orbit(mean_s)[1] * 60)


def _orbit(at_s: Array) -> tuple[Array, Array]:
    """Declination in radians, and equation of time in minutes."""
    century = (at_s - _J2000_S) / (36_525 * DAY_S)
    longitude = np.radians(280.46646 + century * (36000.76983 + century * 0.0003032))
    anomaly = np.radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = np.radians(
        np.sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + np.sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + np.sin(3 * anomaly) * 0.000289
    )
    node = np.radians(125.04 - 1934.136 * century)
    apparent = longitude + centre - np.radians(0.00569 + 0.00478 * np.sin(node))
    seconds = 21.448 - century * (46.815 + century * (0.00059 - century * 0.001813))
    tilt = np.radians(23 + (26 + seconds / 60) / 60 + 0.00256 * np.cos(node))
    y = np.tan(tilt / 2) ** 2
    equation = (
        y * np.sin(2 * longitude)
        - 2 * eccentricity * np.sin(anomaly)
        + 4 * eccentricity * y * np.sin(anomaly) * np.cos(2 * longitude)
        - 0.5 * y * y * np.sin(4 * longitude)
        - 1.25 * eccentricity**2 * np.sin(2 * anomaly)
    )
    return np.arcsin(np.sin(tilt) * np.sin(apparent)), np.degrees(4 * equation)
