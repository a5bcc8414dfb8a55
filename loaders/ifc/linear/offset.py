"""Curves at an offset from another: edges of a road, stripes, girders (IfcOffsetCurveByDistances)."""

from __future__ import annotations

from typing import Any

import numpy as np

from loaders.ifc.linear.along import along_of
from loaders.ifc.linear.course import CHORD_M, Course, Floats
from loaders.ifc.linear.layout import Unresolved

_FINER = 4.0
"""The line is sampled this much finer than it is stored: an offset outward widens the error of a chord."""


def offset_points(basis: Course, offsets: list[tuple[float, float, float, float]]) -> Floats:
    """Vertices of an offset curve.

    Between two stated offsets they change evenly; before the first and after the last they go on as
    they are (IFC 4.3 ADD2, IfcOffsetCurveByDistances).

    Parameters
    ----------
    basis : Course
        The curve they are measured from.
    offsets : list of (distance, left, up, along), metres
        Up is square to the tangent of the basis curve, as everywhere by distance.

    Returns
    -------
    ndarray of shape (n, 3)
        Metres; z is NaN where the basis curve has no height.
    """
    stated = np.array(sorted(offsets), dtype=np.float64)
    marks = stated[:, 0][(stated[:, 0] > 0) & (stated[:, 0] < basis.length_m)]
    at = np.unique(np.concatenate([basis.distances(CHORD_M / _FINER), marks]))
    left, up, along = (np.interp(at, stated[:, 0], stated[:, column]) for column in (1, 2, 3))
    points, headings = basis.plan(at)
    heights, slopes = basis.profile(at)
    known = ~np.isnan(heights)
    slopes = np.where(known, slopes, 0.0)
    rise = np.hypot(1.0, slopes)
    cos, sin = np.cos(headings), np.sin(headings)
    x = np.column_stack([cos / rise, sin / rise, slopes / rise])
    y = np.column_stack([-sin, cos, np.zeros(len(at))])
    z = np.cross(x, y)
    found = np.column_stack([points, np.where(known, heights, np.nan)])
    return found + along[:, None] * x + left[:, None] * y + up[:, None] * z


def read_offsets(curve: Any, length_m: float) -> list[tuple[float, float, float, float]]:
    """Offsets of an IfcOffsetCurveByDistances, metres.

    Raises
    ------
    Unresolved
        One is no point by distance, or they are measured along another curve.
    """
    found = []
    for point in curve.OffsetValues:
        place = along_of(point, length_m)
        if place.curve is not None and place.curve != curve.BasisCurve:
            raise Unresolved("its offsets are measured along another curve than its own")
        found.append((place.distance_m, place.lateral_m, place.vertical_m, place.longitudinal_m))
    if not found:
        raise Unresolved("it states no offset")
    return found
