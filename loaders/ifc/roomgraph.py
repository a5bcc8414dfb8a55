"""How the rooms of a model connect: through doors, openings and open sides, by stairs and lifts, to outside.

Stated space boundaries count first; where there are none, the geometry decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from loaders.ifc.chunk import Floats
from loaders.ifc.climbs import climbs
from loaders.ifc.doorways import Doorway, doorways
from loaders.ifc.passages import passages
from loaders.ifc.rooms import Room, Rooms

Edge = dict[str, Any]

_STATED, _MEASURED = "space-boundary", "geometry"


def room_graph(shown: list[Any], meaning: dict[str, Any], place: Floats | None) -> dict[str, Any]:
    """Edges between rooms.

    Parameters
    ----------
    shown : list of Shown
        Objects with their plans.
    meaning : dict
        What the first step read.
    place : ndarray of shape (4, 4) or None
        Model metres -> storage CRS; plans are in that frame already, heights are not.

    Returns
    -------
    dict
        `edges`: `kind`, `a`, `b` (None: outside), `via` (GlobalIds), `floor_no`, `width_m`,
        `length_a_m`, `length_b_m` (middle of a room to the passage, in plan), `run_m`, `at_m`
        (east, north, up) and `evidence`; `unlinked`: GlobalIds of doors with no room on any
        side; `within`: how many doors are inside one room.
    """
    rooms = Rooms(shown)
    if not rooms.all:
        return {"edges": [], "unlinked": [], "within": 0}
    graph = _Graph(rooms, meaning, place)
    for way in doorways(shown, rooms):
        graph.door(way)
    stated = graph.virtual()
    for gap in passages(shown, rooms):
        if frozenset(room.global_id for room in gap.rooms) in stated:
            continue
        at = (*gap.middle, gap.rooms[0].z_min_m)
        graph.add("open", gap.rooms, None, at, width_m=gap.width_m, evidence=_MEASURED)
    for climb in climbs(shown, meaning, rooms):
        graph.add(
            climb.kind,
            (climb.lower, climb.upper),
            climb.via,
            tuple(climb.middle),
            width_m=climb.width_m,
            evidence=_MEASURED,
            run_m=climb.run_m,
        )
    return {"edges": graph.edges, "unlinked": graph.unlinked, "within": graph.within}


@dataclass(slots=True)
class _Place:
    scale: float
    up_m: float


class _Graph:
    def __init__(self, rooms: Rooms, meaning: dict[str, Any], place: Floats | None) -> None:
        self.edges: list[Edge] = []
        self.unlinked: list[str] = []
        self.within = 0
        self._rooms = rooms
        self._floors = {storey["global_id"]: storey["floor_no"] for storey in meaning["storeys"]}
        self._kinds = {row["global_id"]: _kind(row) for row in meaning["opening"]}
        self._stated: dict[str, list[str]] = meaning["boundaries"]
        self._place = _Place(1.0, 0.0) if place is None else _Place(float(place[2, 2]), float(place[2, 3]))

    def door(self, way: Doorway) -> None:
        row = way.item.row
        stated = [
            self._rooms.by_id[r] for r in self._stated.get(row["global_id"], ()) if r in self._rooms.by_id
        ]
        sides: list[Room] = [side for side in way.sides if side is not None]
        evidence = _MEASURED
        if len(stated) >= 2:
            # some exporters also state the room above or around: what lies beside the door goes first
            sides = [room for room in sides if room in stated] + [r for r in stated if r not in sides]
            sides, evidence = sides[:2], _STATED
        elif len(stated) == 1:
            others = [side for side in sides if side is not stated[0]]
            sides, evidence = [stated[0], *others[:1]], _STATED
        if not sides:
            self.unlinked.append(row["global_id"])
            return
        kind = _kind(row)
        at = (*way.middle, way.item.z_min_m)
        if len(sides) == 2:
            if sides[0] is sides[1]:
                self.within += 1
                return
            self.add(kind, (sides[0], sides[1]), row["global_id"], at, width_m=way.width_m, evidence=evidence)
        elif row["ifc_class"].startswith("IfcDoor") or evidence is _STATED:
            kind = "exit" if self._leads_out(row) else "outside"
            self.add(kind, (sides[0], None), row["global_id"], at, width_m=way.width_m, evidence=evidence)

    def _leads_out(self, row: dict[str, Any]) -> bool:
        """A way out of the building: on the ground floor, or said to be one."""
        if row.get("is_external") is False:
            return False
        return self._floors.get(row["storey"]) == 1 or bool(row.get("fire_exit") and row.get("is_external"))

    def virtual(self) -> set[frozenset[str]]:
        """Add the rooms that a stated boundary without a shape joins; the pairs that are open.

        Mostly those are virtual; a door that is not drawn is still a door.
        """
        joined: set[frozenset[str]] = set()
        doors = {edge["via"] for edge in self.edges}
        for element, spaces in self._stated.items():
            found = [self._rooms.by_id[s] for s in spaces if s in self._rooms.by_id]
            kind = self._kinds.get(element, "open")
            pair = frozenset(spaces)
            if element in doors or len(found) != 2 or (kind == "open" and pair in joined):
                continue
            line = shapely.shortest_line(found[0].plan, found[1].plan)
            middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
            at = (middle.x, middle.y, max(room.z_min_m for room in found))
            via = None if kind == "open" else element
            self.add(kind, (found[0], found[1]), via, at, width_m=None, evidence=_STATED)
            if kind == "open":
                joined.add(pair)
        return joined

    def add(
        self,
        kind: str,
        sides: tuple[Room, Room | None],
        via: str | None,
        at: tuple[float, ...],
        *,
        width_m: float | None,
        evidence: str,
        run_m: float | None = None,
    ) -> None:
        a, b = sides
        e, n, up = at
        self.edges.append(
            {
                "kind": kind,
                "a": a.global_id,
                "b": None if b is None else b.global_id,
                "via": via,
                "floor_no": self._floors.get(a.storey or ""),
                "width_m": width_m,
                "length_a_m": _far(a, e, n),
                "length_b_m": None if b is None else _far(b, e, n),
                "run_m": run_m,
                "at_m": [
                    round(float(e), 3),
                    round(float(n), 3),
                    round(float(up * self._place.scale + self._place.up_m), 3),
                ],
                "evidence": evidence,
            }
        )


def _kind(row: dict[str, Any]) -> str:
    return "door" if row["ifc_class"].startswith("IfcDoor") else "opening"


def _far(room: Room, e: float, n: float) -> float:
    return round(float(np.hypot(*(room.middle - [e, n]))), 3)
