"""The shortest way on foot along the streets, hose in hand."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Point, STRtree
from shapely.ops import substring

CROSSING_M = 40.0
"""What crossing an arterial on foot is held to cost, as extra way."""
_ARTERIAL = frozenset({"A1", "A2"})
_JOIN_M = 1.0
_ON_M = 1e-3
"""How far cutting a line may move it."""

Node = tuple[int, int]
State = tuple[Node, bool]


@dataclass(frozen=True, slots=True)
class Route:
    """A way along the streets.

    Attributes
    ----------
    line : LineString
        From the first place to the last, storage CRS, metres; to and from the street straight.
    length_m : float
        Length of `line`; crossings cost extra in the choice of the way, not in its length.
    """

    line: LineString
    length_m: float


@dataclass(frozen=True, slots=True)
class _Edge:
    line: LineString
    start: Node
    end: Node
    length_m: float
    arterial: bool


@dataclass(frozen=True, slots=True)
class _Foot:
    """Where a place meets its nearest street."""

    edge: int
    along_m: float


class StreetGraph:
    """Streets as a graph; lines that cross are taken to meet there, bridges included.

    Parameters
    ----------
    lines : sequence of LineString or MultiLineString
        Centrelines in a metric CRS.
    classes : sequence of str or None
        Road class of each; `A1` and `A2` are arterials.
    """

    def __init__(self, lines: list[shapely.Geometry], classes: list[str | None]) -> None:
        parts, owner = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
        pieces: Any = shapely.get_parts(shapely.node(shapely.multilinestrings(parts))) if len(parts) else []
        wide = parts[np.isin(owner, [number for number, c in enumerate(classes) if c in _ARTERIAL])]
        self._edges = [
            _Edge(piece, start, end, length_m, arterial)
            for piece, start, end, length_m, arterial in zip(
                pieces, *_ends(pieces), shapely.length(pieces).tolist(), _among(pieces, wide), strict=True
            )
        ]
        self._tree = STRtree(pieces)
        self._at: dict[Node, list[int]] = defaultdict(list)
        for number, edge in enumerate(self._edges):
            self._at[edge.start].append(number)
            self._at[edge.end].append(number)
        self._wide = {n for n, edges in self._at.items() if any(self._edges[e].arterial for e in edges)}

    def routes(self, start: Point, ends: list[Point]) -> list[Route | None]:
        """Shortest ways from one place to several; None where no street leads.

        Parameters
        ----------
        start, ends : Point
            In the CRS of the streets.
        """
        if not self._edges:
            return [None] * len(ends)
        foot = self._foot(start)
        feet = [self._foot(end) for end in ends]
        cost, before = self._search(foot, feet)
        return [
            self._route((start, foot), (end, last), cost, before)
            for end, last in zip(ends, feet, strict=True)
        ]

    def _foot(self, place: Point) -> _Foot:
        edge = int(self._tree.nearest(place))
        return _Foot(edge, float(self._edges[edge].line.project(place)))

    def _search(
        self, foot: _Foot, feet: list[_Foot]
    ) -> tuple[dict[State, float], dict[State, tuple[State | None, int]]]:
        """Dijkstra over (node, arrived by an arterial); where each state was reached from.

        It stops where going on could make no way to any of the `feet` shorter.
        """
        first = self._edges[foot.edge]
        wanted: dict[Node, list[tuple[int, float]]] = defaultdict(list)
        for number, last in enumerate(feet):
            edge = self._edges[last.edge]
            wanted[edge.start].append((number, last.along_m))
            wanted[edge.end].append((number, edge.length_m - last.along_m))
        known = [np.inf] * len(feet)
        cost: dict[State, float] = {}
        before: dict[State, tuple[State | None, int]] = {}
        queue: list[tuple[float, State]] = []
        for node, way in ((first.start, foot.along_m), (first.end, first.length_m - foot.along_m)):
            state = (node, first.arterial)
            if way < cost.get(state, np.inf):
                cost[state], before[state] = way, (None, foot.edge)
                heapq.heappush(queue, (way, state))
        while queue:
            way, state = heapq.heappop(queue)
            if way > cost[state]:
                continue
            if state[0] in wanted:
                for number, rest in wanted[state[0]]:
                    # the last street may lie across an arterial
                    known[number] = min(known[number], way + rest + CROSSING_M)
            if way > max(known):
                break
            for number in self._at[state[0]]:
                if number == before[state][1]:
                    continue  # turning back on the arterial is no way across it
                edge = self._edges[number]
                there = (edge.end if edge.start == state[0] else edge.start, edge.arterial)
                longer = way + edge.length_m + self._crossing(state, edge)
                if longer < cost.get(there, np.inf):
                    cost[there], before[there] = longer, (state, number)
                    heapq.heappush(queue, (longer, there))
        return cost, before

    def _crossing(self, state: State, edge: _Edge) -> float:
        """Over an arterial and on along smaller streets: that is a crossing."""
        node, arrived = state
        return CROSSING_M if node in self._wide and not arrived and not edge.arterial else 0.0

    def _route(
        self,
        first: tuple[Point, _Foot],
        final: tuple[Point, _Foot],
        cost: dict[State, float],
        before: dict[State, tuple[State | None, int]],
    ) -> Route | None:
        (start, foot), (end, last) = first, final
        edge = self._edges[last.edge]
        ways: list[tuple[float, State | None]] = []
        if last.edge == foot.edge:
            ways.append((abs(last.along_m - foot.along_m), None))
        for node, rest in ((edge.start, last.along_m), (edge.end, edge.length_m - last.along_m)):
            for state in ((node, False), (node, True)):
                if state in cost:
                    ways.append((cost[state] + rest + self._crossing(state, edge), state))
        if not ways:
            return None
        arrived = min(ways, key=lambda way: way[0])[1]
        if arrived is None:
            pieces = [substring(edge.line, foot.along_m, last.along_m)]
        else:
            at = 0.0 if arrived[0] == edge.start else edge.length_m
            pieces = [*self._walked(foot, arrived, before), substring(edge.line, at, last.along_m)]
        coords = [start.coords[0][:2], *(c[:2] for piece in pieces for c in piece.coords), end.coords[0][:2]]
        line = shapely.remove_repeated_points(LineString(coords))
        return Route(line, float(line.length))

    def _walked(
        self, foot: _Foot, state: State, before: dict[State, tuple[State | None, int]]
    ) -> list[LineString | Point]:
        """Pieces from the foot of the start to a state, in walking order."""
        pieces: list[LineString | Point] = []
        here: State | None = state
        while here is not None:
            came, number = before[here]
            edge = self._edges[number]
            if came is None:
                to = 0.0 if here[0] == edge.start else edge.length_m
                pieces.append(substring(edge.line, foot.along_m, to))
            else:
                pieces.append(edge.line if edge.end == here[0] else edge.line.reverse())
            here = came
        return pieces[::-1]


def _ends(pieces: Any) -> tuple[list[Node], list[Node]]:
    """Nodes at the beginning and at the end of each piece; ends within a metre are one crossing."""
    coordinates, of = shapely.get_coordinates(pieces, return_index=True)
    first = np.flatnonzero(np.diff(of, prepend=-1))
    nodes = np.round(coordinates / _JOIN_M).astype(np.int64)
    last = np.append(first, len(of))[1:] - 1
    return list(map(tuple, nodes[first].tolist())), list(map(tuple, nodes[last].tolist()))


def _among(pieces: Any, lines: Any) -> list[bool]:
    """Which pieces are of one of the lines."""
    found = np.zeros(len(pieces), dtype=bool)
    if len(lines):
        middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
        found[STRtree(lines).query(middles, predicate="dwithin", distance=_ON_M)[0]] = True
    return list(found)
