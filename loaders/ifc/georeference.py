"""Where a model says it stands; nothing is placed that it does not say.

The four cases, best first: a map conversion of the schema, the property sets
`ePSet_MapConversion` and `ePSet_ProjectedCRS` that IFC2x3 uses instead, latitude
and longitude of the site (often a city hall: approximate), or nothing.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from loaders.ifc.mapscale import MapScale, map_scale
from loaders.ifc.positions import Positions
from loaders.ifc.units import Units, unit_scale
from twin.crs import crs as read_crs
from twin.errors import NotGeoreferenced

Level = Literal["map-conversion", "site-psets", "site-lat-lon", "needs-placing"]


@dataclass(slots=True)
class Georeference:
    """A model's own statement of its place.

    Attributes
    ----------
    level : Level
        Where the statement was found.
    crs : str or None
        CRS of `origin`, as PROJ reads it.
    origin : tuple of float or None
        East, north, up of `anchor` in `crs`: metres, or degrees for a geographic CRS.
    anchor : tuple of float
        The point of the model, in model metres, that lies at `origin`.
    x_axis : tuple of float
        Direction of the model's x axis: east and north part, a unit vector. For site
        latitude and longitude relative to *true* north, else to grid north.
    scale : float
        Map metres in one model metre.
    vertical_crs : str or None
        As stated.
    approximate : bool
        Good for finding the place, not for measuring.
    reason : str or None
        Why the model needs placing by a person.
    warnings : list of str
        What was odd.
    stated : dict
        The raw values, for the person who places it.
    """

    level: Level = "needs-placing"
    crs: str | None = None
    origin: tuple[float, float, float] | None = None
    anchor: tuple[float, float, float] = (0.0, 0.0, 0.0)
    x_axis: tuple[float, float] = (1.0, 0.0)
    scale: float = 1.0
    vertical_crs: str | None = None
    approximate: bool = False
    reason: str | None = None
    warnings: list[str] = field(default_factory=list)
    stated: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def read_georeference(model: Any, units: Units, sets: dict[str, Any], positions: Positions) -> Georeference:
    """Read the place of an open model.

    Parameters
    ----------
    model : ifcopenshell.file
        An open model.
    units : Units
        Its units.
    sets : dict
        Property sets by GlobalId, as `loaders.ifc.properties` reads them.
    positions : Positions
        Its placements.
    """
    stated = _from_schema(model, units) or _from_property_sets(model, sets)
    if stated is not None:
        level, values = stated
        return _placed(model, units, level, values)
    return _from_site(model, units, positions)


def _placed(model: Any, units: Units, level: Level, values: dict[str, Any]) -> Georeference:
    place = Georeference(stated=values)
    name = values.get("crs")
    try:
        if not name:
            raise NotGeoreferenced("a map conversion without the name of its CRS")
        crs = read_crs(_spelled(str(name)))
    except NotGeoreferenced as error:
        place.reason = f"the map conversion cannot be used: {error}"
        return place
    numbers = [values.get(key) for key in ("eastings", "northings")]
    if not all(isinstance(v, int | float) and math.isfinite(v) for v in numbers):
        place.reason = "the map conversion has no usable eastings and northings"
        return place
    chosen: MapScale = map_scale(values, crs, units.length_m)
    place.warnings += chosen.warnings
    if chosen.reason:
        place.reason = chosen.reason
        return place
    place.level = level
    place.crs = _spelled(str(name))
    place.vertical_crs = values.get("vertical")
    place.origin = (chosen.east, chosen.north, chosen.up)
    place.x_axis = _unit_vector(values.get("abscissa"), values.get("ordinate"))
    place.scale = chosen.scale
    place.approximate = chosen.approximate
    place.anchor = _world_origin(model, units)
    return place


def _from_schema(model: Any, units: Units) -> tuple[Level, dict[str, Any]] | None:
    if model.schema == "IFC2X3":
        return None
    for operation in model.by_type("IfcCoordinateOperation"):
        crs = operation.TargetCRS
        if crs is None:
            continue
        values: dict[str, Any] = {
            "crs": crs.Name,
            "vertical": getattr(crs, "VerticalDatum", None),
            "map_unit": unit_scale(getattr(crs, "MapUnit", None)),
        }
        if operation.is_a("IfcMapConversion"):
            values |= {
                "eastings": operation.Eastings,
                "northings": operation.Northings,
                "height": operation.OrthogonalHeight,
                "abscissa": operation.XAxisAbscissa,
                "ordinate": operation.XAxisOrdinate,
                "scale": operation.Scale,
            }
        elif operation.is_a("IfcRigidOperation"):
            values |= {
                "eastings": operation.FirstCoordinate.wrappedValue,
                "northings": operation.SecondCoordinate.wrappedValue,
                "height": operation.Height,
                "scale": units.length_m / (values["map_unit"] or units.length_m),
            }
        return "map-conversion", values
    return None


def _from_property_sets(model: Any, sets: dict[str, Any]) -> tuple[Level, dict[str, Any]] | None:
    for kind in ("IfcProject", "IfcSite", "IfcBuilding"):
        for entity in model.by_type(kind):
            psets = sets.get(entity.GlobalId, {}).get("psets", {})
            by_name = {name.lower(): pset for name, pset in psets.items()}
            conversion = by_name.get("epset_mapconversion")
            if conversion is None:
                continue
            crs = by_name.get("epset_projectedcrs", {})
            values = {
                "crs": crs.get("Name") or conversion.get("TargetCRS"),
                "vertical": crs.get("VerticalDatum"),
                "map_unit": _named_unit(crs.get("MapUnit")),
                # length measures arrive in metres already; see `si`
                "eastings": conversion.get("Eastings"),
                "northings": conversion.get("Northings"),
                "height": conversion.get("OrthogonalHeight"),
                "abscissa": conversion.get("XAxisAbscissa"),
                "ordinate": conversion.get("XAxisOrdinate"),
                "scale": conversion.get("Scale"),
                "si": True,
            }
            return "site-psets", values
    return None


def _from_site(model: Any, units: Units, positions: Positions) -> Georeference:
    place = Georeference(reason="the model names neither a map conversion nor a site latitude and longitude")
    for site in model.by_type("IfcSite"):
        try:
            latitude, longitude = degrees(site.RefLatitude), degrees(site.RefLongitude)
        except (ValueError, TypeError):
            place.reason = "the site's latitude or longitude cannot be read"
            continue
        if latitude is None or longitude is None:
            continue
        place.stated = {"latitude": latitude, "longitude": longitude, "elevation": site.RefElevation}
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):
            place.reason = f"the site's latitude {latitude} and longitude {longitude} are not a place"
            continue
        x, y, z = positions.origin_m(site) or (0.0, 0.0, 0.0)
        up = (site.RefElevation or 0.0) * units.length_m
        north = _true_north(model)
        place.level = "site-lat-lon"
        place.reason = None
        place.crs = "EPSG:4326"
        place.origin = (longitude, latitude, up)
        place.anchor = (x, y, z)
        place.x_axis = (north[1], north[0])  # x axis seen from true north up, y axis being (x, y) of north
        place.approximate = True
        place.warnings.append("placed by the site's latitude and longitude: approximate, to be confirmed")
        return place
    return place


def degrees(parts: Any) -> float | None:
    """Degrees, minutes, seconds and millionths of seconds to decimal degrees; all parts share a sign."""
    if not parts:
        return None
    values = [float(part) for part in parts] + [0.0] * (4 - len(parts))
    negative = any(value < 0 for value in values)
    d, m, s, millionth = (abs(value) for value in values[:4])
    total = d + m / 60 + (s + millionth / 1e6) / 3600
    return -total if negative else total


def _true_north(model: Any) -> tuple[float, float]:
    """Direction of true north in the model's plane, a unit vector (x, y)."""
    for context in model.by_type("IfcGeometricRepresentationContext", include_subtypes=False):
        direction = getattr(context, "TrueNorth", None)
        if direction is not None:
            return _unit_vector(*direction.DirectionRatios[:2], default=(0.0, 1.0))
    return (0.0, 1.0)


def _world_origin(model: Any, units: Units) -> tuple[float, float, float]:
    """Origin of the world coordinate system of the 3D context, in model metres."""
    for context in model.by_type("IfcGeometricRepresentationContext", include_subtypes=False):
        world = context.WorldCoordinateSystem
        if world is not None and world.is_a("IfcAxis2Placement3D"):
            x, y, z = [*getattr(world.Location, "Coordinates", ()), 0.0, 0.0, 0.0][:3]
            return (x * units.length_m, y * units.length_m, z * units.length_m)
    return (0.0, 0.0, 0.0)


def _unit_vector(x: Any, y: Any, default: tuple[float, float] = (1.0, 0.0)) -> tuple[float, float]:
    if not isinstance(x, int | float) or not isinstance(y, int | float):
        return default
    length = math.hypot(x, y)
    return (x / length, y / length) if length > 1e-9 and math.isfinite(length) else default


def _spelled(name: str) -> str:
    text = name.strip()
    return f"EPSG:{text}" if text.isdigit() else text


def _named_unit(name: Any) -> float | None:
    units = {"METRE": 1.0, "METER": 1.0, "M": 1.0, "MILLIMETRE": 0.001, "MILLIMETER": 0.001, "MM": 0.001}
    units |= {"FOOT": 0.3048, "FEET": 0.3048, "FT": 0.3048, "US SURVEY FOOT": 1200 / 3937}
    return units.get(str(name).strip().upper()) if name else None
