"""How many independent ways lead out of a room, and which room is where.

Rooms are spaces; what joins them is told by `loaders.ifc.check.joining`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import shapely

from loaders.ifc.check.facts import Body

OUT, PERHAPS = -1, -2
"""Outside, and a place the model says nothing of."""
MANY = 1_000_000
"""Ways side by side through a boundary that is open."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A way between two rooms (numbers, or OUT or PERHAPS); `capacity` is how many it counts as."""

    a: int
    b: int
    capacity: int


@dataclass
class RoomGraph:
    """Rooms and what joins them.

    Attributes
    ----------
    rooms : list of Body
        Spaces that have a shape.
    edges : list of Edge
        Doors count once, open boundaries as often as one likes.
    number : dict of str to int
        GlobalId to index in `rooms`.
    """

    rooms: list[Body]
    edges: list[Edge] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)

    @cached_property
    def tree(self) -> Any:
        """Spatial index of the rooms' outlines."""
        return shapely.STRtree([room.outline for room in self.rooms])

    def room_at(self, x: float, y: float, z: float) -> int | None:
        """Number of the room at a point, model metres; the lowest of several."""
        near = [
            int(i)
            for i in self.tree.query(shapely.points(x, y), predicate="intersects")
            if self.rooms[i].low_m - 0.05 <= z <= self.rooms[i].high_m
        ]
        return min(near, key=lambda i: (self.rooms[i].outline.area, i)) if near else None

    def doors_of(self, room: int) -> int:
        """Ways from a room into others, outside, or to where the model does not say."""
        return len(self._capacities[False][room])

    def ways_out(self, room: int, extra: dict[int, tuple[int, int]], least: int) -> tuple[int, int]:
        """How many ways lead out that share no door but the room's own.

        Parameters
        ----------
        room : int
            Where one starts. Its own doors may be used by every way.
        extra : dict of int to (int, int)
            Room -> ways out it is itself (stairs in it): certain ones, and possible ones.
        least : int
            No more are counted than this.

        Returns
        -------
        certain, possible : int
            With what is known to lead out, and with all that might.
        """
        return self._flow(room, extra, least, sure=True), self._flow(room, extra, least, sure=False)

    def _flow(self, room: int, extra: dict[int, tuple[int, int]], least: int, *, sure: bool) -> int:
        """Maximum flow by shortest augmenting paths (Edmonds and Karp 1972), at most `least`."""
        joined = self._capacities[sure]
        used: dict[tuple[int, int], int] = defaultdict(int)

        def left(a: int, b: int) -> int:
            own = room in (a, b) and OUT not in (a, b) and joined[a][b] > 0
            capacity = MANY if own else joined[a].get(b, 0)
            if b == OUT and a in extra:
                capacity += extra[a][0 if sure else 1]
            return capacity - used[a, b]

        ways = 0
        while ways < least:
            path = self._path(room, joined, extra, left)
            if path is None:
                break
            width = min(left(a, b) for a, b in pairwise(path))
            for a, b in pairwise(path):
                used[a, b] += width
                used[b, a] -= width
            ways += width
        return min(ways, least)

    @cached_property
    def _capacities(self) -> dict[bool, dict[int, dict[int, int]]]:
        """How many ways each pair of rooms joins: with what is known, and with all that might be."""
        found: dict[bool, dict[int, dict[int, int]]] = {}
        for sure in (True, False):
            joined: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
            for edge in self.edges:
                a, b = (OUT if end == PERHAPS and not sure else end for end in (edge.a, edge.b))
                if PERHAPS not in (a, b):
                    joined[a][b] += edge.capacity
                    joined[b][a] += edge.capacity
            found[sure] = joined
        return found

    def _path(
        self,
        start: int,
        joined: dict[int, dict[int, int]],
        extra: dict[int, tuple[int, int]],
        left: Callable[[int, int], int],
    ) -> list[int] | None:
        """Shortest path outside along which something is left."""
        came: dict[int, int] = {start: start}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            onward = [*joined[here], OUT] if here in extra else list(joined[here])
            for there in onward:
                if there in came or left(here, there) <= 0:
                    continue
                came[there] = here
                if there == OUT:
                    path = [OUT]
                    while path[-1] != start:
                        path.append(came[path[-1]])
                    return path[::-1]
                queue.append(there)
        return None
