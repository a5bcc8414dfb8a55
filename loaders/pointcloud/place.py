"""From the coordinates of a file to a frame of its own on the globe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
from pyproj import CRS

from loaders.place import undefined
from twin.crs import GEOCENTRIC, WGS84, crs, transformer
from twin.errors import NotGeoreferenced

Array = npt.NDArray[np.float64]

_GEODETIC_3D = 4979
_SLACK_DEG = 3.0
_UNUSUAL_M = (-500.0, 9000.0)


@dataclass(slots=True)
class Way:
    """From the coordinates of a file to longitude, latitude and height.

    Attributes
    ----------
    system : CRS
        Of the file, or declared.
    declared : bool
        Whether a person said so.
    geoid_offset_m : float
        Ellipsoidal height minus stored height.
    warnings : list of str
        What the reader should know.
    """

    system: CRS
    declared: bool
    geoid_offset_m: float
    warnings: list[str] = field(default_factory=list)
    _unit_m: float = 1.0

    @classmethod
    def of(cls, stated: CRS | None, declared: str | None, geoid_offset_m: float) -> Way:
        """Decide what the coordinates mean.

        Raises
        ------
        NotGeoreferenced
            Nobody says, or what is said is no CRS of the Earth.
        """
        if declared is not None:
            way = cls(crs(declared), True, geoid_offset_m)
            if stated is not None and not stated.equals(way.system, ignore_axis_order=True):
                way.warnings.append(f"the file says {name(stated)}; taken as declared: {declared}")
        elif stated is None or undefined(stated.to_wkt()):
            raise NotGeoreferenced("the point cloud states no CRS; declare it with --crs EPSG:...")
        else:
            way = cls(stated, False, geoid_offset_m)
        way._unit_m = way._unit_of_heights()
        return way

    def lonlat(self, x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
        """Longitude and latitude in degrees, and metres above the datum of the city."""
        if self.system.is_geocentric:
            lon, lat, high = transformer(self.system.to_wkt(), _GEODETIC_3D).transform(x, y, z)
            return lon, lat, np.asarray(high) - self.geoid_offset_m
        lon, lat = transformer(self._plane.to_wkt(), WGS84).transform(x, y)
        return lon, lat, z * self._unit_m

    def require_plausible(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Longitude and latitude of the middle of the cloud, where it can lie.

        Raises
        ------
        NotGeoreferenced
            The coordinates cannot be of that CRS.
        """
        lon, lat, high = (float(v[0]) for v in self.lonlat(*(np.array([v]) for v in (x, y, z))))
        said = f"by {name(self.system)} the middle of the cloud would lie at lon {lon:.6g}, lat {lat:.6g}"
        if not (np.isfinite([lon, lat, high]).all() and abs(lon) <= 180 and abs(lat) <= 90):
            raise NotGeoreferenced(f"{said}; declare the right CRS with --crs")
        if not _UNUSUAL_M[0] <= high <= _UNUSUAL_M[1]:
            raise NotGeoreferenced(f"{said}, {high:.6g} m high; declare the right CRS with --crs")
        if not _inside(self._plane, lon, lat):
            if not self.declared:
                raise NotGeoreferenced(
                    f"{said}, outside its area of use; if that is right declare it with --crs"
                )
            self.warnings.append(f"{said}, outside its area of use")
        return lon, lat

    @property
    def _plane(self) -> CRS:
        return self.system.sub_crs_list[0] if self.system.is_compound else self.system

    def _unit_of_heights(self) -> float:
        if self.system.is_geocentric:
            return 1.0
        axes = self.system.axis_info
        if len(axes) > 2:
            return float(axes[2].unit_conversion_factor)
        if self.system.is_projected and abs(axes[0].unit_conversion_factor - 1) > 1e-9:
            self.warnings.append(
                f"the file does not state the unit of its heights; taken as {axes[0].unit_name}, as in plan"
            )
            return float(axes[0].unit_conversion_factor)
        self.warnings.append("the file states no height datum; taken as metres above the datum of the city")
        return 1.0


@dataclass(frozen=True, slots=True)
class Tangent:
    """East, north and up around a place on the ellipsoid.

    Attributes
    ----------
    lon, lat : float
        Where it stands, degrees.
    origin, axes : ndarray
        Geocentric metres; rows east, north, up.
    """

    lon: float
    lat: float
    origin: Array
    axes: Array

    @classmethod
    def at(cls, lon: float, lat: float) -> Tangent:
        """Stand one on the ellipsoid."""
        origin = np.array(transformer(_GEODETIC_3D, GEOCENTRIC).transform(lon, lat, 0.0))
        a, b = np.radians([lon, lat])
        axes = np.array(
            [
                [-np.sin(a), np.cos(a), 0.0],
                [-np.sin(b) * np.cos(a), -np.sin(b) * np.sin(a), np.cos(b)],
                [np.cos(b) * np.cos(a), np.cos(b) * np.sin(a), np.sin(b)],
            ]
        )
        return cls(lon, lat, origin, axes)

    def local(self, lon: Any, lat: Any, ellipsoidal_m: Any) -> Array:
        """Metres east, north, up; shape (n, 3)."""
        globe = np.column_stack(transformer(_GEODETIC_3D, GEOCENTRIC).transform(lon, lat, ellipsoidal_m))
        return np.asarray((globe - self.origin) @ self.axes.T)


def name(system: CRS) -> str:
    """Code of a CRS, or its name."""
    authority = system.to_authority(min_confidence=70)
    return ":".join(authority) if authority else system.name


def vertical(system: CRS) -> str | None:
    """Height datum a CRS states; None: none."""
    if not system.is_compound:
        return None
    return name(system.sub_crs_list[-1])


def _inside(system: CRS, lon: float, lat: float) -> bool:
    # WKT carries no area of use, the name of the authority leads to it
    authority = system.to_authority(min_confidence=70)
    area = pyproj.CRS.from_authority(*authority).area_of_use if authority else system.area_of_use
    if area is None or area.east < area.west:
        return True
    return (
        area.west - _SLACK_DEG <= lon <= area.east + _SLACK_DEG
        and area.south - _SLACK_DEG <= lat <= area.north + _SLACK_DEG
    )
