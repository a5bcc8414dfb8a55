"""What a maker of tiles promises, and for whom and when it makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from tiles.tile import Tile
from tiles.touch import CellBox
from twin.live.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Context:
    """Who looks, and at which moment.

    Attributes
    ----------
    access : tuple of str
        Access classes of the caller, sorted; they are part of every cache key.
    moment : datetime or None
        The city as of that instant, with zone; None: as it is now.
    """

    access: tuple[str, ...] = ("public",)
    moment: datetime | None = None

    @property
    def restricted(self) -> bool:
        """Whether the answer must not be shared with other callers."""
        return self.access != ("public",)


PUBLIC = Context()
"""An anonymous caller who looks at the present."""


@dataclass(frozen=True, slots=True)
class Made:
    """A tile fresh from its maker, with what decides how long it is valid.

    Attributes
    ----------
    tile : Tile
        The bytes.
    snapshot : Snapshot
        What the statement that made it could see.
    collections : frozenset of str
        Every table whose rows had a say in it.
    cells : CellBox or None
        Cells of the storage grid it covers; None: outside the storage CRS, nothing can change it.
    """

    tile: Tile
    snapshot: Snapshot
    collections: frozenset[str]
    cells: CellBox | None


PlaceT_contra = TypeVar("PlaceT_contra", contravariant=True)


class TileSource(Protocol[PlaceT_contra]):
    """A maker of tiles: of vector tiles by `TileCoord`, of 3D Tiles by `tiles.solids.place.Place`.

    PostGIS is one; an encoder over a snapshot in memory can be another, as long as it
    states the snapshot it encoded.
    """

    def make(self, names: tuple[str, ...], coord: PlaceT_contra, context: Context) -> Made:
        """Make a tile of these layers, in this order."""
        ...
