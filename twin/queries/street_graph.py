"""The shortest way on foot along the streets, hose in hand."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point

from twin.queries.street_cuts import Array
from twin.queries.street_lines import StreetLines

CROSSING_M = 40.0
"""What crossing an arterial on foot is held to cost, as extra way."""

State = tuple[int, bool]
"""A crossing, and whether it was reached along an arterial."""
Reached = dict[State, tuple[State | None, int]]
"""From which state along which street; None: from where the way begins."""


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
class _Foot:
    """Where a place meets its nearest street."""

    place: Point
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

    def __init__(self, lines: Sequence[shapely.Geometry], classes: Sequence[str | None]) -> None:
        self._lines = StreetLines.of(lines, classes)
        # as lists: a search looks at one after the other, and numbers of numpy are dear one by one
        self._start, self._end = self._lines.ends.T.tolist()
        self._length_m: list[float] = self._lines.length_m.tolist()
        self._arterial: list[bool] = self._lines.arterial.tolist()
        self._first: list[int]
        self._meeting: list[int]
        self._first, self._meeting = (numbers.tolist() for numbers in self._lines.meeting())
        self._wide = set(self._lines.ends[self._lines.arterial].ravel().tolist())

    def routes(self, start: Point, ends: Sequence[Point]) -> list[Route | None]:
        """Shortest ways from one place to several; None where no street leads.

        Parameters
        ----------
        start, ends : Point
            In the CRS of the streets.
        """
        if not self._length_m:
            return [None] * len(ends)
        places = [start, *ends]
        edges, along_m = self._lines.nearest(shapely.get_coordinates(places))
        foot, *feet = (
            _Foot(place, edge, along)
            for place, edge, along in zip(places, edges.tolist(), along_m.tolist(), strict=True)
        )
        cost_m, reached = self._search(foot, feet)
        return [self._route(foot, last, cost_m, reached) for last in feet]

    def _search(self, foot: _Foot, feet: Sequence[_Foot]) -> tuple[dict[State, float], Reached]:
        """Dijkstra over (node, arrived by an arterial); where each state was reached from.

        It stops where going on could make no way to any of the `feet` shorter.
        """
        wanted: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for number, last in enumerate(feet):
            wanted[self._start[last.edge]].append((number, last.along_m))
            wanted[self._end[last.edge]].append((number, self._length_m[last.edge] - last.along_m))
        known_m = [np.inf] * len(feet)
        furthest_m = np.inf
        cost_m: dict[State, float] = {}
        reached: Reached = {}
        queue: list[tuple[float, State]] = []
        first = foot.edge
        for node, way_m in (
            (self._start[first], foot.along_m),
            (self._end[first], self._length_m[first] - foot.along_m),
        ):
            state = (node, self._arterial[first])
            if way_m < cost_m.get(state, np.inf):
                cost_m[state], reached[state] = way_m, (None, first)
                heapq.heappush(queue, (way_m, state))
        while queue:
            way_m, state = heapq.heappop(queue)
            if way_m > cost_m[state]:
                continue
            node = state[0]
            if node in wanted:
                for number, rest_m in wanted[node]:
                    # the last street may lie across an arterial
                    known_m[number] = min(known_m[number], way_m + rest_m + CROSSING_M)
                furthest_m = max(known_m)
            if way_m > furthest_m:
                break
            came = reached[state][1]
            for edge in self._meeting[self._first[node] : self._first[node + 1]]:
                if edge == came:
                    continue  # turning back on the arterial is no way across it
                there = (
                    self._end[edge] if self._start[edge] == node else self._start[edge],
                    self._arterial[edge],
                )
                longer_m = way_m + self._length_m[edge] + self._crossing_m(state, edge)
                if longer_m < cost_m.get(there, np.inf):
                    cost_m[there], reached[there] = longer_m, (state, edge)
                    heapq.heappush(queue, (longer_m, there))
        return cost_m, reached

    def _crossing_m(self, state: State, edge: int) -> float:
        """Over an arterial and on along smaller streets: that is a crossing."""
        node, arrived = state
        return CROSSING_M if node in self._wide and not arrived and not self._arterial[edge] else 0.0

    def _route(self, foot: _Foot, last: _Foot, cost_m: dict[State, float], reached: Reached) -> Route | None:
        ways: list[tuple[float, float, State | None]] = []
        if last.edge == foot.edge:
            ways.append((abs(last.along_m - foot.along_m), foot.along_m, None))
        length_m = self._length_m[last.edge]
        for node, from_m in ((self._start[last.edge], 0.0), (self._end[last.edge], length_m)):
            for state in ((node, False), (node, True)):
                if state in cost_m:
                    way_m = cost_m[state] + abs(last.along_m - from_m) + self._crossing_m(state, last.edge)
                    ways.append((way_m, from_m, state))
        if not ways:
            return None
        _, from_m, arrived = min(ways, key=lambda way: way[0])
        pieces = [
            *([] if arrived is None else self._walked(foot, arrived, reached)),
            self._lines.part(last.edge, from_m, last.along_m),
        ]
        corners = np.concatenate(
            [shapely.get_coordinates(foot.place), *pieces, shapely.get_coordinates(last.place)]
        )
        line = shapely.remove_repeated_points(LineString(corners))
        return Route(line, float(line.length))

    def _walked(self, foot: _Foot, state: State, reached: Reached) -> list[Array]:
        """Corners from the foot of the start to a state, street by street in walking order."""
        pieces = []
        here: State | None = state
        while here is not None:
            came, edge = reached[here]
            forward = here[0] == self._end[edge]
            if came is None:
                # a street that ends where it begins is left by its nearer end
                forward = forward and not (
                    here[0] == self._start[edge] and foot.along_m < self._length_m[edge] / 2
                )
                to_m = self._length_m[edge] if forward else 0.0
                pieces.append(self._lines.part(edge, foot.along_m, to_m))
            else:
                whole = self._lines.corners(edge)
                pieces.append(whole if forward else whole[::-1])
            here = came
        return pieces[::-1]
