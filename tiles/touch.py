"""Cells of the storage grid, and an index that finds what a touched cell concerns."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from math import floor
from typing import Generic, TypeVar

from tiles.address import Box
from twin.cells import CELL_M

_LEVELS = 18
"""Cells double in size 17 times: 32,768 km, wider than any projection."""

Key = TypeVar("Key", bound=Hashable)
_Bucket = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class CellBox:
    """Cells from the south-west to the north-east one, both included.

    Attributes
    ----------
    west, south, east, north : int
        floor(easting / CELL_M) and floor(northing / CELL_M).
    """

    west: int
    south: int
    east: int
    north: int

    @classmethod
    def of(cls, box: Box, side_m: float = CELL_M) -> CellBox:
        """Cells, or squares of another side, that a box in storage metres meets."""
        west, south, east, north = (floor(value / side_m) for value in box)
        return cls(west, south, east, north)

    def holds(self, cell_e: int, cell_n: int) -> bool:
        """Whether the cell is one of these."""
        return self.west <= cell_e <= self.east and self.south <= cell_n <= self.north


class CellIndex(Generic[Key]):
    """Which keys a touched cell concerns.

    A key is filed under at most four buckets a collection, of the finest level at which
    its box meets no more than two by two; a touch looks at one bucket a level. So a tile of
    a whole province costs no more than one of a street.
    """

    def __init__(self) -> None:
        self._buckets: dict[_Bucket, set[Key]] = {}
        self._collections: dict[str, set[Key]] = {}
        self._boxes: dict[Key, tuple[frozenset[str], CellBox]] = {}

    def __len__(self) -> int:
        return len(self._boxes)

    def add(self, key: Key, collections: frozenset[str], box: CellBox) -> None:
        """File a key that is not there yet."""
        self._boxes[key] = (collections, box)
        for bucket in _buckets(collections, box):
            self._buckets.setdefault(bucket, set()).add(key)
        for name in collections:
            self._collections.setdefault(name, set()).add(key)

    def remove(self, key: Key) -> None:
        """Forget a key; one that is not there is ignored."""
        filed = self._boxes.pop(key, None)
        if filed is None:
            return
        for bucket in _buckets(*filed):
            _discard(self._buckets, bucket, key)
        for name in filed[0]:
            _discard(self._collections, name, key)

    def concerned(self, collection: str, cell_e: int | None, cell_n: int | None) -> set[Key]:
        """Keys of that collection over that cell; without a cell, all of the collection."""
        if cell_e is None or cell_n is None:
            return set(self._collections.get(collection, ()))
        found: set[Key] = set()
        for level in range(_LEVELS):
            found |= self._buckets.get((collection, level, cell_e >> level, cell_n >> level), set())
        return {key for key in found if self._boxes[key][1].holds(cell_e, cell_n)}


def _buckets(collections: frozenset[str], box: CellBox) -> Iterator[_Bucket]:
    level = 0
    while level < _LEVELS - 1 and (
        (box.east >> level) - (box.west >> level) > 1 or (box.north >> level) - (box.south >> level) > 1
    ):
        level += 1
    for name in collections:
        for e in range(box.west >> level, (box.east >> level) + 1):
            for n in range(box.south >> level, (box.north >> level) + 1):
                yield name, level, e, n


def _discard(buckets: dict[_Bucket, set[Key]] | dict[str, set[Key]], name: Hashable, key: Key) -> None:
    keys = buckets[name]  # type: ignore[index]
    keys.discard(key)
    if not keys:
        del buckets[name]  # type: ignore[arg-type]
