"""Coordinates to the storage CRS, by rules that keep a city out of the sea.

No CRS is refused, never guessed. What a source states is believed only if its
coordinates can lie there: swapped axes, zone-prefixed eastings under a CRS without
prefix, and a CRS of another part of the world are explained and refused. GCJ-02 and
BD-09 are undone when *declared*, and flagged as approximate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from loaders import offset
from twin.crs import CGCS2000, WGS84, crs, transformer
from twin.errors import NotGeoreferenced

Geometries = npt.NDArray[np.object_]
XY = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]

_OFFSETS: dict[str, Callable[[Any, Any], XY]] = {
    "gcj02": offset.wgs84_from_gcj02,
    "bd09": offset.wgs84_from_bd09,
}
_MARGIN_DEG = 1.5
"""How far outside its stated area a CRS is still taken to be meant."""
_ZONE_M = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Stated:
    """Where a source says its coordinates lie.

    Attributes
    ----------
    file_crs : str or None
        What the file says.
    declared : str or None
        What a person says; wins over the file. Also `gcj02`, `bd09`, `wgs84`, `cgcs2000`.
    """

    file_crs: str | None
    declared: str | None = None


@dataclass(slots=True)
class Placement:
    """The way from a source's coordinates to the storage CRS.

    Attributes
    ----------
    source : CRS
        CRS of the coordinates after an offset system was undone.
    undo : callable or None
        Undoes GCJ-02 or BD-09.
    storage_srid : int
        EPSG code of the storage CRS.
    facts : dict
        For the load report: how the place was found and whether it is approximate.
    warnings : list of str
        What the reader should know.
    """

    source: CRS
    undo: Callable[[Any, Any], XY] | None
    storage_srid: int
    facts: dict[str, Any]
    warnings: list[str] = field(default_factory=list)

    def apply(self, geometry: Geometries) -> Geometries:
        """Transform; heights are kept. A point PROJ cannot transform becomes infinite (and is rejected)."""
        storage = crs(self.storage_srid)
        if self.undo is None and self.source.equals(storage, ignore_axis_order=True):
            return geometry
        coordinates = shapely.get_coordinates(geometry, include_z=bool(shapely.has_z(geometry).any()))
        x, y = coordinates[:, 0], coordinates[:, 1]
        if self.undo is not None:
            x, y = self.undo(x, y)
        x, y = transformer(self.source.to_wkt(), self.storage_srid).transform(x, y)
        coordinates[:, 0], coordinates[:, 1] = x, y
        return np.asarray(shapely.set_coordinates(geometry.copy(), coordinates), dtype=object)


def outside(bounds: npt.NDArray[np.float64], storage_srid: int) -> npt.NDArray[np.bool_]:
    """Where the bounds of placed shapes reach out of the area the storage CRS is made for."""
    west, south, east, north = _storage_box(storage_srid)
    with np.errstate(invalid="ignore"):
        beside = (
            (bounds[:, 0] < west) | (bounds[:, 1] < south) | (bounds[:, 2] > east) | (bounds[:, 3] > north)
        )
    return np.asarray(beside)


@lru_cache(maxsize=8)
def _storage_box(storage_srid: int) -> tuple[float, float, float, float]:
    system = crs(storage_srid)
    area = system.area_of_use
    if area is None or area.west > area.east:
        return (-np.inf, -np.inf, np.inf, np.inf)
    box = (
        area.west - _MARGIN_DEG,
        area.south - _MARGIN_DEG,
        area.east + _MARGIN_DEG,
        area.north + _MARGIN_DEG,
    )
    west, south, east, north = transformer(WGS84, storage_srid).transform_bounds(*box)
    return (float(west), float(south), float(east), float(north))


def placement(stated: Stated, storage_srid: int, sample: Geometries) -> Placement:
    """Decide how a source is placed.

    Parameters
    ----------
    stated : Stated
        What the file and the person say.
    storage_srid : int
        EPSG code of the storage CRS.
    sample : ndarray of geometry
        Some of the source's shapes, in its own coordinates; may be empty.

    Raises
    ------
    NotGeoreferenced
        No CRS, an unknown one, or one the coordinates cannot lie in; the message says what to do.
    """
    points = shapely.get_coordinates(sample[~shapely.is_missing(sample)]) if len(sample) else np.empty((0, 2))
    points = points[np.isfinite(points).all(axis=1)]
    middle = np.median(points, axis=0) if len(points) else None
    wanted = (stated.declared or "").strip().lower().replace("-", "")
    if wanted in _OFFSETS:
        return _offset_placement(wanted, storage_srid, middle)
    file_crs = None if undefined(stated.file_crs) else stated.file_crs
    name = {"wgs84": f"EPSG:{WGS84}", "cgcs2000": f"EPSG:{CGCS2000}"}.get(wanted, stated.declared or file_crs)
    if not name:
        raise NotGeoreferenced(
            "the source states no coordinate reference system; declare it with --crs or crs= in the mapping. "
            + _proposal(middle, storage_srid)
        )
    source = crs(name)
    warnings = []
    if stated.declared and file_crs and not source.equals(crs(file_crs), ignore_axis_order=True):
        warnings.append(f"declared as {_name(source)}, although the file says {_name(crs(file_crs))}")
    if middle is not None:
        _require_plausible(source, storage_srid, middle)
    facts = {
        "source_crs": _name(source),
        "storage_crs": f"EPSG:{storage_srid}",
        "stated_by": "declaration" if stated.declared else "file",
        "approximate": False,
    }
    return Placement(source, None, storage_srid, facts, warnings)


def undefined(file_crs: str | None) -> bool:
    """Whether a file states a CRS that is none: GeoPackage's 'Undefined', or the plane of a drawing."""
    if not file_crs:
        return True
    system = crs(file_crs)
    return system.name.lower().startswith("undefined") or system.is_engineering


def _offset_placement(system: str, storage_srid: int, middle: Any) -> Placement:
    if middle is not None:
        west, south, east, north = offset.CHINA
        if not (west <= middle[0] <= east and south <= middle[1] <= north):
            raise NotGeoreferenced(
                f"declared as {system.upper()}, which is longitude, latitude in China, but the "
                f"coordinates are around {middle[0]:g}, {middle[1]:g}"
            )
        _require_plausible(crs(WGS84), storage_srid, middle)
    label = {"gcj02": "GCJ-02", "bd09": "BD-09"}[system]
    facts = {
        "source_crs": label,
        "storage_crs": f"EPSG:{storage_srid}",
        "stated_by": "declaration",
        "approximate": True,
    }
    warning = f"{label} undone by the public formula: positions are approximate (about 1 m)"
    return Placement(crs(WGS84), _OFFSETS[system], storage_srid, facts, [warning])


def _require_plausible(source: CRS, storage_srid: int, middle: Any) -> None:
    """Refuse coordinates that cannot lie in the CRS, saying what they look like."""
    x, y = float(middle[0]), float(middle[1])
    name = _name(source)
    if source.is_geographic and not (abs(x) <= 360 and abs(y) <= 90):
        raise NotGeoreferenced(
            f"{name} has degrees, but the coordinates are around {x:g}, {y:g}. "
            + (
                "They look like latitude, longitude: swap x and y in the mapping."
                if abs(x) <= 90 and abs(y) <= 360
                else _proposal(middle, storage_srid)
            )
        )
    place = _lon_lat(source, x, y)
    here = _lon_lat(crs(storage_srid), *_false_origin(crs(storage_srid)))
    if place is not None and _inside(source, place) and _inside(crs(storage_srid), place):
        return
    swapped = _lon_lat(source, y, x)
    if swapped is not None and _inside(source, swapped) and _inside(crs(storage_srid), swapped):
        raise NotGeoreferenced(
            f"the coordinates around {x:.0f}, {y:.0f} fit {name} only as north, east; "
            "ours are always east, north: swap x and y in the mapping"
        )
    _explain_zone(source, x, name)
    where = f"lon {place[0]:.3f}, lat {place[1]:.3f}" if place else f"{x:g}, {y:g}, which it cannot transform"
    raise NotGeoreferenced(
        f"by {name} the data lie at {where}: outside the area of "
        + (
            f"{name} itself"
            if place is None or not _inside(source, place)
            else f"this city (EPSG:{storage_srid})"
        )
        + (f", which is around lon {here[0]:.1f}" if here else "")
        + "; declare the right CRS with --crs, or use a database with another TWIN_STORAGE_SRID"
    )


def _explain_zone(source: CRS, x: float, name: str) -> None:
    """Gauss-Kruger eastings with and without the zone number in front."""
    easting, _ = _false_origin(source)
    prefix = int(x // _ZONE_M)
    if source.is_projected and easting < _ZONE_M and 13 <= prefix <= 60:
        raise NotGeoreferenced(
            f"the eastings ({x:.0f}) carry zone {prefix} in front, but {name} has none: "
            f"declare the CRS of the zone, as EPSG:{4513 + prefix - 25} for a 3-degree zone of CGCS2000"
            if 25 <= prefix <= 45
            else f"the eastings ({x:.0f}) carry zone {prefix} in front, but {name} has none: "
            "declare the CRS whose name says 'zone'"
        )
    if source.is_projected and easting > 13 * _ZONE_M and x < _ZONE_M:
        zone = int(easting // _ZONE_M)
        raise NotGeoreferenced(
            f"{name} puts zone {zone} in front of its eastings, but these ({x:.0f}) have none: "
            "declare the CRS by its central meridian, "
            f"as EPSG:{4534 + zone - 25} for a 3-degree zone of CGCS2000"
        )


def _proposal(middle: Any, storage_srid: int) -> str:
    if middle is None:
        return ""
    x, y = float(middle[0]), float(middle[1])
    seen = f"The coordinates are around {x:g}, {y:g}"
    if abs(x) <= 180 and abs(y) <= 90:
        return f"{seen}: perhaps degrees (EPSG:4490, EPSG:4326), or gcj02 / bd09 if from a Chinese web map."
    place = _lon_lat(crs(storage_srid), x, y)
    if place is not None and _inside(crs(storage_srid), place):
        return f"{seen}: perhaps EPSG:{storage_srid}, the CRS of this city."
    prefix = int(x // _ZONE_M)
    if 25 <= prefix <= 45:
        return f"{seen}: the eastings carry zone {prefix} in front, perhaps EPSG:{4513 + prefix - 25}."
    return f"{seen}."


def _false_origin(system: CRS) -> tuple[float, float]:
    operation = system.coordinate_operation
    values = {p.name: p.value for p in operation.params} if operation is not None else {}
    return float(values.get("False easting", 0.0)), float(values.get("False northing", 0.0))


def _lon_lat(source: CRS, x: float, y: float) -> tuple[float, float] | None:
    lon, lat = transformer(source.to_wkt(), WGS84).transform(x, y)
    return (float(lon), float(lat)) if np.isfinite([lon, lat]).all() else None


def _inside(system: CRS, place: tuple[float, float]) -> bool:
    area = system.area_of_use
    if area is None:
        return True
    lon, lat = place
    east = area.east + 360.0 if area.east < area.west else area.east
    return (
        area.west - _MARGIN_DEG
        <= (lon + 360.0 if lon < area.west - _MARGIN_DEG else lon)
        <= east + _MARGIN_DEG
        and area.south - _MARGIN_DEG <= lat <= area.north + _MARGIN_DEG
    )


def _name(system: CRS) -> str:
    authority = system.to_authority(min_confidence=70)
    return ":".join(authority) if authority else system.name
