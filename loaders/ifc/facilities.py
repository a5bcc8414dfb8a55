"""Roads, rails and bridges of a model as rows and shapes of the city."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from loaders.ifc.outcome import Shape
from loaders.ifc.placement import Matrix
from loaders.ifc.plan import polygons_of

FACILITIES = ("road", "rail", "bridge")
"""Collections of facilities, in the order they hang on each other."""


def facility_rows(meaning: Mapping[str, Any], collection: str, place: Matrix | None) -> list[dict[str, Any]]:
    """Rows of one collection; the axes in space go along as properties, heights and all.

    Parameters
    ----------
    meaning : mapping
        What the first step read.
    collection : str
        One of `FACILITIES`.
    place : ndarray of shape (4, 4) or None
        Model metres -> storage CRS; None: the model has no place, and no axes.
    """
    return [_row(row, place) for row in meaning[collection]]


def _row(row: Mapping[str, Any], place: Matrix | None) -> dict[str, Any]:
    name = row["name"]
    chinese = bool(name) and is_chinese(name)
    axes = [] if place is None else [_placed(axis, place) for axis in row["axes"]]
    about = [dict(alignment) for alignment in row["alignments"]]
    for alignment, axis in zip(about, axes, strict=False):
        alignment["axis"] = [[None if np.isnan(v) else round(float(v), 3) for v in p] for p in axis]
    return {
        **{key: row[key] for key in ("global_id", "parent", "code", "kind", "name_en", "confidence")},
        "building": None,
        "storey": None,
        "space": None,
        "since": row.get("since"),
        "name_zh": name if chinese else None,
        "name_en": row["name_en"] or (None if chinese else name),
        "properties": {**row["properties"], "alignments": about},
    }


def line_shapes(meaning: Mapping[str, Any], collection: str, place: Matrix | None) -> dict[str, Shape]:
    """Plans of the lines of roads and rails, by GlobalId."""
    found = {}
    for row in meaning[collection]:
        axes = [] if place is None else [_placed(axis, place) for axis in row["axes"]]
        if not axes:
            continue
        heights = np.concatenate([axis[:, 2] for axis in axes])
        known = heights[~np.isnan(heights)]
        found[row["global_id"]] = Shape(
            shapely.multilinestrings([shapely.linestrings(axis[:, :2]) for axis in axes]),
            None,
            float(known.min()) if known.size else None,
            float(known.max()) if known.size else None,
        )
    return found


def bridge_shapes(meaning: Mapping[str, Any], elements: Mapping[str, Shape]) -> dict[str, Shape]:
    """A bridge in plan is what its elements cover."""
    found = {}
    for row in meaning["bridge"]:
        inside = [
            elements[element["global_id"]]
            for element in meaning["element"]
            if element["facility"] == row["global_id"] and element["global_id"] in elements
        ]
        plans = [shape.geometry for shape in inside if shape.geometry is not None]
        if not plans:
            continue
        heights = [z for shape in inside for z in (shape.z_min_m, shape.z_max_m) if z is not None]
        low, high = (min(heights), max(heights)) if heights else (None, None)
        found[row["global_id"]] = Shape(polygons_of(shapely.union_all(plans)), None, low, high)
    return found


def is_chinese(name: str) -> bool:
    """Whether a name has Chinese characters."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in name)


def _placed(axis: Any, place: Matrix) -> Matrix:
    """Vertices in the storage CRS; the unknown height of JSON's null comes back as NaN."""
    points = np.array([[np.nan if v is None else v for v in point] for point in axis], dtype=np.float64)
    plan = points[:, :2] @ place[:2, :2].T + place[:2, 3]
    return np.column_stack([plan, place[2, 2] * points[:, 2] + place[2, 3]])
