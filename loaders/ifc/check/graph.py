"""Which room leads to which, and how many independent ways lead out of one.

Rooms are spaces; they are joined by doors, empty openings, and where nothing stands
between two of them. Everything about the graph is in this module: another room graph
can take its place by answering the same two questions, `ways_out` and `room_at`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import shapely

from loaders.ifc.check.bodies import BARRIERS
from loaders.ifc.check.facts import Body, Facts

OUT, PERHAPS = -1, -2
"""Outside, and a place the model says nothing of."""
_REACH_M = (0.12, 0.25, 0.4, 0.6, 0.9)
"""How far beside a leaf the rooms on its two sides are looked for: walls are up to a metre thick."""
_WALK_M = 1.0
"""Height above the threshold at which rooms are looked for."""
_SILL_M, _HEADROOM_M = 0.5, 1.8
"""An empty opening that begins higher or is lower is a hatch or a window."""
_GAP_M, _PASSAGE_M, _STEP_M = 0.6, 0.7, 0.5
"""Rooms further apart are not open to each other; narrower than a passage nobody walks."""
_GROUND_M = 1.5
"""A door to the outside leads out where its threshold is this near to the ground."""
_MANY = 1_000_000


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
            capacity = _MANY if own else joined[a].get(b, 0)
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


def build_graph(facts: Facts) -> RoomGraph:
    """Join the rooms of a model."""
    rooms = [body for body in facts.bodies if body.kind == "IfcSpace"]
    graph = RoomGraph(rooms, number={room.global_id: i for i, room in enumerate(rooms)})
    hosts = {row["global_id"]: row["parent"] for row in facts.meaning["opening"]}
    for body in facts.bodies:
        if body.middle is not None and body.through is not None:
            edge = _through(facts, graph, body, hosts.get(body.global_id))
            if edge is not None:
                graph.edges.append(edge)
    graph.edges += _stated(facts, graph)
    graph.edges += _open(facts, graph)
    return graph


def _through(facts: Facts, graph: RoomGraph, body: Body, host: str | None) -> Edge | None:
    """The two rooms a leaf joins; None where it stands within one room or is no way."""
    assert body.middle is not None and body.through is not None  # noqa: S101 - asked by the caller
    stated = [
        graph.number[s] for s in facts.identities["boundaries"].get(body.global_id, ()) if s in graph.number
    ]
    if len(stated) >= 2:
        return Edge(stated[0], stated[1], 1)
    z = body.low_m + min(_WALK_M, (body.high_m - body.low_m) / 2)
    sides = [_beside(graph, body.middle, body.through, z, sign) for sign in (-1, 1)]
    known = [side for side in sides if side is not None]
    beside = known or stated
    if not beside or _hatch(facts, graph, body, host, beside):
        return None
    if len(known) == 2:
        return Edge(known[0], known[1], 1) if known[0] != known[1] else None
    return Edge(beside[0], _outside(facts, body, host), 1)


def _hatch(facts: Facts, graph: RoomGraph, body: Body, host: str | None, rooms: list[int]) -> bool:
    """Whether an empty opening is nothing to walk through: a hole in furniture, a window, a duct."""
    if body.kind != "IfcOpeningElement":
        return False
    wall = facts.row(host)
    if wall is None or not wall["ifc_class"].startswith(("IfcWall", "IfcCurtainWall")):
        return True
    sill = body.low_m - min(graph.rooms[room].low_m for room in rooms)
    return sill > _SILL_M or body.high_m - body.low_m < _HEADROOM_M


def _beside(
    graph: RoomGraph, middle: tuple[float, float], through: tuple[float, float], z: float, sign: int
) -> int | None:
    for reach in _REACH_M:
        at = [middle[i] + sign * reach * through[i] for i in (0, 1)]
        found = graph.room_at(at[0], at[1], z)
        if found is not None:
            return found
    return None


def _outside(facts: Facts, body: Body, host: str | None) -> int:
    """Whether a side without a room is the street: only where the model says external, at the ground."""
    external = facts.property(body.global_id, "IsExternal")
    if external is None:
        external = facts.property(host, "IsExternal")
    level = facts.ground_m
    if external is True and level is not None and abs(body.low_m - level) <= _GROUND_M:
        return OUT
    return PERHAPS


def _stated(facts: Facts, graph: RoomGraph) -> list[Edge]:
    """Virtual boundaries: rooms the model itself says are open to each other."""
    measured = {body.global_id for body in facts.bodies}
    virtual = set(facts.identities["virtual"])
    found = []
    for element, spaces in facts.identities["boundaries"].items():
        numbers = [graph.number[space] for space in spaces if space in graph.number]
        if len(numbers) == 2 and element not in measured:
            found.append(Edge(numbers[0], numbers[1], _MANY if element in virtual else 1))
    return found


def _open(facts: Facts, graph: RoomGraph) -> list[Edge]:
    """Pairs of rooms of one level with nothing but air between them."""
    barriers = [body for body in facts.bodies if body.kind in (*BARRIERS, "IfcDoor")]
    if not barriers or len(graph.rooms) < 2:
        return []
    tree = shapely.STRtree([body.outline for body in barriers])
    outlines = [room.outline for room in graph.rooms]
    first, second = graph.tree.query(outlines, predicate="dwithin", distance=_GAP_M)
    found = []
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        one, other = graph.rooms[a], graph.rooms[b]
        if a >= b or abs(one.low_m - other.low_m) > _STEP_M:
            continue
        between = _between(one.outline, other.outline)
        walls = [
            barriers[i].outline
            for i in tree.query(between, predicate="intersects")
            if barriers[i].low_m < one.low_m + _WALK_M < barriers[i].high_m
        ]
        air = shapely.difference(between, shapely.union_all(walls)) if walls else between
        if any(_long_side(piece) >= _PASSAGE_M for piece in shapely.get_parts(air)):
            found.append(Edge(a, b, _MANY))
    return found


def _between(one: Any, other: Any) -> Any:
    """The strip between two rooms, as deep as they lie apart."""
    half = shapely.distance(one, other) / 2 + 0.02
    return shapely.intersection(
        shapely.buffer(one, half, cap_style="flat", join_style="mitre"),
        shapely.buffer(other, half, cap_style="flat", join_style="mitre"),
    )


def _long_side(piece: Any) -> float:
    if piece.is_empty or piece.area <= 0:
        return 0.0
    box = shapely.minimum_rotated_rectangle(piece)
    if box.geom_type != "Polygon":
        return 0.0
    corners = shapely.get_coordinates(box)
    return float(max(((corners[i + 1] - corners[i]) ** 2).sum() ** 0.5 for i in (0, 1)))
