"""`Catalog`: from an address to a tile that is never stale."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from tiles.address import TileCoord
from tiles.cache import CacheCounts, Key, TileCache
from tiles.log_age import FRESH_S, LogAge
from tiles.points.source import PointSource
from tiles.raster.source import RasterSource
from tiles.solids.place import Place
from tiles.solids.shelf import SHELVES
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC, Context, Made, TileSource
from tiles.tile import Tile
from tiles.vector.source import PostgisSource
from tiles.vector.tilejson import tilejson
from twin.catalogue import collection
from twin.database.connection import Database
from twin.errors import InvalidParameter, Unavailable
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick, Touch
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
    `FRESH_S`, nothing cached is served at all.

    Parameters
    ----------
    database : Database
        Where tiles are made.
    settings : Settings
        `tile_cache_mb` bounds the memory.
    source : TileSource, optional
        Another maker than PostGIS.
    clock : callable, optional
        Monotonic seconds; tests bring their own.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        source: TileSource[TileCoord] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._source: TileSource[TileCoord] = source or PostgisSource(database)
        self._solids: TileSource[Place] = PostgisSolids(
            database, settings.geoid_offset_m, settings.state_dir / SHELVES
        )
        self._age = LogAge(clock)
        self.counts = CacheCounts()
        self.rasters = RasterSource(database, settings)
        self.points = PointSource(database, settings)
        self.limit_bytes = total = settings.tile_cache_mb * 1024 * 1024
        # Anybody may ask for any past moment: those tiles get a room of their own and push out nobody.
        self._present = TileCache(total * 3 // 4, self.counts)
        self._past = TileCache(total // 4, self.counts)
        self._lock = threading.Lock()
        self._makers = threading.BoundedSemaphore(_MAKERS)
        self._making: dict[Key, threading.Lock] = {}
        self._journal: deque[tuple[int, tuple[Touch, ...]]] = deque()
        self._working: dict[object, int] = {}
        self._tick_number = 0
        self._seen: Snapshot | None = None

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
        return self._serve((_SOLIDS, place, context), self._solids)

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
            self._tick_number += 1
            self._seen = tick.snapshot
            if tick.touches:
                if self._working:
                    self._journal.append((self._tick_number, tick.touches))
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
            return found
        with self._turn(key):
            # whoever held the turn before may have made it meanwhile
            return self._find(key) or self._made(key, source)

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

    def _make(self, key: Key, source: TileSource[Any]) -> Made:
        ticket = object()
        with self._lock:
            self.counts.misses += 1
            since, seen = self._tick_number, self._seen
            self._working[ticket] = since
        try:
            made = source.make(*key)
            with self._lock:
                if seen is not None and self._valid(made, since, seen):
                    self._cache(key).put(key, made)
                else:
                    self.counts.refused += 1
            return made
        finally:
            with self._lock:
                del self._working[ticket]
                oldest = min(self._working.values(), default=self._tick_number)
                while self._journal and self._journal[0][0] <= oldest:
                    self._journal.popleft()

    def _valid(self, made: Made, since: int, seen: Snapshot) -> bool:
        """Whether a tile may be kept.

        It must have seen all that the last poll before it saw (on one server it always has;
        a lagging standby has not), and every touch heard of since.
        """
        if made.cells is None:
            return True
        if not made.snapshot.covers(seen):
            return False
        return not any(
            touch.collection in made.collections
            and (touch.cell_e is None or touch.cell_n is None or made.cells.holds(touch.cell_e, touch.cell_n))
            and not made.snapshot.sees(touch.xid)
            for number, touches in self._journal
            if number > since
            for touch in touches
        )

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
