"""From the storage CRS to a local frame on the globe, vertex by vertex.

The frame stands on the ellipsoid, x east, y north, z up. Grid convergence, scale and the
curvature of the earth are not assumed anywhere: each point goes through PROJ, or through a
biquadratic patch that was fitted to PROJ and compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tiles.address import Box
from twin.crs import GEOCENTRIC, WGS84, transformer
from twin.errors import InvalidParameter

Array = npt.NDArray[np.float64]

_GEODETIC_3D = 4979
_PATCH_ERROR_M = 0.001
"""A patch that is further off than this between its nodes is not used."""
_UP_M = 1000.0
_RISE = np.array([0.0, 0.0, _UP_M])
_NODES = 9
_PLACES = np.array(
    [(u, v) for u in (-1.0, 0.0, 1.0) for v in (-1.0, 0.0, 1.0)]
    + [(u, v) for u in (-0.6, 0.55) for v in (-0.55, 0.6)]
)
"""Nodes of a patch, and places between them where it is compared."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A right-handed east, north, up frame.

    Attributes
    ----------
    srid : int
        Storage CRS its points come from.
    geoid_offset_m : float
        Ellipsoidal height minus stored height.
    origin : ndarray of shape (3,)
        Geocentric (EPSG:4978), metres.
    axes : ndarray of shape (3, 3)
        Rows: east, north and up as geocentric unit vectors.
    """

    srid: int
    geoid_offset_m: float
    origin: Array
    axes: Array

    @classmethod
    def at(cls, east: float, north: float, srid: int, geoid_offset_m: float) -> Frame:
        """Stand a frame on the ellipsoid under a place of the storage CRS.

        Raises
        ------
        InvalidParameter
            The place is outside what the CRS can project.
        """
        lon, lat = transformer(srid, WGS84).transform(east, north)
        if not (np.isfinite(lon) and np.isfinite(lat)):
            raise InvalidParameter(
                "origin", f"{east}, {north} is outside EPSG:{srid}; take it from tileset.json"
            )
        origin = np.array(transformer(_GEODETIC_3D, GEOCENTRIC).transform(lon, lat, 0.0))
        a, b = np.radians([lon, lat])
        axes = np.array(
            [
                [-np.sin(a), np.cos(a), 0.0],
                [-np.sin(b) * np.cos(a), -np.sin(b) * np.sin(a), np.cos(b)],
                [np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)],
            ]
        )
        return cls(srid, geoid_offset_m, origin, axes)

    @property
    def transform(self) -> list[float]:
        """Local to geocentric, 4 x 4, column-major as 3D Tiles has it."""
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = self.axes.T, self.origin
        return [float(value) for value in matrix.T.ravel()]

    def exact(self, points: Array) -> Array:
        """East, north and stored height to local metres, by PROJ."""
        lon, lat = transformer(self.srid, WGS84).transform(points[:, 0], points[:, 1])
        height = points[:, 2] + self.geoid_offset_m
        geocentric = np.column_stack(transformer(_GEODETIC_3D, GEOCENTRIC).transform(lon, lat, height))
        return np.asarray((geocentric - self.origin) @ self.axes.T)

    def patch(self, box: Box) -> Patch:
        """Fit a patch to a box of the storage CRS."""
        return Patch(self, box)


class Patch:
    """What `Frame.exact` gives, faster, for points in and near a box.

    Straight up the geocentric position is linear in height, so two biquadratic surfaces do:
    the ellipsoid, and the direction up.

    Parameters
    ----------
    frame : Frame
        Where the points go.
    box : tuple of float
        west, south, east, north in storage metres.
    """

    def __init__(self, frame: Frame, box: Box) -> None:
        west, south, east, north = box
        self._frame = frame
        self._middle = np.array([(west + east) / 2, (south + north) / 2])
        self._half = np.array([max((east - west) / 2, 1.0), max((north - south) / 2, 1.0)])
        self._base, self._up = np.zeros((9, 3)), np.zeros((9, 3))
        base, up = self._ask(_PLACES)
        terms = _terms(*_PLACES.T).T
        nodes, between = slice(0, _NODES), slice(_NODES, None)
        self._base, self._up = (np.linalg.solve(terms[nodes], asked[nodes]) for asked in (base, up))
        error = np.abs(terms[between] @ self._base - base[between]).max()
        error += 500 * np.abs(terms[between] @ self._up - up[between]).max()
        self._fits = bool(error < _PATCH_ERROR_M)

    def local(self, points: Array) -> Array:
        """East, north and stored height to local metres."""
        if not self._fits:
            return self._frame.exact(points)
        u, v = ((points[:, i] - self._middle[i]) / self._half[i] for i in (0, 1))
        # a term a row: a product of matrices this thin is several times as slow the other way about
        terms = _terms(u, v)
        height = points[:, 2] + self._frame.geoid_offset_m
        return np.ascontiguousarray((self._base.T @ terms + height * (self._up.T @ terms)).T)

    def _ask(self, places: Array) -> tuple[Array, Array]:
        plan = places * self._half + self._middle
        ground = np.column_stack([plan, np.full(len(plan), -self._frame.geoid_offset_m)])
        # one call: what PROJ needs to begin is more than a place needs
        base, high = np.split(self._frame.exact(np.vstack([ground, ground + _RISE])), 2)
        return base, (high - base) / _UP_M


def _terms(u: Array, v: Array) -> Array:
    terms = np.empty((9, len(u)))
    for i, term in enumerate((1.0, u, v, u * u, u * v, v * v, u * u * v, u * v * v, u * u * v * v)):
        terms[i] = term
    return terms
