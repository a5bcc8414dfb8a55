"""The rooms of a building as a graph: how they connect, who depends on whom, how far it is to safety."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from twin.database.connection import Database, Row
from twin.database.statements import statement
from twin.database.validity import dated
from twin.errors import NotFound
from twin.queries.buildings import PUBLIC

ON_FOOT = frozenset({"door", "opening", "open", "stair", "ramp", "escalator"})
"""Ways people may flee by; a lift is none."""
_STEEP = frozenset({"stair", "ramp", "escalator"})
_PROTECTED_MIN = 60.0
"""A stair is protected where each of its doors holds a fire this long (乙级, GB 50016)."""


class RoomGraph:
    """Rooms and the ways between them.

    Parameters
    ----------
    rooms : list of dict
        Rows of `graph_rooms`.
    edges : list of dict
        Rows of `graph_edges`.

    Attributes
    ----------
    rooms : dict of int to dict
        By id.
    edges : list of dict
        Ways, of every kind.
    protected : set of int
        Rooms that are protected stairs.
    """

    def __init__(self, rooms: list[Row], edges: list[Row]) -> None:
        self.rooms = {row["id"]: row for row in rooms}
        self.edges = edges
        self._of_room: dict[int, list[int]] = defaultdict(list)
        for number, edge in enumerate(edges):
            for end in (edge["a_id"], edge["b_id"]):
                if end is not None:
                    self._of_room[end].append(number)
        self._at = np.array([edge["at_m"] for edge in edges], dtype=np.float64).reshape(-1, 3)
        self._steep = np.array([edge["kind"] in _STEEP for edge in edges], dtype=bool)
        self.protected = {room for room in self.rooms if self._protected(room)}

    @property
    def exits(self) -> list[Row]:
        """Doors out of the building."""
        return [edge for edge in self.edges if edge["kind"] == "exit"]

    def depending_on(self, room: int) -> list[int] | None:
        """Rooms whose every way out of the building passes a room.

        Returns
        -------
        list of int or None
            None: no way out of the building is known at all.

        Raises
        ------
        NotFound
            The building has no such room.
        """
        if room not in self.rooms:
            raise NotFound(f"the building has no room {room}")
        if not self.exits:
            return None
        reached, without = self._reached(()), self._reached((room,))
        return [one for one in self.rooms if one in reached and one not in without and one != room]

    def without_way(self) -> list[int]:
        """Rooms from which no way out of the building is known: nobody can say what it would pass."""
        reached = self._reached(())
        return [one for one in self.rooms if one not in reached]

    def escapes(self) -> dict[int, float | None]:
        """Longest way to safety of each room, metres.

        Notes
        -----
        ``escape(r) = min over ways p of r of ( max over corners v of r of |v - p| + D(p) )``

        `D(p)` is the shortest way from the middle of `p` to the nearest exit of the building or
        door of a protected stair, from way to way in straight lines inside each room, plus the
        length of the flights of each stair on it. So everybody in a room leaves by the same way:
        where there are several, this is an upper bound. Furniture and the corners of rooms that
        are not convex are not gone round: there it is a lower one. A protected stair is safe
        itself: 0. None: no way to safety, or no plan of the room, is known.
        """
        left = self._to_safety()
        found: dict[int, float | None] = {}
        for identity, room in self.rooms.items():
            if identity in self.protected:
                found[identity] = 0.0
                continue
            corners = _corners(room)
            ways = [number for number in self._of_room[identity] if math.isfinite(left.get(number, math.inf))]
            lengths = [self._farthest(corners, number) + left[number] for number in ways]
            # a room without a plan has a way out, but nobody knows how far it is from its corners
            found[identity] = round(min(lengths), 2) if lengths and len(corners) else None
        return found

    def _protected(self, room: int) -> bool:
        edges = [self.edges[number] for number in self._of_room[room]]
        doors = [edge for edge in edges if edge["kind"] in ("door", "opening", "open")]
        return (
            any(edge["kind"] == "stair" for edge in edges)
            and bool(doors)
            and all((edge["fire_rating_min"] or 0.0) >= _PROTECTED_MIN for edge in doors)
        )

    def _reached(self, but_not: Iterable[int]) -> set[int]:
        """Rooms from which an exit can be reached without passing some."""
        closed = set(but_not)
        waiting = [edge["a_id"] for edge in self.exits if edge["a_id"] not in closed]
        reached = set(waiting)
        while waiting:
            for number in self._of_room[waiting.pop()]:
                edge = self.edges[number]
                if edge["kind"] not in ON_FOOT:
                    continue
                for end in (edge["a_id"], edge["b_id"]):
                    if end is not None and end not in reached and end not in closed:
                        reached.add(end)
                        waiting.append(end)
        return reached

    def _to_safety(self) -> dict[int, float]:
        """Shortest way from each door or stair to safety; Dijkstra from all safe ones at once."""
        left: dict[int, float] = {}
        heap: list[tuple[float, int]] = []
        for number, edge in enumerate(self.edges):
            into_safety = edge["kind"] in ON_FOOT and not {edge["a_id"], edge["b_id"]}.isdisjoint(
                self.protected
            )
            if edge["kind"] == "exit" or (into_safety and edge["kind"] not in _STEEP):
                left[number] = 0.0
                heap.append((0.0, number))
        heapq.heapify(heap)
        while heap:
            so_far, number = heapq.heappop(heap)
            if so_far > left[number]:
                continue
            edge = self.edges[number]
            for room in (edge["a_id"], edge["b_id"]):
                if room is None or room in self.protected:
                    continue
                for other in self._of_room[room]:
                    if other == number or self.edges[other]["kind"] not in ON_FOOT:
                        continue
                    further = so_far + self._between(number, other) + (self.edges[other]["run_m"] or 0.0)
                    if further < left.get(other, math.inf):
                        left[other] = further
                        heapq.heappush(heap, (further, other))
        return left

    def _between(self, one: int, other: int) -> float:
        step = self._at[one] - self._at[other]
        # the height of a stair is in its flights
        rise = 0.0 if self._steep[one] or self._steep[other] else step[2]
        return math.sqrt(step[0] ** 2 + step[1] ** 2 + rise**2)

    def _farthest(self, corners: npt.NDArray[np.float64], number: int) -> float:
        return float(np.hypot(*(corners - self._at[number, :2]).T).max(initial=0.0))


def room_graph(
    database: Database,
    building: int,
    circles: frozenset[str] = PUBLIC,
    moment: datetime | None = None,
) -> RoomGraph:
    """The rooms of a building that a caller may see, and how they connect.

    Parameters
    ----------
    database : Database
        The city.
    building : int
        Id of the building.
    circles : frozenset of str
        Access circles of the caller.
    moment : datetime, optional
        With zone: as it was then; None: now.
    """
    binds = {"building": building, "circles": sorted(circles), "moment": moment}
    with database.transaction() as connection:
        rooms = connection.execute(_sql("graph_rooms", moment), binds).fetchall()
        edges = connection.execute(_sql("graph_edges", moment), binds).fetchall()
    return RoomGraph(rooms, edges)


def named(room: Row) -> dict[str, Any]:
    """What names a room in an answer."""
    return {key: room[key] for key in ("id", "name", "long_name", "floor_no", "compartment")}


def _corners(room: Row) -> npt.NDArray[np.float64]:
    """Corners of the hull: the point farthest from any other is one of them."""
    hull = room["hull"]
    return shapely.get_coordinates(None if hull is None else shapely.from_wkb(bytes(hull)))


def _sql(name: str, moment: datetime | None) -> bytes:
    return dated(statement("twin.queries", name), moment).encode()
