"""Sewers and storm drains: the shortest ways to the river, always downhill."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.ops import substring

from sample_data.gen import water
from sample_data.gen.graph import Edge, Node
from sample_data.gen.pipes import (
    WATER_COVER_M,
    Fitting,
    Networks,
    Pipe,
    diameter,
    ground,
    moved,
    node_level,
    shifted,
)

SLOPE = 0.0025
"""Fall of sewers and storm drains, metres a metre; the rule is at least 0.2 %."""
STEEPEST = 0.015
"""Steepest fall where the street itself is not steeper."""
CLIMB = 60.0
"""Metres of detour a drain takes rather than go one metre deeper below rising ground."""
STORM_COVER_M, CLEAR_M = 2.2, 0.5
_FALL_M = {"W": 0.05, "S": 0.15}
"""What a pipe may come nearer to a storm drain beside the junction, as each has its own fall."""
_BESIDE_M = 1.5
_CROSSING_M = 6.0
_UPSTREAM_M = (300.0, 1000.0, 2500.0, 5000.0, 8000.0)
_STORM_DN, _SEWER_DN = (600, 800, 1000, 1200, 1500, 2000), (300, 400, 500, 600, 800, 1000)
"""Diameters, millimetres, by how many metres of street drain through."""


def drains(edges: list[Edge], ids: dict[Node, str], result: Networks) -> None:
    """Sewers and storm drains: shortest ways to the river, always downhill.

    Depth is found from the heads down: a node lies under the cover of its own
    street, clear of the water mains that meet there, and `SLOPE * length` below every
    node that drains to it. The sewer runs below the storm drain everywhere.
    """
    river = water.buji().centre
    shapely.prepare(river)
    dry = [e for e in edges if not river.intersects(e.line) and e.start != e.end]
    down, distance = _ways_to_river(dry, river)
    heads = [
        e
        for e in dry
        if down.get(e.start, (None, None))[1] is not e and down.get(e.end, (None, None))[1] is not e
    ]
    upstream: dict[Node, float] = defaultdict(float)
    for node in sorted(distance, key=lambda n: (-distance[n], n)):
        target, edge = down[node]
        if target is not None and edge is not None:
            upstream[target] += upstream[node] + edge.length_m
    size = {node: int(np.searchsorted(_UPSTREAM_M, upstream[node])) for node in distance}
    meeting: dict[Node, list[Edge]] = defaultdict(list)
    for edge in edges:
        meeting[edge.start].append(edge)
        meeting[edge.end].append(edge)
    level = {
        node: float(z) - _cover_m(meeting[node]) - _STORM_DN[size[node]] / 2000
        for node, z in zip(distance, ground(list(distance)), strict=True)
    }
    laid: list[tuple[Edge, Any, Node]] = []
    for edge in heads:  # a street between two ways drains its nearer half
        low = min((edge.start, edge.end), key=lambda n: (distance[n], n))
        line = (
            edge.line
            if edge.line.coords[0] != low and _near(edge.line.coords[-1], low)
            else edge.line.reverse()
        )
        half = substring(line, line.length * 0.55, line.length)
        laid.append((edge, half, low))
        top = node_level(half.coords[0]) - _cover_m([edge]) - _STORM_DN[0] / 2000
        level[low] = min(level[low], top - SLOPE * half.length)
    for node in sorted(distance, key=lambda n: (-distance[n], n)):
        target, edge = down[node]
        if target is None or edge is None:
            continue
        level[target] = min(level[target], level[node] - SLOPE * edge.length_m)
        line = edge.line if _near(edge.line.coords[-1], target) else edge.line.reverse()
        laid.append((edge, line, target))
    for node in sorted(
        distance, key=lambda n: (distance[n], n)
    ):  # no steep piece, or it would cross its neighbours
        target, edge = down[node]
        if target is not None and edge is not None:
            steepest = max(STEEPEST * edge.length_m, node_level(node) - node_level(target))
            level[node] = min(level[node], level[target] + steepest)
    for edge, line, low in laid:
        _drain_pair(edge, line, low, level=level, size=size, ids=ids, result=result)
    for node, (target, _) in down.items():
        if target is None:
            z = level[node]
            result.fittings.append(
                Fitting(f"D-OUT-{ids[node]}", "D", "outfall", (*moved("D", node), round(z, 3)), None)
            )


def _cover_m(meeting: list[Edge]) -> float:
    """Cover of a storm drain that passes 0.5 m clear under the water mains of these streets."""
    mains = [WATER_COVER_M + diameter("W", edge) / 1000 + CLEAR_M + _FALL_M["W"] for edge in meeting]
    return max([STORM_COVER_M, *mains])


def _below_m(size: int) -> float:
    """How far the axis of a sewer lies below that of the storm drain of its street."""
    return (_STORM_DN[size] + _SEWER_DN[size]) / 2000 + CLEAR_M + _FALL_M["S"]


def _near(a: Any, b: Any) -> bool:
    return math.dist(a[:2], b[:2]) < 0.02


def _ways_to_river(
    edges: list[Edge], river: Any
) -> tuple[dict[Node, tuple[Node | None, Edge | None]], dict[Node, float]]:
    """Dijkstra from all nodes within 95 m of the river; parts that have none drain to their lowest node."""
    table: dict[Node, list[tuple[Node, Edge]]] = defaultdict(list)
    for edge in edges:
        table[edge.start].append((edge.end, edge))
        table[edge.end].append((edge.start, edge))
    down: dict[Node, tuple[Node | None, Edge | None]] = {}
    distance: dict[Node, float] = {}
    roots = [n for n in sorted(table) if river.distance(shapely.Point(n)) < 95.0]
    rest = sorted(table, key=lambda n: (round(node_level(n), 3), n))
    for group in (roots, *([n] for n in rest)):
        queue: list[tuple[float, Node, str, Node | None, Edge | None]] = [
            (0.0, n, "", None, None) for n in group if n not in distance
        ]
        while queue:
            far, node, _, target, edge = heapq.heappop(queue)
            if node in distance:
                continue
            distance[node], down[node] = far, (target, edge)
            for other, way in table[node]:
                if other not in distance:
                    # a link of a few metres joins what is one crossing: both its ends drain together
                    step = way.length_m if way.length_m > _CROSSING_M else 0.01
                    step += CLIMB * max(0.0, node_level(node) - node_level(other))
                    heapq.heappush(queue, (round(far + step, 3), other, way.code, node, way))
    return down, distance


def beside(line: LineString) -> LineString:
    """Way of a storm drain: 1.5 m left of the sewer, but at the ends in line with it.

    So it crosses the sewers of other streets only at the junctions, where levels agree.
    """
    if line.length < 30.0:
        return line
    moved_ = substring(line, 10.0, line.length - 10.0).offset_curve(_BESIDE_M, join_style="mitre")
    if moved_.geom_type != "LineString" or moved_.is_empty:
        return line
    return LineString([line.coords[0], *moved_.coords, line.coords[-1]])


def _drain_pair(
    edge: Edge,
    centre: LineString,
    low: Node,
    *,
    level: dict[Node, float],
    size: dict[Node, int],
    ids: dict[Node, str],
    result: Networks,
) -> None:
    """Lay storm drain and sewer of one street, with manholes every 40 m."""
    start = next((n for n in (edge.start, edge.end) if _near(centre.coords[0], n)), None)
    z_low = level[low]
    first = size[start] if start is not None else 0
    head = ids[start] if start is not None else f"H{edge.code[1:]}"
    top = node_level(centre.coords[0])
    # a head rises as its street does, so it is no deeper than the node it drains to
    risen = z_low + max(SLOPE * centre.length, top - node_level(low))
    z_high = level[start] if start is not None else risen
    for kind, sizes, line in (("D", _STORM_DN, beside(centre)), ("S", _SEWER_DN, centre)):
        radius = sizes[first] / 2000
        drops = (_below_m(first), _below_m(size[low])) if kind == "S" else (0.0, 0.0)
        steps = shapely.length(shapely.linestrings(list(pairwise(line.coords))))
        share = np.concatenate([[0.0], np.cumsum(steps) / np.sum(steps)])
        z = (z_high - drops[0]) * (1 - share) + (z_low - drops[1]) * share
        result.pipes.append(
            Pipe(
                f"{kind}-{edge.code}",
                kind,
                sizes[first],
                shifted(kind, line.coords, z),
                f"{kind}{head}",
                f"{kind}{ids[low]}",
                round(top - z[0] - radius, 2),
                edge,
            )
        )
        result.fittings += _manholes(f"{kind}J-{edge.code[1:]}", kind, line, z[0] - radius, z[-1] - radius)


def _manholes(prefix: str, kind: str, line: LineString, first_m: float, last_m: float) -> Iterator[Fitting]:
    """Manholes every 40 m from the upper end; the one at the lower end belongs to the next pipe."""
    count = max(1, math.ceil(line.length / 40.0))
    shares = np.arange(count) / count
    places = shapely.get_coordinates(shapely.line_interpolate_point(line, shares, normalized=True))
    for i, (at, lid) in enumerate(zip(places, ground(places).tolist(), strict=True)):
        invert = first_m + (last_m - first_m) * i / count
        yield Fitting(
            f"{prefix}-{i:02d}",
            kind,
            "manhole",
            (*moved(kind, at.tolist()), round(lid, 3)),
            round(lid - invert, 2),
        )
