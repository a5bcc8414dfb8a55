"""`ArchiveSource`: vector tiles from baked archives where those are exact, from the live makers elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from tiles.address import TileCoord
from tiles.archive.lineage import lineage, touched_since
from tiles.archive.place import SUFFIX, public_folder
from tiles.archive.reader import Mark, mark_of
from tiles.archive.shelved import Shelved
from tiles.log_age import LogAge
from tiles.source import PUBLIC, Context, Made, TileSource
from tiles.storage import storage_box
from tiles.tile import MVT, Tile, content_hash
from tiles.touch import CellBox
from tiles.vector.source import BUFFER
from twin.database.connection import Database
from twin.errors import TwinError, Unavailable
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick
from twin.settings import Settings

_log = structlog.get_logger(__name__)
_LOOK_S = 1.0
_METRIC = "twin_archive"


class ArchiveSource:
    """A maker of vector tiles in front of another.

    A tile is taken from an archive when an anonymous caller looks at the present, the archive
    holds just these layers at this zoom, and nothing in the tile's cells was touched since it was
    baked. So an edited place is live at once and all else costs one read of a file. The tile
    states the snapshot of the newest tick, which it shows exactly.

    Parameters
    ----------
    database : Database
        The city.
    settings : Settings
        Archives lie in `state_dir`.
    live : TileSource
        Makes what is not taken from an archive.
    clock : callable, optional
        Monotonic seconds; tests bring their own.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        live: TileSource[TileCoord],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._live = database, live
        self._folder = public_folder(settings.state_dir)
        self._age = LogAge(clock)
        self._lock = threading.Lock()
        self._shelf: dict[Path, Shelved] = {}
        self._refused: dict[Path, Mark] = {}
        self._said: dict[Path, str] = {}
        self._seen: Snapshot | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self.taken = 0
        self.handed_on = 0

    def make(self, names: tuple[str, ...], coord: TileCoord, context: Context) -> Made:
        """Make a tile of these layers, in this order; errors as those of the live maker."""
        made = self._from_archive(names, coord) if context == PUBLIC else None
        with self._lock:
            self.taken += made is not None
            self.handed_on += made is None
        return made or self._live.make(names, coord, context)

    def on_tick(self, tick: Tick) -> None:
        """Hear what was committed, before any cache of tiles does; the first tick starts the looking."""
        self.hear(tick)
        # here and not when made: a thread does not survive a fork
        if self._thread is None and not self._stop.is_set():
            self._thread = threading.Thread(target=self._run, name="archives", daemon=True)
            self._thread.start()

    def hear(self, tick: Tick) -> None:
        """Note what was touched."""
        with self._lock:
            if self._seen is not None and not tick.snapshot.covers(self._seen):
                # another server answers, and it is behind the one before: look at everything anew
                self._shelf.clear()
            try:
                for one in self._shelf.values():
                    one.hear(tick)
            except BaseException:
                # a touch that is not noted is not told again
                self._shelf.clear()
                self._seen = None
                raise
            self._seen = tick.snapshot
            self._age.ticked()

    def look(self) -> None:
        """Open archives that are new or were replaced, and let go of those that are gone."""
        found = {path: _mark(path) for path in sorted(self._folder.glob(f"*{SUFFIX}"))}
        with self._lock:
            for path in [path for path, one in self._shelf.items() if found.get(path) != one.archive.mark]:
                del self._shelf[path]
            ready = self._seen is not None
            wanted = [
                path for path, mark in found.items()
                if path not in self._shelf and mark is not None and self._refused.get(path) != mark
            ]  # fmt: skip
        for path in wanted if ready else ():
            self._take_in(path, found[path])

    def samples(self) -> tuple[tuple[str, str, str, float], ...]:
        """Name, type, meaning and value of what `/metrics` shows."""
        with self._lock:
            archives = sum(one.ready for one in self._shelf.values())
            touched = sum(len(one.stale.cells) for one in self._shelf.values())
        return (
            (f"{_METRIC}_files", "gauge", "Archives tiles are taken from.", archives),
            (f"{_METRIC}_touched_cells", "gauge", "Cells changed since they were baked.", touched),
            (f"{_METRIC}_tiles_total", "counter", "Tiles taken from archives.", self.taken),
        )

    def close(self) -> None:
        """End the looking and wait for its thread; safe to call twice."""
        self._stop.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=5.0)

    def _from_archive(self, names: tuple[str, ...], coord: TileCoord) -> Made | None:
        box = storage_box(coord, self._database.srid, BUFFER)
        if box is None:
            return None
        cells = CellBox.of(box)
        with self._lock:
            seen = self._seen
            if seen is None or not self._age.fresh:
                return None
            found = next((one for one in self._shelf.values() if one.shows(names, coord, cells)), None)
        if found is None:
            return None
        try:
            data = found.archive.tile(coord)
        except (TwinError, OSError) as error:
            _log.error("archive_unreadable", error=str(error))
            return None
        return Made(_tile(data, found.said(coord)), seen, found.reads, cells)

    def _take_in(self, path: Path, mark: Mark | None) -> None:
        try:
            shelved = Shelved.opened(path)
            shelved.require(lineage(self._database))
            with self._lock:
                # from here on it hears; what came before is asked for now
                self._shelf[path] = shelved
            stale, snapshot = touched_since(self._database, shelved.reads, shelved.horizon)
        except (TwinError, OSError) as error:
            with self._lock:
                self._shelf.pop(path, None)
                if mark is not None and not isinstance(error, Unavailable | OSError):
                    self._refused[path] = mark
            if self._said.get(path) != str(error):
                self._said[path] = str(error)
                _log.warning("archive_not_served", archive=path.name, reason=str(error))
            return
        with self._lock:
            shelved.remember(stale, snapshot)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except Exception as error:  # one bad look must not end the looking
                _log.error("archives_not_looked_at", error=f"{type(error).__name__}: {error}")
            self._stop.wait(_LOOK_S)


def _mark(path: Path) -> Mark | None:
    try:
        return mark_of(path.stat())
    except FileNotFoundError:
        return None


def _tile(data: bytes | None, said: tuple[str, ...]) -> Tile:
    if data is None:
        return Tile.compressed(b"", MVT, said)
    # the tag of the live maker: a browser that has the tile is not sent it again
    return Tile(data, MVT, content_hash(data), True, said)
