"""Looks at a running city as a visitor would: health, page, a tile, features. Standard library only."""

from __future__ import annotations

import json
import math
import sys
import urllib.request
from typing import Any

# No proxy: the way to this machine never leads through one.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_ZOOM = 15


def require(promise: bool, told: str) -> None:
    """End the visit when something is not as promised."""
    if not promise:
        sys.exit(told)


def get(url: str) -> tuple[str, bytes]:
    """Media type and body; anything but an answer in the 200s raises."""
    with _OPENER.open(url, timeout=20) as response:
        return response.headers.get_content_type(), response.read()


def tile_of(lon: float, lat: float) -> tuple[int, int]:
    """Web Mercator tile at `_ZOOM` that holds a point (degrees)."""
    count = 2**_ZOOM
    x = (lon + 180) / 360 * count
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * count
    return int(x), int(y)


def first_point(geometry: dict[str, Any]) -> tuple[float, float]:
    """Lon, lat of the first vertex."""
    value = geometry["coordinates"]
    while isinstance(value[0], list):
        value = value[0]
    return value[0], value[1]


def main(base: str, *, only_health: bool) -> None:
    """Visit health, page, features, a tile and the list of layers."""
    health = json.loads(get(base + "healthz")[1])
    require(health["status"] == "ok", f"not healthy: {health}")
    if only_health:
        return
    kind, page = get(base)
    require(kind == "text/html" and b"<script" in page, "the map page has no script")
    items = json.loads(get(base + "api/collections/building/items?limit=10")[1])
    require(len(items["features"]) == 10, f"not ten buildings but {len(items['features'])}")
    building = items["features"][0]
    lon, lat = first_point(building["geometry"])
    require(113 < lon < 115 and 22 < lat < 23, f"a building outside Luohu: {lon}, {lat}")
    x, y = tile_of(lon, lat)
    kind, tile = get(f"{base}tiles/building/{_ZOOM}/{x}/{y}.mvt")
    require("vector-tile" in kind and len(tile) > 100, f"no building in its tile: {kind}, {len(tile)} bytes")
    layers = json.loads(get(base + "api/layers")[1])
    print(f"page {len(page)} bytes, building {building['id']}, tile {_ZOOM}/{x}/{y} of {len(tile)} bytes")
    print(f"{len(layers['layers'] if isinstance(layers, dict) else layers)} layers")


if __name__ == "__main__":
    try:
        main(sys.argv[1], only_health="--only-health" in sys.argv)
    except (OSError, KeyError, ValueError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
