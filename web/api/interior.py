"""Questions about the inside of buildings: how rooms connect, ways out, compartments, supply."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from twin.errors import InvalidParameter
from twin.queries.buildings import building_id
from twin.queries.interior import (
    compartment_walls,
    compartments,
    floors_equipment,
    rooms_near,
    spaces_below_ground,
    spaces_level_unknown,
)
from twin.queries.room_graph import RoomGraph, named, room_graph
from twin.queries.supply import supply
from web.access import circles
from web.answer import json
from web.composition import parts
from web.params import HIGHEST_FLOOR, LOWEST_FLOOR, Query

blueprint = Blueprint("interior", __name__)


@blueprint.get("/api/buildings/<reference>/graph")
def get_graph(reference: str) -> Response:
    """Rooms and how they connect."""
    query = Query(request.args, {"floor", "datetime"})
    floor = query.floor()
    graph = _graph(reference, query)
    rooms = {i: r for i, r in graph.rooms.items() if floor is None or r["floor_no"] == floor}
    edges = [e for e in graph.edges if e["a_id"] in rooms or e["b_id"] in rooms]
    shown = [{key: value for key, value in edge.items() if key != "at_m"} for edge in edges]
    return json(
        {
            "counts": {
                "rooms": len(rooms),
                "edges": len(shown),
                "exits": sum(e["kind"] == "exit" for e in edges),
            },
            "rooms": [{**named(r), "protected_stair": i in graph.protected} for i, r in rooms.items()],
            "edges": shown,
        }
    )


@blueprint.get("/api/buildings/<reference>/escape")
def get_escape(reference: str) -> Response:
    """Longest way to an exit or a protected stair, of each room."""
    query = Query(request.args, {"floor", "over_m", "datetime"})
    floor = query.floor()
    over_m = query.real("over_m", low=0.0, high=50_000.0)
    graph = _graph(reference, query)
    asked = [
        {**named(graph.rooms[i]), "escape_m": length}
        for i, length in graph.escapes().items()
        if floor is None or graph.rooms[i]["floor_no"] == floor
    ]
    # a room of no known way is not over any length, and is counted all the same
    unknown = sum(room["escape_m"] is None for room in asked)
    found = [
        room
        for room in asked
        if over_m is None or (room["escape_m"] is not None and room["escape_m"] > over_m)
    ]
    found.sort(key=lambda room: (room["escape_m"] is None, -(room["escape_m"] or 0.0), room["id"]))
    known = sum(room["escape_m"] is not None for room in found)
    return json(
        {
            "counts": {"rooms": len(found), "known": known, "unknown": unknown},
            "exits": len(graph.exits),
            "protected_stairs": len(graph.protected),
            "rooms": found,
        }
    )


@blueprint.get("/api/buildings/<reference>/only-way")
def get_only_way(reference: str) -> Response:
    """Rooms whose only way out of the building passes a room."""
    query = Query(request.args, {"space", "datetime"})
    space = query.integer("space", low=0, high=10**18 - 1)
    if space is None:
        raise InvalidParameter("space", "is missing; it is the id of the room, a corridor for instance")
    graph = _graph(reference, query)
    found = graph.depending_on(space)
    return json(
        {
            "space": named(graph.rooms[space]),
            "exits": len(graph.exits),
            "count": None if found is None else len(found),
            "unknown": len(graph.without_way()),
            "rooms": None if found is None else [named(graph.rooms[i]) for i in found],
        }
    )


@blueprint.get("/api/buildings/<reference>/equipment")
def get_equipment(reference: str) -> Response:
    """Equipment from one floor to another."""
    query = Query(request.args, {"from", "to", "kind", "datetime"})
    low = query.floor("from") or LOWEST_FLOOR
    high = query.floor("to") or HIGHEST_FLOOR
    if low > high:
        raise InvalidParameter("from", f"{low} is above 'to', {high}")
    moment = query.instant("datetime")
    found = floors_equipment(
        parts().database,
        _building(reference, moment),
        low,
        high,
        kind=query.text("kind"),
        circles=_circles(),
        moment=moment,
    )
    return json({"from": low, "to": high, **found})


@blueprint.get("/api/buildings/<reference>/compartments")
def get_compartments(reference: str) -> Response:
    """Fire compartments."""
    moment = Query(request.args, {"datetime"}).instant("datetime")
    found = compartments(parts().database, _building(reference, moment), _circles(), moment)
    return json({"count": len(found), "compartments": found})


@blueprint.get("/api/buildings/<reference>/compartments/<name>/walls")
def get_compartment_walls(reference: str, name: str) -> Response:
    """Walls around a compartment that hold a fire too short a time."""
    query = Query(request.args, {"under_min", "datetime"})
    under = query.real("under_min", 60.0, low=0.0, high=600.0)
    assert under is not None  # noqa: S101 - has a default
    moment = query.instant("datetime")
    building = _building(reference, moment)
    return json(compartment_walls(parts().database, building, name, under, _circles(), moment=moment))


@blueprint.get("/api/spaces/near")
def get_rooms_near() -> Response:
    """Rooms near a riser, straight through space."""
    query = Query(request.args, {"element", "within_m", "stacked", "datetime"})
    element = query.integer("element", low=0, high=10**18 - 1)
    if element is None:
        raise InvalidParameter("element", "is missing; it is the id of a pipe, a duct or another element")
    within_m = query.real("within_m", 30.0, low=0.0, high=1_000.0)
    assert within_m is not None  # noqa: S101 - has a default
    stacked = query.flag("stacked")
    found = rooms_near(
        parts().database,
        element,
        within_m,
        stacked=stacked is not False,
        circles=_circles(),
        moment=query.instant("datetime"),
    )
    return json(found)


@blueprint.get("/api/spaces/below-ground")
def get_below_ground() -> Response:
    """Rooms below ground, or partly so."""
    query = Query(request.args, {"building", "limit", "datetime"})
    reference = query.text("building")
    limit = query.integer("limit", 1_000, low=1, high=10_000) or 1_000
    moment = query.instant("datetime")
    building = None if reference is None else _building(reference, moment)
    asked: dict[str, Any] = {"building": building, "circles": _circles(), "moment": moment}
    found = spaces_below_ground(parts().database, limit=limit, **asked)
    counts = {word: sum(row["below"] == word for row in found) for word in ("below", "partly")}
    counts["unknown"] = spaces_level_unknown(parts().database, **asked)
    return json({"counts": counts, "truncated": len(found) == limit, "spaces": found})


@blueprint.get("/api/equipment/<int:number>/supply")
def get_supply(number: int) -> Response:
    """What a sprinkler hangs on."""
    moment = Query(request.args, {"datetime"}).instant("datetime")
    return json(supply(parts().database, number, _circles(), moment))


def _graph(reference: str, query: Query) -> RoomGraph:
    moment = query.instant("datetime")
    return room_graph(parts().database, _building(reference, moment), _circles(), moment)


def _building(reference: str, moment: datetime | None) -> int:
    return building_id(parts().database, reference, _circles(), moment)


def _circles() -> frozenset[str]:
    return circles(request, parts().settings)
