"""Check what a person wants to write: types, codes, geometry."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from psycopg.types.json import Jsonb
from shapely.geometry.base import BaseGeometry

from twin.catalogue.columns import LEVEL_M, integer, real
from twin.crs import WGS84, transformer, usable
from twin.database.connection import Connection
from twin.database.statements import statement
from twin.errors import Unprocessable
from twin.model.collection import Collection, Column, Kind
from twin.model.place import place

_SHARED = (
    integer("floor_no", "楼层", "Floor", within=(-99, 999)),
    integer("building_id", "建筑", "Building"),
    real("z_min_m", "最低高程", "Lowest level", unit="m", within=LEVEL_M),
    real("z_max_m", "最高高程", "Highest level", unit="m", within=LEVEL_M),
)
"""Columns of every collection that may be edited by hand."""

_LONGEST_TEXT = 10_000
_MOST_POINTS = 100_000
_YEARS = (1000, 2200)


def checked_values(
    connection: Connection,
    collection: Collection,
    properties: Mapping[str, Any],
    circles: frozenset[str],
    srid: int,
) -> dict[str, Any]:
    """Values as the database takes them; `srid` is the storage CRS.

    Raises
    ------
    Unprocessable
        Names the property and what it should be.
    """
    columns = {c.name: c for c in collection.listed_columns if c.access in circles}
    columns |= {column.name: column for column in _SHARED}
    values: dict[str, Any] = {}
    for name, value in properties.items():
        column = columns.get(name)
        if column is None:
            raise Unprocessable(
                f"property '{name[:80]}': collection '{collection.name}' has no such column to write;"
                f" it has {', '.join(columns)}"
            )
        values[name] = None if value is None else _checked(column, value, srid)
        if column.code_list is not None and value is not None:
            _check_code(connection, column, value)
    if values.get("floor_no") == 0:
        raise Unprocessable("property 'floor_no': there is no floor 0; floors count ... -2, -1, 1, 2 ...")
    return values


def checked_geometry(collection: Collection, geojson: Mapping[str, Any], srid: int) -> BaseGeometry:
    """Geometry in the storage CRS, of the collection's type.

    Parameters
    ----------
    collection : Collection
        What type it must have; a single part becomes a multi geometry.
    geojson : mapping
        GeoJSON geometry, longitude and latitude in degrees (CRS84).
    srid : int
        EPSG code of the storage CRS.

    Raises
    ------
    Unprocessable
        No geometry of that type, invalid, empty, or outside the storage CRS.
    """
    wanted = collection.geometry
    if wanted is None:
        raise Unprocessable(f"collection '{collection.name}' has no geometry")
    try:
        geometry = shapely.from_geojson(json.dumps(geojson))
    except (shapely.errors.GEOSException, ValueError, TypeError) as error:
        raise Unprocessable(f"geometry: not a GeoJSON geometry ({error})") from None
    if shapely.is_empty(geometry):
        raise Unprocessable("geometry: it is empty")
    if shapely.get_num_coordinates(geometry) > _MOST_POINTS:
        raise Unprocessable(f"geometry: more than {_MOST_POINTS} points")
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise Unprocessable("geometry: a coordinate is not a finite number")
    if not geometry.is_valid:
        raise Unprocessable(f"geometry: {shapely.is_valid_reason(geometry)}")
    geometry = _typed(geometry, wanted)
    west, south, east, north = geometry.bounds
    if not usable(srid, west, south, east, north):
        raise Unprocessable(
            f"geometry: {west:.4f},{south:.4f} to {east:.4f},{north:.4f} is outside the city's coordinate"
            f" system EPSG:{srid}; give longitude, latitude"
        )
    to_storage = transformer(WGS84, srid)

    def place(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        east_north = np.column_stack(to_storage.transform(points[:, 0], points[:, 1]))
        return np.column_stack([east_north, points[:, 2:]])

    return shapely.transform(geometry, place, include_z=wanted.endswith("Z"))


def _typed(geometry: BaseGeometry, wanted: str) -> BaseGeometry:
    flat = wanted.removesuffix("Z")
    if wanted.endswith("Z") and not geometry.has_z:
        raise Unprocessable(f"geometry: {wanted} needs heights; give a third number, metres")
    if not wanted.endswith("Z"):
        geometry = shapely.force_2d(geometry)
    if flat in ("Geometry", geometry.geom_type):
        return geometry
    if isinstance(geometry, shapely.Polygon) and flat == "MultiPolygon":
        return shapely.MultiPolygon([geometry])
    if isinstance(geometry, shapely.LineString) and flat == "MultiLineString":
        return shapely.MultiLineString([geometry])
    raise Unprocessable(f"geometry: a {geometry.geom_type} is given where a {flat} is needed")


def _check_code(connection: Connection, column: Column, value: Any) -> None:
    row = connection.execute(
        statement("twin.store", "codes_of").encode(), {"list": column.code_list}
    ).fetchone()
    codes = row["codes"] if row else None
    # a city without the code list cannot say what is wrong
    if codes and str(value) not in codes:
        raise Unprocessable(
            f"property '{column.name}': '{str(value)[:60]}' is not in code list '{column.code_list}';"
            f" it has {', '.join(codes)}"
        )


def _checked(column: Column, value: Any, srid: int) -> Any:
    try:
        if column.kind == "place":
            return Jsonb(place(value, srid))
        read = _READERS[column.kind](value)
    except (ValueError, TypeError, OverflowError) as error:
        raise Unprocessable(f"property '{column.name}': {error}") from None
    if column.limits is not None and not column.limits[0] <= read <= column.limits[1]:
        low, high = column.limits
        raise Unprocessable(f"property '{column.name}': {read:g} is not between {low:g} and {high:g}")
    return read


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("must be a text")
    if len(value) > _LONGEST_TEXT:
        raise ValueError(f"is longer than {_LONGEST_TEXT} characters")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**31 - 1:
        raise ValueError("must be a whole number")
    return value


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("must be a finite number")
    return float(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("must be true, false or null")
    return value


def _date(value: Any) -> date:
    try:
        day = date.fromisoformat(_text(value))
    except ValueError:
        raise ValueError("must be a date such as 2026-11-20") from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise ValueError(f"{day} is not between the years {_YEARS[0]} and {_YEARS[1]}")
    return day


def _timestamp(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("must be an instant with zone such as 2026-11-20T08:00:00Z")
    return moment


def _list_of(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def reader(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise TypeError("must be a list")
        return [read(item) for item in value]

    return reader


_READERS: dict[Kind, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "real": _real,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
    "json": Jsonb,
    "text_array": _list_of(_text),
    "integer_array": _list_of(_integer),
}
