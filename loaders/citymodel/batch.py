"""Rows of the child to batches of features, still in the CRS of the file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import shapely

from loaders.citymodel.attributes import Said
from loaders.citymodel.kinds import ORDER
from twin import catalogue
from twin.model.feature import FeatureBatch, References
from twin.store.loading import Load

UNSPECIFIED = "Unspecified"
"""Meaning of a face beside others that have one; a body whose faces have none has no list."""
_Row = dict[str, Any]


def batches_of(table: pa.Table, source: str, load: Load) -> Iterator[FeatureBatch]:
    """One batch for each collection and kind of parent, parents first.

    Parameters
    ----------
    table : pyarrow.Table
        Of `loaders.citymodel.read`.
    source : str
        Name of the data set: parents are of the same.
    load : Load
        Gets the tally of heights taken from the shape.
    """
    rows = table.to_pylist()
    rows.sort(key=_group)
    for _, group in groupby(rows, key=_group):
        yield _batch(list(group), source, load)


def _group(row: _Row) -> tuple[int, int, str, bool]:
    return (
        row["depth"],
        ORDER[row["collection"]],
        row["parent_collection"] or "",
        row["building"] is not None,
    )


def _batch(rows: list[_Row], source: str, load: Load) -> FeatureBatch:
    name = rows[0]["collection"]
    collection = catalogue.collection(name)
    decoded = [(orjson.loads(row["attributes"]), orjson.loads(row["code_spaces"])) for row in rows]
    said = [Said(row, *both) for row, both in zip(rows, decoded, strict=True)]
    values = [one.columns(name) for one in said]
    columns: dict[str, Any] = {column: [value[column] for value in values] for column in values[0]}
    if name in ("building", "building_part"):
        columns["height_m"] = _heights(columns["height_m"], said, load, name)
    solid = None
    if collection.solid:
        solid = [row["faces"] for row in rows]
        if collection.column("surfaces") is not None:
            columns["surfaces"] = [_meanings(row["meanings"]) for row in rows]
    for column, given in columns.items():
        kind = catalogue.collection(name).column(column)
        if kind is not None and kind.kind in ("real", "integer"):
            columns[column] = np.array([np.nan if value is None else value for value in given], float)
    spans = [one.span for one in said]
    return FeatureBatch(
        collection=name,
        source_key=[row["key"] for row in rows],
        columns=columns,
        properties=[_properties(row, *both) for row, both in zip(rows, decoded, strict=True)],
        geometry=_shapes(rows) if collection.geometry is not None else None,
        solid=solid,
        z_min_m=_numbers(rows, "z_min"),
        z_max_m=_numbers(rows, "z_max"),
        valid_from=[start for start, _ in spans],
        valid_to=[end for _, end in spans],
        parent=_references(rows, "parent", rows[0]["parent_collection"], source),
        building=_references(rows, "building", "building", source),
        storey=_references(rows, "parent", "storey", source)
        if rows[0]["parent_collection"] == "storey"
        else None,
    )


def _heights(stated: list[Any], said: list[Said], load: Load, name: str) -> list[Any]:
    """As stated, else from the lowest to the highest point of the body."""
    odd = sum(one.odd_height for one in said)
    if odd:
        load.tally(f"{name}.measuredHeight", odd, "over 1000 m: another unit, by the look of it; not taken")
    known = [one.extent_m if height is None else height for height, one in zip(stated, said, strict=True)]
    measured = sum(height is None and value is not None for height, value in zip(stated, known, strict=True))
    if measured:
        load.tally(f"{name}.height_m", measured, "not stated, taken from the lowest to the highest point")
    return known


def _meanings(said: list[str | None] | None) -> list[str] | None:
    return None if said is None else [meaning or UNSPECIFIED for meaning in said]


def _properties(row: _Row, attributes: dict[str, Any], spaces: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in attributes.items() if value not in (None, "")}
    found["cityObjectType"] = row["kind"]
    if len(row["lods"] or ()) > 1:
        found["lods"] = row["lods"]
    if spaces:
        found["codeSpaces"] = spaces
    return found


def _shapes(rows: list[_Row]) -> Any:
    return np.asarray(shapely.from_wkb([row["shape"] for row in rows]), dtype=object)


def _numbers(rows: list[_Row], name: str) -> Any:
    return np.array([np.nan if row[name] is None else row[name] for row in rows], float)


def _references(rows: list[_Row], name: str, collection: str | None, source: str) -> References | None:
    if collection is None or all(row[name] is None for row in rows):
        return None
    return References(collection, [row[name] for row in rows], source)
