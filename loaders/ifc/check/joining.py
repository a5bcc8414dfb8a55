"""The room graph of a check: the edges a load of the model would have, and what of them is certain.

Which rooms a door joins is worked out in one place, `loaders.ifc.roomgraph`. What is a
check's own is the doubt: a load takes a door on the ground floor for an exit, a check only
where the model says it is external.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from loaders.ifc.check.facts import ROLES, Body, Facts, Row
from loaders.ifc.check.graph import MANY, OUT, PERHAPS, Edge, RoomGraph
from loaders.ifc.roomgraph import room_graph

_GROUND_M = 1.5
"""A door to the outside leads out where its threshold is this near to the ground."""
_CLIMBS = ("IfcStair", "IfcRamp")
"""Stairs are followed by `loaders.ifc.check.stairs`, flight by flight."""


@dataclass(slots=True)
class Standing:
    """A body as the room graph wants to see it; metres of the model."""

    row: Row
    role: str
    plan: Any
    z_min_m: float
    z_max_m: float


def build_graph(facts: Facts) -> RoomGraph:
    """Join the rooms of a model."""
    rooms = [body for body in facts.bodies if body.kind == "IfcSpace"]
    graph = RoomGraph(rooms, number={room.global_id: i for i, room in enumerate(rooms)})
    for edge in room_graph(list(_standing(facts)), facts.meaning, None)["edges"]:
        a = graph.number[edge["a"]]
        b = _outside(facts, edge["via"]) if edge["b"] is None else graph.number[edge["b"]]
        graph.edges.append(Edge(a, b, MANY if edge["kind"] == "open" else 1))
    return graph


def _standing(facts: Facts) -> Iterator[Standing]:
    roles = {row["global_id"]: (role, row) for role in ROLES for row in facts.meaning[role]}
    for body in facts.bodies:
        if body.global_id in roles and not body.kind.startswith(_CLIMBS):
            role, row = roles[body.global_id]
            yield Standing(row, role, body.outline, body.low_m, body.high_m)


def _outside(facts: Facts, door: str) -> int:
    """Whether a side without a room is the street: only where the model says external, at the ground."""
    row = facts.row(door)
    external = facts.property(door, "IsExternal")
    if external is None and row is not None:
        external = facts.property(row["parent"], "IsExternal")
    level, body = facts.ground_m, facts.body.get(door)
    if external is True and level is not None and body is not None and _near(body, level):
        return OUT
    return PERHAPS


def _near(body: Body, level_m: float) -> bool:
    return abs(body.low_m - level_m) <= _GROUND_M
