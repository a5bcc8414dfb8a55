"""Lines in space seen along an upright curtain: where they pass through it, and where they run beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Array = npt.NDArray[Any]

_SAME_M = 1e-3
_BESIDE = 3.0
"""What passes through runs beside the curtain too where it keeps near for more than this many reaches."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a line passes through the curtain.

    Attributes
    ----------
    station_m : float
        Metres along the curtain on the plan.
    place : tuple of float
        East, north and height; the height is NaN where the line's is not known.
    angle_deg : float
        Between the two on the plan, 0 to 90.
    """

    station_m: float
    place: tuple[float, float, float]
    angle_deg: float


@dataclass(frozen=True, slots=True)
class Beside:
    """A stretch of a line that keeps near the curtain.

    Attributes
    ----------
    path : ndarray of shape (n, 2)
        Stations and heights.
    places : ndarray of shape (n, 3)
        East, north and height of the same points.
    offset_m : float
        Nearest to the curtain on the plan.
    """

    path: Array
    places: Array
    offset_m: float


def stations(curtain: Array) -> Array:
    """Metres along a curtain to each of its corners, shape (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curtain[:, :2], axis=0), axis=1))])


def crossings(curtain: Array, line: Array) -> list[Crossing]:
    """Where a line passes through a curtain, in the order of the curtain.

    What runs within the curtain itself passes through nowhere.

    Parameters
    ----------
    curtain : ndarray of shape (n, 2)
        East, north.
    line : ndarray of shape (m, 3)
        East, north, height.
    """
    at = stations(curtain)
    p, r = curtain[:-1, None], np.diff(curtain, axis=0)[:, None]
    q, s = line[None, :-1, :2], np.diff(line[:, :2], axis=0)[None]
    cross = _cross(r, s)
    size = np.linalg.norm(r, axis=2) * np.linalg.norm(s, axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        t, u = _cross(q - p, s) / cross, _cross(q - p, r) / cross
        met = (np.abs(cross) > 1e-9 * size) & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1)
        angle = np.degrees(np.arcsin(np.clip(np.abs(cross) / size, 0, 1)))
    found = []
    for i, j in np.argwhere(met):
        place = line[j] + u[i, j] * (line[j + 1] - line[j])
        station = at[i] + t[i, j] * (at[i + 1] - at[i])
        found.append(
            Crossing(float(station), (float(place[0]), float(place[1]), float(place[2])), float(angle[i, j]))
        )
    found.sort(key=lambda one: one.station_m)
    # a corner belongs to two segments and is one place
    return [one for k, one in enumerate(found) if k == 0 or one.station_m - found[k - 1].station_m > _SAME_M]


def beside(curtain: Array, line: Array, within_m: float) -> list[Beside]:
    """Stretches of a line that keep within a distance of a curtain, without those that only pass through."""
    plan, flat = shapely.linestrings(curtain), shapely.linestrings(line[:, :2])
    if within_m <= 0:
        return []
    near: Any = shapely.intersection(flat, shapely.buffer(plan, within_m, cap_style="flat"))
    along = stations(line)
    through = [shapely.Point(one.place[:2]) for one in crossings(curtain, line)]
    found = []
    for piece in shapely.get_parts(shapely.line_merge(near) if near.geom_type == "MultiLineString" else near):
        if piece.geom_type != "LineString" or piece.is_empty:
            continue
        corners = shapely.get_coordinates(piece)
        far = np.asarray(shapely.line_locate_point(flat, shapely.points(corners)))
        order = np.argsort(far)
        heights = np.interp(far[order], along, line[:, 2])
        station = shapely.line_locate_point(plan, shapely.points(corners[order]))
        passes = any(piece.distance(point) < _SAME_M for point in through)
        if passes and float(np.ptp(station)) <= _BESIDE * within_m:
            continue
        found.append(
            Beside(
                np.column_stack([station, heights]),
                np.column_stack([corners[order], heights]),
                float(piece.distance(plan)),
            )
        )
    return found


def _cross(a: Array, b: Array) -> Array:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
