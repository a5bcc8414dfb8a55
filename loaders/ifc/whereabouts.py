"""Which room equipment is in, where a model only says on which floor it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from loaders.ifc.outcome import Shape

_LEVEL_M = 0.1
_MEASURED = "geometry"
"""As edges of the room graph have it; of a room the model states nothing is added."""


def put_in_rooms(meaning: Mapping[str, Any], shapes: Mapping[str, Mapping[str, Shape]]) -> None:
    """Give equipment the room it stands in.

    Most exporters contain a detector in its storey. The room is the smallest whose plan holds the
    point and whose floor and ceiling enclose its height; without one, the smallest of the stated storey:
    a sprinkler above a suspended ceiling is above its room, too. What the model states is left.

    Parameters
    ----------
    meaning : mapping
        What the first step read; rows of equipment get `space`, and `room_by` among their properties.
    shapes : mapping
        Collection -> GlobalId -> shape in the storage CRS.
    """
    rooms = [row for row in meaning["space"] if _plan(shapes["space"].get(row["global_id"])) is not None]
    wanted = [
        row
        for row in meaning["equipment"]
        if row["space"] is None and _plan(shapes["equipment"].get(row["global_id"])) is not None
    ]
    if not rooms or not wanted:
        return
    plans = np.array([shapes["space"][row["global_id"]].geometry for row in rooms])
    points = np.array([shapes["equipment"][row["global_id"]].geometry for row in wanted])
    which, inside = shapely.STRtree(plans).query(points, predicate="intersects")
    found: dict[int, tuple[tuple[bool, float], int]] = {}
    areas_m2 = shapely.area(plans)
    for one, room in zip(which.tolist(), inside.tolist(), strict=True):
        enclosed = _encloses(
            shapes["space"][rooms[room]["global_id"]], shapes["equipment"][wanted[one]["global_id"]]
        )
        if enclosed or _one_storey(rooms[room], wanted[one]):
            rank = (not enclosed, float(areas_m2[room]))
            if one not in found or rank < found[one][0]:
                found[one] = rank, room
    for one, (_, room) in found.items():
        wanted[one]["space"] = rooms[room]["global_id"]
        wanted[one]["properties"] = {**wanted[one]["properties"], "room_by": _MEASURED}


def _plan(shape: Shape | None) -> Any:
    return None if shape is None else shape.geometry


def _encloses(room: Shape, thing: Shape) -> bool:
    ends_m = (room.z_min_m, room.z_max_m, thing.z_min_m, thing.z_max_m)
    if any(end is None for end in ends_m):
        return False
    floor_m, ceiling_m, low_m, high_m = (float(end) for end in ends_m if end is not None)
    return floor_m - _LEVEL_M <= (low_m + high_m) / 2 <= ceiling_m + _LEVEL_M


def _one_storey(room: Mapping[str, Any], thing: Mapping[str, Any]) -> bool:
    return room["storey"] is not None and room["storey"] == thing["storey"]
