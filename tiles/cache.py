"""Encoded tiles in memory: bounded, least recently used first out, found again by touched cell."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from tiles.source import Context, Made
from tiles.touch import CellIndex

Key = tuple[tuple[str, ...], Hashable, Context]
"""Layers in order, place, and who looks at which moment."""

_ENTRY_BYTES = 1500
"""What an entry costs besides its data: keys, index buckets, objects (measured with tracemalloc)."""


@dataclass(slots=True)
class CacheCounts:
    """What happened since the start, for `/metrics`."""

    hits: int = 0
    misses: int = 0
    dropped: int = 0
    evicted: int = 0
    refused: int = 0
    bypassed: int = 0
    shared: int = 0


@dataclass(slots=True)
class TileCache:
    """Tiles by key. Not locked: its owner is.

    Attributes
    ----------
    limit_bytes : int
        Memory for data and bookkeeping.
    counts : CacheCounts
        Shared with the owner.
    """

    limit_bytes: int
    counts: CacheCounts = field(default_factory=CacheCounts)
    bytes: int = 0
    _entries: OrderedDict[Key, Made] = field(default_factory=OrderedDict)
    _index: CellIndex[Key] = field(default_factory=CellIndex)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Made | None:
        """Find a tile and count it as used."""
        made = self._entries.get(key)
        if made is not None:
            self._entries.move_to_end(key)
        return made

    def put(self, key: Key, made: Made) -> None:
        """Keep a tile, pushing out the longest unused ones; one larger than an eighth is not kept."""
        size = _size(made)
        if size > self.limit_bytes // 8:
            return
        self.drop(key)
        self._entries[key] = made
        self.bytes += size
        if made.cells is not None:
            self._index.add(key, made.collections, made.cells)
        while self.bytes > self.limit_bytes:
            self.drop(next(iter(self._entries)))
            self.counts.evicted += 1

    def drop(self, key: Key) -> None:
        """Forget a tile; one that is not there is ignored."""
        made = self._entries.pop(key, None)
        if made is not None:
            self.bytes -= _size(made)
            self._index.remove(key)

    def touch(self, collection: str, cell_e: int | None, cell_n: int | None, xid: int) -> None:
        """Drop every tile over that cell which did not see that transaction."""
        for key in self._index.concerned(collection, cell_e, cell_n):
            if not self._entries[key].snapshot.sees(xid):
                self.drop(key)
                self.counts.dropped += 1

    def clear(self) -> None:
        """Forget everything."""
        for key in list(self._entries):
            self.drop(key)


def _size(made: Made) -> int:
    return len(made.tile.data) + _ENTRY_BYTES
