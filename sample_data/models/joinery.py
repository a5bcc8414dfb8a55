"""Walls with their doors and windows: one call draws wall, openings and fillings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sample_data.models.author import Author, Kind

Point = tuple[float, float]
_REVEAL = 0.05  # an opening body stands out of both wall faces, so that the cut is clean


@dataclass(frozen=True, slots=True)
class Leaf:
    """A door or window: its IFC type and clear size; `sill_m` above the floor."""

    kind: Kind
    width_m: float
    height_m: float
    sill_m: float = 0.0


def door(
    author: Author, name: str, width_m: float, height_m: float, *, rating: str | None = None,
    style: str = "wood", external: bool = False, exit_way: bool = False,
) -> Leaf:  # fmt: skip
    """Door type with frame and leaf; `rating` is the Chinese fire class 甲级, 乙级 or 丙级."""
    half, shapes = width_m / 2, author.shapes
    solids = [
        shapes.box((-half, -0.06, 0), (-half + 0.05, 0.06, height_m), "frame"),
        shapes.box((half - 0.05, -0.06, 0), (half, 0.06, height_m), "frame"),
        shapes.box((-half + 0.05, -0.06, height_m - 0.05), (half - 0.05, 0.06, height_m), "frame"),
        shapes.box((-half + 0.05, -0.025, 0.005), (half - 0.05, 0.025, height_m - 0.05), style),
    ]
    common: dict[str, Any] = {"IsExternal": external, "FireExit": exit_way}
    if rating:
        common |= {"FireRating": rating, "SelfClosing": True, "SmokeStop": rating != "丙级"}
    kind = author.kind(
        "IfcDoor", name, "DOOR", solids=solids, psets={"Pset_DoorCommon": common},
        OverallHeight=height_m, OverallWidth=width_m,
        OperationType="DOUBLE_DOOR_SINGLE_SWING" if width_m > 1.3 else "SINGLE_SWING_LEFT",
    )  # fmt: skip
    return Leaf(kind, width_m, height_m)


def window(author: Author, width_m: float, height_m: float, sill_m: float) -> Leaf:
    """Window type: aluminium frame, one mullion above 0.9 m of width, double glazing."""
    half, shapes = width_m / 2, author.shapes
    solids = [
        shapes.box((-half, -0.04, 0), (-half + 0.05, 0.04, height_m), "frame"),
        shapes.box((half - 0.05, -0.04, 0), (half, 0.04, height_m), "frame"),
        shapes.box((-half + 0.05, -0.04, 0), (half - 0.05, 0.04, 0.05), "frame"),
        shapes.box((-half + 0.05, -0.04, height_m - 0.05), (half - 0.05, 0.04, height_m), "frame"),
        shapes.box((-half + 0.05, -0.012, 0.05), (half - 0.05, 0.012, height_m - 0.05), "glass"),
    ]
    if width_m > 0.9:
        solids.append(shapes.box((-0.03, -0.035, 0.05), (0.03, 0.035, height_m - 0.05), "frame"))
    kind = author.kind(
        "IfcWindow", f"铝合金窗 {width_m * 1000:.0f}×{height_m * 1000:.0f}", "WINDOW", solids=solids,
        psets={"Pset_WindowCommon": {"IsExternal": True, "ThermalTransmittance": 2.8}},
        OverallHeight=height_m, OverallWidth=width_m,
        PartitioningType="DOUBLE_PANEL_VERTICAL" if width_m > 0.9 else "SINGLE_PANEL",
    )  # fmt: skip
    return Leaf(kind, width_m, height_m, sill_m)


def wall_kind(
    author: Author, name: str, *, external: bool, bearing: bool, rating: str, material: str
) -> Kind:
    """Wall type by construction, without a shape: each wall draws its own length."""
    return author.kind(
        "IfcWall", name, "SHEAR" if bearing else "PARTITIONING", material=material,
        psets={"Pset_WallCommon": {"IsExternal": external, "LoadBearing": bearing, "FireRating": rating,
                                   "Combustible": False}},
    )  # fmt: skip


def wall(
    author: Author, kind: Kind, floor_no: int, start: Point, end: Point, *, height_m: float,
    thickness_m: float, style: str = "plaster", base_m: float = 0.0,
    leaves: Sequence[tuple[Leaf, float, float, str | None]] = (),
) -> Any:  # fmt: skip
    """Draw a wall along its axis and set its leaves.

    Parameters
    ----------
    start, end : (x, y)
        Axis, metres, storey frame.
    height_m, thickness_m, base_m : float
        Body; `base_m` above the storey's floor.
    leaves : sequence of (Leaf, x, y, name)
        Doors and windows by the point on the axis where their middle stands.
    """
    length = math.dist(start, end)
    turn = math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))
    shapes = author.shapes
    body = shapes.box((0, -thickness_m / 2, 0), (length, thickness_m / 2, height_m), style)
    made = author.put(kind, floor_no, (*start, base_m), turn, solids=[body])
    for leaf, x, y, name in leaves:
        at = (x, y, base_m + leaf.sill_m)
        cut = thickness_m / 2 + _REVEAL
        hole = shapes.box((-leaf.width_m / 2, -cut, 0), (leaf.width_m / 2, cut, leaf.height_m))
        opening = author.opening(made, floor_no, at, turn, hole)
        author.fill(opening, author.put(leaf.kind, floor_no, at, turn, name=name))
    return made
