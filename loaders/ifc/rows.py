"""From plain rows to feature batches, parents before children."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from loaders.ifc.facilities import FACILITIES, facility_rows, is_chinese
from loaders.ifc.links import Link
from loaders.ifc.outcome import Shape
from loaders.ifc.placement import Matrix, elevation_in
from twin.catalogue import collection
from twin.model.feature import FeatureBatch, References

Row = dict[str, Any]
Shapes = Mapping[str, Shape]
Write = Callable[[FeatureBatch], object]

ROLES = ("space", "element", "equipment", "opening")
"""Collections of objects, in the order they hang on each other."""
SHAPE_COLUMNS: dict[str, tuple[str, ...]] = {
    "building": ("height_m", "elev_base_m", "footprint_m2"),
    "storey": ("plan", "area_m2"),
    "space": ("area_m2", "volume_m3", "height_m"),
    "element": ("volume_m3", "area_m2", "shape_quality"),
    "opening": (),
    "equipment": (),
    "road": (),
    "rail": (),
    "bridge": (),
}
"""Columns a shape can fill."""
_RARELY_DEEPER = 12
_DIGITS = 6
"""A micrometre: beyond that a measure says how it was computed, not what was measured."""
_MOST_ROWS = 2000
_MOST_STOREYS = 20
"""Of a batch: what is made of it to be written is several times its rows, and a storey has a drawing."""


def feature_batches(
    meaning: Mapping[str, Any],
    links: Mapping[str, Link],
    shapes: Mapping[str, Shapes],
    source: str,
    place: Matrix | None,
) -> Iterator[FeatureBatch]:
    """Every feature of a model.

    Parameters
    ----------
    meaning : mapping
        What the first step read.
    links : mapping
        Building of the city, by GlobalId of the IfcBuilding.
    shapes : mapping
        Collection -> GlobalId -> shape; from the second step, or those that stand already.
    source : str
        Source of the load.
    place : ndarray of shape (4, 4) or None
        Model metres -> storage CRS; None where the model has no place.
    """
    elevation = elevation_in(place)
    floors = {storey["global_id"]: storey["floor_no"] for storey in meaning["storeys"]}
    known: dict[str, Any] = {
        "shapes": shapes, "links": links, "source": source, "floors": floors, "written": {},
    }  # fmt: skip
    for name in FACILITIES:
        for wave in _waves(facility_rows(meaning, name, place)):
            yield from _grouped(name, wave, **known)
    own = [b for b in meaning["buildings"] if links[b["global_id"]].by == "own"]
    if own:
        yield _batch("building", [_building(b, meaning) for b in own], shapes, {})
    storeys = [_storey(row, elevation) for row in meaning["storeys"]]
    for at in range(0, len(storeys), _MOST_STOREYS):
        yield from _grouped("storey", storeys[at : at + _MOST_STOREYS], **known)
    elevations = {row["global_id"]: row["elev_m"] for row in storeys}
    for role in ROLES:
        rows = list(meaning[role])
        if role == "space":
            rows = [{**row, "elev_m": elevations.get(row["storey"])} for row in rows]
        for wave in _waves(rows):
            for at in range(0, len(wave), _MOST_ROWS):
                yield from _grouped(role, wave[at : at + _MOST_ROWS], **known)


def _building(row: Row, meaning: Mapping[str, Any]) -> Row:
    floors = [
        s["floor_no"]
        for s in meaning["storeys"]
        if s["building"] == row["global_id"] and s["label"] != "RF" and s["floor_no"] is not None
    ]
    names = [name for name in (row["long_name"], row["name"]) if name]
    chinese = next((name for name in names if is_chinese(name)), None)
    other = next((name for name in names if not is_chinese(name)), None)
    return {
        "global_id": row["global_id"],
        "code": row["code"],
        "name_zh": chinese,
        "name_en": row["name_en"] or other,
        "floors_up": sum(number > 0 for number in floors) or None,
        "floors_down": sum(number < 0 for number in floors) if floors else None,
        "gfa_m2": row["gfa_m2"],
        "year_built": row["year_built"],
        "since": row.get("since"),
        "lod": 3,
        "properties": {},
    }


def _storey(row: Row, elevation: Callable[[float], float | None]) -> Row:
    capacity = row["capacity"]
    return {
        **{key: row[key] for key in ("global_id", "building", "name", "label", "use", "refuge", "area_m2")},
        "parent": row["building"],
        "since": row.get("since"),
        "storey": None,
        "space": None,
        "floor_no": row["floor_no"],
        "elev_m": None if row["elev_m"] is None else elevation(row["elev_m"]),
        "height_m": row["height_m"],
        "capacity": int(capacity) if isinstance(capacity, int | float) else None,
        "properties": {} if row["elev_m"] is None else {"elevation_in_model_m": round(row["elev_m"], 4)},
    }


def _waves(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows so that a part comes after its whole of the same collection."""
    depth: dict[str, int] = {}
    parents = {row["global_id"]: row["parent"] for row in rows}
    for identity, parent in parents.items():
        steps, here = 0, parent
        while here in parents and steps < _RARELY_DEEPER:
            steps, here = steps + 1, parents[here]
        depth[identity] = steps
    for level in range(max(depth.values(), default=-1) + 1):
        yield [row for row in rows if depth[row["global_id"]] == level]


def _grouped(
    role: str,
    rows: Sequence[Row],
    *,
    shapes: Mapping[str, Shapes],
    links: Mapping[str, Link],
    source: str,
    floors: Mapping[str, int | None],
    written: dict[str, str],
) -> Iterator[FeatureBatch]:
    """One batch for each kind of parent and each source of building: references state both."""
    groups: dict[tuple[str | None, str | None], list[Row]] = {}
    for row in rows:
        link = links.get(row["building"]) if row["building"] else None
        parent = next(
            (p for p in (row["parent"], row["space"], row["storey"], row.get("facility")) if p in written),
            None,
        )
        over = written[parent] if parent else ("building" if link else None)
        key = parent or (link.source_key if link else None)
        on = {**row, "parent_key": key, "building_key": link.source_key if link else None}
        on.setdefault("floor_no", floors.get(row["storey"]))
        groups.setdefault((over, link.source if link else None), []).append(on)
    for (over, building_source), members in groups.items():
        references = {
            "storey": _references("storey", [r["storey"] for r in members], source),
            "space": _references("space", [r["space"] for r in members], source),
        }
        if building_source is not None:
            references["building"] = References(
                "building", [r["building_key"] for r in members], building_source
            )
        if over is not None:
            of = building_source if over == "building" else source
            references["parent"] = References(over, [r["parent_key"] for r in members], of)
        yield _batch(role, members, shapes, references)
    written.update((row["global_id"], role) for row in rows)


def _references(name: str, keys: list[Any], source: str) -> References | None:
    return References(name, keys, source) if any(key is not None for key in keys) else None


def _batch(
    role: str, rows: Sequence[Row], shapes: Mapping[str, Shapes], references: Mapping[str, References | None]
) -> FeatureBatch:
    known = shapes.get(role, {})
    found = [known.get(row["global_id"]) or Shape() for row in rows]
    layer = collection(role)
    columns = {}
    for column in layer.columns:
        stated = [row.get(column.name) for row in rows]
        if column.name in SHAPE_COLUMNS[role]:
            stated = [
                shape.columns.get(column.name) if value is None else value
                for value, shape in zip(stated, found, strict=True)
            ]
        if any(value is not None for value in stated):
            columns[column.name] = _plain(stated) if column.kind == "real" else stated
    geometry = np.empty(len(rows), dtype=object)
    geometry[:] = [shape.geometry for shape in found]
    since = [row.get("since") for row in rows]
    sure = [row.get("confidence") for row in rows]
    return FeatureBatch(
        collection=role,
        valid_from=since if any(since) else None,
        confidence=sure if any(value is not None for value in sure) else None,
        source_key=[row["global_id"] for row in rows],
        columns=columns,
        properties=[row["properties"] for row in rows],
        geometry=geometry if layer.geometry else None,
        solid=[shape.solid for shape in found] if layer.solid else None,
        z_min_m=_plain(shape.z_min_m for shape in found),
        z_max_m=_plain(shape.z_max_m for shape in found),
        floor_no=[row.get("floor_no") for row in rows],
        **references,
    )


def _plain(measured: Iterable[float | None]) -> list[float | None]:
    return [None if value is None else round(value, _DIGITS) for value in measured]
