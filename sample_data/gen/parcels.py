"""Cadastre: one parcel for every lot with a building, and the open blocks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from sample_data.gen.chance import between, pick, u
from sample_data.gen.footprints import Parcel

# land use of GB 50137: code, floor area ratio, height limit m, coverage, setback m
_RULES = {
    "UV": ("R3", (2.0, 4.5), 30, 0.75, 0),
    "WS": ("R2", (1.6, 3.2), 24, 0.38, 3),
    "HT": ("R2", (4.0, 8.5), 120, 0.32, 6),
    "OF": ("B2", (6.0, 14.0), 200, 0.45, 6),
    "MA": ("B1", (2.5, 6.0), 60, 0.6, 6),
    "HO": ("B1", (4.0, 9.0), 150, 0.45, 6),
    "SC": ("A3", (0.8, 1.8), 24, 0.3, 6),
    "HP": ("A5", (1.8, 4.5), 100, 0.4, 6),
    "GV": ("A1", (1.5, 4.0), 60, 0.4, 3),
    "IN": ("W1", (1.0, 3.0), 40, 0.6, 6),
    "TR": ("S3", (0.5, 2.0), 45, 0.6, 3),
    "UT": ("U1", (0.3, 1.2), 24, 0.5, 3),
    "GR": ("G1", (0.0, 0.1), 9, 0.05, 3),
}


def parcel_code(community: str, serial: int) -> str:
    """19 characters: community (12), GB for state-owned land, serial."""
    return f"{community}GB{serial:05d}"


def parcel_row(code: str, parcel: Parcel) -> dict[str, Any]:
    """Row of the cadastre; `geometry` in EPSG:4547."""
    landuse, far, height, coverage, setback = _RULES[parcel.typology]
    key = parcel.key
    step = pick(key, "limit", {0.8: 0.2, 1.0: 0.6, 1.25: 0.2})
    checked = dt.date(2022, 1, 1) + dt.timedelta(days=int(600 * u(key, "surveyed")))
    return {
        "宗地编码": code,
        "用地性质": landuse,
        "宗地面积": round(parcel.polygon.area, 2),
        "容积率": round(between(key, "far", *far), 1),
        "建筑限高": round(height * step),
        "建筑密度": coverage,
        "退线距离": float(setback),
        "规划依据": f"示例法定图则LH{code[7:9]}-{1 + int(9 * u(key, 'plan')):02d}",
        "核查日期": checked,
        "geometry": _single(parcel.polygon),
    }


def _single(polygon: Polygon | MultiPolygon) -> Polygon:
    return polygon if isinstance(polygon, Polygon) else max(polygon.geoms, key=lambda p: p.area)
