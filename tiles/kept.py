"""Tiles that are named by their content, in memory; the least used are forgotten first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from tiles.tile import Tile


class Kept:
    """Tiles by what they are made of; a key names the content, so that no tile is ever stale.

    Parameters
    ----------
    limit_bytes : int
        Most that is held.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._tiles: OrderedDict[Hashable, Tile] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._tiles)

    @property
    def bytes(self) -> int:
        """What is held now."""
        return self._bytes

    def get(self, key: Hashable, make: Callable[[], Tile]) -> Tile:
        """Return the tile of a key, made where it is not held."""
        with self._lock:
            found = self._tiles.get(key)
            if found is not None:
                self._tiles.move_to_end(key)
                return found
        tile = make()
        with self._lock:
            if key not in self._tiles:
                self._tiles[key] = tile
                self._bytes += len(tile.data)
            while self._bytes > self.limit_bytes:
                self._bytes -= len(self._tiles.popitem(last=False)[1].data)
        return tile
