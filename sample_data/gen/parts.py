"""LoD2 parts: what stands on an outline besides one straight block."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import shapely
from shapely import affinity

from sample_data.gen.buildings import Building


def building_parts(houses: list[Building]) -> list[dict[str, Any]]:
    """LoD2 parts that stand on an outline: podiums, tiers of tapering towers, roof huts, masts."""
    rows: list[dict[str, Any]] = []
    for b in houses:
        for number, (kind, shape, low, high) in enumerate(_parts(b), 1):
            rows.append(
                {
                    "part_code": f"{b.code}-{number:02d}",
                    "bldg_code": b.code,
                    "kind": kind,
                    "elev_base_m": round(b.base_m + low, 2),
                    "height_m": round(high - low, 2),
                    "lod": 2,
                    "geometry": shapely.set_precision(shape, 0.01),
                }
            )
    return rows


def _parts(b: Building) -> list[tuple[str, Any, float, float]]:
    middle = b.polygon.representative_point()
    if b.facts.get("id") == "L01":  # width(z) = w0 * (1 - 0.25 (z/H)^2), in twelve tiers
        tiers = [b.height_m * i / 12 for i in range(13)]
        return [
            (
                "tier",
                affinity.scale(b.polygon, *[1 - 0.25 * (z / b.height_m) ** 2] * 2, origin="centroid"),
                z,
                top,
            )
            for z, top in pairwise(tiers)
        ]
    if b.facts.get("id") == "L02":  # roof at 325 m, two masts to 384 m
        roof = [("body", b.polygon, 0.0, 325.0)]
        masts = [affinity.translate(b.polygon.centroid, dx, 0).buffer(2.2, quad_segs=3) for dx in (-18, 18)]
        return roof + [("mast", m, 325.0, 384.0) for m in masts]
    if b.typology == "UV":
        hut = affinity.translate(
            affinity.rotate(shapely.box(-1.5, -2, 1.5, 2), b.turn_deg, origin=(0, 0)), middle.x, middle.y
        )
        return [("stair_hut", hut, b.height_m, b.height_m + 2.8)]
    if b.podium:
        top = b.ground_floor_m + (b.podium - 1) * b.storey_m
        room = b.footprint.parcel.polygon.buffer(-2.0)
        podium = b.polygon.buffer(4.0, join_style="mitre").intersection(room).union(b.polygon)
        return [("podium", podium if podium.geom_type == "Polygon" else b.polygon, 0.0, top)]
    return []
