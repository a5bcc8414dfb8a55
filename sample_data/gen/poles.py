"""Smart poles along the arterials, each with a light, wireless and a camera."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import Point

from sample_data.gen.chance import pick, u
from sample_data.gen.graph import Graph

COUNT = 300


@dataclass(frozen=True)
class Pole:
    """A pole in the kerb strip of its road; `azimuth_deg` is where its camera looks."""

    code: str
    road: str
    road_class: str
    point: Point
    azimuth_deg: int


def poles(graph: Graph, land: Any) -> list[Pole]:
    """Spread the poles evenly over the arterials of the built area."""
    shapely.prepare(land)
    edges = [e for e in graph.edges if e.street.road_class.startswith("A") and land.contains(e.line.centroid)]
    total = math.fsum(e.length_m for e in edges)
    step = total / COUNT
    result, before = [], 0.0
    for edge in edges:
        first = math.ceil((before - step / 2) / step)
        last = math.ceil((before + edge.length_m - step / 2) / step)
        for n in range(first, last):
            along = (n + 0.5) * step - before
            a = edge.line.interpolate(max(0.0, along - 0.5))
            b = edge.line.interpolate(min(edge.length_m, along + 0.5))
            length = math.dist((a.x, a.y), (b.x, b.y))
            dx, dy = (b.x - a.x) / length, (b.y - a.y) / length
            side = (1 if n % 2 else -1) * (edge.street.width_m / 2 - 0.6)
            at = edge.line.interpolate(along)
            code = f"ZHG-{len(result) + 1:03d}"
            heading = (math.degrees(math.atan2(dx, dy)) + (180 if u(code, "back") < 0.5 else 0)) % 360
            result.append(
                Pole(
                    code,
                    edge.street.name_zh,
                    edge.street.road_class,
                    Point(round(at.x - dy * side, 2), round(at.y + dx * side, 2)),
                    round(heading),
                )
            )
        before += edge.length_m
    return result


def pole_row(pole: Pole) -> dict[str, Any]:
    """Row of poles.geojson; the light has a feed, camera and wireless have a state and nothing to measure."""
    devices: list[dict[str, Any]] = [
        {"id": f"{pole.code}-CAM", "kind": "camera", "azimuth_deg": pole.azimuth_deg, "view_deg": 70},
        {"id": f"{pole.code}-LGT", "kind": "light", "power_kw": 0.2, "feed": f"{pole.code}-KW"},
        {"id": f"{pole.code}-WIFI", "kind": "wifi"},
    ]
    for device in devices:
        device["state"] = pick(device["id"], "state", {"0": 0.98, "3": 0.012, "4": 0.008})
    return {
        "id": pole.code,
        "road": pole.road,
        "height_m": 12.0 if u(pole.code, "height") < 0.6 else 9.0,
        "devices": devices,
        "geometry": pole.point,
    }
