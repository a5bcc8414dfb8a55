"""What joins storeys: stairs, ramps, escalators and lifts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from loaders.ifc.rooms import Points, Room, Rooms

_FLIGHTS = ("IfcStair", "IfcRamp")
_LEVEL_M = 0.7
_BESIDE_M = 1.0
_LIFTS = ("lift", "fire_lift")
_DEEPEST = 8


@dataclass(slots=True)
class Climb:
    """A way from a room to the one on the next storey.

    Attributes
    ----------
    kind : str
        `stair`, `ramp`, `escalator` or `lift`.
    via : str
        GlobalId of the stair, ramp, escalator or lift.
    lower, upper : Room
    middle : ndarray of shape (3,)
        Plan in the frame of the graph, height in model metres.
    width_m : float or None
    run_m : float or None
        Way along the flights; None for a lift.
    """

    kind: str
    via: str
    lower: Room
    upper: Room
    middle: Points
    width_m: float | None
    run_m: float | None


def climbs(shown: list[Any], meaning: dict[str, Any], rooms: Rooms) -> list[Climb]:
    """Every step from a storey to the next by a stair, a ramp, an escalator or a lift."""
    floors: dict[str | None, list[float]] = defaultdict(list)
    for storey in meaning["storeys"]:
        if storey["elev_m"] is not None:
            floors[storey["building"]].append(storey["elev_m"])
    found = []
    for whole, flights in _flights(shown, meaning).items():
        kind = _kind(flights[0].row)
        found += _along(whole, kind, flights, sorted(floors[flights[0].row["building"]]), rooms)
    for item in shown:
        if item.role == "equipment" and item.row["kind"] in _LIFTS and item.plan is not None:
            found += _shaft(item, rooms)
    return found


def _flights(shown: list[Any], meaning: dict[str, Any]) -> dict[str, list[Any]]:
    """Flights by the topmost stair or ramp they are a part of."""
    rows = {row["global_id"]: row for row in meaning["element"]}
    found: dict[str, list[Any]] = defaultdict(list)
    for item in shown:
        moving = item.role == "equipment" and item.row["kind"] == "escalator"
        if item.plan is None or not (moving or item.row["ifc_class"].startswith(_FLIGHTS)):
            continue
        whole, above = item.row["global_id"], rows.get(item.row["parent"])
        for _ in range(_DEEPEST):
            if above is None or not above["ifc_class"].startswith(_FLIGHTS):
                break
            whole, above = above["global_id"], rows.get(above["parent"])
        found[whole].append(item)
    return found


def _kind(row: dict[str, Any]) -> str:
    if row["ifc_class"].startswith("IfcRamp"):
        return "ramp"
    return "stair" if row["ifc_class"].startswith("IfcStair") else "escalator"


def _along(whole: str, kind: str, flights: list[Any], floors: list[float], rooms: Rooms) -> list[Climb]:
    low, high = min(f.z_min_m for f in flights), max(f.z_max_m for f in flights)
    reached = [z for z in floors if low - _LEVEL_M <= z <= high + _LEVEL_M]
    found = []
    for lower_m, upper_m in pairwise(reached):
        parts = [f for f in flights if lower_m - 0.1 <= (f.z_min_m + f.z_max_m) / 2 <= upper_m + 0.1]
        plan = shapely.union_all([f.plan for f in parts or flights])
        lower, upper = _landing(plan, lower_m, rooms), _landing(plan, upper_m, rooms)
        if lower is None or upper is None or lower is upper:
            continue
        sides = [_sides(f.plan) for f in parts or flights]
        rises = [f.z_max_m - f.z_min_m for f in parts] or [upper_m - lower_m]
        run = sum(float(np.hypot(side[0], rise)) for side, rise in zip(sides, rises, strict=False))
        centre = shapely.centroid(plan)
        middle = np.array([centre.x, centre.y, (lower_m + upper_m) / 2])
        width = round(min(side[1] for side in sides), 3)
        found.append(Climb(kind, whole, lower, upper, middle, width, round(run, 3)))
    return found


def _landing(plan: Any, z_m: float, rooms: Rooms) -> Room | None:
    """Room at the foot or the head of a flight: what it lies over most, else the nearest one."""
    near = [r for r in rooms.near(plan, _BESIDE_M) if r.z_min_m - _LEVEL_M <= z_m <= r.z_max_m - 1.0]
    if not near:
        return None
    shared = [shapely.area(shapely.intersection(plan, room.plan)) for room in near]
    best = int(np.argmax(shared))
    if shared[best] > 0:
        return near[best]
    return min(near, key=lambda room: float(shapely.distance(plan, room.plan)))


def _sides(plan: Any) -> tuple[float, float]:
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(plan))
    if len(box) < 3:
        return float(shapely.length(plan)) / 2, 0.0
    a, b = float(np.hypot(*(box[1] - box[0]))), float(np.hypot(*(box[2] - box[1])))
    return max(a, b), min(a, b)


def _shaft(item: Any, rooms: Rooms) -> list[Climb]:
    centre = shapely.centroid(item.plan)
    stack = [room for room in rooms.near(centre, 0.0) if room.building == item.row["building"]]
    stack.sort(key=lambda room: room.z_min_m)
    found = []
    for lower, upper in pairwise(stack):
        # a gap of more than a storey is another shaft
        if upper.z_min_m < lower.z_min_m + 0.5 or upper.z_min_m > lower.z_max_m + 2.0:
            continue
        middle = np.array([centre.x, centre.y, upper.z_min_m])
        found.append(Climb("lift", item.row["global_id"], lower, upper, middle, None, None))
    return found
