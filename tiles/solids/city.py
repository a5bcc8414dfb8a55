"""The whole city as one implicit quadtree of its buildings: its documents, and its contents by `content`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from tiles.solids.bounds import around, box_of, instant
from tiles.solids.buildings import COLLECTION, SHAPES
from tiles.solids.content import STEPS_A_BLOCK, Contents, made
from tiles.solids.grid import Root
from tiles.solids.groups import Groups
from tiles.solids.place import CitySquare
from tiles.solids.skirt import SKIRT_M
from tiles.solids.subtree import SCHEMA, Square, subtree
from tiles.solids.summary import WORLD, Summaries
from tiles.source import Context, Made
from tiles.tile import JSON, SUBTREE, Tile
from tiles.touch import CellBox
from twin.database.connection import Database

Array = npt.NDArray[Any]

_ROUND_M = 8.0


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
        self.summaries = Summaries(database, folder)
        self._contents = Contents(database, geoid_offset_m, self.summaries)

    def tileset(self, context: Context) -> Made:
        """`tileset.json`: one root square, its subtrees and contents by template."""
        snapshot, groups = self.summaries.look(context, WORLD)
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
        snapshot, groups = self.summaries.look(context, box)
        data = self._subtree(square, groups.drawn().within(square.root, *place))
        return made(Tile.compressed(data, SUBTREE), snapshot, box, SHAPES)

    def content(self, square: CitySquare, context: Context) -> Made:
        """The buildings of a tile."""
        return self._contents.content(square, context)

    def _document(self, groups: Groups, context: Context) -> dict[str, Any]:
        root = groups.root()
        frame = self._contents.frame(root)
        wide = _drawn(groups.boxes(root, 0)[1])
        box = box_of(_outward(around(frame.exact, wide, _rounding_m(root, 0)))[0])
        query = instant(context)
        return {
            "asset": {"version": "1.1", "generator": "city twin"},
            "extras": {"zh": "建筑", "en": "Buildings", "collection": COLLECTION},
            "schema": SCHEMA,
            # without its root nothing is there, and a client leaves it out where that is too small to see
            "geometricError": root.side_m,
            "root": {
                "transform": frame.transform,
                "boundingVolume": {"box": box},
                "geometricError": root.error_m,
                "refine": "REPLACE",
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
        local = self._contents.frame(root).patch(root.box(*top)).local
        bounds: dict[Square, Any] = {}
        for level in range(square.level, min(square.level + held, root.levels)):
            squares, boxes = groups.boxes(root, level)
            corners = _outward(around(local, _drawn(boxes), _rounding_m(root, level)))
            for (x, y), corner in zip(squares.tolist(), corners, strict=True):
                bounds[level, x, y] = np.array(box_of(corner))
        next_level = square.level + held
        below = groups.boxes(root, next_level)[0].tolist() if next_level <= root.depth else []
        # every tile draws all of its square
        return subtree(top, held, bounds, set(bounds), {(next_level, x, y) for x, y in below})


def _rounding_m(root: Root, level: int) -> float:
    """How far a corner of a tile may be drawn from where it is."""
    return root.block_m(level) / STEPS_A_BLOCK if level < root.depth else 0.0


def _drawn(boxes: Array) -> Array:
    """Boxes with what is drawn below the base."""
    return np.asarray(boxes - np.array([0, 0, 0, 0, SKIRT_M, 0]))


def _outward(corners: Array) -> Array:
    """Corners of boxes on round numbers, so that most edits leave the tree as it is: clients hold it."""
    low, high = np.floor(corners[:, 0] / _ROUND_M) * _ROUND_M, np.ceil(corners[:, 1] / _ROUND_M) * _ROUND_M
    return np.stack([low, high], axis=1)


def _nothing() -> dict[str, Any]:
    """No building: a tileset all the same, for a client may wait for the first one."""
    return {
        "asset": {"version": "1.1", "generator": "city twin"},
        "geometricError": 0.0,
        "root": {
            "boundingVolume": {"sphere": [0.0, 0.0, 0.0, 1.0]},
            "geometricError": 0.0,
            "refine": "REPLACE",
        },
    }
