"""A tile that fits the limit, whoever draws it: by the rule of its zoom, then thinned until it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, radians
from typing import Protocol

from tiles.address import TileCoord
from tiles.tile import MVT, Tile
from tiles.vector.layers import LIMIT_BYTES, PIXELS, Layer
from tiles.vector.thinning import LOTS, Thinning, shares
from twin.errors import TooLarge
from twin.live.snapshot import Snapshot

_TRIES = 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """One try.

    Attributes
    ----------
    contents : list of bytes
        Each layer.
    dropped : list of int
        Features of each that its rule left out.
    snapshot : Snapshot
        What it shows.
    """

    contents: list[bytes]
    dropped: list[int]
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Fitted:
    """A tile within the limit, and the snapshot it shows."""

    tile: Tile
    snapshot: Snapshot


class Drawer(Protocol):
    """Who draws the layers of one tile."""

    def draw(self, thinnings: Sequence[Thinning], full: frozenset[int]) -> Drawn:
        """Draw every layer, thinned so; `full`: numbers of those thinned beyond the rule of the zoom."""
        ...

    def side_m(self, number: int, below: float) -> float:
        """Side, metres, of which the share `1 - below` of a layer's features is larger."""
        ...


def fitted(layers: Sequence[Layer], coord: TileCoord, drawer: Drawer) -> Fitted:
    """Draw until the tile is within the limit.

    Raises
    ------
    TooLarge
        Not even the thinnest form fits.
    """
    thinnings = [Thinning(one.rule(coord.z).min_px * pixel_m(coord)) for one in layers]
    full: frozenset[int] = frozenset()
    for attempt in range(_TRIES):
        drawn = drawer.draw(thinnings, full)
        said = tuple(
            text
            for one, thinning, dropped in zip(layers, thinnings, drawn.dropped, strict=True)
            if (text := thinning.say(one.collection.name, one.points, dropped))
        )
        tile = Tile.compressed(b"".join(drawn.contents), MVT, said)
        if len(tile.data) <= LIMIT_BYTES:
            return Fitted(tile, drawn.snapshot)
        sizes = [len(content) for content in drawn.contents]
        kept = shares(sizes, LIMIT_BYTES * sum(sizes) / len(tile.data) * 0.7**attempt)
        thinnings = [
            one if share == 1 else _harder(one, share, drawer, i)
            for i, (one, share) in enumerate(zip(thinnings, kept, strict=True))
        ]
        full |= {i for i, share in enumerate(kept) if share < 1}
    raise TooLarge(
        f"tile {coord.z}/{coord.x}/{coord.y} of {', '.join(one.collection.name for one in layers)}"
        f" is over {LIMIT_BYTES} bytes however much it is thinned; ask for fewer layers or a deeper zoom"
    )


def _harder(thinning: Thinning, share: float, drawer: Drawer, number: int) -> Thinning:
    """Leave out the smallest features beyond a share of what is drawn now, itself a share of all."""
    whole = thinning.lots / LOTS * share
    side_m = drawer.side_m(number, 1 - whole)
    return replace(thinning, min_m=max(thinning.min_m, side_m), lots=max(1, int(LOTS * whole)))


def pixel_m(coord: TileCoord) -> float:
    """Ground size of a pixel in the middle of a tile, metres."""
    _, south, _, north = coord.lonlat()
    return coord.side_m / PIXELS * cos(radians((south + north) / 2))
