"""The frame the city is drawn in: EPSG:4547, east then north, metres."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sample_data.gen.config import config

SRID = int(config()["storage_srid"])


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def project(points: Iterable[Sequence[float]]) -> list[tuple[float, float]]:
    """Lon, lat in degrees (CGCS2000) to east, north in metres, rounded to 0.01 m."""
    lonlat = np.asarray(list(points), dtype=float)
    east, north = _transformer(4490, SRID).transform(lonlat[:, 0], lonlat[:, 1])
    return [(round(float(e), 2), round(float(n), 2)) for e, n in zip(east, north, strict=True)]


def point(lon: float, lat: float) -> Point:
    """One place by lon, lat in degrees."""
    return Point(project([(lon, lat)])[0])


def line(points: Iterable[Sequence[float]]) -> LineString:
    """A line by lon, lat in degrees."""
    return LineString(project(points))


def polygon(points: Iterable[Sequence[float]]) -> Polygon:
    """An area by lon, lat in degrees."""
    return Polygon(project(points))


def to_crs(geometry: Any, srid: int) -> Any:
    """Geometry, or an array of them, from the frame to another CRS (x = east or lon)."""
    transformer = _transformer(SRID, srid)

    def move(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return shapely.transform(geometry, move)


def lonlat(east: float, north: float) -> tuple[float, float]:
    """East, north in metres to lon, lat in degrees, rounded to 1e-7 (about 1 cm)."""
    lon, lat = _transformer(SRID, 4490).transform(east, north)
    return round(float(lon), 7), round(float(lat), 7)


def snapped(geometry: BaseGeometry) -> BaseGeometry:
    """Geometry with coordinates rounded to 0.01 m, still valid."""
    return shapely.set_precision(geometry, 0.01)
