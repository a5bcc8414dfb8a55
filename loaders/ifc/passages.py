"""Where two rooms meet without a wall between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from loaders.ifc.rooms import Points, Room, Rooms

_GAP_M = 0.35
"""Rooms drawn to the faces of a wall that is not there are this far apart at most."""
_STEP_M = 0.1
_NARROWEST_M = 0.7
_EYE_M = 1.2
_ACROSS = np.array([0.15, 0.5, 0.85])
_BLOCKS = (
    "IfcWall", "IfcCurtainWall", "IfcColumn", "IfcPlate", "IfcMember", "IfcRailing", "IfcDoor", "IfcWindow",
    "IfcBuildingElementProxy", "IfcBuiltElement",
)  # fmt: skip


@dataclass(slots=True)
class Passage:
    """An open side between two rooms.

    Attributes
    ----------
    rooms : tuple of Room
    middle : ndarray of shape (2,)
    width_m : float
        Length of the open side, to `_STEP_M`.
    """

    rooms: tuple[Room, Room]
    middle: Points
    width_m: float


class _Blocks:
    """What stands in the way at eye height, by storey level."""

    def __init__(self, shown: list[Any]) -> None:
        items = [s for s in shown if s.plan is not None and s.row["ifc_class"].startswith(_BLOCKS)]
        self._low = np.array([item.z_min_m for item in items])
        self._high = np.array([item.z_max_m for item in items])
        self._walls = np.array([item.row["ifc_class"].startswith("IfcWall") for item in items], dtype=bool)
        # a leaf drawn open leaves its own opening free, which is the door's and no passage beside it
        self._plans = np.array([_blocking(item) for item in items], dtype=object)
        self._trees: dict[float, tuple[Any, bool]] = {}

    def at(self, z_m: float) -> tuple[Any, bool]:
        """Tree of what a plane cuts, and whether there is any wall in it at all."""
        level = round(z_m, 2)
        if level not in self._trees:
            cut = (self._low < z_m) & (self._high > z_m)
            self._trees[level] = (shapely.STRtree(self._plans[cut]), bool(self._walls[cut].any()))
        return self._trees[level]


def _blocking(item: Any) -> Any:
    return shapely.convex_hull(item.plan) if item.row["ifc_class"].startswith("IfcDoor") else item.plan


def passages(shown: list[Any], rooms: Rooms) -> list[Passage]:
    """Open sides at least 0.7 m wide.

    A model that draws no walls on a level says nothing about what is open there, and gives none.
    """
    blocks = _Blocks(shown)
    found = []
    for a, b in rooms.pairs(_GAP_M):
        tree, walls = blocks.at(max(a.z_min_m, b.z_min_m) + _EYE_M)
        if walls:
            found += [Passage((a, b), middle, width) for middle, width in _open(a.plan, b.plan, tree)]
    return found


def _open(a: Any, b: Any, tree: Any) -> Iterator[tuple[Points, float]]:
    facing = shapely.line_merge(
        shapely.intersection(shapely.boundary(a), shapely.buffer(b, _GAP_M, cap_style="square"))
    )
    for line in shapely.get_parts(facing):
        length = shapely.length(line)
        if shapely.get_type_id(line) != 1 or length < _NARROWEST_M:
            continue
        count = int(length / _STEP_M)
        along = shapely.line_interpolate_point(line, (np.arange(count) + 0.5) * length / count)
        across = shapely.shortest_line(along, b)
        free = (shapely.length(across) <= _GAP_M) & _across(line, along, across)
        crossing = shapely.line_interpolate_point(across[:, None], _ACROSS[None, :], normalized=True)
        # rooms that touch have a line of no length: its one point is what counts
        short = shapely.length(across) < 1e-6
        crossing[short] = along[short][:, None]
        hit, _ = tree.query(crossing.reshape(-1), predicate="intersects")
        free[np.unique(hit // len(_ACROSS))] = False
        for start, end in _runs(free):
            width = (end - start) * length / count
            if width >= _NARROWEST_M:
                middle = shapely.get_coordinates(crossing[(start + end - 1) // 2, 1])[0]
                yield middle, round(float(width), 2)


def _across(line: Any, along: Any, across: Any) -> Any:
    """Where the way over leaves the side squarely: round a corner it would run along the next side."""
    at = shapely.line_locate_point(line, along)
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, np.stack([at - 0.01, at + 0.01])))
    ahead = ends.reshape(2, -1, 2)
    tangent = ahead[1] - ahead[0]
    step = shapely.get_coordinates(across).reshape(-1, 2, 2)
    step = step[:, 1] - step[:, 0]
    slanting = np.abs((tangent * step).sum(axis=1))
    return slanting <= 0.5 * np.hypot(*tangent.T) * np.hypot(*step.T) + 1e-9


def _runs(free: Any) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
