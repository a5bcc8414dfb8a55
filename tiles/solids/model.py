"""A building model as a tileset of its own: a tile a floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from tiles.address import Box
from tiles.solids.asking import EVERYWHERE_M, ask, binds, fill
from tiles.solids.bounds import box_of, instant
from tiles.solids.frame import Frame
from tiles.solids.metadata import ID, Property
from tiles.solids.place import ModelFloor, ModelTileset, Part
from tiles.solids.storey import reach, storey_glb
from tiles.source import Context, Made
from tiles.tile import GLB, JSON, Tile
from tiles.touch import CellBox
from tiles.vector.layers import may_see
from twin.catalogue import collection
from twin.database.connection import Database
from twin.database.validity import as_of, present
from twin.errors import NotFound
from twin.queries.model_past import placements_at

_COLLECTIONS: dict[Part, tuple[str, ...]] = {
    "objects": ("element", "opening", "equipment"),
    "rooms": ("space",),
}
_COLUMNS: dict[Part, tuple[str, ...]] = {
    "objects": (
        "global_id", "ifc_class", "predefined_type", "name", "type_name", "material", "system",
        "fire_rating", "kind", "device_id", "state", "shape_quality",
    ),
    "rooms": ("global_id", "name", "long_name", "unit_code", "use", "object_type", "area_m2"),
}  # fmt: skip
_SQL_TYPE = {"text": "text", "real": "float8", "integer": "int", "boolean": "boolean"}
_ADDRESS = (
    Property("collection", "text", "图层", "Collection"),
    Property("building_id", "integer", "所在建筑", "Building (feature id)"),
    Property("storey_id", "integer", "所在楼层", "Storey (feature id)"),
    Property("floor_no", "integer", "层号", "Floor"),
)
_NOW, _THEN = present("r"), as_of("r")
_PLACED_THEN = "(select twin.model_matrix_at(%(model_id)s, %(moment)s))"
"""A model may have been placed elsewhere since."""
_CLEAR = 90
"""Opacity of rooms: one looks through them at what is inside."""
_STEP_M = 100
"""Frames stand on whole hundreds of metres."""
_MARGIN_M = 0.05
_SCHEMA = {
    "id": "city_twin_floors",
    "classes": {
        "floor": {
            "properties": {
                "floor_no": {"type": "SCALAR", "componentType": "INT32", "noData": -(2**31)},
            }
        }
    },
}


@dataclass(frozen=True, slots=True)
class Models:
    """Maker of the tilesets of building models.

    Attributes
    ----------
    database : Database
        Where models are.
    geoid_offset_m : float
        Ellipsoidal height minus stored height.
    """

    database: Database
    geoid_offset_m: float

    def tileset(self, place: ModelTileset, context: Context) -> Made:
        """`tileset.json`: a tile a floor, so that a slice is a tile that is passed over.

        Raises
        ------
        NotFound
            There is no such model, or it has no place or no shapes yet.
        """
        snapshot, rows = self._ask("model_tileset", place.model_id, place.part, context)
        _require(rows[0], place.model_id)
        model = np.array(rows[0]["model_matrix"]).reshape(4, 4)
        rows = [row for row in rows if row["id"] is not None]
        document = self._document(place, model, rows, context)
        cells = _cells([row for row in rows if row["west"] is not None])
        data = orjson.dumps(document, option=orjson.OPT_INDENT_2)
        return Made(Tile.compressed(data, JSON), snapshot, _reads(place.part), cells)

    def floor(self, place: ModelFloor, context: Context) -> Made:
        """What stands on one floor.

        Raises
        ------
        NotFound
            There is no such model, or it has no place or no shapes yet.
        """
        snapshot, rows = self._ask(
            "model_floor", place.model_id, place.part, context, floor_no=place.floor_no
        )
        _require(rows[0], place.model_id)
        model = np.array(rows[0]["model_matrix"]).reshape(4, 4)
        cells = _cells([rows[0]] if rows[0]["west"] is not None else [])
        rows = [row for row in rows if row["id"] is not None]
        frame = Frame.at(place.east, place.north, self.database.srid, self.geoid_offset_m)
        name, opacity = ("room", _CLEAR) if place.part == "rooms" else ("object", 255)
        local = frame.exact
        if rows:
            plan = reach(model, rows).reshape(-1, 3)
            local = frame.patch((*plan[:, :2].min(axis=0), *plan[:, :2].max(axis=0))).local
        properties = _properties(place.part, context)
        data = storey_glb(rows, model, local, properties, name=name, opacity=opacity)
        return Made(Tile.compressed(data, GLB), snapshot, _reads(place.part), cells)

    def _ask(self, name: str, model_id: int, part: Part, context: Context, **more: Any) -> Any:
        when = _NOW if context.moment is None else _THEN
        placed = placements_at(context.moment, "o.model_id = %(model_id)s")
        objects = "\nunion all\n".join(
            fill(
                "model_objects",
                {"name": one, "when": when, "placed": placed, "columns": _columns(one, part, context)},
            )
            for one in _COLLECTIONS[part]
        )
        values = binds(context, self.database.srid, model_id=model_id, **more)
        matrix = "m.matrix" if context.moment is None else _PLACED_THEN
        return ask(self.database, fill(name, {"objects": objects, "matrix": matrix}), values)

    def _document(
        self, place: ModelTileset, model: Any, rows: list[dict[str, Any]], context: Context
    ) -> dict[str, Any]:
        boxes = reach(model, rows) if rows else np.zeros((0, 8, 3)) + model[:3, 3]
        middle = boxes.reshape(-1, 3).mean(axis=0) if rows else model[:3, 3]
        east, north = (round(float(value) / _STEP_M) * _STEP_M for value in middle[:2])
        frame = Frame.at(east, north, self.database.srid, self.geoid_offset_m)
        children = []
        floors = [row["floor_no"] for row in rows]
        for floor in sorted(set(floors), key=lambda number: (number is None, number or 0)):
            chosen = boxes[[number == floor for number in floors]].reshape(-1, 3)
            label = "none" if floor is None else str(floor)
            uri = f"{place.part}/{east}.{north}/{label}.glb{instant(context)}"
            tile: dict[str, Any] = {
                "boundingVolume": {"box": box_of(_around(frame.exact(chosen)))},
                "geometricError": 0.0,
                "content": {"uri": uri},
            }
            if floor is not None:
                tile["metadata"] = {"class": "floor", "properties": {"floor_no": floor}}
            children.append(tile)
        found = _around(frame.exact(boxes.reshape(-1, 3) if rows else model[None, :3, 3]))
        error = float(np.linalg.norm(found[1] - found[0]))
        root: dict[str, Any] = {
            "transform": frame.transform,
            "boundingVolume": {"box": box_of(found)},
            "geometricError": error,
            "refine": "ADD",
        }
        if children:
            root["children"] = children
        return {
            "asset": {"version": "1.1", "generator": "city twin"},
            "schema": _SCHEMA,
            "geometricError": error * 2,
            "root": root,
        }


def _require(row: dict[str, Any], model_id: int) -> None:
    if row["shaped"] is None:
        raise NotFound(f"there is no building model {model_id}; /3dtiles/ lists those there are")
    if not row["shaped"] or row["model_matrix"] is None:
        raise NotFound(f"model {model_id} has no shapes with a place yet; load it again with one")


def _around(points: Any) -> Any:
    return np.vstack([points.min(axis=0) - _MARGIN_M, points.max(axis=0) + _MARGIN_M])


def _cells(rows: list[dict[str, Any]]) -> CellBox:
    """Cells of the objects; without one of known place, all there are."""
    sides = ("west", "south", "east", "north")
    if not rows:
        return CellBox.of((-EVERYWHERE_M, -EVERYWHERE_M, EVERYWHERE_M, EVERYWHERE_M))
    west, south, east, north = (
        (min if side in ("west", "south") else max)(row[side] for row in rows) for side in sides
    )
    box: Box = (west, south, east, north)
    return CellBox.of(box)


def _reads(part: Part) -> frozenset[str]:
    return frozenset({*_COLLECTIONS[part], "model"})


def _columns(name: str, part: Part, context: Context) -> str:
    """Columns of one collection in the order all share; null where it has none or must not tell."""
    text = ""
    for wanted in _COLUMNS[part]:
        column = collection(name).column(wanted)
        if column is not None and may_see(column.access, context.access):
            text += f', r."{wanted}"'
        else:
            text += f', null::{_SQL_TYPE[_kind(wanted, part)]} as "{wanted}"'
    return text


def _properties(part: Part, context: Context) -> list[Property]:
    found = [ID, *_ADDRESS]
    for wanted in _COLUMNS[part]:
        column = next(c for name in _COLLECTIONS[part] if (c := collection(name).column(wanted)))
        found.append(Property(wanted, column.kind, column.zh, column.en, column.unit))
    return found


def _kind(wanted: str, part: Part) -> str:
    return next(c.kind for name in _COLLECTIONS[part] if (c := collection(name).column(wanted)))
