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
        arterial = np.array([c in _ARTERIAL for c in classes])[owner] if len(parts) else np.array([])
        middle = [piece.interpolate(0.5, normalized=True) for piece in pieces]
        of = STRtree(parts).nearest(middle) if len(parts) else []
        self._edges = [
            _Edge(piece, _node(piece.coords[0]), _node(piece.coords[-1]), bool(arterial[at]))
            for piece, at in zip(pieces, of, strict=True)
        ]
        self._tree = STRtree([edge.line for edge in self._edges])
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
        cost, before = self._search(foot)
        return [self._route(start, foot, end, cost, before) for end in ends]

    def _foot(self, place: Point) -> _Foot:
        edge = int(self._tree.nearest(place))
        return _Foot(edge, float(self._edges[edge].line.project(place)))

    def _search(self, foot: _Foot) -> tuple[dict[State, float], dict[State, tuple[State | None, int]]]:
        """Dijkstra over (node, arrived by an arterial); where each state was reached from."""
        first = self._edges[foot.edge]
        cost: dict[State, float] = {}
        before: dict[State, tuple[State | None, int]] = {}
        queue: list[tuple[float, State]] = []
        for node, way in ((first.start, foot.along_m), (first.end, first.line.length - foot.along_m)):
            state = (node, first.arterial)
            if way < cost.get(state, np.inf):
                cost[state], before[state] = way, (None, foot.edge)
                heapq.heappush(queue, (way, state))
        while queue:
            way, state = heapq.heappop(queue)
            if way > cost[state]:
                continue
            for number in self._at[state[0]]:
                if number == before[state][1]:
                    continue  # turning back on the arterial is no way across it
                edge = self._edges[number]
                there = (edge.end if edge.start == state[0] else edge.start, edge.arterial)
                longer = way + edge.line.length + self._crossing(state, edge)
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
        start: Point,
        foot: _Foot,
        end: Point,
        cost: dict[State, float],
        before: dict[State, tuple[State | None, int]],
    ) -> Route | None:
        last = self._foot(end)
        edge = self._edges[last.edge]
        ways: list[tuple[float, State | None]] = []
        if last.edge == foot.edge:
            ways.append((abs(last.along_m - foot.along_m), None))
        for node, rest in ((edge.start, last.along_m), (edge.end, edge.line.length - last.along_m)):
            for state in ((node, False), (node, True)):
                if state in cost:
                    ways.append((cost[state] + rest + self._crossing(state, edge), state))
        if not ways:
            return None
        arrived = min(ways, key=lambda way: way[0])[1]
        if arrived is None:
            pieces = [substring(edge.line, foot.along_m, last.along_m)]
        else:
            at = 0.0 if arrived[0] == edge.start else edge.line.length
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
                to = 0.0 if here[0] == edge.start else edge.line.length
                pieces.append(substring(edge.line, foot.along_m, to))
            else:
                pieces.append(edge.line if edge.end == here[0] else edge.line.reverse())
            here = came
        return pieces[::-1]


def _node(coordinate: tuple[float, ...]) -> Node:
    """Ends within a metre are one crossing."""
    return round(coordinate[0] / _JOIN_M), round(coordinate[1] / _JOIN_M)
