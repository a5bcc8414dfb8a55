"""What may go into the city: repaired, rejected with a code, or set to unknown. Never silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from loaders.place import outside
from twin import catalogue
from twin.model.feature import FeatureBatch, References
from twin.model.load import Rejection
from twin.store.loading import Load
from twin.store.write import take

Mask = npt.NDArray[np.bool_]

AREA_KEPT = 0.01
"""A repair may change the area by so much and no more."""
_AREA_ZERO_M2 = 1e-4
_LENGTH_ZERO_M = 1e-3
_TEXT_LENGTH = 10_000
_KEY_LENGTH = 500
_POLYGON, _MULTI_POLYGON, _COLLECTION = 3, 6, 7


def check(batch: FeatureBatch, load: Load, repaired: Counter[str]) -> FeatureBatch:
    """Leave what may be loaded.

    Parameters
    ----------
    batch : FeatureBatch
        Placed in the storage CRS.
    load : Load
        Gets a rejection for each row left out and a warning for values set to unknown.
    repaired : Counter
        Counts geometry repairs by what was wrong; added to.
    """
    judge = _Judge(batch, load)
    _keys(batch, judge)
    _values(batch, judge)
    if batch.geometry is not None:
        batch = replace(batch, geometry=_geometry(batch, judge, repaired, load))
    batch = _ranges(batch, load)
    return batch if judge.fine.all() else take(batch, judge.fine)


class _Judge:
    """Marks rows and says why."""

    def __init__(self, batch: FeatureBatch, load: Load) -> None:
        self.fine: Mask = np.ones(len(batch), dtype=bool)
        self._batch, self._load = batch, load

    def refuse(self, wrong: Mask, code: str, message: str | Callable[[int], str]) -> None:
        """Reject rows, unless they are rejected already."""
        for index in np.flatnonzero(wrong & self.fine).tolist():
            key = str(self._batch.source_key[index])
            text = message if isinstance(message, str) else message(index)
            self._load.reject(Rejection(code, key[:_KEY_LENGTH], text), self._batch.collection)
        self.fine &= ~wrong


def _keys(batch: FeatureBatch, judge: _Judge) -> None:
    keys = batch.source_key
    # nearly always all is well, which costs a fifth of saying where it is not
    if all(type(key) is str for key in keys) and all(keys) and max(map(len, keys), default=0) <= _KEY_LENGTH:
        return
    missing = np.array([key is None or key == "" for key in keys], dtype=bool)
    judge.refuse(
        missing, "key-missing", "the key column is empty here; an object needs a key to be known again"
    )
    lengths = np.fromiter((len(str(key)) for key in keys), int, len(keys))
    judge.refuse(lengths > _KEY_LENGTH, "key-too-long", f"the key has more than {_KEY_LENGTH} characters")


def _values(batch: FeatureBatch, judge: _Judge) -> None:
    collection = catalogue.collection(batch.collection)
    for name, values in batch.columns.items():
        column = collection.column(name)
        if column is None:
            continue
        if column.kind == "text":
            long = _lengths(values) > _TEXT_LENGTH
            judge.refuse(long, "text-too-long", f"{name} has more than {_TEXT_LENGTH} characters")
        elif name == "height_m" and column.limits is not None:
            heights, (low, high) = np.asarray(values, float), column.limits
            with np.errstate(invalid="ignore"):
                odd = (heights < low) | (heights > high)
            judge.refuse(
                odd,
                "height-out-of-range",
                lambda i, h=heights, low=low, high=high: (
                    f"height_m is {h[i]:g}; a height is between {low:g} and {high:g} m. Is its unit right?"
                ),
            )
    if batch.floor_no is not None:
        floors = np.asarray(batch.floor_no, float)
        judge.refuse(
            floors == 0, "floor-zero", "floor 0 is no address: the ground floor is 1, the one below -1"
        )
    if batch.valid_from is not None and batch.valid_to is not None:
        pairs = zip(batch.valid_from, batch.valid_to, strict=True)
        turned = np.array([a is not None and b is not None and b < a for a, b in pairs], dtype=bool)
        judge.refuse(turned, "valid-order", "it ends before it begins")


def _lengths(values: Any) -> npt.NDArray[np.int64]:
    if isinstance(values, pa.Array):
        return np.asarray(
            pc.fill_null(pc.utf8_length(values), 0).to_numpy(zero_copy_only=False), dtype=np.int64
        )
    return np.fromiter((0 if value is None else len(str(value)) for value in values), np.int64, len(values))


def _ranges(batch: FeatureBatch, load: Load) -> FeatureBatch:
    """Values that cannot be: set to unknown, and said."""
    columns = dict(batch.columns)
    collection = catalogue.collection(batch.collection)
    for name, values in batch.columns.items():
        column = collection.column(name)
        limits = None if column is None else column.limits
        if limits is None:
            continue
        numbers = np.asarray(values, float)
        with np.errstate(invalid="ignore"):
            odd = (numbers < limits[0]) | (numbers > limits[1])
        if odd.any():
            example = f"{numbers[odd][0]:g}"
            load.tally(
                f"{batch.collection}.{name}", int(odd.sum()), f"out of range (as {example}), left unknown"
            )
            columns[name] = np.where(odd, np.nan, numbers)
    if batch.confidence is not None:
        stated = np.asarray(batch.confidence, float)
        with np.errstate(invalid="ignore"):
            batch = replace(batch, confidence=np.where((stated < 0) | (stated > 1), np.nan, stated))
    return replace(batch, columns=columns)


def _geometry(batch: FeatureBatch, judge: _Judge, repaired: Counter[str], load: Load) -> Any:
    array = np.array(batch.geometry, dtype=object)
    empty = shapely.is_empty(array)
    array[empty] = None
    missing = shapely.is_missing(array)
    hangs = _known(batch.building, len(batch)) | _known(batch.parent, len(batch))
    judge.refuse(
        missing & ~hangs,
        "geometry-missing",
        "it has no place: the geometry is empty and no building is named",
    )
    bounds = shapely.bounds(array)
    finite = missing | np.isfinite(bounds).all(axis=1)
    judge.refuse(~finite, "coordinate-not-finite", "a coordinate is not a number the transformation can use")
    array[~finite] = None
    judge.refuse(
        outside(bounds, load.srid) & finite,
        "outside-area",
        lambda i: (
            f"it lies at {bounds[i, :2].round(1).tolist()}, outside the area of this city's "
            f"EPSG:{load.srid}; are x and y swapped?"
        ),
    )
    types = shapely.get_type_id(array)
    polygonal = np.isin(types, (_POLYGON, _MULTI_POLYGON))
    areal = polygonal | (types == _COLLECTION)
    invalid = areal.copy()
    invalid[areal] = ~shapely.is_valid(array[areal])
    mixed = invalid & ~polygonal
    judge.refuse(mixed, "geometry-invalid", "a part of the collection is not a valid shape: mend the source")
    array[mixed] = None
    invalid &= polygonal
    for index in np.flatnonzero(invalid & judge.fine).tolist():
        array[index] = _repair(array[index], index, judge, repaired)
    area, length = shapely.area(array), shapely.length(array)
    flat = polygonal & ~shapely.is_missing(array) & (area < _AREA_ZERO_M2)
    judge.refuse(flat, "area-zero", "the polygon has no area")
    lines = np.isin(types, (1, 5)) & ~shapely.is_missing(array)
    judge.refuse(lines & (length < _LENGTH_ZERO_M), "length-zero", "the line has no length")
    changed = empty.any() or not finite.all() or invalid.any() or mixed.any()
    return array if changed else batch.geometry


def _repair(shape: Any, index: int, judge: _Judge, repaired: Counter[str]) -> Any:
    """A valid shape of the same kind and nearly the same area, or a rejection."""
    reason = str(shapely.is_valid_reason(shape))
    code = _code(reason)
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shape)))
    parts = parts[np.isin(shapely.get_type_id(parts), (_POLYGON,))]
    mended = shapely.multipolygons(parts) if len(parts) != 1 else parts[0]
    before, after = abs(shapely.area(shape)), shapely.area(mended)
    one = np.zeros(len(judge.fine), dtype=bool)
    one[index] = True
    if after < _AREA_ZERO_M2:
        judge.refuse(one, "area-zero", "the polygon has no area")
        return None
    if abs(after - before) > AREA_KEPT * max(before, after):
        judge.refuse(
            one,
            code,
            f"{reason}; a repair would change the area from {before:.2f} to {after:.2f} m²: mend the source",
        )
        return None
    repaired[code] += 1
    return mended


def _code(reason: str) -> str:
    """Stable code for what GEOS says."""
    text = reason.partition("[")[0].strip().lower()
    return {
        "self-intersection": "ring-self-crossing",
        "ring self-intersection": "ring-self-touching",
        "hole lies outside shell": "hole-outside",
        "holes are nested": "holes-nested",
        "nested shells": "shells-nested",
        "interior is disconnected": "interior-split",
        "too few points in geometry component": "ring-too-short",
        "duplicate rings": "rings-duplicate",
        "invalid coordinate": "coordinate-not-finite",
    }.get(text, "geometry-invalid")


def _known(references: References | None, rows: int) -> Mask:
    if references is None:
        return np.zeros(rows, dtype=bool)
    return np.array([key is not None and key != "" for key in references.keys], dtype=bool)
