"""The rooms of a model as the room graph sees them: a plan, a floor and a ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Points = npt.NDArray[np.float64]

Numbers = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_LEVEL_M = 0.1
"""Of slack at floor and ceiling: a detector is screwed to the one and drawn through it."""


@dataclass(slots=True, eq=False)
class Room:
    """One space.

    Attributes
    ----------
    global_id : str
    plan : MultiPolygon
        Metres, in the frame of the whole graph.
    z_min_m, z_max_m : float
        Model metres.
    storey, building : str or None
        GlobalIds.
    middle : ndarray of shape (2,)
        A point inside, the centroid where that is inside.
    """

    global_id: str
    plan: Any
    z_min_m: float
    z_max_m: float
    storey: str | None
    building: str | None
    middle: Points


class Rooms:
    """All spaces of a model, found by place.

    Parameters
    ----------
    shown : list of Shown
        Objects with their plans.
    """

    def __init__(self, shown: list[Any]) -> None:
        self.all = [
            Room(
                item.row["global_id"],
                item.plan,
                item.z_min_m,
                item.z_max_m,
                item.row["storey"],
                item.row["building"],
                _middle(item.plan),
            )
            for item in shown
            if item.role == "space" and item.plan is not None
        ]
        self.by_id = {room.global_id: room for room in self.all}
        self._tree = shapely.STRtree([room.plan for room in self.all])
        self._area = np.array([shapely.area(room.plan) for room in self.all])
        self._low = np.array([room.z_min_m for room in self.all])
        self._high = np.array([room.z_max_m for room in self.all])

    def at(self, points: Points, heights_m: Points) -> list[Room | None]:
        """Room each point is in, the smallest of several; None outside all.

        Parameters
        ----------
        points : ndarray of shape (n, 2)
        heights_m : ndarray of shape (n,)
            Model metres.
        """
        found: list[Room | None] = [None] * len(points)
        if not self.all or not len(points):
            return found
        index, rooms, inside = holding(self._tree, self._low, self._high, shapely.points(points), heights_m)
        index, rooms = index[inside], rooms[inside]
        for number in np.argsort(-self._area[rooms], kind="stable").tolist():
            found[int(index[number])] = self.all[int(rooms[number])]
        return found

    def near(self, plan: Any, within_m: float) -> list[Room]:
        """Rooms at most this far from a shape in plan."""
        return [self.all[i] for i in self._tree.query(plan, predicate="dwithin", distance=within_m).tolist()]

    def pairs(self, within_m: float) -> list[tuple[Room, Room]]:
        """Each two rooms that are this near in plan and lie on one level for most of their height."""
        if not self.all:
            return []
        plans = [room.plan for room in self.all]
        a, b = self._tree.query(plans, predicate="dwithin", distance=within_m)
        shared = np.minimum(self._high[a], self._high[b]) - np.maximum(self._low[a], self._low[b])
        lower = np.minimum(self._high[a] - self._low[a], self._high[b] - self._low[b])
        wanted = (a < b) & (shared > 0.5 * lower)
        return [
            (self.all[i], self.all[j]) for i, j in zip(a[wanted].tolist(), b[wanted].tolist(), strict=True)
        ]


def holding(
    plans: shapely.STRtree, low_m: Points, high_m: Points, places: Any, heights_m: Points
) -> tuple[Numbers, Numbers, Mask]:
    """Which rooms hold which places.

    Parameters
    ----------
    plans : STRtree
        Of the rooms.
    low_m, high_m : ndarray of shape (rooms,)
        Floors and ceilings; NaN where one is unknown.
    places : ndarray of Point, shape (n,)
        In the frame of the plans.
    heights_m : ndarray of shape (n,)
        NaN where it is unknown.

    Returns
    -------
    places, rooms : ndarray of int
        Numbers of each two that meet in plan.
    enclosed : ndarray of bool
        Whether the place lies between floor and ceiling, too; where one of them is unknown it does not.
    """
    index, rooms = plans.query(places, predicate="intersects")
    height_m = heights_m[index]
    return index, rooms, (low_m[rooms] - _LEVEL_M <= height_m) & (height_m <= high_m[rooms] + _LEVEL_M)


def _middle(plan: Any) -> Points:
    centre = shapely.centroid(plan)
    if not shapely.contains(plan, centre):
        centre = shapely.point_on_surface(plan)
    return np.array([centre.x, centre.y])
