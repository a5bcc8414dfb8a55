"""The whole city as one implicit quadtree of its buildings.

Refinement adds: a tile shows the buildings of its level of size, its children the smaller
ones. So each building is in one tile only, a far view asks for few, and an edit of a building
changes the bytes of one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson

from tiles.address import Box
from tiles.solids.body import bodies
from tiles.solids.bounds import around, box_of, instant
from tiles.solids.buildings import COLLECTION, SHAPES, ask_buildings, buildings
from tiles.solids.faces import triangulate
from tiles.solids.frame import Frame
from tiles.solids.glb import Scene, empty_glb
from tiles.solids.grid import Root
from tiles.solids.groups import Groups
from tiles.solids.metadata import ID, Property
from tiles.solids.place import CitySquare
from tiles.solids.shape import Shape
from tiles.solids.subtree import SCHEMA, Square, subtree
from tiles.solids.summary import WORLD, Summaries
from tiles.solids.surfaces import read_surfaces
from tiles.source import Context, Made
from tiles.tile import GLB, JSON, SUBTREE, Tile
from tiles.touch import CellBox
from tiles.vector.layers import may_see
from twin.database.connection import Database

_EXTRAS = {"units": "integer", "vacant_ratio": "real", "sensors": "integer"}
_SLACK_M = 1.0


class City:
    """Maker of the city's tileset.

    Parameters
    ----------
    database : Database
        Where the buildings are.
    geoid_offset_m : float
        Ellipsoidal height minus stored height.
    folder : Path, optional
        Where the summary of a large city is kept for the next process.
    """

    def __init__(self, database: Database, geoid_offset_m: float, folder: Path | None = None) -> None:
        self.database, self.geoid_offset_m = database, geoid_offset_m
        self._summaries = Summaries(database, folder)

    def tileset(self, context: Context) -> Made:
        """`tileset.json`: one root square, its subtrees and contents by template."""
        snapshot, groups = self._summaries.look(context, WORLD)
        groups = groups.drawn()
        document = self._document(groups, context) if len(groups) else _nothing()
        return Made(
            Tile.compressed(orjson.dumps(document, option=orjson.OPT_INDENT_2), JSON),
            snapshot,
            SHAPES,
            CellBox.of(WORLD),
        )

    def subtree(self, square: CitySquare, context: Context) -> Made:
        """Which tiles there are below a square, and the box around each."""
        place = (square.level, square.x, square.y)
        box = square.root.box(*place)
        snapshot, groups = self._summaries.look(context, box)
        data = self._subtree(square, groups.drawn().within(square.root, *place))
        return self._made(Tile.compressed(data, SUBTREE), snapshot, box, SHAPES)

    def content(self, square: CitySquare, context: Context) -> Made:
        """The buildings of a tile."""
        one, box = buildings(), square.root.box(square.level, square.x, square.y)
        columns = [c for c in one.collection.columns if c.tile and may_see(c.access, context.access)]
        past = context.moment is not None
        extras = [e for e in one.extras if e.name in _EXTRAS and not (past and e.present_only)]
        words = {
            "columns": "".join(f', r."{c.name}"' for c in columns)
            + "".join(f", {e.sql} as {e.name}" for e in extras),
            "joins": one.past_joins if past else one.joins,
        }
        snapshot, rows = self._rows(square, context, box, words)
        rows = [row for row in rows if row["id"] is not None]
        properties = [ID, *(Property(c.name, c.kind, c.zh, c.en, c.unit) for c in columns)]
        properties += [Property(e.name, _EXTRAS[e.name], e.zh, e.en, e.unit) for e in extras]
        placed = [row for row in rows if row["low_m"] is not None]
        lost = len(rows) - len(placed)
        said = (f"{COLLECTION};base=unknown;left_out={lost}",) if lost else ()
        data = self._glb(square, placed, properties)
        return self._made(Tile.compressed(data, GLB, said), snapshot, box, one.reads | SHAPES)

    def _rows(self, square: CitySquare, context: Context, box: Box, words: dict[str, str]) -> Any:
        low, below = square.root.sizes(square.level)
        binds: dict[str, Any] = {"from_m": low, "below_m": below}
        if context.moment is not None or square.level == square.root.depth:
            return ask_buildings(self.database, "city_content", context, box, words=words, more=binds)
        # The large ones of many squares are few; who they are is known, and not searched for among all.
        snapshot, groups = self._summaries.look(context, box)
        groups = groups.within(square.root, square.level, square.x, square.y)
        ids = groups.ids[groups.levels(square.root) == square.level]
        binds["ids"] = np.concatenate([np.zeros(0, np.int64), *ids]).tolist()
        _, rows = ask_buildings(
            self.database, "city_content", context, box, words=words, which="some", more=binds
        )
        # what is shown may be younger than that; whatever came since says so in the log
        return snapshot, rows

    def _made(self, tile: Tile, snapshot: Any, box: Box, reads: frozenset[str]) -> Made:
        # An index box is rounded outwards: a building may be found that stands a hair outside.
        west, south, east, north = box
        wide = (west - _SLACK_M, south - _SLACK_M, east + _SLACK_M, north + _SLACK_M)
        return Made(tile, snapshot, reads, CellBox.of(wide))

    def _frame(self, root: Root) -> Frame:
        return Frame.at(*root.middle, self.database.srid, self.geoid_offset_m)

    def _document(self, groups: Groups, context: Context) -> dict[str, Any]:
        root = groups.root()
        frame = self._frame(root)
        (wide,) = groups.boxes(root, 0)[1]
        box = box_of(around(frame.exact, wide[None])[0])
        query = instant(context)
        return {
            "asset": {"version": "1.1", "generator": "city twin"},
            "extras": {"zh": "建筑", "en": "Buildings", "collection": COLLECTION},
            "schema": SCHEMA,
            "geometricError": root.error_m * 2,
            "root": {
                "transform": frame.transform,
                "boundingVolume": {"box": box},
                "geometricError": root.error_m,
                "refine": "ADD",
                "content": {"uri": f"content/{root.name}/{{level}}/{{x}}/{{y}}.glb{query}"},
                "implicitTiling": {
                    "subdivisionScheme": "QUADTREE",
                    "subtreeLevels": root.subtree_levels,
                    "availableLevels": root.levels,
                    "subtrees": {"uri": f"subtrees/{root.name}/{{level}}/{{x}}/{{y}}.subtree{query}"},
                },
            },
        }

    def _subtree(self, square: CitySquare, groups: Groups) -> bytes:
        root, held = square.root, square.root.subtree_levels
        top = (square.level, square.x, square.y)
        if not len(groups):
            return subtree(top, held, {}, set(), set())
        local = self._frame(root).patch(root.box(*top)).local
        bounds: dict[Square, Any] = {}
        filled: set[Square] = set()
        for level in range(square.level, min(square.level + held, root.levels)):
            squares, boxes = groups.boxes(root, level)
            corners = around(local, boxes)
            for (x, y), corner in zip(squares.tolist(), corners, strict=True):
                bounds[level, x, y] = np.array(box_of(corner))
            filled |= {(level, x, y) for x, y in groups.filled(root, level).tolist()}
        next_level = square.level + held
        below = groups.boxes(root, next_level)[0].tolist() if next_level <= root.depth else []
        return subtree(top, held, bounds, filled, {(next_level, x, y) for x, y in below})

    def _glb(self, square: CitySquare, rows: list[dict[str, Any]], properties: list[Property]) -> bytes:
        if not rows:
            return empty_glb()
        box = square.root.box(square.level, square.x, square.y)
        faces = triangulate(read_surfaces(*bodies(rows)), self._frame(square.root).patch(box).local)
        # faces of a shell need not all look outward
        scene = Scene(
            COLLECTION,
            properties,
            rows,
            double_sided=any(row["shell"] or row["part_shells"] for row in rows),
        )
        scene.add(Shape(faces.points, faces.normals, faces.triangles, faces.owners))
        return scene.glb()


def _nothing() -> dict[str, Any]:
    """No building: a tileset all the same, for a client may wait for the first one."""
    return {
        "asset": {"version": "1.1", "generator": "city twin"},
        "geometricError": 0.0,
        "root": {"boundingVolume": {"sphere": [0.0, 0.0, 0.0, 1.0]}, "geometricError": 0.0, "refine": "ADD"},
    }
