"""What the tiles of the city draw: in leaves every building, above them the large ones and blocks.

Refinement replaces: a tile draws all that its square has, so that a far view is never empty.
Above the leaves a building is drawn as itself from a size on that doubles with each level, under
its id; the rest by the blocks that stand for them (`tiles.solids.blocks`), under no id.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from tiles.address import Box
from tiles.solids.asking import ask_table
from tiles.solids.blocks import BUILDINGS, MEAN_HEIGHT, boxes
from tiles.solids.body import bodies
from tiles.solids.boxes import box_shape
from tiles.solids.buildings import COLLECTION, SHAPES, ask_buildings, buildings
from tiles.solids.faces import triangulate
from tiles.solids.frame import Frame
from tiles.solids.glb import Scene, empty_glb
from tiles.solids.grid import LEAF_M, SMALL_M, Root
from tiles.solids.groups import Groups
from tiles.solids.metadata import ID, Property
from tiles.solids.place import CitySquare
from tiles.solids.shape import COARSEST_M, Shape
from tiles.solids.skirt import lowered, skirted
from tiles.solids.summary import Summaries
from tiles.solids.surfaces import Surfaces, read_surfaces
from tiles.solids.table import Table, Values
from tiles.source import Context, Made
from tiles.tile import GLB, Tile
from tiles.touch import CellBox
from tiles.vector.layers import may_see
from twin.database.connection import Database
from twin.live.snapshot import Snapshot

Array = npt.NDArray[Any]

_EXTRAS = {"units": "integer", "vacant_ratio": "real", "sensors": "integer"}
_SLACK_M = 1.0
_MOST = 300
"""Buildings a tile above the leaves draws as themselves; where more would be, it takes more to be large."""
_BODY_BYTES = 300_000
"""WKB of the bodies such a tile draws, largest buildings first; the rest of those are upright boxes."""

STEPS_A_BLOCK = 128
"""Positions above the leaves are rounded to this share of a block: a quarter of a pixel."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the features of a tile say of themselves, and how a statement brings it."""

    properties: list[Property]
    words: dict[str, str]

    @classmethod
    def of(cls, context: Context) -> _Columns:
        one, past = buildings(), context.moment is not None
        columns = [c for c in one.collection.columns if c.tile and may_see(c.access, context.access)]
        extras = [e for e in one.extras if e.name in _EXTRAS and not (past and e.present_only)]
        properties = [ID, *(Property(c.name, c.kind, c.zh, c.en, c.unit) for c in columns)]
        properties += [Property(e.name, _EXTRAS[e.name], e.zh, e.en, e.unit) for e in extras]
        words = {
            "columns": "".join(f', r."{c.name}"' for c in columns)
            + "".join(f", {e.sql} as {e.name}" for e in extras),
            "joins": one.past_joins if past else one.joins,
        }
        return cls(properties, words)

    def said(self, table: Table) -> dict[str, Values]:
        """Values of the first features of a tile."""
        return {one.name: Values(table[one.name]) for one in self.properties}


@dataclass(frozen=True, slots=True)
class _Shapes:
    """What a tile draws: faces, upright boxes and whose each is.

    Attributes
    ----------
    surfaces : Surfaces
        Bodies as they are.
    boxes : ndarray of float64, shape (n, 6)
        As `tiles.solids.boxes` has them.
    owners : ndarray of int64, shape (n,)
        Whose the boxes are.
    shells : bool
        Whether faces need not all look outward.
    """

    surfaces: Surfaces
    boxes: Array
    owners: Array
    shells: bool

    @classmethod
    def of(cls, table: Table, most_bytes: float = np.inf) -> _Shapes:
        """Bodies of buildings within so many bytes of WKB, the largest first; boxes for the others."""
        wkbs, owners = bodies(table)
        shells = table.says("shell") or table.says("part_shells")
        if sum(map(len, wkbs)) <= most_bytes:
            nobody = np.zeros(0, np.int64)
            return cls(read_surfaces(wkbs, owners), np.zeros((0, 6)), nobody, shells)
        size = np.bincount(owners, np.array([len(one) for one in wkbs], float), len(table))
        order = np.argsort([-one for one in table["size_m"]], kind="stable")
        whole = np.zeros(len(table), bool)
        whole[order[np.cumsum(size[order]) <= most_bytes]] = True
        kept = [(wkb, owner) for wkb, owner in zip(wkbs, owners.tolist(), strict=True) if whole[owner]]
        surfaces = read_surfaces([wkb for wkb, _ in kept], np.array([owner for _, owner in kept], np.int64))
        others = np.flatnonzero(~whole)
        return cls(surfaces, np.array([table["around"][i] for i in others], float), others, shells)

    def with_boxes(self, boxes: Array, first: int) -> _Shapes:
        """These and more boxes, each of an owner of its own from a number on."""
        numbers = np.arange(first, first + len(boxes))
        return _Shapes(
            self.surfaces, np.concatenate([self.boxes, boxes]), np.concatenate([self.owners, numbers]),
            self.shells,
        )  # fmt: skip


class Contents:
    """Maker of the contents of the city's tiles.

    Parameters
    ----------
    database : Database
        Where the buildings are.
    geoid_offset_m : float
        Ellipsoidal height minus stored height.
    summaries : Summaries
        What is known of the city.
    """

    def __init__(self, database: Database, geoid_offset_m: float, summaries: Summaries) -> None:
        self._database, self._geoid_offset_m, self._summaries = database, geoid_offset_m, summaries

    def frame(self, root: Root) -> Frame:
        """Frame all tiles of a tree stand in."""
        return _frame(root, self._database.srid, self._geoid_offset_m)

    def content(self, square: CitySquare, context: Context) -> Made:
        """The content of a tile."""
        box = square.root.box(square.level, square.x, square.y)
        make = self._leaf if square.level == square.root.depth else self._above
        snapshot, tile = make(square, context, box)
        return made(tile, snapshot, box, buildings().reads | SHAPES)

    def _leaf(self, square: CitySquare, context: Context, box: Box) -> tuple[Snapshot, Tile]:
        columns = _Columns.of(context)
        snapshot, found = ask_buildings(
            self._database, "city_content", context, box, words=columns.words, more={"from_m": 0.0},
            read=ask_table,
        )  # fmt: skip
        placed = found.known("low_m")
        shapes = _Shapes.of(placed)
        data = self._glb(square, columns.properties, columns.said(placed), len(placed), shapes)
        return snapshot, Tile.compressed(data, GLB, _lost(len(found) - len(placed)))

    def _above(self, square: CitySquare, context: Context, box: Box) -> tuple[Snapshot, Tile]:
        root, side_m = square.root, square.root.block_m(square.level)
        snapshot, found = self._summaries.squares(context, box, side_m)
        found = found.within(root, square.level, square.x, square.y)
        lost = int(found.table["buildings"][found.table["lost"]].sum())
        found = found.drawn()
        above = _large_enough(found, root.depth - square.level)
        large = found.table["above"] >= above
        columns = _Columns.of(context)
        drawn = self._large(found.chosen(large), context, box, SMALL_M * 2.0 ** (above - 1), columns)
        a_leaf = round(LEAF_M / found.side_m)
        corner = root.west * a_leaf, root.south * a_leaf
        small = found.chosen(~large).coarser(round(side_m / found.side_m), *corner, flat=True)
        blocks, of_blocks = boxes(small, len(drawn))
        shapes = _Shapes.of(drawn, _BODY_BYTES)
        many, boxed = int(small.table["buildings"].sum()), len(shapes.boxes)
        data = self._glb(
            square, [*columns.properties, BUILDINGS, MEAN_HEIGHT], {**columns.said(drawn), **of_blocks},
            len(drawn) + len(blocks), shapes.with_boxes(blocks, len(drawn)), step_m=side_m / STEPS_A_BLOCK,
        )  # fmt: skip
        told = f"{COLLECTION};blocks={len(blocks)};of={many};boxes={boxed}"
        return snapshot, Tile.compressed(data, GLB, (told, *_lost(lost)))

    def _large(self, large: Groups, context: Context, box: Box, from_m: float, columns: _Columns) -> Table:
        """Buildings that are drawn as themselves.

        Who they are is known, and not searched for among all. What is read may be younger than
        that; whatever came since says so in the log.
        """
        if not len(large.ids):
            return Table({})
        past = context.moment is not None
        _, found = ask_buildings(
            self._database, "city_content", context, box, words=columns.words,
            which="box" if past else "some", more={"from_m": from_m, "ids": large.ids.tolist()},
            read=ask_table,
        )  # fmt: skip
        return found.known("low_m")

    def _glb(
        self,
        square: CitySquare,
        properties: list[Property],
        said: dict[str, Values],
        count: int,
        shapes: _Shapes,
        *,
        step_m: float = COARSEST_M,
    ) -> bytes:
        if not count:
            return empty_glb()
        place = self.frame(square.root).patch(square.root.box(square.level, square.x, square.y)).local
        # faces of a shell need not all look outward
        scene = Scene(COLLECTION, properties, said, count, double_sided=shapes.shells, step_m=step_m)
        parts = []
        if len(shapes.surfaces.owners):
            faces = triangulate(skirted(shapes.surfaces), place)
            parts.append(Shape(faces.points, faces.normals, faces.triangles, faces.owners))
        if len(shapes.boxes):
            parts.append(box_shape(lowered(shapes.boxes), shapes.owners, place))
        if parts:
            scene.add(reduce(Shape.joined, parts))
        return scene.glb()


@lru_cache(maxsize=8)
def _frame(root: Root, srid: int, geoid_offset_m: float) -> Frame:
    return Frame.at(*root.middle, srid, geoid_offset_m)


def made(tile: Tile, snapshot: Snapshot, box: Box, reads: frozenset[str]) -> Made:
    """Say what a tile of a square shows.

    An index box is rounded outwards: a building may be found that stands a hair outside.
    """
    west, south, east, north = box
    wide = (west - _SLACK_M, south - _SLACK_M, east + _SLACK_M, north + _SLACK_M)
    return Made(tile, snapshot, reads, CellBox.of(wide))


def _lost(many: int) -> tuple[str, ...]:
    return (f"{COLLECTION};base=unknown;left_out={many}",) if many else ()


def _large_enough(found: Groups, least: int) -> int:
    """Level above the leaf up to which a building must be drawn as itself to be so here."""
    above = found.table["above"]
    many = np.bincount(above, found.table["buildings"], 1)[::-1].cumsum()[::-1]
    while least < len(many) and many[least] > _MOST:
        least += 1
    return least
