"""`Catalog`: from an address to a tile that is never stale."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from tiles.address import TileCoord
from tiles.cache import CacheCounts, Key, TileCache
from tiles.history import History
from tiles.log_age import FRESH_S, LogAge
from tiles.points.source import PointSource
from tiles.raster.source import RasterSource
from tiles.shared import SharedTiles
from tiles.solids.place import Place
from tiles.solids.shelf import SHELVES
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC, Context, Made, TileSource
from tiles.tile import Tile
from tiles.vector.source import PostgisSource
from tiles.vector.tilejson import tilejson
from twin.catalogue import collection
from twin.core import settle
from twin.database.connection import Database
from twin.errors import InvalidParameter, Unavailable
from twin.live.tick import Tick
from twin.settings import Settings

__all__ = ["FRESH_S", "MAX_LAYERS", "Catalog"]

MAX_LAYERS = 40
"""Layers one request may name."""
_SOLIDS = ("3dtiles",)
"""Stands for the layers in the keys of 3D Tiles, whose places say the rest."""
_TURN_S = 3.0
_MAKERS = max(4, 2 * (os.cpu_count() or 1))
"""Tiles in the making at once: enough for all cores and for what waits for PostgreSQL."""
_PATIENCE_S = 30.0


class Catalog:
    """Every vector tile and 3D tile of this process, cached as long as it is valid.

    A cached tile keeps the snapshot of the statement that made it. `on_tick` drops it as
    soon as the touch log names a transaction on its cells which that snapshot did not see;
    a tile still being made then is served but not kept. When the log has not been read for
    `FRESH_S`, nothing cached is served at all. What another process has made is taken where
    the same holds for it.

    Parameters
    ----------
    database : Database
        Where tiles are made.
    settings : Settings
        `tile_cache_mb` bounds the memory.
    source : TileSource, optional
        Another maker than PostGIS.
    shared : SharedTiles, optional
        What the processes of one server have made.
    clock : callable, optional
        Monotonic seconds; tests bring their own.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        source: TileSource[TileCoord] | None = None,
        shared: SharedTiles | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._source: TileSource[TileCoord] = source or PostgisSource(database)
        self.solids = PostgisSolids(database, settings.geoid_offset_m, settings.state_dir / SHELVES)
        self._age = LogAge(clock)
        self.counts = CacheCounts()
        self.rasters = RasterSource(database, settings)
        self.points = PointSource(database, settings)
        self.limit_bytes = total = settings.tile_cache_mb * 1024 * 1024
        # Anybody may ask for any past moment: those tiles get a room of their own and push out nobody.
        self._present = TileCache(total * 3 // 4, self.counts)
        self._past = TileCache(total // 4, self.counts)
        self.shared = shared
        self._lock = threading.Lock()
        self._makers = threading.BoundedSemaphore(_MAKERS)
        self._making: dict[Key, threading.Lock] = {}
        self._history = History()

    def tile(self, names: tuple[str, ...], coord: TileCoord, context: Context = PUBLIC) -> Tile:
        """Return a tile of these layers.

        Parameters
        ----------
        names : tuple of str
            Collections, in drawing order.
        coord : TileCoord
            Where.
        context : Context
            For whom, and at which moment.

        Raises
        ------
        NotFound, Forbidden, InvalidParameter
            A layer does not exist, is not for this caller, or there are too many or two the same.
        TooLarge, Unavailable
            It cannot be made now.
        """
        _check(names)
        return self._serve((names, coord, context), self._source)

    def solid(self, place: Place, context: Context = PUBLIC) -> Tile:
        """Return a document, subtree or content of 3D Tiles.

        Parameters
        ----------
        place : Place
            Which.
        context : Context
            For whom, and at which moment.

        Raises
        ------
        NotFound
            There is no such model, or it has no place yet.
        TooLarge, Unavailable
            It cannot be made now.
        """
        return self._serve((_SOLIDS, place, context), self.solids)

    def tilejson(self, names: tuple[str, ...], base_url: str, context: Context = PUBLIC) -> dict[str, Any]:
        """TileJSON 3.0 of these layers together.

        Parameters
        ----------
        names : tuple of str
            Collections, in drawing order.
        base_url : str
            Scheme, host and prefix of the server, without a slash at the end.
        context : Context
            For whom, and at which moment.
        """
        _check(names)
        return tilejson(self._database, names, base_url, context)

    def on_tick(self, tick: Tick) -> None:
        """Hear what was committed; the feed calls this after each poll, the empty ones too."""
        with self._lock:
            self._history.hear(tick)
            for touch in tick.touches:
                for cache in (self._present, self._past):
                    cache.touch(touch.collection, touch.cell_e, touch.cell_n, touch.xid)
            self._age.ticked()

    @property
    def fresh(self) -> bool:
        """Whether the touch log was read recently enough for cached tiles to be served."""
        return self._age.fresh

    @property
    def cached(self) -> tuple[int, int]:
        """Tiles in memory, and their bytes."""
        return len(self._present) + len(self._past), self._present.bytes + self._past.bytes

    def _serve(self, key: Key, source: TileSource[Any]) -> Tile:
        if not self.fresh:
            return self._made(key, source)
        found = self._find(key)
        if found is not None:
            # where most tiles are kept, the next one will be as well
            settle()
            return found
        with self._turn(key):
            # whoever held the turn before may have made it meanwhile
            return self._find(key) or self._taken(key) or self._made(key, source)

    def _made(self, key: Key, source: TileSource[Any]) -> Tile:
        """A tile made now, a few at a time.

        Sixty threads that make tiles take turns with the one that reads the log, which then is
        too late, so that nothing cached counts and all of it is made as well.
        """
        if not self._makers.acquire(timeout=_PATIENCE_S):
            raise Unavailable("too many tiles are being made just now; try again in a moment")
        try:
            # while this one waited it may have come, and the log may have been read again
            found = self._find(key)
            if found is not None:
                return found
            if not self.fresh:
                self.counts.bypassed += 1
                return source.make(*key).tile
            return self._make(key, source).tile
        finally:
            self._makers.release()

    def _cache(self, key: Key) -> TileCache:
        return self._present if key[2].moment is None else self._past

    def _find(self, key: Key) -> Tile | None:
        with self._lock:
            made = self._cache(key).get(key)
            if made is not None and self.fresh:
                self.counts.hits += 1
                return made.tile
            return None

    def _taken(self, key: Key) -> Tile | None:
        """What another process made, where it is still good."""
        if self.shared is None or key[2].moment is not None:
            return None
        made = self.shared.get(key)
        if made is None:
            return None
        with self._lock:
            if not self.fresh or not self._history.holds(made):
                return None
            self._present.put(key, made)
            self.counts.shared += 1
            return made.tile

    def _make(self, key: Key, source: TileSource[Any]) -> Made:
        with self._lock:
            self.counts.misses += 1
        made = source.make(*key)
        with self._lock:
            # what was touched while it was made is remembered
            good = self._history.holds(made)
            if good:
                self._cache(key).put(key, made)
            else:
                self.counts.refused += 1
        if good and self.shared is not None and key[2].moment is None:
            self.shared.put(key, made)
        return made

    def _turn(self, key: Key) -> _Turn:
        return _Turn(self._lock, self._making, key)


class _Turn:
    """One maker a key at a time; a thousand browsers asking at once cost one statement."""

    def __init__(self, guard: threading.Lock, turns: dict[Key, threading.Lock], key: Key) -> None:
        self._guard, self._turns, self._key = guard, turns, key

    def __enter__(self) -> None:
        with self._guard:
            self._mine = self._turns.setdefault(self._key, threading.Lock())
        # when the first one hangs or fails slowly, the others stop waiting and try for themselves
        self._held = self._mine.acquire(timeout=_TURN_S)

    def __exit__(self, *_: object) -> None:
        with self._guard:
            # those who wait hold the same lock; a newcomer may start another, which costs
            # a statement and not the truth
            self._turns.pop(self._key, None)
        if self._held:
            self._mine.release()


def _check(names: tuple[str, ...]) -> None:
    if not names or len(names) > MAX_LAYERS:
        raise InvalidParameter("collections", f"name 1 to {MAX_LAYERS} layers, separated by commas")
    if len(set(names)) < len(names):
        raise InvalidParameter("collections", "a layer is named twice")
    for name in names:
        collection(name)
