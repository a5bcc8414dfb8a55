"""The street graph: centrelines noded where they meet, each edge knowing its street."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString

from sample_data.gen.streets import Street

Node = tuple[float, float]
OVERSHOOT_M = 0.06
MERGED_M = 1.0


@dataclass(frozen=True)
class Edge:
    """A piece of street between two nodes; `line` runs from `start` to `end`."""

    code: str
    street: Street
    line: LineString
    start: Node
    end: Node

    @property
    def length_m(self) -> float:
        """Length in plan."""
        return float(self.line.length)


@dataclass(frozen=True)
class Graph:
    """Edges in the order of their codes; only the connected part of the network."""

    edges: tuple[Edge, ...]

    def neighbours(self) -> dict[Node, list[tuple[Node, Edge]]]:
        """Where one can go from each node."""
        table: dict[Node, list[tuple[Node, Edge]]] = defaultdict(list)
        for edge in self.edges:
            table[edge.start].append((edge.end, edge))
            table[edge.end].append((edge.start, edge))
        return table

    def streets(self) -> dict[str, list[Edge]]:
        """Edges by street name."""
        table: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            table[edge.street.name_zh].append(edge)
        return table


def graph(streets: list[Street]) -> Graph:
    """Node all streets on a 0.01 m grid and keep the largest connected part.

    An edge between two crossings belongs to the street that runs through its
    middle; where two run on top of each other, to the wider one.
    """
    long = [_overshot(part) for s in streets for part in shapely.get_parts(s.centre)]
    noded = shapely.get_parts(shapely.union_all(long, grid_size=0.01))
    noded = shapely.union_all([p for p in noded if p.length > 2 * OVERSHOOT_M])
    parts = [p for p in shapely.get_parts(shapely.line_merge(noded)) if p.length > MERGED_M]
    parts = _merged([piece for part in parts for piece in _open(part)])
    parts.sort(key=lambda p: (p.coords[0], p.coords[-1], p.length))
    tree = shapely.STRtree([s.centre for s in streets])
    middles = shapely.line_interpolate_point(parts, 0.5, normalized=True)
    found: dict[int, int] = {}
    for at, street in zip(*tree.query(middles, predicate="dwithin", distance=0.6), strict=True):
        best = found.get(int(at))
        if best is None or _rank(streets[street], int(street)) > _rank(streets[best], best):
            found[int(at)] = int(street)
    edges = [
        Edge("", streets[found[i]], part, _node(part.coords[0]), _node(part.coords[-1]))
        for i, part in enumerate(parts)
        if i in found
    ]
    kept = _largest(edges)
    kept.sort(key=lambda e: (e.street.name_zh, e.start, e.end, e.length_m))
    return Graph(tuple(Edge(f"R{i + 1:05d}", e.street, e.line, e.start, e.end) for i, e in enumerate(kept)))


def _overshot(line: LineString) -> LineString:
    """Lengthen a street a little at both ends, so that rounding cannot part it from the street it meets."""
    if line.is_ring:
        return line
    coords = np.array(line.coords)
    for end, inner in ((0, 1), (-1, -2)):
        away = coords[end] - coords[inner]
        coords[end] = coords[end] + away / np.hypot(*away) * OVERSHOOT_M
    return LineString(coords)


def _merged(lines: list[LineString]) -> list[LineString]:
    """Make one node of ends less than a metre apart."""
    nodes = sorted({_node(line.coords[end]) for line in lines for end in (0, -1)})
    tree = shapely.STRtree(shapely.points(nodes))
    to = {node: node for node in nodes}
    for a, b in zip(*tree.query(tree.geometries, predicate="dwithin", distance=MERGED_M), strict=True):
        if a < b:  # in order, so that a chain ends at its first node
            to[nodes[b]] = min(to[nodes[b]], to[nodes[a]])
    result = []
    for line in lines:
        inner = [
            c
            for c in line.coords[1:-1]
            if math.dist(c, line.coords[0]) > MERGED_M < math.dist(c, line.coords[-1])
        ]
        start, end = to[_node(line.coords[0])], to[_node(line.coords[-1])]
        if start != end or inner:
            result.append(LineString([start, *inner, end]))
    return result


def _rank(street: Street, index: int) -> tuple[float, int]:
    return street.width_m, -index


def _node(coordinate: tuple[float, ...]) -> Node:
    return round(coordinate[0], 2), round(coordinate[1], 2)


def _open(line: LineString) -> list[LineString]:
    """Halve a ring, so that every edge has two ends."""
    if not line.is_ring:
        return [line]
    coords = list(line.coords)
    half = len(coords) // 2
    return [LineString(coords[: half + 1]), LineString(coords[half:])]


def _largest(edges: list[Edge]) -> list[Edge]:
    """Keep the component with the most length (union-find)."""
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for edge in edges:
        parent[root(edge.start)] = root(edge.end)
    weight: dict[Node, float] = defaultdict(float)
    for edge in edges:
        weight[root(edge.start)] += edge.length_m
    best = max(weight, key=lambda n: (weight[n], n))
    return [e for e in edges if root(e.start) == best]


def segments(line: LineString) -> list[LineString]:
    """The straight pieces of a line."""
    return [LineString(pair) for pair in pairwise(line.coords)]
