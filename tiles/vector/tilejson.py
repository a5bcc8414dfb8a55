"""TileJSON 3.0: what a map client must know of layers before it asks for tiles."""

from __future__ import annotations

from typing import Any

from tiles.address import MAX_ZOOM
from tiles.source import Context
from tiles.storage import domain_lonlat
from tiles.vector.layers import Layer, layer
from twin.crs import WGS84, transformer
from twin.database.connection import Database
from twin.database.statements import statement

_TYPES = {"text": "String", "date": "String", "timestamp": "String", "boolean": "Boolean"}
_NEAR_ZOOM = 14


def tilejson(database: Database, names: tuple[str, ...], base_url: str, context: Context) -> dict[str, Any]:
    """TileJSON of these layers together.

    `bounds` is where the storage CRS can be used and not where data lie today: a client asks
    for nothing outside the bounds it was given once, so a narrower box would hide what is
    added tomorrow. `center` is where the data lie.
    """
    layers = [layer(name, context.access) for name in names]
    west, south, east, north = domain_lonlat(database.srid)
    query = "" if context.moment is None else f"?datetime={_instant(context)}"
    return {
        "tilejson": "3.0.0",
        "name": ", ".join(f"{one.collection.zh} {one.collection.en}" for one in layers),
        "scheme": "xyz",
        "tiles": [f"{base_url}/tiles/{','.join(names)}/{{z}}/{{x}}/{{y}}.mvt{query}"],
        "minzoom": min(one.collection.min_zoom for one in layers),
        "maxzoom": max(one.collection.max_zoom for one in layers),
        "bounds": [west, south, east, north],
        "center": _center(database, names),
        "vector_layers": [_vector_layer(one, context) for one in layers],
    }


def _vector_layer(one: Layer, context: Context) -> dict[str, Any]:
    found = one.collection
    fields = {c.name: _TYPES.get(c.kind, "Number") for c in one.columns(MAX_ZOOM, context.access)}
    fields |= {extra.name: "Boolean" if extra.name == "has_model" else "Number" for extra in one.extras}
    return {
        "id": found.name,
        "description": f"{found.zh} / {found.en}",
        "fields": fields,
        "minzoom": found.min_zoom,
        "maxzoom": found.max_zoom,
        "generalisation": [rule for zoom in range(found.min_zoom, 15) if (rule := _rule(one, zoom))],
    }


def _rule(one: Layer, zoom: int) -> dict[str, Any] | None:
    rule = one.rule(zoom)
    if not rule.min_px and rule.columns is None and not rule.tolerance_px:
        return None
    said: dict[str, Any] = {"zoom": zoom}
    if rule.min_px:
        said["min_px"] = rule.min_px
    if rule.tolerance_px:
        said["tolerance_px"] = rule.tolerance_px
    if rule.columns is not None:
        said["fields"] = [*rule.columns, *(extra.name for extra in one.extras)]
    return said


def _center(database: Database, names: tuple[str, ...]) -> list[float]:
    row = database.row(statement("tiles.vector", "center"), {"names": list(names)})
    if row is None or row["east"] is None:
        west, south, east, north = domain_lonlat(database.srid)
        return [(west + east) / 2, (south + north) / 2, 5]
    lon, lat = transformer(database.srid, WGS84).transform(row["east"], row["north"])
    return [round(lon, 6), round(lat, 6), _NEAR_ZOOM]


def _instant(context: Context) -> str:
    assert context.moment is not None  # noqa: S101 - asked only for a moment
    return context.moment.isoformat().replace("+00:00", "Z").replace("+", "%2B")
