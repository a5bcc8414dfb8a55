"""Which room equipment is in, where a model only says on which floor it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from loaders.ifc.outcome import Shape
from loaders.ifc.rooms import holding

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
    spaces = [shapes["space"][row["global_id"]] for row in rooms]
    things = [shapes["equipment"][row["global_id"]] for row in wanted]
    plans = np.array([shape.geometry for shape in spaces])
    low_m, high_m = (_known(shape.z_min_m for shape in spaces), _known(shape.z_max_m for shape in spaces))
    middle_m = (_known(shape.z_min_m for shape in things) + _known(shape.z_max_m for shape in things)) / 2
    places = np.array([shape.geometry for shape in things])
    pairs = holding(shapely.STRtree(plans), low_m, high_m, places, middle_m)
    areas_m2 = shapely.area(plans)
    found: dict[int, tuple[tuple[bool, float], int]] = {}
    for one, room, enclosed in zip(*(numbers.tolist() for numbers in pairs), strict=True):
        if enclosed or _one_storey(rooms[room], wanted[one]):
            rank = (not enclosed, float(areas_m2[room]))
            if one not in found or rank < found[one][0]:
                found[one] = rank, room
    for one, (_, room) in found.items():
        wanted[one]["space"] = rooms[room]["global_id"]
        wanted[one]["properties"] = {**wanted[one]["properties"], "room_by": _MEASURED}


def _plan(shape: Shape | None) -> Any:
    return None if shape is None else shape.geometry


def _known(heights_m: Iterable[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if height is None else height for height in heights_m])


def _one_storey(room: Mapping[str, Any], thing: Mapping[str, Any]) -> bool:
    return room["storey"] is not None and room["storey"] == thing["storey"]
