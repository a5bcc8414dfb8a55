"""The two sides of a door: points just off the faces of its wall, and the rooms they are in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from loaders.ifc.rooms import Points, Room, Rooms

_STEPS_M = (0.1, 0.25, 0.45, 0.7)
"""How far off the wall a room is looked for: finishes, skirtings and rooms drawn to the axis."""
_STRAIGHT = 0.8
_SILL_M, _HEADROOM_M = 0.4, 1.8
"""An empty opening that begins higher or is lower is a hatch or a window."""


@dataclass(slots=True)
class Doorway:
    """A door or an empty opening and what is on its sides.

    Attributes
    ----------
    item : Shown
        The door.
    middle : ndarray of shape (2,)
        In the middle of its wall.
    sides : tuple of Room or None
        None: no room there.
    width_m : float or None
    """

    item: Any
    middle: Points
    sides: tuple[Room | None, Room | None]
    width_m: float | None


@dataclass(slots=True)
class _Frame:
    middle: Points
    normal: Points
    low_m: float
    high_m: float
    width_m: float


def doorways(shown: list[Any], rooms: Rooms) -> list[Doorway]:
    """Sides of every door and every empty opening at floor level.

    Parameters
    ----------
    shown : list of Shown
        All objects with a shape.
    rooms : Rooms
        Where to look for.
    """
    hosts = {item.row["global_id"]: item for item in shown if item.role == "element"}
    axes: dict[str, tuple[Points, Points] | None] = {}
    doors = [item for item in shown if item.plan is not None and _passable(item, hosts)]
    frames = [_frame(item, hosts.get(item.row["parent"]), axes) for item in doors]
    points, heights = [], []
    for item, frame in zip(doors, frames, strict=True):
        at_m = item.z_min_m + min(1.0, (item.z_max_m - item.z_min_m) / 2)
        for step in _STEPS_M:
            points += [
                frame.middle + frame.normal * (frame.high_m + step),
                frame.middle + frame.normal * (frame.low_m - step),
            ]
            heights += [at_m, at_m]
    found = rooms.at(np.array(points).reshape(-1, 2), np.array(heights))
    count = 2 * len(_STEPS_M)
    result = []
    for number, (item, frame) in enumerate(zip(doors, frames, strict=True)):
        near = found[number * count : (number + 1) * count]
        sides = tuple(next((room for room in near[side::2] if room is not None), None) for side in (0, 1))
        if item.row["ifc_class"].startswith("IfcOpening") and not _walked(item, sides):
            continue
        width = round(item.row.get("width_m") or frame.width_m, 3)
        centre = frame.middle + frame.normal * ((frame.low_m + frame.high_m) / 2)
        result.append(Doorway(item, centre, (sides[0], sides[1]), width))
    return result


def _passable(item: Any, hosts: dict[str, Any]) -> bool:
    if item.role != "opening":
        return False
    if item.row["ifc_class"].startswith("IfcDoor"):
        return True
    host = hosts.get(item.row["parent"])
    walls = host is not None and host.row["ifc_class"].startswith(("IfcWall", "IfcCurtainWall"))
    return bool(item.row["ifc_class"].startswith("IfcOpening")) and walls


def _walked(item: Any, sides: tuple[Room | None, ...]) -> bool:
    floors = [room.z_min_m for room in sides if room is not None]
    high = item.z_max_m - item.z_min_m >= _HEADROOM_M
    return bool(floors) and item.z_min_m - min(floors) < _SILL_M and high


def _frame(item: Any, host: Any, axes: dict[str, tuple[Points, Points] | None]) -> _Frame:
    """Across a straight wall by the wall, else by the door's own longer side."""
    corners = shapely.get_coordinates(item.plan)
    wall = None
    if host is not None and host.plan is not None:
        identity = host.row["global_id"]
        if identity not in axes:
            axes[identity] = _axis(host.plan)
        wall = axes[identity]
    if wall is not None:
        along, across_of_wall = wall
    else:
        box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(item.plan))
        along, across_of_wall = _longer(box), corners
    normal = np.array([-along[1], along[0]])
    share = corners @ along
    middle = along * (share.min() + share.max()) / 2 + normal * (corners @ normal).mean()
    off = (across_of_wall @ normal) - middle @ normal
    return _Frame(middle, normal, float(off.min()), float(off.max()), float(share.max() - share.min()))


def _axis(plan: Any) -> tuple[Points, Points] | None:
    """Direction of a straight wall and its corners; None for a curved or folded one."""
    rectangle = shapely.minimum_rotated_rectangle(plan)
    if shapely.get_type_id(rectangle) != 3 or shapely.area(rectangle) * _STRAIGHT > shapely.area(plan):
        return None
    return _longer(shapely.get_coordinates(rectangle)), shapely.get_coordinates(plan)


def _longer(box: Points) -> Points:
    if len(box) < 3:
        return np.array([1.0, 0.0])
    sides = (box[1] - box[0], box[2] - box[1])
    longer = max(sides, key=lambda side: float(np.hypot(*side)))
    return longer / max(float(np.hypot(*longer)), 1e-9)
