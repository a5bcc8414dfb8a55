"""`Copies`: layers of one tile drawn from their copies, for whoever holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiles.address import Box, TileCoord
from tiles.vector.fitting import Drawn
from tiles.vector.layers import Layer
from tiles.vector.thinning import Thinning
from twin.live.snapshot import Snapshot

if TYPE_CHECKING:
    from tiles.vector.snapshot.copied import Copied
    from tiles.vector.snapshot.encode import Encoder


@dataclass(frozen=True, slots=True)
class Copies:
    """What is drawn, and from what.

    Attributes
    ----------
    encoders : list of Encoder
        One a layer.
    snapshot : Snapshot
        What they show.
    """

    encoders: list[Encoder]
    snapshot: Snapshot

    @classmethod
    def over(
        cls, layers: Sequence[Layer], copies: Sequence[Copied], coord: TileCoord, box: Box, snapshot: Snapshot
    ) -> Copies:
        """Find what may show; `box` is the place of the tile in the storage CRS, with its margin."""
        # here and not above: it brings numba, and is there already when there are copies
        from tiles.vector.snapshot.encode import Encoder  # noqa: PLC0415

        pairs = zip(layers, copies, strict=True)
        return cls([Encoder.over(one, copied, coord, box) for one, copied in pairs], snapshot)

    @property
    def many(self) -> int:
        """How many features may show."""
        return sum(len(one.found) for one in self.encoders)

    def draw(self, thinnings: Sequence[Thinning], full: frozenset[int]) -> Drawn:
        """Encode every layer, thinned so."""
        found = [
            one.encode(thinning, full=i in full)
            for i, (one, thinning) in enumerate(zip(self.encoders, thinnings, strict=True))
        ]
        return Drawn([content for content, _ in found], [dropped for _, dropped in found], self.snapshot)

    def side_m(self, number: int, below: float, min_m: float) -> float:
        """Side of which a share of the layer's features is smaller, of those of at least `min_m`."""
        return self.encoders[number].side_m(below, min_m)
