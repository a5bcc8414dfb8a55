"""One page that shows a part of the city in 3D and opens anywhere, without a network.

pydeck describes the layers; its deck.gl bundle is written into a page of our own. pydeck's
own "offline" page still asks five hosts for styles and scripts, ours may ask nobody: its
content security policy forbids it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, log2, radians
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pydeck

from twin.model.collection import Collection

Feature = dict[str, Any]
Colours = Mapping[str, Sequence[Mapping[str, Any]]]
"""Code lists by name: code, zh, en, colour."""

_BUNDLE = Path(pydeck.__file__).parent / "nbextension" / "static" / "index.js"
_TEMPLATES = Path(__file__).parent / "templates"
_PLAIN = {
    "water_body": "#a9cbe4", "vegetation": "#b9d8a8", "terrain_zone": "#e8e4da", "parcel": "#e6e0d2",
    "road": "#ffffff", "rail": "#8a8f98", "building": "#cfc8ba", "storey": "#c9d3de", "space": "#dcd3c2",
    "hydrant": "#c62828", "sensor": "#2f6fb5", "fire_station": "#d64545", "utility_line": "#6c8f7f",
}  # fmt: skip
_INSIDE = frozenset({"building_part", "storey", "space", "element", "opening", "equipment", "sensor"})
_FLAT = frozenset({"water_body", "vegetation", "terrain_zone", "parcel", "alert"})
_ORDER = ("terrain_zone", "parcel", "water_body", "vegetation", "rail", "road", "utility_line")
_UNKNOWN_HEIGHT_M = 3.0
_LEGEND = 14
_PICTURE = 560
"""Pixels that what is looked at may take."""
_FEW = 200
"""Fewer features than this are looked at in the middle of their height, not on the ground."""


@dataclass(frozen=True, slots=True)
class SceneLayer:
    """Features of one collection, as the API gives them (GeoJSON in CRS84)."""

    collection: Collection
    features: Sequence[Feature]


@dataclass(frozen=True, slots=True)
class Scene:
    """What the page shows.

    Attributes
    ----------
    title : str
        Heading.
    layers : sequence of SceneLayer
        Drawn from the ground up, whatever their order.
    codes : mapping
        Code lists; their colours are used.
    made_at : datetime
        Stands on the page, so that an old page is known as one.
    as_of : datetime or None
        Moment the city is shown at; None: when the page was made.
    """

    title: str
    layers: Sequence[SceneLayer]
    codes: Colours
    made_at: datetime
    as_of: datetime | None = None


def scene_html(scene: Scene) -> str:
    """Write the page.

    Parameters
    ----------
    scene : Scene
        At least one feature with a place.
    """
    ground_m = _grounds(scene)
    layers = sorted(scene.layers, key=lambda one: _rank(one.collection.name))
    deck = pydeck.Deck(
        layers=[_layer(one, scene.codes, ground_m) for one in layers],
        initial_view_state=_view(scene),
        map_provider=None,
        map_style=None,
        parameters={"clearColor": [0.918, 0.906, 0.882, 1]},
    )
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("scene.html").render(
        title=scene.title,
        made_at=f"{scene.made_at:%Y-%m-%d %H:%M} UTC",
        as_of=None if scene.as_of is None else f"{scene.as_of:%Y-%m-%d %H:%M} UTC",
        counts=[(one.collection.zh, one.collection.en, len(one.features)) for one in reversed(layers)],
        legend=_legend(scene),
        # values of the city are put into a script: no "<" may end it
        deck=str(deck.to_json()).replace("<", "\\u003c").replace("\u2028", "\\u2028"),
        bundle=_BUNDLE.read_text(encoding="utf-8"),
    )


def _layer(one: SceneLayer, codes: Colours, ground_m: Mapping[int, float]) -> pydeck.Layer:
    name = one.collection.name
    points = one.collection.geometry == "Point"
    solid = not points and name not in _FLAT
    return pydeck.Layer(
        "GeoJsonLayer",
        id=name,
        data={
            "type": "FeatureCollection",
            "features": [_drawn(one.collection, f, codes, ground_m) for f in one.features],
        },
        pickable=True,
        auto_highlight=True,
        stroked=points,
        filled=True,
        extruded=solid,
        wireframe=False,
        opacity=0.72 if name in {"storey", "space"} else 1.0,
        get_fill_color="properties.colour",
        get_line_color=[255, 255, 255] if points else "properties.colour",
        get_elevation="properties.height_m",
        get_line_width="properties.width_m",
        line_width_min_pixels=1,
        get_point_radius=3,
        point_radius_min_pixels=4,
        point_radius_max_pixels=9,
        material={"ambient": 0.55, "diffuse": 0.6, "shininess": 24, "specularColor": [60, 60, 60]},
    )


def _drawn(
    collection: Collection, feature: Feature, codes: Colours, ground_m: Mapping[int, float]
) -> Feature:
    """A feature with what the page needs of it: colour, height, base and a text."""
    values = feature["properties"]
    geometry = feature["geometry"]
    height_m = values.get("height_m")
    if collection.name in _INSIDE and values.get("z_min_m") is not None:
        base_m = values["z_min_m"] - ground_m.get(values.get("building_id") or 0, values["z_min_m"])
        geometry = geometry and {
            **geometry,
            "coordinates": _raised(geometry["coordinates"], base_m),
        }
        if values.get("z_max_m") is not None:
            height_m = values["z_max_m"] - values["z_min_m"]
        # a finger's breadth between floors, so that they can be told apart
        height_m = None if height_m is None else height_m * 0.92
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {
            "colour": _colour(collection, values, codes),
            "height_m": _UNKNOWN_HEIGHT_M if height_m is None else height_m,
            "width_m": values.get("width_m") or 2.0,
            "text": _text(collection, values, codes),
        },
    }


def _colour(collection: Collection, values: Mapping[str, Any], codes: Colours) -> list[int]:
    for column in collection.columns:
        if column.code_list and values.get(column.name) is not None:
            for code in codes.get(column.code_list, ()):
                if code["code"] == str(values[column.name]) and code["colour"]:
                    return _rgb(code["colour"])
    return _rgb(_PLAIN.get(collection.name, "#b0a99b"))


def _text(collection: Collection, values: Mapping[str, Any], codes: Colours) -> str:
    """Name, then each known value that also travels in tiles, in both languages."""
    lines = [values.get("name_zh") or values.get("name") or values.get("code") or collection.zh]
    if values.get("name_en"):
        lines.append(values["name_en"])
    for column in collection.columns:
        value = values.get(column.name)
        if not column.tile or value is None or column.name in {"name_zh", "name_en", "name"}:
            continue
        said = str(value)
        for code in codes.get(column.code_list or "", ()):
            if code["code"] == said:
                said = f"{code['zh']} {code['en']}"
        lines.append(f"{column.zh} {column.en}: {said}{' ' + column.unit if column.unit else ''}")
    return "\n".join(map(str, lines))


def _legend(scene: Scene) -> list[tuple[str, str]]:
    """Colour and meaning of what is seen, the most frequent first."""
    seen: dict[tuple[str, str], int] = {}
    for one in scene.layers:
        for column in one.collection.columns:
            listed = {str(c["code"]): c for c in scene.codes.get(column.code_list or "", ()) if c["colour"]}
            for feature in one.features if listed else ():
                code = listed.get(str(feature["properties"].get(column.name)))
                if code is not None:
                    key = (code["colour"], f"{one.collection.zh} · {code['zh']} {code['en']}")
                    seen[key] = seen.get(key, 0) + 1
            if any(label.startswith(f"{one.collection.zh} ·") for _, label in seen):
                break
    return sorted(seen, key=lambda key: -seen[key])[:_LEGEND]


def _grounds(scene: Scene) -> dict[int, float]:
    """Ground at each building, metres, where known; else the foot of its lowest storey above ground."""
    grounds: dict[int, float] = {}
    for one in scene.layers:
        for feature in one.features:
            values = feature["properties"]
            if one.collection.name == "building" and values.get("elev_base_m") is not None:
                grounds[feature["id"]] = values["elev_base_m"]
    for one in scene.layers:
        for feature in one.features if one.collection.name == "storey" else ():
            values = feature["properties"]
            if values.get("floor_no") == 1 and values.get("z_min_m") is not None:
                grounds.setdefault(values["building_id"], values["z_min_m"])
    return grounds


def _view(scene: Scene) -> pydeck.ViewState:
    """Look at what stands up, where anything does: a river runs far out of the picture."""
    standing = [one for one in scene.layers if one.collection.name not in {*_FLAT, *_ORDER}]
    shown = [f for one in standing or scene.layers for f in one.features]
    middles = np.array([np.mean([p[:2] for p in _points(f["geometry"])], axis=0) for f in shown])
    # the outermost hundredth on each side may fall out of the picture
    west, south = np.quantile(middles, 0.01, axis=0)
    east, north = np.quantile(middles, 0.99, axis=0)
    high_m = max((_top_m(f) for f in shown), default=0.0)
    lat = float(south + north) / 2
    degree_m = 111_320.0
    side_m = max((east - west) * degree_m * cos(radians(lat)), (north - south) * degree_m, 1.5 * high_m, 60.0)
    metre_at_zoom_0 = 512 / (360 * degree_m * cos(radians(lat)))
    return pydeck.ViewState(
        longitude=float(west + east) / 2,
        latitude=lat,
        zoom=float(min(20.0, log2(_PICTURE / (side_m * metre_at_zoom_0)))),
        pitch=52,
        bearing=-22,
        max_pitch=80,
        position=[0, 0, high_m / 2 if len(shown) < _FEW else 0],
    )


def _top_m(feature: Feature) -> float:
    values = feature["properties"]
    if values.get("z_max_m") is not None and values.get("floor_no") is not None:
        return float(values["z_max_m"]) - min(0.0, float(values["z_min_m"] or 0.0))
    return float(values.get("height_m") or 0.0)


def _points(geometry: Mapping[str, Any] | None) -> Iterable[Sequence[float]]:
    if geometry is None:
        return
    stack = [geometry["coordinates"]] if "coordinates" in geometry else []
    while stack:
        part = stack.pop()
        if part and isinstance(part[0], int | float):
            yield part
        else:
            stack.extend(part)


def _raised(coordinates: Any, base_m: float) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        return [*coordinates[:2], round(base_m, 2)]
    return [_raised(part, base_m) for part in coordinates]


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
