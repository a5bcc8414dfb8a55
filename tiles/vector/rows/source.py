"""`RowSource`: vector tiles from rows as PostgreSQL sends them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tiles.address import TileCoord
from tiles.fit import Fit
from tiles.sheet import sheet
from tiles.source import Context, Made
from tiles.storage import inner_box, storage_box
from tiles.touch import CellBox
from tiles.vector.fitting import fitted
from tiles.vector.layers import Layer, shown
from tiles.vector.snapshot.drawing import Copies
from tiles.vector.source import BUFFER, access_classes
from twin.database.connection import Database
from twin.database.short import ask
from twin.errors import Unprocessable
from twin.live.snapshot import Snapshot

if TYPE_CHECKING:
    from tiles.vector.rows.asked import Asked

FROM_ZOOM = 14
"""Below it a tile leaves out rows and vertices, which PostGIS does before it sends them."""
PLAIN = frozenset({"text", "integer", "real", "boolean", "date", "timestamp"})
"""Kinds of columns the kernels can write; ST_AsMVT takes JSON apart, which is left to it."""
_SIDES = (
    "west", "south", "east", "north", "inner_west", "inner_south", "inner_east", "inner_north",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowSource:
    """The maker between: PostgreSQL finds the rows, the kernels place, cut and write them.

    Any moment and any access class, as `PostgisSource`, at less cost. What the kernels do not draw is
    left to that.

    Attributes
    ----------
    database : Database
        Where the rows are.
    """

    database: Database
    _asked: dict[tuple[Layer, int, tuple[str, ...], bool], Asked] = field(default_factory=dict)

    def make(self, names: tuple[str, ...], coord: TileCoord, context: Context) -> Made | None:
        """Make a tile of these layers, in this order; None: this maker does not draw it.

        Raises
        ------
        NotFound, Forbidden
            One of the layers does not exist or is not for this caller.
        TooLarge
            Not even the thinnest form fits the limit.
        """
        layers, reads = shown(names, coord.z, context.access)
        if coord.z < FROM_ZOOM or not layers or not all(map(plain, layers)):
            return None
        srid = self.database.srid
        box, inner = storage_box(coord, srid, BUFFER), inner_box(coord, srid, BUFFER)
        ground = sheet(coord, srid)
        if box is None or inner is None or ground is None:
            return None
        binds = self._binds(context) | dict(zip(_SIDES, [*box, *inner], strict=True))
        try:
            drawn = fitted(layers, coord, self._ask(layers, coord, context, binds, ground))
        except Unprocessable:
            # a curve, or a shape too large for the kernels: no fault, but a tile of the other maker
            return None
        return Made(drawn.tile, drawn.snapshot, reads, CellBox.of(box))

    def _ask(
        self,
        layers: tuple[Layer, ...],
        coord: TileCoord,
        context: Context,
        binds: dict[str, Any],
        ground: Fit,
    ) -> Copies:
        # here and not above: they bring numba, and a server that has no kernels does not come here
        from tiles.vector.rows.composing import tile_sql  # noqa: PLC0415
        from tiles.vector.snapshot.encode import Encoder  # noqa: PLC0415

        asked = [self._attributes(one, coord.z, context) for one in layers]
        sql = tile_sql(layers, tuple(one.columns for one in asked), past=context.moment is not None)
        with self.database.statement() as connection:
            _, snapshot, *contents = ask(connection, sql, binds)
        assert snapshot is not None  # noqa: S101 - no statement is without one
        encoders = []
        for one, content in zip(asked, contents, strict=True):
            copied = one.placed(content or b"", ground, binds["srid"])
            found = np.arange(len(copied.rows), dtype=np.int64)
            encoders.append(Encoder(one.layer, copied, coord, found, context.access))
        return Copies(encoders, Snapshot.parse(snapshot.decode()))

    def _attributes(self, one: Layer, zoom: int, context: Context) -> Asked:
        from tiles.vector.rows.asked import Asked  # noqa: PLC0415 - as above

        key = (one, zoom, context.access, context.moment is not None)
        if key not in self._asked:
            binds = self._binds(context) | dict.fromkeys(_SIDES, 0.0)
            self._asked[key] = Asked.of(self.database, one, zoom, context, binds)
        return self._asked[key]

    def _binds(self, context: Context) -> dict[str, Any]:
        return {
            "srid": self.database.srid,
            "access": access_classes(context),
            "moment": context.moment,
        }


@lru_cache(maxsize=256)
def plain(one: Layer) -> bool:
    """Whether the kernels can write every attribute of a layer, whoever looks."""
    return all(column.kind in PLAIN for column in one.collection.columns if column.tile)
