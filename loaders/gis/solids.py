"""Bases, heights and closed solids of a batch of footprints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from loaders.gis.extrude import extrude
from loaders.gis.mapping import FieldMapping
from twin.model.feature import FeatureBatch
from twin.store.loading import Load

Ground = Callable[[npt.NDArray[np.object_]], npt.NDArray[np.float64]]
Numbers = npt.NDArray[np.float64]

_POLYGONS = (3, 6)


def with_solids(
    batch: FeatureBatch, mapping: FieldMapping, ground: Ground | None, load: Load
) -> FeatureBatch:
    """Add solids, lowest and highest point.

    Parameters
    ----------
    batch : FeatureBatch
        Placed and checked.
    mapping : FieldMapping
        Says in `[solid]` which columns base and height are, and what stands in for them.
    ground : callable, optional
        Lowest ground under footprints in the storage CRS, metres; NaN where it is not known.
    load : Load
        Is told how many bases and heights were not stated.
    """
    if mapping.solid_base is None or mapping.solid_height is None or batch.geometry is None:
        return batch
    columns = dict(batch.columns)
    shapes = np.asarray(batch.geometry, dtype=object)
    polygons = np.where(np.isin(shapely.get_type_id(shapes), _POLYGONS), shapes, None)
    base = _numbers(columns.get(mapping.solid_base), len(batch))
    if ground is not None:
        base = _on_ground(base, polygons, ground, f"{batch.collection}.{mapping.solid_base}", load)
        columns[mapping.solid_base] = base
    height = _numbers(columns.get(mapping.solid_height), len(batch))
    if mapping.solid_floors is not None:
        floors = _numbers(columns.get(mapping.solid_floors), len(batch))
        height = _by_floors(height, floors, mapping.solid_floor_height_m, batch.collection, load)
    return replace(
        batch,
        columns=columns,
        solid=extrude(polygons, base, height),
        z_min_m=base,
        z_max_m=np.where(height >= 0, base + height, np.nan),
    )


def _numbers(values: Any, count: int) -> Numbers:
    return np.full(count, np.nan) if values is None else np.array(values, float)


def _on_ground(base: Numbers, polygons: Any, ground: Ground, subject: str, load: Load) -> Numbers:
    """Base of each footprint: as the source says, else the lowest ground under it."""
    silent = np.isnan(base) & ~shapely.is_missing(polygons)
    if not silent.any():
        return base
    base[silent] = ground(polygons[silent])
    found, unknown = int(np.isfinite(base[silent]).sum()), int(np.isnan(base[silent]).sum())
    if found:
        load.tally(f"{subject} from the terrain", found, "nobody states")
    if unknown:
        load.tally(f"{subject} unknown", unknown, "nobody states, and no terrain lies there: no solid")
    return base


def _by_floors(
    height: Numbers, floors: Numbers, floor_height_m: float, collection: str, load: Load
) -> Numbers:
    """Height of a solid from the number of floors where it is not stated; the column stays unknown."""
    guessed = np.isnan(height) & (floors > 0)
    if guessed.any():
        said = f"taken as floors of {floor_height_m:g} m for the solid; the height itself stays unknown"
        load.tally(f"{collection}: height", int(guessed.sum()), said)
    return np.where(guessed, floors * floor_height_m, height)
