"""One chunk of a file, by its mapping, to a `FeatureBatch` in the file's own coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from loaders.gis.mapping import ColumnRule, FieldMapping
from loaders.gis.order import in_space
from loaders.gis.values import Unread, converted, instants, keys
from twin import catalogue
from twin.errors import InvalidInput
from twin.model.feature import FeatureBatch, References
from twin.model.load import Rejection
from twin.model.verbatim import verbatim
from twin.store.loading import Load

WKB, FID = "__wkb__", "__fid__"
_SURFACES = {15: "polyhedral surface", 16: "triangulated surface (TIN)", 17: "triangle"}
"""OGC type codes of what GEOS does not know; multipatch shapefiles are made of them."""


def batch_of(table: pa.Table, mapping: FieldMapping, load: Load, start: int) -> FeatureBatch:
    """Apply a mapping to a chunk.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of the file, geometry as WKB in `__wkb__`.
    mapping : FieldMapping
        What goes where.
    load : Load
        Gets rejections of unreadable geometry and counts of unreadable values.
    start : int
        Number of the first row in the file, from 0.

    Raises
    ------
    InvalidInput
        The mapping names a column the file does not have.
    """
    require_columns(mapping, table.column_names)
    collection = catalogue.collection(mapping.collection)
    source_key = _keys(table, mapping, start)
    geometry, fine = _geometry(table, mapping, load, source_key)
    if not fine.all():
        table = table.filter(pa.array(fine))
        source_key = [key for key, good in zip(source_key, fine, strict=True) if good]
        geometry = None if geometry is None else geometry[fine]
    order = in_space(geometry, source_key)
    if geometry is not None and order is not None:
        table = table.take(pa.array(order))
        source_key, geometry = [source_key[row] for row in order.tolist()], geometry[order]
    if geometry is not None and mapping.wkt is None and mapping.x is None and table.num_rows:
        geometry = verbatim(geometry, pa.concat_arrays(table[WKB].chunks))
    columns = {}
    for name, rule in mapping.columns.items():
        column = collection.column(name)
        if column is not None:
            columns[name] = _column(table, rule, column.kind, f"{collection.name}.{name}", load)
    floor_no = None
    if mapping.floor is not None:
        floor_no = _column(table, mapping.floor, "integer", f"{collection.name}.floor_no", load)
    confidence: Any = mapping.confidence
    if isinstance(confidence, ColumnRule):
        confidence = _column(table, confidence, "real", "confidence", load)
    elif confidence is not None:
        confidence = np.full(len(source_key), float(confidence))
    return FeatureBatch(
        collection=collection.name,
        source_key=source_key,
        columns=columns,
        properties=_properties(table, mapping),
        geometry=geometry if collection.geometry is not None else None,
        z_min_m=_heights(table, mapping, geometry, collection.geometry, load),
        floor_no=floor_no,
        valid_from=_instants(table, mapping.valid_from, load),
        valid_to=_instants(table, mapping.valid_to, load),
        confidence=confidence,
        visibility=mapping.visibility,
        parent=_reference(table, mapping, "parent"),
        building=_reference(table, mapping, "building"),
        storey=_reference(table, mapping, "storey"),
        space=_reference(table, mapping, "space"),
    )


def require_columns(mapping: FieldMapping, names: list[str]) -> None:
    """Refuse a mapping that names what the file does not have."""
    missing = sorted(mapping.used - set(names))
    if missing:
        seen = ", ".join(name for name in names if name not in (WKB, FID))
        raise InvalidInput(f"the file has no column {', '.join(map(repr, missing))}; it has {seen}")


def _keys(table: pa.Table, mapping: FieldMapping, start: int) -> list[Any]:
    if len(mapping.key) == 1:
        return list(keys(table[mapping.key[0]]))
    if mapping.key:
        parts = [keys(table[name]) for name in mapping.key]
        return [None if None in row else "/".join(map(str, row)) for row in zip(*parts, strict=True)]
    if FID in table.column_names:
        return [str(fid) for fid in table[FID].to_pylist()]
    return [str(number) for number in range(start + 1, start + 1 + table.num_rows)]


def _geometry(
    table: pa.Table, mapping: FieldMapping, load: Load, source_key: list[Any]
) -> tuple[npt.NDArray[np.object_] | None, npt.NDArray[np.bool_]]:
    """Shapes in the file's coordinates and which rows are readable."""
    fine = np.ones(table.num_rows, dtype=bool)
    if mapping.x is not None and mapping.y is not None:
        return _points(table, mapping, load), fine
    if mapping.wkt is not None:
        texts = table[mapping.wkt].to_pylist()
        shapes = shapely.from_wkt([text or None for text in texts], on_invalid="ignore")
        present = np.array([bool(text) for text in texts], dtype=bool)
    elif WKB in table.column_names:
        raw = [value or None for value in table[WKB].to_pylist()]
        shapes = shapely.from_wkb(raw, on_invalid="ignore")
        present = np.array([value is not None for value in raw], dtype=bool)
    else:
        return None, fine
    shapes = np.asarray(shapes, dtype=object)
    broken = present & shapely.is_missing(shapes)
    for index in np.flatnonzero(broken).tolist():
        message = _why_unreadable(table[WKB][index].as_py() if mapping.wkt is None else b"")
        load.reject(Rejection("geometry-unreadable", str(source_key[index]), message), mapping.collection)
    return shapes, ~broken


def _why_unreadable(wkb: bytes) -> str:
    kind = int.from_bytes(wkb[1:5], "little" if wkb[:1] == b"\1" else "big") % 1000 & 0xFF
    if kind in _SURFACES:
        return f"the geometry is a {_SURFACES[kind]}, which is not read: hand over the footprint as polygons"
    return "the geometry cannot be read: a ring is not closed or has too few points"


def _points(table: pa.Table, mapping: FieldMapping, load: Load) -> npt.NDArray[np.object_]:
    names = [name for name in (mapping.x, mapping.y, mapping.z) if name is not None]
    numbers = []
    for name in names:
        values, unread = converted(table[name], "real")
        _count(load, f"{mapping.collection}: coordinate {name}", unread)
        numbers.append(np.asarray(values, float))
    shapes = np.empty(table.num_rows, dtype=object)
    known = ~np.isnan(np.column_stack(numbers[:2])).any(axis=1)
    shapes[known] = shapely.points(np.column_stack([axis[known] for axis in numbers]))
    return shapes


def _heights(table: pa.Table, mapping: FieldMapping, geometry: Any, kind: str | None, load: Load) -> Any:
    """Height of points that have one; the geometry column of points is plan only."""
    if mapping.z is not None and mapping.x is None:
        values, unread = converted(table[mapping.z], "real")
        _count(load, f"{mapping.collection}: height {mapping.z}", unread)
        return values
    if geometry is None:
        return None
    if kind == "MultiPolygon":
        _say_flattened(geometry, load)
    if kind != "Point":
        return None
    heights = shapely.get_z(geometry)
    return None if np.isnan(heights).all() else heights


def _say_flattened(shapes: npt.NDArray[np.object_], load: Load) -> None:
    """An area is kept as a plan; heights of its corners are lost, and zeros are no loss."""
    solid = shapes[shapely.has_z(shapes)]
    if len(solid) and np.nan_to_num(shapely.get_coordinates(solid, include_z=True)[:, 2]).any():
        load.warn(
            "the corners have heights (z), of which a plan keeps none: map columns to the base and the height"
        )


def _column(table: pa.Table, rule: ColumnRule, kind: str, subject: str, load: Load) -> Any:
    values, unread = converted(
        table[rule.source],
        kind,
        scale=rule.scale,
        values=None if rule.values is None else dict(rule.values),
        split=rule.split,
        srid=load.srid,
    )
    _count(load, subject, unread)
    return values


def _instants(table: pa.Table, name: str | None, load: Load) -> Any:
    if name is None:
        return None
    values, unread = instants(table[name])
    _count(load, f"valid ({name})", unread)
    return values


def _count(load: Load, subject: str, unread: Unread) -> None:
    if unread.count:
        load.tally(subject, unread.count, f"cannot be read (as {unread.example!r}), left unknown")


def _reference(table: pa.Table, mapping: FieldMapping, name: str) -> References | None:
    rule = mapping.references.get(name)
    if rule is None:
        return None
    return References(rule.collection, keys(table[rule.source]), rule.of_source)


def _properties(table: pa.Table, mapping: FieldMapping) -> list[Mapping[str, Any]] | None:
    if mapping.keep is False:
        return None
    spoken_for = mapping.used | {WKB, FID}
    names = [name for name in table.column_names if name not in spoken_for]
    if mapping.keep is not True:
        names = [name for name in mapping.keep if name in table.column_names]
    if not names:
        return None
    rows = table.select(names).to_pylist()
    return [{name: value for name, value in row.items() if value is not None and value != ""} for row in rows]
