"""Street hydrants, so that every building has one within 150 m."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, Point

from sample_data.gen.buildings import Building
from sample_data.gen.chance import between, pick, u
from sample_data.gen.graph import Graph
from sample_data.gen.streets import Street
from sample_data.gen.terrain import bare

SPACING_M = 108.0
WIDEST_M = 118.0
REACH_M = 150.0


@dataclass(frozen=True)
class Hydrant:
    """A hydrant at the kerb of its road; `along_m` and `side` say where on it."""

    code: str
    road: str
    point: tuple[float, float]
    kerb_m: float
    main_code: str | None


def hydrants(graph: Graph, buildings: list[Building], land: Any) -> list[Hydrant]:
    """Place hydrants along the streets of the built area, then close the last gaps.

    At most 118 m apart on a street, both sides where it is 60 m wide, 0.5 to 2 m
    behind the kerb and never in the carriageway of another street.
    """
    shapely.prepare(land)
    roads = {
        n: e for n, e in graph.streets().items() if e[0].street.road_class != "lane" or n.endswith("环巷")
    }
    lanes = {n: e for n, e in graph.streets().items() if n not in roads}
    kerbs = shapely.STRtree([e.line.buffer(e.street.width_m / 2) for e in graph.edges])
    mains = shapely.STRtree([e.line for e in graph.edges])
    found: dict[str, list[tuple[Point, float]]] = {}

    def put(street: Street, line: LineString, along: float, side: int) -> bool:
        key = f"{street.name_zh}|{round(along)}|{side}|{round(line.coords[0][0])}"
        kerb = round(between(key, "kerb", 0.6, 1.9), 2)
        for step in (0, 3, -3, 6, -6, 9, -9, 12, -12, 16, -16, 20, -20, 26, -26):
            at = _beside(line, along + step, side * (street.width_m / 2 + kerb))
            if at is not None and land.contains(at) and not len(kerbs.query(at, predicate="intersects")):
                found.setdefault(street.name_zh, []).append((at, kerb))
                return True
        return False

    for edges in roads.values():
        street = edges[0].street
        for line in _through(edges):
            if line.length < 40.0:
                continue
            count = math.ceil(line.length / SPACING_M)
            for i in range(count):
                along = line.length * (i + 0.5) / count
                for side in (
                    (1, -1) if street.width_m >= 60 else (1 if u(street.name_zh, "side") < 0.5 else -1,)
                ):
                    put(street, line, along, side)
    for edges in roads.values():
        _close_rows(edges, found, put)
    _close_gaps({**roads, **lanes}, buildings, found, put)
    result = []
    for road in sorted(found):
        spots = sorted(found[road], key=lambda s: (round(s[0].x, 2), round(s[0].y, 2)))
        for number, (at, kerb) in enumerate(spots, 1):
            edge = graph.edges[int(mains.nearest(at))]
            main = None if edge.street.road_class == "lane" else f"W-{edge.code}"
            result.append(
                Hydrant(f"XHS-{road}-{number:03d}", road, (round(at.x, 2), round(at.y, 2)), kerb, main)
            )
    return result


def _through(edges: list[Any]) -> list[LineString]:
    merged = shapely.line_merge(shapely.union_all([e.line for e in edges]))
    return sorted(shapely.get_parts(merged), key=lambda p: p.coords[0])


def _beside(line: LineString, along: float, offset: float) -> Point | None:
    if not 1.0 < along < line.length - 1.0:
        return None
    a, b, at = line.interpolate(along - 0.5), line.interpolate(along + 0.5), line.interpolate(along)
    dx, dy = b.x - a.x, b.y - a.y
    length = math.hypot(dx, dy)
    return Point(round(at.x - dy / length * offset, 2), round(at.y + dx / length * offset, 2))


def _close_rows(edges: list[Any], found: dict[str, list[tuple[Point, float]]], put: Any) -> None:
    """Put one more between neighbours that junctions have driven farther apart than 118 m."""
    street = edges[0].street
    reach = street.width_m / 2 + 3.0
    for line in _through(edges):
        near = [p for p, _ in found.get(street.name_zh, []) if line.distance(p) <= reach]
        for side in (1, -1):
            row = sorted(line.project(p) for p in near if _side(line, p) == side)
            for a, b in itertools.pairwise(row):
                if b - a > WIDEST_M and not put(street, line, (a + b) / 2, side):
                    put(street, line, (a + b) / 2, -side)


def _side(line: LineString, at: Point) -> int:
    """1 left of the line, -1 right of it."""
    along = line.project(at)
    a, b = line.interpolate(max(0.0, along - 0.5)), line.interpolate(along + 0.5)
    return 1 if (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) > 0 else -1


def _close_gaps(
    roads: dict[str, Any], buildings: list[Building], found: dict[str, list[Any]], put: Any
) -> None:
    """Add a hydrant on the nearest street for every building still farther than 140 m."""
    middles = shapely.centroid([b.polygon for b in buildings])
    lines = [
        (edges[0].street, line)
        for _, edges in sorted(roads.items())
        for line in _through(edges)
        if line.length > 8
    ]
    tree = shapely.STRtree([line for _, line in lines])
    for _ in range(3):
        points = [p for spots in found.values() for p, _ in spots]
        near = shapely.STRtree(points)
        _, distance = near.query_nearest(middles, return_distance=True, all_matches=False)
        far = np.flatnonzero(distance > REACH_M - 10.0)
        if not len(far):
            return
        taken: list[Point] = []
        for i in far:
            middle = middles[i]
            if any(middle.distance(t) < 60.0 for t in taken):
                continue
            taken.append(middle)
            street, line = lines[int(tree.nearest(middle))]
            put(street, line, line.project(middle), 1)


def hydrant_row(h: Hydrant) -> dict[str, Any]:
    """Row of hydrants.csv; x, y in EPSG:4547. Static pressure `0.36 - 0.00981 (z - 5)` MPa."""
    z = float(bare(np.array([h.point[0]]), np.array([h.point[1]]))[0])
    state = pick(h.code, "state", {"正常": 0.94, "低压": 0.03, "遮挡": 0.02, "损坏": 0.01})
    pressure = 0.35 - 0.00981 * (z - 5.0) - (0.2 if state == "低压" else 0.0)
    checked = dt.date(2023, 1, 1) + dt.timedelta(days=int(240 * u(h.code, "checked")))
    return {
        "id": h.code,
        "type": pick(h.code, "type", {"地上": 0.8, "地下": 0.2}),
        "outlets": pick(h.code, "outlets", {2: 0.7, 3: 0.3}),
        "dn": pick(h.code, "dn", {100: 0.7, 150: 0.3}),
        "flow_lps": round(between(h.code, "flow", 10.0, 15.0), 1),
        "pressure_mpa": round(pressure, 3),
        "state": state,
        "road": h.road,
        "main_id": h.main_code,
        "checked_on": checked,
        "x": h.point[0],
        "y": h.point[1],
    }
