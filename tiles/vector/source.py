"""Vector tiles straight from PostGIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from tiles.address import Box, TileCoord
from tiles.source import Context, Made
from tiles.storage import storage_box
from tiles.tile import MVT, Tile
from tiles.touch import CellBox
from tiles.vector.affine import affine
from tiles.vector.composing import census_sql, tile_sql
from tiles.vector.fitting import Drawn, fitted, pixel_m
from tiles.vector.layers import Layer, shown
from tiles.vector.thinning import Thinning
from twin.database.connection import Database
from twin.live.snapshot import Snapshot
from twin.model.collection import Access

BUFFER = 64 / 4096
"""Margin of geometry around a tile, as a share of its side, so that outlines do not show."""
_NOWHERE = Snapshot(1, 1)


@dataclass(frozen=True, slots=True)
class PostgisSource:
    """Encodes with `ST_AsMVT`: any layer, any moment, any access class.

    Attributes
    ----------
    database : Database
        Where the rows are.
    ordered : bool
        Whether features of a tile come by their numbers, which costs a sort and makes its bytes
        the same however the rows are stored.
    """

    database: Database
    ordered: bool = False

    def make(self, names: tuple[str, ...], coord: TileCoord, context: Context) -> Made:
        """Make a tile of these layers, in this order.

        Raises
        ------
        NotFound, Forbidden
            One of the layers does not exist or is not for this caller.
        TooLarge
            Not even the thinnest form fits the limit.
        """
        layers, reads = shown(names, coord.z, context.access)
        box = storage_box(coord, self.database.srid, BUFFER)
        if box is None or not layers:
            return Made(Tile.compressed(b"", MVT), _NOWHERE, reads, None)
        question = _Question(
            self.database,
            layers,
            coord,
            context,
            _binds(coord, context, box, self.database.srid),
            self.ordered,
        )
        drawn = fitted(layers, coord, question)
        return Made(drawn.tile, drawn.snapshot, reads, CellBox.of(box))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, as the statement takes it."""

    database: Database
    layers: tuple[Layer, ...]
    coord: TileCoord
    context: Context
    binds: dict[str, Any]
    ordered: bool

    def draw(self, thinnings: Sequence[Thinning], full: frozenset[int]) -> Drawn:
        """Ask for every layer, thinned so."""
        sql = tile_sql(
            tuple(one.collection.name for one in self.layers),
            zoom=self.coord.z,
            access=self.context.access,
            past=self.context.moment is not None,
            full=full,
            plane="xx" in self.binds,
            ordered=self.ordered,
        )
        binds = dict(self.binds)
        for i, thinning in enumerate(thinnings):
            binds[f"min_m_{i}"], binds[f"lots_{i}"] = thinning.min_m, thinning.lots
            binds[f"sized_lots_{i}"] = thinning.sized_lots
        row = self.database.row(sql, binds)
        assert row is not None  # noqa: S101 - an aggregate always brings its row
        numbers = range(len(thinnings))
        return Drawn(
            [bytes(row[f"content_{i}"]) for i in numbers],
            [row[f"dropped_{i}"] for i in numbers],
            Snapshot.parse(row["snapshot"]),
        )

    def side_m(self, number: int, below: float, min_m: float) -> float:
        """Side of which a share of the layer's features is smaller, of those of at least `min_m`."""
        sql = census_sql(self.layers[number].collection.name, past=self.context.moment is not None)
        return self.database.scalar(sql, {**self.binds, "below": below, "min_m": min_m}) or 0.0


def _binds(coord: TileCoord, context: Context, box: Box, srid: int) -> dict[str, Any]:
    west, south, east, north = box
    return _plane(coord, box, srid) | {
        "z": coord.z,
        "x": coord.x,
        "y": coord.y,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "srid": srid,
        "access": access_classes(context),
        "moment": context.moment,
        "pixel_m": pixel_m(coord),
    }


def _plane(coord: TileCoord, box: Box, srid: int) -> dict[str, float]:
    """Binds of the plane that stands for the projection; none where there is none."""
    found = affine(coord, box, srid, BUFFER)
    if found is None:
        return {}
    west, south, east, north = found.inner
    numbers = {name: getattr(found, name) for name in ("xx", "xy", "x0", "yx", "yy", "y0")}
    return numbers | {"inner_west": west, "inner_south": south, "inner_east": east, "inner_north": north}


def access_classes(context: Context) -> list[str]:
    """Access classes of the rows a caller may see."""
    return list(get_args(Access)) if "admin" in context.access else [*context.access, "public"]
