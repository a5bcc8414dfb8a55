"""Vector tiles straight from PostGIS."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians
from typing import Any, get_args

from tiles.address import Box, TileCoord, storage_box
from tiles.source import Context, Made
from tiles.tile import MVT, Tile
from tiles.touch import CellBox
from tiles.vector.composing import census_sql, tile_sql
from tiles.vector.layers import LIMIT_BYTES, PIXELS, Layer, layer
from tiles.vector.thinning import LOTS, Thinning, shares
from twin.database.connection import Database
from twin.errors import TooLarge
from twin.live.snapshot import Snapshot
from twin.model.collection import Access

BUFFER = 64 / 4096
"""Margin of geometry around a tile, as a share of its side, so that outlines do not show."""
_TRIES = 6
_NOWHERE = Snapshot(1, 1)


@dataclass(frozen=True, slots=True)
class PostgisSource:
    """Encodes with `ST_AsMVT`: any layer, any moment, any access class.

    Attributes
    ----------
    database : Database
        Where the rows are.
    """

    database: Database

    def make(self, names: tuple[str, ...], coord: TileCoord, context: Context) -> Made:
        """Make a tile of these layers, in this order.

        Raises
        ------
        NotFound, Forbidden
            One of the layers does not exist or is not for this caller.
        TooLarge
            Not even the thinnest form fits the limit.
        """
        layers = [layer(name, context.access) for name in names]
        reads = frozenset[str]().union(*(one.reads for one in layers))
        shown = tuple(one for one in layers if one.collection.min_zoom <= coord.z)
        box = storage_box(coord, self.database.srid, BUFFER)
        if box is None or not shown:
            return Made(Tile.compressed(b"", MVT), _NOWHERE, reads, None)
        question = _Question(shown, coord, context, _binds(coord, context, box, self.database.srid))
        drawn = self._encode(question, question.by_rule(), frozenset())
        for attempt in range(_TRIES):
            if len(drawn.tile.data) <= LIMIT_BYTES:
                return Made(drawn.tile, drawn.snapshot, reads, CellBox.of(box))
            drawn = self._thin(question, drawn, 0.7**attempt)
        raise TooLarge(
            f"tile {coord.z}/{coord.x}/{coord.y} of {', '.join(names)} is over {LIMIT_BYTES} bytes"
            " however much it is thinned; ask for fewer layers or a deeper zoom"
        )

    def _thin(self, question: _Question, drawn: _Drawn, harder: float) -> _Drawn:
        """Encode again with the smallest features of the largest layers left out."""
        limit = LIMIT_BYTES * sum(drawn.sizes) / len(drawn.tile.data)
        kept = shares(drawn.sizes, limit * harder)
        past = question.context.moment is not None
        thinnings = list(drawn.thinnings)
        for i, (one, share) in enumerate(zip(question.layers, kept, strict=True)):
            if share < 1:
                sql = census_sql(one.collection.name, past=past)
                # a share of what is drawn now, which is itself a share of all
                whole = drawn.kept[i] * share
                side_m = self.database.scalar(sql, {**question.binds, "below": 1 - whole}) or 0.0
                thinnings[i] = replace(
                    thinnings[i],
                    min_m=max(thinnings[i].min_m, side_m),
                    lots=max(1, int(LOTS * whole)),
                )
        return self._encode(
            question, thinnings, frozenset(i for i, s in enumerate(kept) if s < 1) | drawn.full
        )

    def _encode(self, question: _Question, thinnings: list[Thinning], full: frozenset[int]) -> _Drawn:
        sql = tile_sql(
            tuple(one.collection.name for one in question.layers),
            zoom=question.coord.z,
            access=question.context.access,
            past=question.context.moment is not None,
            full=full,
        )
        binds = dict(question.binds)
        for i, thinning in enumerate(thinnings):
            binds[f"min_m_{i}"], binds[f"lots_{i}"] = thinning.min_m, thinning.lots
        row = self.database.row(sql, binds)
        assert row is not None  # noqa: S101 - an aggregate always brings its row
        contents = [bytes(row[f"content_{i}"]) for i in range(len(thinnings))]
        said = tuple(
            text
            for i, one in enumerate(question.layers)
            if (text := thinnings[i].say(one.collection.name, one.points, row[f"dropped_{i}"]))
        )
        return _Drawn(
            tile=Tile.compressed(b"".join(contents), MVT, said),
            snapshot=Snapshot.parse(row["snapshot"]),
            sizes=[len(content) for content in contents],
            thinnings=thinnings,
            kept=[t.lots / LOTS for t in thinnings],
            full=full,
        )


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, as the statement takes it."""

    layers: tuple[Layer, ...]
    coord: TileCoord
    context: Context
    binds: dict[str, Any]

    def by_rule(self) -> list[Thinning]:
        """What the rules of this zoom leave out."""
        return [Thinning(one.rule(self.coord.z).min_px * pixel_m(self.coord)) for one in self.layers]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One try, and what the next one must know of it."""

    tile: Tile
    snapshot: Snapshot
    sizes: list[int]
    thinnings: list[Thinning]
    kept: list[float]
    full: frozenset[int]


def pixel_m(coord: TileCoord) -> float:
    """Ground size of a pixel in the middle of a tile, metres."""
    _, south, _, north = coord.lonlat()
    return coord.side_m / PIXELS * cos(radians((south + north) / 2))


def _binds(coord: TileCoord, context: Context, box: Box, srid: int) -> dict[str, Any]:
    west, south, east, north = box
    return {
        "z": coord.z,
        "x": coord.x,
        "y": coord.y,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "srid": srid,
        "access": list(get_args(Access)) if "admin" in context.access else [*context.access, "public"],
        "moment": context.moment,
        "pixel_m": pixel_m(coord),
    }
