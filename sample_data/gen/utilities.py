"""Six networks under the streets, in layers that keep clear of each other.

Every network is the street graph moved sideways by a vector of its own, so it is
connected; each lies in its own band of depth, so crossings never touch. Twelve
gas pipes are then laid through a water main on purpose: true work for a clash check.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString

from sample_data.gen.chance import u
from sample_data.gen.drains import drains
from sample_data.gen.graph import Edge, Graph, Node
from sample_data.gen.pipes import (
    WATER_COVER_M,
    Fitting,
    Networks,
    Pipe,
    diameter,
    draped,
    ground,
    moved,
    node_level,
    shifted,
)

CLASHES = 12
_AXIS_M = {"P": 0.8, "G": 1.05, "C": 0.55}
"""Depth of the axis of the dry networks and gas; water hangs from its cover, drains follow their fall.

Under a cover of 0.8, 0.9, 1.0 and 1.2 m these would run through each other wherever two streets
cross: README.md says why."""


def networks(graph: Graph, land: Any) -> Networks:
    """Lay the networks under all streets of the built area except village lanes."""
    shapely.prepare(land)
    edges = [e for e in graph.edges if e.street.road_class != "lane" and land.contains(e.line.centroid)]
    ids = _node_ids(edges)
    result = Networks()
    for kind in "WGPC":
        for edge in edges:
            if (
                kind in "GPC"
                and edge.street.road_class == "local"
                and u(edge.street.name_zh, f"has{kind}") > 0.85
            ):
                continue
            result.pipes.append(_pressed(kind, edge, ids))
    _seed_clashes(result)
    drains(edges, ids, result)
    _valves(edges, ids, result)
    result.pipes.sort(key=lambda p: p.code)
    result.fittings.sort(key=lambda f: f.code)
    return result


def _node_ids(edges: list[Edge]) -> dict[Node, str]:
    nodes = sorted({n for e in edges for n in (e.start, e.end)})
    return {node: f"N{i + 1:05d}" for i, node in enumerate(nodes)}


def _pressed(kind: str, edge: Edge, ids: dict[Node, str]) -> Pipe:
    dn = diameter(kind, edge)
    axis = WATER_COVER_M + dn / 2000 if kind == "W" else _AXIS_M[kind]
    coords = draped(edge.line)
    line = shifted(kind, coords, ground([moved(kind, at) for at in coords]) - axis)
    return Pipe(f"{kind}-{edge.code}", kind, dn, line, f"{kind}{ids[edge.start]}", f"{kind}{ids[edge.end]}",
                round(axis - dn / 2000, 2), edge)  # fmt: skip


def _seed_clashes(result: Networks) -> None:
    """Lead twelve gas pipes through the water main beside them at mid-length."""
    by_code = {p.code: (i, p) for i, p in enumerate(result.pipes)}
    fit = [
        p
        for p in result.pipes
        if p.kind == "G"
        and p.edge.street.road_class == "local"
        and p.edge.length_m > 70
        and len(p.line.coords) == 2
    ]
    fit.sort(key=lambda p: (u(p.edge.code, "clash"), p.code))
    for gas in fit[:CLASHES]:
        main = by_code[f"W-{gas.edge.code}"][1]
        at = main.line.interpolate(0.5, normalized=True)
        start, end = np.array(gas.line.coords)
        near = [start + (end - start) * s for s in (0.42, 0.58)]
        line = LineString([tuple(np.round(p, 3)) for p in (start, near[0], (at.x, at.y, at.z), near[1], end)])
        result.pipes[by_code[gas.code][0]] = replace(gas, line=line)
        result.clashes.append((gas.code, main.code))
    result.clashes.sort()


def _valves(edges: list[Edge], ids: dict[Node, str], result: Networks) -> None:
    """Valves of water and gas where streets meet, and 14 substations."""
    degree: dict[Node, int] = defaultdict(int)
    for edge in edges:
        degree[edge.start] += 1
        degree[edge.end] += 1
    crossings = sorted(n for n, count in degree.items() if count >= 3)
    for node in crossings:
        z = node_level(node)
        for kind, share in (("W", 0.7), ("G", 0.4)):
            if u(ids[node], f"valve{kind}") < share:
                result.fittings.append(
                    Fitting(f"{kind}V-{ids[node][1:]}", kind, "valve", (*moved(kind, node), round(z, 3)), 1.5)
                )
    chosen = sorted(crossings, key=lambda n: (u(ids[n], "substation"), n))[:14]
    for number, node in enumerate(chosen, 1):
        z = node_level(node)
        result.fittings.append(
            Fitting(f"P-SS-{number:02d}", "P", "substation", (*moved("P", node), round(z, 3)), None)
        )
