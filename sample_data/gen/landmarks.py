"""Buildings that are facts: known by name, place and height, put in before all others."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from sample_data.gen import frame, shapes
from sample_data.gen.config import ROOT
from twin.errors import Unprocessable


@dataclass(frozen=True)
class Landmark:
    """A named building and where it was put.

    Attributes
    ----------
    facts : dict
        The row of landmarks.csv (or of an authored model).
    footprint : Polygon
        Outline in EPSG:4547.
    moved_m : float
        How far it was moved to stand beside the drawn streets, not in them.
    """

    id: str
    typology: str
    footprint: BaseGeometry
    turn_deg: float
    moved_m: float
    facts: dict[str, Any]


@cache
def table() -> list[dict[str, Any]]:
    """Read landmarks.csv with numbers as numbers and blanks as None."""
    numeric = {"lon", "lat", "width_m", "depth_m", "turn_deg", "height_m", "gfa_m2", "confidence"}
    whole = {"floors_up", "floors_down", "year"}
    with (ROOT / "landmarks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        {
            k: (None if v == "" else float(v) if k in numeric else int(v) if k in whole else v)
            for k, v in row.items()
        }
        for row in rows
    ]


def landmarks(land: BaseGeometry, taken: BaseGeometry, fixed: list[Landmark]) -> list[Landmark]:
    """Put every landmark on the land, beside what is taken (streets, rivers, rail, villages).

    Public positions are good to 30-80 m and the drawn streets to 150 m, so a
    landmark is moved by the shortest step of a fixed spiral that frees it.
    """
    result = list(fixed)
    shapely.prepare(land)
    taken = shapely.union_all([taken, *(f.footprint.buffer(8.0) for f in fixed)])
    for row in table():
        at = frame.point(row["lon"], row["lat"])
        shape = shapes.placed(row["shape"], row["width_m"], row["depth_m"], (at.x, at.y), row["turn_deg"])
        shapely.prepare(taken)
        footprint, moved = _freed(shape, land, taken)
        footprint = frame.snapped(footprint)
        result.append(Landmark(row["id"], row["typology"], footprint, row["turn_deg"], moved, row))
        taken = taken.union(footprint.buffer(14.0))
    return result


def _freed(shape: BaseGeometry, land: BaseGeometry, taken: BaseGeometry) -> tuple[BaseGeometry, float]:
    """Move a shape out of the way along a spiral of 4 m steps and 24 directions."""
    room = shape.buffer(4.0)
    if land.contains(room) and not taken.intersects(room):
        return shape, 0.0
    for step in range(1, 60):
        for direction in range(24):
            angle = math.tau * direction / 24
            dx, dy = 4.0 * step * math.cos(angle), 4.0 * step * math.sin(angle)
            moved = affinity.translate(room, dx, dy)
            if land.contains(moved) and not taken.intersects(moved):
                return affinity.translate(shape, dx, dy), 4.0 * step
    raise Unprocessable("a landmark finds no room within 240 m of its place; move it in landmarks.csv")
