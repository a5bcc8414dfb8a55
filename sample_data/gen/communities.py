"""Administrative areas: communities made of grids, grids made of cells.

All serials are 9xx, which no real community has.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import shapely
from shapely.geometry.base import BaseGeometry

from sample_data.gen import frame
from sample_data.gen.config import ROOT
from sample_data.gen.streets import Cell

SUBDISTRICTS = {
    "001": ("桂园街道", "Guiyuan"),
    "002": ("黄贝街道", "Huangbei"),
    "003": ("东门街道", "Dongmen"),
    "004": ("翠竹街道", "Cuizhu"),
    "005": ("南湖街道", "Nanhu"),
    "006": ("笋岗街道", "Sungang"),
    "007": ("东湖街道", "Donghu"),
    "008": ("莲塘街道", "Liantang"),
    "009": ("东晓街道", "Dongxiao"),
    "010": ("清水河街道", "Qingshuihe"),
}


@dataclass(frozen=True)
class Zone:
    """An area people are counted by: kind is `community` or `grid`."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    polygon: BaseGeometry


@cache
def seeds() -> list[dict[str, str]]:
    """Read communities.csv."""
    with (ROOT / "communities.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def zones(cells: list[Cell]) -> tuple[list[Zone], dict[str, str]]:
    """Group cells to grids and grids to the nearest community seed.

    Returns
    -------
    list of Zone
        Communities, then grids, each in the order of codes.
    dict
        Grid code (community + 2 digits) by the grid key of a cell.
    """
    by_grid: dict[str, list[BaseGeometry]] = defaultdict(list)
    for cell in cells:
        by_grid[cell.grid].append(cell.polygon)
    points = [(seed["code"], frame.point(float(seed["lon"]), float(seed["lat"]))) for seed in seeds()]
    members: dict[str, list[tuple[str, BaseGeometry]]] = defaultdict(list)
    for grid in sorted(by_grid):
        shape = shapely.union_all(by_grid[grid], grid_size=0.01)
        code = min(points, key=lambda p: (shape.centroid.distance(p[1]), p[0]))[0]
        members[code].append((grid, shape))
    names = {s["code"]: s for s in seeds()}
    communities, grids, code_of = [], [], {}
    for code in sorted(members):
        row = names[code]
        whole = shapely.union_all([shape for _, shape in members[code]], grid_size=0.01)
        communities.append(Zone(code, row["name_zh"], row["name_en"], "community", whole))
        for number, (grid, shape) in enumerate(members[code], 1):
            code_of[grid] = f"{code}{number:02d}"
            name = f"{row['name_zh'].removesuffix('社区')}第{number:02d}网格"
            grids.append(Zone(code_of[grid], name, f"{row['name_en']} Grid {number:02d}", "grid", shape))
    return communities + grids, code_of
