"""What the children left in the scratch folder, read back by the parent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from typing import Any

import numpy as np
import orjson
import shapely

from loaders.ifc.abridged import ROLES
from loaders.ifc.placement import Matrix
from loaders.ifc.scratch import MEANING, MESHES, OUTLINES, SETS, SHAPES, read_rows, read_sets, spilled
from loaders.ifc.spill import read_spilled


@dataclass(slots=True)
class Shape:
    """Shape of one object in the storage CRS; what a row of a collection takes of it.

    Attributes
    ----------
    geometry : geometry or None
        Plan, or a point for equipment.
    solid : bytes or None
        WKB of a closed PolyhedralSurface Z.
    columns : dict
        Typed columns only a shape can tell; they never replace what the file states.
    """

    geometry: Any = None
    solid: bytes | None = None
    z_min_m: float | None = None
    z_max_m: float | None = None
    columns: dict[str, Any] = field(default_factory=dict)


def load_meaning(scratch: Path) -> dict[str, Any]:
    """What the first step wrote, without the property sets; texts that come again are kept once."""
    meaning: dict[str, Any] = orjson.loads((scratch / MEANING).read_bytes())
    for role in ROLES:
        meaning[role] = [
            {key: intern(value) if isinstance(value, str) else value for key, value in row.items()}
            for rows in read_spilled(spilled(scratch, role))
            for row in rows
        ]
    return meaning


def load_sets(scratch: Path) -> Iterator[tuple[str, bytes]]:
    """Property sets, as JSON, by GlobalId."""
    return read_sets(scratch / SETS)


def load_shapes(scratch: Path) -> Iterator[dict[str, Any]]:
    """Rows of the derived shapes; `plan` as a geometry."""
    for row in read_rows(scratch / SHAPES):
        row["plan"] = None if row["plan"] is None else shapely.from_wkb(row["plan"])
        yield row


def load_meshes(scratch: Path) -> Iterator[dict[str, Any]]:
    """Rows of the distinct meshes, ready for `twin.mesh`."""
    for row in read_rows(scratch / MESHES):
        yield row | {"palette": orjson.dumps(row["palette"]).decode()}


def load_outlines(scratch: Path) -> dict[str, Any]:
    """Outlines of buildings, storeys and the whole model; `shape` as a geometry, `plan` as JSON."""
    outlines: dict[str, Any] = orjson.loads((scratch / OUTLINES).read_bytes())
    for entry in (*outlines["buildings"].values(), *outlines["storeys"].values(), outlines["model"]):
        entry["shape"] = None if entry["shape"] is None else shapely.from_wkb(entry["shape"])
    for entry in outlines["storeys"].values():
        entry["plan"] = None if entry["plan"] in (None, "null") else orjson.Fragment(entry["plan"])
    return outlines


def shape_of(role: str, row: dict[str, Any]) -> Shape:
    """Shape of an object from its derived row."""
    low, high = row["z_min_m"], row["z_max_m"]
    plan = row["plan"]
    if role == "equipment":
        point = None if plan is None else shapely.force_2d(plan.envelope.centroid)
        return Shape(point, None, low, high)
    if role == "space":
        measured = {"area_m2": row["plan_m2"], "volume_m3": row["volume_m3"], "height_m": row["height_m"]}
        return Shape(plan, row["solid"], low, high, measured)
    if role == "opening":
        return Shape(plan, None, low, high)
    measured = {"volume_m3": row["volume_m3"], "area_m2": row["area_m2"], "shape_quality": row["quality"]}
    return Shape(plan, None, low, high, measured)


def point_shape(origin: list[float], place: Matrix) -> Shape:
    """A point in the storage CRS from a point in model metres."""
    e, n, h = (place @ np.array([*origin, 1.0]))[:3].tolist()
    return Shape(shapely.Point(e, n), None, h, h)
