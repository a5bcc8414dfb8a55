"""Small files and mappings for the tests of the GIS loader."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import geopandas
import numpy as np
import shapely

from loaders.gis.mapping import ColumnRule, FieldMapping
from twin.database.connection import Database
from twin.model.load import LoadReport

EAST, NORTH = 511_000.0, 2_493_000.0

Load = Callable[..., LoadReport]


def houses(count: int, **columns: Any) -> geopandas.GeoDataFrame:
    east = EAST + 20.0 * np.arange(count)
    data = {"code": [f"H{n}" for n in range(count)], "height": np.full(count, 12.0), **columns}
    return geopandas.GeoDataFrame(
        data, geometry=shapely.box(east, NORTH, east + 10, NORTH + 10), crs="EPSG:4547"
    )


def ring(*corners: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([(EAST + x, NORTH + y) for x, y in corners])


def mapping(**changes: Any) -> FieldMapping:
    rules = {"code": ColumnRule("code"), "height_m": ColumnRule("height")}
    said: dict[str, Any] = {
        "name": "test/houses",
        "collection": "building",
        "key": ("code",),
        "columns": rules,
    }
    return FieldMapping(**{**said, **changes})


def nothing_is_there(database: Database) -> bool:
    return database.scalar("select count(*) from city.feature") == 0


def square(**properties: Any) -> dict[str, Any]:
    """A GeoJSON feature of about 100 m a side in Luohu."""
    corners = [[114.12, 22.54], [114.121, 22.54], [114.121, 22.541], [114.12, 22.541], [114.12, 22.54]]
    return feature({"type": "Polygon", "coordinates": [corners]}, **properties)


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """A GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection_of(*features: dict[str, Any]) -> str:
    """The text of a GeoJSON file."""
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
