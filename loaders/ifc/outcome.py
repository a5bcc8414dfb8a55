"""What the children left in the scratch folder, read back by the parent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely

from loaders.ifc.placement import Matrix
from loaders.ifc.scratch import MEANING, MESHES, OUTLINES, SHAPES, read_rows


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
    """What the first step wrote."""
    return orjson.loads((scratch / MEANING).read_bytes())  # type: ignore[no-any-return]


def load_shapes(scratch: Path) -> Iterator[dict[str, Any]]:
    """Rows of the derived shapes; `plan` as a geometry."""
    for row in read_rows(scratch / SHAPES):
        row["plan"] = None if row["plan"] is None else shapely.from_wkb(row["plan"])
        yield row


def load_meshes(scratch: Path) -> list[dict[str, Any]]:
    """Rows of the distinct meshes, ready for `twin.mesh`."""
    return [row | {"palette": orjson.dumps(row["palette"]).decode()} for row in read_rows(scratch / MESHES)]


def load_outlines(scratch: Path) -> dict[str, Any]:
    """Outlines of buildings, storeys and the whole model; `shape` as a geometry."""
    outlines: dict[str, Any] = orjson.loads((scratch / OUTLINES).read_bytes())
    for entry in (*outlines["buildings"].values(), *outlines["storeys"].values(), outlines["model"]):
        entry["shape"] = None if entry["shape"] is None else shapely.from_wkb(entry["shape"])
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
