"""Stairs of a model: what they are made of, where they stand, and whether one gets to the ground by them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import shapely

from loaders.ifc.check.facts import Body, Facts, Row, is_dwelling
from loaders.ifc.check.graph import RoomGraph

_BESIDE_M = 0.6
"""Two flights this near in plan share a landing."""
_RISE_M = 0.5
"""A flight that begins and ends less above another is beside it, not on it."""


@dataclass(slots=True)
class Stair:
    """One stair from a storey to the next.

    Attributes
    ----------
    row : dict
        As the meaning says.
    outline, low_m, high_m
        Of it and its flights; None without a shape.
    reaches : bool or None
        Whether stairs lead on from it to the ground; None: cannot be told.
    foot : Stair or None
        The stair at the ground it leads to.
    rooms : tuple of int
        Rooms it stands in, lowest first.
    """

    row: Row
    outline: Any | None
    low_m: float | None
    high_m: float | None
    reaches: bool | None = None
    foot: Stair | None = None
    rooms: tuple[int, ...] = ()


def find_stairs(facts: Facts, graph: RoomGraph, limits: dict[str, Any]) -> list[Stair]:
    """Stairs outside flats, each with its way to the ground."""
    spaces = {row["global_id"]: row for row in facts.meaning["space"]}
    flights = {part for parts in facts.identities["parts"].values() for part in parts}
    kinds = ("IfcStair", "IfcStairFlight")
    rows = [
        row
        for row in facts.meaning["element"]
        if row["ifc_class"] in kinds and row["global_id"] not in flights
    ]
    stairs = []
    for row in rows:
        stair = _measured(facts, row)
        stair.rooms = _rooms(graph, stair)
        if not any(is_dwelling(spaces.get(graph.rooms[room].global_id, {})) for room in stair.rooms):
            stairs.append(stair)
    if facts.ground_m is not None:
        _follow([s for s in stairs if s.outline is not None], facts.ground_m, limits)
    if not all(_whole(facts, stair) for stair in stairs):
        for stair in stairs:  # what has no shape may be what is missing on the way down
            stair.reaches = stair.reaches or None
    return stairs


def _whole(facts: Facts, stair: Stair) -> bool:
    """Whether all of a stair could be measured: its own body, or every flight it is made of."""
    own = stair.row["global_id"]
    parts = facts.identities["parts"].get(own, ())
    return own in facts.body or (bool(parts) and all(part in facts.body for part in parts))


def _measured(facts: Facts, row: Row) -> Stair:
    ids = [row["global_id"], *facts.identities["parts"].get(row["global_id"], ())]
    bodies: list[Body] = [facts.body[i] for i in ids if i in facts.body]
    if not bodies:
        return Stair(row, None, None, None)
    outline = shapely.union_all([body.outline for body in bodies])
    return Stair(row, outline, min(b.low_m for b in bodies), max(b.high_m for b in bodies))


def _rooms(graph: RoomGraph, stair: Stair) -> tuple[int, ...]:
    """Rooms at its foot and at its head."""
    if stair.outline is None or stair.low_m is None or stair.high_m is None:
        return ()
    spot = shapely.point_on_surface(stair.outline)
    heights = (stair.low_m + 0.5, stair.high_m + 0.5)
    found = [graph.room_at(float(spot.x), float(spot.y), z) for z in heights]
    return tuple(dict.fromkeys(room for room in found if room is not None))


def _follow(stairs: list[Stair], ground_m: float, limits: dict[str, Any]) -> None:
    """Spread from the stairs that touch the ground, up and down, over the flights that join them."""
    reached = []
    for stair in stairs:
        assert stair.low_m is not None and stair.high_m is not None  # noqa: S101 - measured ones only
        stair.reaches = stair.low_m - limits["ground_m"] <= ground_m <= stair.high_m + limits["ground_m"]
        if stair.reaches:
            stair.foot = stair
            reached.append(stair)
    tree = shapely.STRtree([stair.outline for stair in stairs])
    joined = partial(_joined, gap_m=limits["gap_m"])
    while reached:
        here = reached.pop()
        for index in tree.query(here.outline, predicate="dwithin", distance=_BESIDE_M):
            there = stairs[int(index)]
            if not there.reaches and joined(here, there):
                there.reaches, there.foot = True, here.foot
                reached.append(there)


def _joined(one: Stair, other: Stair, gap_m: float) -> bool:
    """Whether the higher of two flights begins where the lower one ends.

    Balustrades belong to the body, so that flights which follow each other overlap. Two that
    run side by side between the same floors lead nowhere from each other.
    """
    assert one.low_m is not None and one.high_m is not None  # noqa: S101 - measured ones only
    assert other.low_m is not None and other.high_m is not None  # noqa: S101
    rise, top = other.low_m - one.low_m, other.high_m - one.high_m
    if min(abs(rise), abs(top)) < _RISE_M or (rise > 0) != (top > 0):
        return False
    return max(one.low_m, other.low_m) - min(one.high_m, other.high_m) <= gap_m
