"""Which bodies stand in the way of rays that all begin at one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Array = npt.NDArray[Any]

_SLIVER = 1e-12


def meet_boxes(boxes: Array, ways: Array) -> Array:
    """Which rays meet which boxes, shape (boxes, rays); by slabs (Kay and Kajiya, 1986).

    Parameters
    ----------
    boxes : ndarray of shape (n, 2, 3)
        Lower and upper corners, metres from where the rays begin.
    ways : ndarray of shape (m, 3)
        Directions.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        near = boxes[:, None, 0] / ways[None]
        far = boxes[:, None, 1] / ways[None]
    # a ray along a slab: 0 / 0 is on its border and counts as inside
    low = np.fmin(near, far).max(axis=2, initial=-np.inf, where=~np.isnan(near) & ~np.isnan(far))
    high = np.fmax(near, far).min(axis=2, initial=np.inf, where=~np.isnan(near) & ~np.isnan(far))
    return np.asarray((high >= low) & (high > 0))


def meet_faces(faces: Sequence[Any], ways: Array, least_m: float) -> Array:
    """Which rays meet any of some plane faces; a face may have holes.

    Parameters
    ----------
    faces : sequence of Polygon Z
        Corners in metres from where the rays begin.
    ways : ndarray of shape (m, 3)
        Unit vectors.
    least_m : float
        What is nearer does not count: the face the rays leave.
    """
    met = np.zeros(len(ways), bool)
    for face in faces:
        corners = shapely.get_coordinates(face.exterior, include_z=True)
        normal = np.cross(corners[:-1], corners[1:]).sum(axis=0)
        size = np.linalg.norm(normal)
        if size < _SLIVER:
            continue
        normal /= size
        slope = ways @ normal
        crosses = np.flatnonzero(~met & (np.abs(slope) > _SLIVER))
        far = (corners[:-1] @ normal).mean() / slope[crosses]
        crosses, far = crosses[far > least_m], far[far > least_m]
        if not crosses.size:
            continue
        # seen along the axis it faces most, a face keeps its shape
        axes = np.argsort(np.abs(normal))
        at = (ways[crosses] * far[:, None])[:, axes]
        flat = _turned(face, axes)
        met[crosses[shapely.intersects_xy(flat, at[:, 0], at[:, 1])]] = True
    return met


def _turned(face: Any, axes: Array) -> Any:
    """A face with its coordinates in another order."""
    return shapely.transform(face, lambda corners: corners[:, axes], include_z=True)


def meet_triangles(corners: Array, ways: Array, least_m: float) -> Array:
    """Which rays meet any of some triangles (Moeller and Trumbore, 1997).

    Parameters
    ----------
    corners : ndarray of shape (n, 3, 3)
        Metres from where the rays begin.
    ways : ndarray of shape (m, 3)
        Unit vectors.
    least_m : float
        What is nearer does not count.
    """
    met = np.zeros(len(ways), bool)
    first, along, across = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    other = np.cross(-first, along)
    reach = np.einsum("ij,ij->i", across, other)
    for number, way in enumerate(ways):
        side = np.cross(way, across)
        size = np.einsum("ij,ij->i", along, side)
        with np.errstate(divide="ignore", invalid="ignore"):
            u = np.einsum("ij,ij->i", -first, side) / size
            v = other @ way / size
            far = reach / size
            met[number] = bool(
                ((np.abs(size) > _SLIVER) & (u >= 0) & (v >= 0) & (u + v <= 1) & (far > least_m)).any()
            )
    return met
