"""What the tiles of the city draw: in leaves every building, above them the large ones and blocks.

Refinement replaces: a tile draws all that its square has, so that a far view is never empty.
Above the leaves a building is drawn as itself from a size on that doubles with each level, under
its id; the rest by the blocks that stand for them (`tiles.solids.blocks`), under no id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tiles.address import Box
from tiles.solids.blocks import BUILDINGS, MEAN_HEIGHT, box_surfaces, boxes
from tiles.solids.body import bodies
from tiles.solids.buildings import COLLECTION, SHAPES, ask_buildings, buildings
from tiles.solids.faces import triangulate
from tiles.solids.frame import Frame
from tiles.solids.glb import Scene, empty_glb
from tiles.solids.grid import LEAF_M, SMALL_M, Root
from tiles.solids.groups import Groups
from tiles.solids.metadata import ID, Property
from tiles.solids.place import CitySquare
from tiles.solids.shape import COARSEST_M, Shape
from tiles.solids.skirt import skirted
from tiles.solids.summary import Summaries
from tiles.solids.surfaces import Surfaces, read_surfaces
from tiles.source import Context, Made
from tiles.tile import GLB, Tile
from tiles.touch import CellBox
from tiles.vector.layers import may_see
from twin.database.connection import Database
from twin.live.snapshot import Snapshot

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
        return Frame.at(*root.middle, self._database.srid, self._geoid_offset_m)

    def content(self, square: CitySquare, context: Context) -> Made:
        """The content of a tile."""
        box = square.root.box(square.level, square.x, square.y)
        make = self._leaf if square.level == square.root.depth else self._above
        snapshot, tile = make(square, context, box)
        return made(tile, snapshot, box, buildings().reads | SHAPES)

    def _leaf(self, square: CitySquare, context: Context, box: Box) -> tuple[Snapshot, Tile]:
        columns = _Columns.of(context)
        snapshot, rows = ask_buildings(
            self._database, "city_content", context, box, words=columns.words, more={"from_m": 0.0}
        )
        rows = [row for row in rows if row["id"] is not None]
        placed = [row for row in rows if row["low_m"] is not None]
        data = self._glb(square, placed, columns.properties, read_surfaces(*bodies(placed)))
        return snapshot, Tile.compressed(data, GLB, _lost(len(rows) - len(placed)))

    def _above(self, square: CitySquare, context: Context, box: Box) -> tuple[Snapshot, Tile]:
        root, side_m = square.root, square.root.block_m(square.level)
        snapshot, found = self._summaries.squares(context, box, side_m)
        found = found.within(root, square.level, square.x, square.y)
        lost = int(found.table["buildings"][found.table["lost"]].sum())
        found = found.drawn()
        above = _large_enough(found, root.depth - square.level)
        large = found.table["above"] >= above
        columns = _Columns.of(context)
        rows = self._large(found.chosen(large), context, box, SMALL_M * 2.0 ** (above - 1), columns)
        a_leaf = round(LEAF_M / found.side_m)
        corner = root.west * a_leaf, root.south * a_leaf
        small = found.chosen(~large).coarser(round(side_m / found.side_m), *corner, flat=True)
        blocks, said = boxes(small)
        surfaces, boxed = _bodies(rows)
        surfaces = surfaces.joined(box_surfaces(blocks, len(rows)))
        properties = [*columns.properties, BUILDINGS, MEAN_HEIGHT]
        nothing: dict[str, Any] = dict.fromkeys(one.name for one in properties)
        drawn = [{**nothing, **row} for row in rows] + [{**nothing, **one} for one in said]
        told = f"{COLLECTION};blocks={len(said)};of={int(small.table['buildings'].sum())};boxes={boxed}"
        data = self._glb(square, drawn, properties, surfaces, side_m / STEPS_A_BLOCK)
        return snapshot, Tile.compressed(data, GLB, (told, *_lost(lost)))

    def _large(
        self, large: Groups, context: Context, box: Box, from_m: float, columns: _Columns
    ) -> list[dict[str, Any]]:
        """Buildings that are drawn as themselves.

        Who they are is known, and not searched for among all. What is read may be younger than
        that; whatever came since says so in the log.
        """
        if not len(large.ids):
            return []
        past = context.moment is not None
        _, rows = ask_buildings(
            self._database, "city_content", context, box, words=columns.words,
            which="box" if past else "some", more={"from_m": from_m, "ids": large.ids.tolist()},
        )  # fmt: skip
        return [row for row in rows if row["id"] is not None and row["low_m"] is not None]

    def _glb(
        self,
        square: CitySquare,
        rows: list[dict[str, Any]],
        properties: list[Property],
        surfaces: Surfaces,
        step_m: float = COARSEST_M,
    ) -> bytes:
        if not rows:
            return empty_glb()
        box = square.root.box(square.level, square.x, square.y)
        faces = triangulate(skirted(surfaces), self.frame(square.root).patch(box).local)
        # faces of a shell need not all look outward
        scene = Scene(
            COLLECTION,
            properties,
            rows,
            double_sided=any(row.get("shell") or row.get("part_shells") for row in rows),
            step_m=step_m,
        )
        scene.add(Shape(faces.points, faces.normals, faces.triangles, faces.owners))
        return scene.glb()


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


def _bodies(rows: list[dict[str, Any]]) -> tuple[Surfaces, int]:
    """Faces of buildings within what a tile may have; how many are boxes instead, the smaller ones."""
    wkbs, owners = bodies(rows)
    size = np.bincount(owners, np.array([len(one) for one in wkbs], float), len(rows))
    order = np.argsort([-row["size_m"] for row in rows], kind="stable")
    whole = np.zeros(len(rows), bool)
    whole[order[np.cumsum(size[order]) <= _BODY_BYTES]] = True
    kept = [(wkb, owner) for wkb, owner in zip(wkbs, owners.tolist(), strict=True) if whole[owner]]
    surfaces = read_surfaces([wkb for wkb, _ in kept], np.array([owner for _, owner in kept], np.int64))
    instead = np.array([row["around"] for row, keep in zip(rows, whole, strict=True) if not keep], float)
    made = box_surfaces(instead.reshape(-1, 6), 0)
    numbers = np.flatnonzero(~whole)[made.owners] if len(instead) else made.owners
    return surfaces.joined(Surfaces(made.points, made.rings, made.faces, numbers)), len(instead)
