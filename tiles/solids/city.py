"""The whole city as one implicit quadtree of its buildings.

Refinement adds: a tile shows the buildings of its level of size, its children the smaller
ones. So each building is in one tile only, a far view asks for few, and an edit of a building
changes the bytes of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import shapely

from tiles.address import Box
from tiles.solids.asking import EVERYWHERE_M, ask, binds, fill, versions
from tiles.solids.bounds import around, box_of, instant
from tiles.solids.faces import prism, read_shell, read_surfaces, triangulate
from tiles.solids.frame import Frame
from tiles.solids.glb import Scene, empty_glb
from tiles.solids.grid import LEAF_M, SMALL_M, Root
from tiles.solids.metadata import ID, Property
from tiles.solids.place import CitySquare
from tiles.solids.shape import Shape
from tiles.solids.subtree import SCHEMA, Square, subtree
from tiles.source import Context, Made
from tiles.tile import GLB, JSON, SUBTREE, Tile
from tiles.touch import CellBox
from tiles.vector.layers import layer, may_see
from twin.database.connection import Database
from twin.database.statements import statement

_COLLECTION = "building"
_SHAPES = frozenset({_COLLECTION, "building_part"})
"""What the bodies come from; a part touches the cells of its building too."""
_HERE = "tiles.solids"
_EXTRAS = {"units": "integer", "vacant_ratio": "real", "sensors": "integer"}
_WORLD = (-EVERYWHERE_M, -EVERYWHERE_M, EVERYWHERE_M, EVERYWHERE_M)
_SLACK_M = 1.0


@dataclass(frozen=True, slots=True)
class City:
    """Maker of the city's tileset.

    Attributes
    ----------
    database : Database
        Where the buildings are.
    geoid_offset_m : float
        Ellipsoidal height minus stored height.
    """

    database: Database
    geoid_offset_m: float

    def tileset(self, context: Context) -> Made:
        """`tileset.json`: one root square, its subtrees and contents by template."""
        snapshot, rows = self._ask("city_extent", context, _WORLD)
        found = rows[0]
        document = self._document(found, context) if found["west"] is not None else _nothing()
        return Made(
            Tile.compressed(orjson.dumps(document, option=orjson.OPT_INDENT_2), JSON),
            snapshot,
            _SHAPES,
            CellBox.of(_WORLD),
        )

    def subtree(self, square: CitySquare, context: Context) -> Made:
        """Which tiles there are below a square, and the box around each."""
        root = square.root
        box = root.box(square.level, square.x, square.y)
        steps = [SMALL_M * 2.0**i for i in range(root.depth)]
        west, south, *_ = root.box(0, 0, 0)
        more = {"root_west": west, "root_south": south, "leaf_m": LEAF_M, "steps_m": steps}
        snapshot, rows = self._ask("city_squares", context, box, **more)
        groups = [row for row in rows if row["x"] is not None]
        data = self._subtree(square, groups)
        return self._made(Tile.compressed(data, SUBTREE), snapshot, box, _SHAPES)

    def content(self, square: CitySquare, context: Context) -> Made:
        """The buildings of a tile."""
        root, one = square.root, layer(_COLLECTION, context.access)
        box = root.box(square.level, square.x, square.y)
        low, below = root.sizes(square.level)
        columns = [c for c in one.collection.columns if c.tile and may_see(c.access, context.access)]
        past = context.moment is not None
        extras = [e for e in one.extras if e.name in _EXTRAS and not (past and e.present_only)]
        words = {
            "columns": "".join(f', r."{c.name}"' for c in columns)
            + "".join(f", {e.sql} as {e.name}" for e in extras),
            "joins": one.past_joins if past else one.joins,
        }
        snapshot, rows = self._ask("city_content", context, box, words, from_m=low, below_m=below)
        rows = [row for row in rows if row["id"] is not None]
        properties = [ID, *(Property(c.name, c.kind, c.zh, c.en, c.unit) for c in columns)]
        properties += [Property(e.name, _EXTRAS[e.name], e.zh, e.en, e.unit) for e in extras]
        placed = [row for row in rows if row["low_m"] is not None]
        lost = len(rows) - len(placed)
        said = (f"{_COLLECTION};base=unknown;left_out={lost}",) if lost else ()
        data = self._glb(square, placed, properties)
        return self._made(Tile.compressed(data, GLB, said), snapshot, box, one.reads | _SHAPES)

    def _ask(
        self, name: str, context: Context, box: Box, words: dict[str, str] | None = None, **more: Any
    ) -> Any:
        one = layer(_COLLECTION, context.access)
        shown = next(e for e in one.extras if e.name == "has_model")
        past = context.moment is not None
        hidden = "false" if past and shown.present_only else shown.sql
        rows = {"rows": versions(_COLLECTION, context), "hidden": hidden}
        boxes, bodies = (_parts(context, said) for said in ("", statement(_HERE, "city_part_bodies")))
        each = "" if past else "lateral"
        buildings = fill("city_rows", {**rows, "part_boxes": boxes, "each": each})
        sql = fill(name, {**(words or {}), "buildings": buildings, "part_bodies": bodies, "each": each})
        west, south, east, north = box
        sides = {"west": west, "south": south, "east": east, "north": north}
        return ask(self.database, sql, binds(context, self.database.srid, **sides, **more))

    def _made(self, tile: Tile, snapshot: Any, box: Box, reads: frozenset[str]) -> Made:
        # An index box is rounded outwards: a building may be found that stands a hair outside.
        west, south, east, north = box
        wide = (west - _SLACK_M, south - _SLACK_M, east + _SLACK_M, north + _SLACK_M)
        return Made(tile, snapshot, reads, CellBox.of(wide))

    def _frame(self, root: Root) -> Frame:
        return Frame.at(*root.middle, self.database.srid, self.geoid_offset_m)

    def _document(self, found: dict[str, Any], context: Context) -> dict[str, Any]:
        root = Root.around((found["west"], found["south"], found["east"], found["north"]))
        frame = self._frame(root)
        reach = found["size_m"]
        west, south, east, north = root.box(0, 0, 0)
        wide = (west - reach, south - reach, east + reach, north + reach)
        box = box_of(around(frame.exact, wide, found["low_m"], found["top_m"]))
        query = instant(context)
        return {
            "asset": {"version": "1.1", "generator": "city twin"},
            "extras": {"zh": "建筑", "en": "Buildings", "collection": _COLLECTION},
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

    def _subtree(self, square: CitySquare, groups: list[dict[str, Any]]) -> bytes:
        root, held = square.root, square.root.subtree_levels
        if not groups:
            return subtree((square.level, square.x, square.y), held, {}, set(), set())
        local = self._frame(root).patch(root.box(square.level, square.x, square.y)).local
        bounds: dict[Square, Any] = {}
        filled: set[Square] = set()
        beneath: set[Square] = set()
        for group in groups:
            plan = (group["west"], group["south"], group["east"], group["north"])
            box = around(local, plan, group["low_m"], group["top_m"])
            level = root.depth - group["above"]
            for at in range(square.level, level + 1):
                up = root.depth - at
                key = (at, group["x"] >> up, group["y"] >> up)
                if at < square.level + held:
                    bounds[key] = _joined(bounds.get(key), box)
                    if at == level:
                        filled.add(key)
                elif at == square.level + held:
                    beneath.add(key)
        boxes = {key: np.array(box_of(box)) for key, box in bounds.items()}
        return subtree((square.level, square.x, square.y), held, boxes, filled, beneath)

    def _glb(self, square: CitySquare, rows: list[dict[str, Any]], properties: list[Property]) -> bytes:
        if not rows:
            return empty_glb()
        box = square.root.box(square.level, square.x, square.y)
        faces = triangulate(_solids(rows), self._frame(square.root).patch(box).local)
        # faces of a shell need not all look outward
        scene = Scene(
            _COLLECTION,
            properties,
            rows,
            double_sided=any(row["shell"] or row["part_shells"] for row in rows),
        )
        scene.add(Shape(faces.points, faces.normals, faces.triangles, faces.owners))
        return scene.glb()


def _parts(context: Context, bodies: str) -> str:
    """Subquery of the parts: of one building by index, or of all as of a moment, which has none."""
    which = (
        "p.building_id = r.feature_id and p.valid_to is null and p.superseded_at is null"
        if context.moment is None
        else "p.superseded_at is null and (p.valid_from is null or p.valid_from <= %(moment)s)"
        " and (p.valid_to is null or p.valid_to > %(moment)s)"
    )
    return fill("city_parts", {"which": which, "bodies": bodies.strip()})


def _solids(rows: list[dict[str, Any]]) -> list[Any]:
    """Faces of each row: its solid, else those it is drawn by, else a prism; and those of its parts."""
    wkbs = [
        bytes(wkb) for row in rows for wkb in (row["solid"], *(row["part_solids"] or ())) if wkb is not None
    ]
    written = iter(read_surfaces(wkbs))
    return [_body(row, written) for row in rows]


def _body(row: dict[str, Any], written: Iterator[Any]) -> Any:
    found = []
    if row["solid"] is not None:
        found.append(next(written))
    elif row["shell"] is not None:
        found.append(read_shell(row["shell"]))
    elif row["footprint"] is not None:
        found.append(prism(shapely.from_wkb(bytes(row["footprint"])), row["low_m"], row["top_m"]))
    found += [next(written) for _ in row["part_solids"] or ()]
    found += [read_shell(shell) for shell in row["part_shells"] or ()]
    drawn = zip(*(row[name] or () for name in ("part_plans", "part_lows_m", "part_tops_m")), strict=True)
    found += [prism(shapely.from_wkb(bytes(plan)), low, top) for plan, low, top in drawn]
    return found[0] if len(found) == 1 else shapely.MultiPolygon(list(shapely.get_parts(found)))


def _joined(box: Any, other: Any) -> Any:
    if box is None:
        return other
    return np.vstack([np.minimum(box[0], other[0]), np.maximum(box[1], other[1])])


def _nothing() -> dict[str, Any]:
    """No building: a tileset all the same, for a client may wait for the first one."""
    return {
        "asset": {"version": "1.1", "generator": "city twin"},
        "geometricError": 0.0,
        "root": {"boundingVolume": {"sphere": [0.0, 0.0, 0.0, 1.0]}, "geometricError": 0.0, "refine": "ADD"},
    }
