"""The millimetre trap: what scale a map conversion must have, and which reading of it makes sense.

A file in millimetres needs `Scale` 0.001 to reach a map in metres. Many programs
write 1 or nothing, and some write the eastings in millimetres too. The units say
what the scale has to be; the CRS's area of use says which eastings can be meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pyproj import CRS

from twin.crs import WGS84, transformer

_TOLERANCE = 0.01
"""A surveyor's combined factor is 0.9990 to 1.0010; a wrong unit is 25 times off and more."""
_MARGIN_DEG = 0.5


@dataclass(slots=True)
class MapScale:
    """One reading of a map conversion: metres of the CRS and map metres in a model metre."""

    east: float = 0.0
    north: float = 0.0
    up: float = 0.0
    scale: float = 1.0
    approximate: bool = False
    reason: str | None = None
    warnings: list[str] = field(default_factory=list)


def map_scale(values: dict[str, Any], crs: CRS, length_m: float) -> MapScale:
    """Choose the reading that the units and the area of use allow.

    Parameters
    ----------
    values : dict
        `eastings, northings, height, scale, map_unit` (metres a map unit, None: not
        stated) and `si` (True where the numbers were converted to metres already).
    crs : pyproj.CRS
        The target CRS.
    length_m : float
        Metres in a length unit of the file.
    """
    chosen = MapScale()
    # Without a map unit the schema takes the project's length unit.
    stated_unit = values.get("map_unit")
    unit = stated_unit or (1.0 if values.get("si") else length_m)
    expected = length_m / unit
    declared = values.get("scale")
    factor = (1.0 if declared is None else float(declared)) / expected
    if abs(factor - 1.0) <= _TOLERANCE:
        chosen.scale = factor
    elif declared in (None, 0, 1):
        # In a file without map unit both readings of the scale are common; the units decide.
        chosen.approximate = True
        chosen.warnings.append(
            f"map-scale: the map conversion has scale {'(none)' if declared is None else declared}, but its "
            f"units need {expected:g} (one length unit is {length_m:g} m); placed by the units, "
            "to be confirmed"
        )
    elif stated_unit is None and abs(float(declared) / length_m - 1.0) <= _TOLERANCE:
        # No map unit, and a scale that leads to metres: the map is meant in metres.
        unit = 1.0
        chosen.scale = float(declared) / length_m
    else:
        chosen.reason = (
            f"the map conversion has scale {declared:g}, but its units need {expected:g}; "
            "which of the two is right has to be decided by a person"
        )
        return chosen
    readings = [1.0 if values.get("si") else unit, 1.0, 0.001]
    if values.get("si"):  # the property said "length" and was converted, but metres were meant
        readings.append(1.0 / length_m)
    return _read(values, crs, readings, chosen)


def _read(values: dict[str, Any], crs: CRS, readings: list[float], chosen: MapScale) -> MapScale:
    east, north, up = (float(values.get(key) or 0.0) for key in ("eastings", "northings", "height"))
    for reading in dict.fromkeys(readings):
        if not inside_area_of_use(crs, east * reading, north * reading):
            continue
        chosen.east, chosen.north, chosen.up = east * reading, north * reading, up * reading
        if reading != readings[0]:
            chosen.warnings.append(
                f"map-unit: eastings and northings only fall into the area of {crs.name} when one unit is "
                f"{reading:g} m instead of {readings[0]:g} m; read that way"
            )
        return chosen
    chosen.reason = (
        f"eastings {east:g} and northings {north:g} lie outside the area where {crs.name} is used: "
        "swapped axes, a wrong CRS or a placeholder"
    )
    return chosen


def inside_area_of_use(crs: CRS, east: float, north: float) -> bool:
    """Whether a point, x,y in the CRS, lies where the CRS may be used; True where PROJ does not know."""
    if crs.is_geocentric:
        return False
    lon, lat = transformer(crs.to_wkt(), WGS84).transform(east, north)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return False
    area = crs.area_of_use
    if area is None:
        return True
    west, south, east_deg, north_deg = area.bounds
    if not south - _MARGIN_DEG <= lat <= north_deg + _MARGIN_DEG:
        return False
    if west > east_deg:  # across the date line
        return lon >= west - _MARGIN_DEG or lon <= east_deg + _MARGIN_DEG
    return west - _MARGIN_DEG <= lon <= east_deg + _MARGIN_DEG
