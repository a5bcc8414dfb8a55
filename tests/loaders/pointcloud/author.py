"""Writes LAS files whose points are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import laspy
import numpy as np
from pyproj import CRS

EAST_M, NORTH_M = 513_400.0, 2_494_400.0


def write(
    path: Path,
    points: np.ndarray,
    *,
    crs: str | None = "EPSG:4547",
    classes: Any = 2,
    colours: np.ndarray | None = None,
    withheld: np.ndarray | None = None,
    scale: float = 0.001,
) -> Path:
    """A LAS 1.4 file (LAZ by its suffix) of east, north and height."""
    header = laspy.LasHeader(point_format=7 if colours is not None else 6, version="1.4")
    header.offsets, header.scales = np.floor(points.min(axis=0)), np.full(3, scale)
    if crs is not None:
        header.add_crs(CRS.from_user_input(crs))
    cloud = laspy.LasData(header)
    cloud.x, cloud.y, cloud.z = points.T
    cloud.classification = np.broadcast_to(np.asarray(classes, np.uint8), len(points)).copy()
    cloud.intensity = (np.arange(len(points)) % 1000).astype(np.uint16)
    if colours is not None:
        cloud.red, cloud.green, cloud.blue = colours.T
    if withheld is not None:
        cloud.withheld = withheld
    cloud.write(path)
    return path


def hillside(count: int, side_m: float = 400.0, seed: int = 5) -> np.ndarray:
    """Points on a slope with a tower of 60 m in the middle."""
    random = np.random.default_rng(seed)
    plan = random.uniform(0, side_m, (count, 2))
    high = 20 + plan[:, 0] * 0.1 + np.where(np.abs(plan - side_m / 2).max(axis=1) < 10, 60, 0)
    return np.column_stack([EAST_M + plan[:, 0], NORTH_M + plan[:, 1], high])
