"""From a model's statement of its place to one 4x4 matrix into the storage CRS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Geod

from loaders.ifc.mapscale import inside_area_of_use
from twin.crs import crs as read_crs
from twin.crs import transformer

REACH_M = 1e8
"""Coordinates beyond are no place on Earth, whatever their grid; some exporters write 1E308 for unknown."""

Matrix = npt.NDArray[np.float64]

_STEP_M = 100.0
"""Length over which the difference between two grids is taken as constant; it errs by
under a millimetre over a building."""
_WIDEST_SCALE = 0.02
"""Grids of the same ground differ by less; more means the model or its CRS is wrong."""


def storage_matrix(georeference: dict[str, Any], srid: int) -> tuple[Matrix | None, str | None]:
    """Matrix from model metres to storage east, north, up, or why there is none.

    Parameters
    ----------
    georeference : dict
        `Georeference.as_dict()`.
    srid : int
        EPSG code of the storage CRS, projected, metres.

    Returns
    -------
    matrix : ndarray of shape (4, 4) or None
        `matrix @ (x, y, z, 1)`; None: the model needs placing.
    reason : str or None
        Why it does.
    """
    if georeference["level"] == "needs-placing":
        return None, georeference["reason"]
    east, north, up = georeference["origin"]
    source, target = read_crs(georeference["crs"]), read_crs(srid)
    plane = _geographic_frame(source, target, east, north) if source.is_geographic else None
    if plane is None:
        plane = _projected_frame(source, target, east, north)
    (e, n), axes = plane
    if not np.isfinite([e, n]).all() or not inside_area_of_use(target, e, n):
        return None, (
            f"the model's place (east {east:g}, north {north:g} in {georeference['crs']}) lies outside "
            f"the area of this city's coordinate system EPSG:{srid}"
        )
    stretch = np.linalg.norm(axes, axis=0)
    if np.abs(stretch - 1.0).max() > _WIDEST_SCALE:
        return None, f"one metre of {georeference['crs']} would be {stretch.max():.3f} m in EPSG:{srid}"
    cos, sin = georeference["x_axis"]
    matrix = np.eye(4)
    matrix[:2, :2] = axes @ np.array([[cos, -sin], [sin, cos]]) * georeference["scale"]
    matrix[2, 2] = georeference["scale"]
    matrix[:3, 3] = np.array([e, n, up]) - matrix[:3, :3] @ np.asarray(georeference["anchor"], dtype=float)
    return matrix, None


def elevation_in(place: Matrix | None) -> Callable[[float], float | None]:
    """Model metres up -> storage height; None where the model has no place."""
    if place is None:
        return lambda _z: None
    return lambda z: round(float(place[2, 2] * z + place[2, 3]), 4)


def _projected_frame(
    source: CRS, target: CRS, east: float, north: float
) -> tuple[tuple[float, float], npt.NDArray[np.float64]]:
    if source.equals(target, ignore_axis_order=True):
        return (east, north), np.eye(2)
    unit = source.axis_info[0].unit_conversion_factor or 1.0
    step = _STEP_M / unit
    # the origin is in metres; a grid in feet wants feet
    x, y = east / unit, north / unit
    to_storage = transformer(source.to_wkt(), target.to_epsg() or target.to_wkt())
    es, ns = to_storage.transform([x, x + step, x], [y, y, y + step])
    return (es[0], ns[0]), _axes(es, ns)


def _geographic_frame(
    source: CRS, target: CRS, lon: float, lat: float
) -> tuple[tuple[float, float], npt.NDArray[np.float64]]:
    geod = source.get_geod() or Geod(ellps="WGS84")
    lons, lats, _ = geod.fwd([lon] * 3, [lat] * 3, [90.0, 90.0, 0.0], [0.0, _STEP_M, _STEP_M])
    to_storage = transformer(source.to_wkt(), target.to_epsg() or target.to_wkt())
    es, ns = to_storage.transform(lons, lats)
    return (es[0], ns[0]), _axes(es, ns)


def _axes(es: list[float], ns: list[float]) -> npt.NDArray[np.float64]:
    """Columns: one metre of source east and one of source north, in storage metres."""
    return np.array([[es[1] - es[0], es[2] - es[0]], [ns[1] - ns[0], ns[2] - ns[0]]]) / _STEP_M
