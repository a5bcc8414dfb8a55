"""`SnapshotSource`: vector tiles from copies in memory where they are exact, from PostGIS elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext

import shapely
import structlog

from tiles.address import MAX_ZOOM, TileCoord
from tiles.source import PUBLIC, Context, Made
from tiles.storage import storage_box
from tiles.touch import CellBox
from tiles.vector.fitting import fitted
from tiles.vector.layers import Layer, layer, shown
from tiles.vector.rows.source import PLAIN, RowSource
from tiles.vector.snapshot.drawing import Copies
from tiles.vector.snapshot.jit import KERNELS, READY, prepare
from tiles.vector.snapshot.keeper import Keeper
from tiles.vector.snapshot.shared import SharedCopies
from tiles.vector.snapshot.sharing import SharingKeeper
from tiles.vector.source import BUFFER, PostgisSource
from twin.catalogue import COLLECTIONS
from twin.core import roam, roaming, settle
from twin.database.connection import Database
from twin.garbage import keep_what_is_there
from twin.live.tick import Tick
from twin.settings import Settings

_log = structlog.get_logger(__name__)

_LOOK_S = 0.1
_MANY = 2000
"""Features whose drawing takes so long, without the interpreter, that another core is worth the way there."""
_METRIC = "twin_snapshot"
_MB = 1 << 20


class SnapshotSource:
    """The second maker of vector tiles.

    The plain case, an anonymous caller who looks at the present, is encoded from memory when
    every layer asked for is there and nothing in the tile's cells was touched since it was
    read. Everything else is made by PostGIS. Whoever made it, the tile states a snapshot whose
    content it shows exactly.

    Parameters
    ----------
    database : Database
        Where PostGIS makes tiles.
    settings : Settings
        `snapshot_mb` bounds the memory; compiled kernels are kept in `state_dir`.
    shared : SharedCopies, optional
        Copies that the processes of one server have in common; the bound is of all of them then.
    clock : callable, optional
        Monotonic seconds; tests bring their own.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        shared: SharedCopies | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._settings = settings
        self._postgis = PostgisSource(database)
        self._rows = RowSource(database)
        self._own = Database.from_settings(settings, application="twin snapshot", bounded=False)
        wanted = (self._own, public_layers(), settings.snapshot_mb * _MB, clock)
        self.keeper = Keeper(*wanted) if shared is None else SharingKeeper(*wanted, shared=shared)
        self.encoded = 0
        self.handed_on = 0
        self.read = 0
        self._counting = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._stop = threading.Event()

    def make(self, names: tuple[str, ...], coord: TileCoord, context: Context) -> Made:
        """Make a tile of these layers, in this order; errors as those of `PostgisSource`."""
        made = self._from_memory(names, coord) if context == PUBLIC else None
        if made is None:
            # most of it is waiting for PostgreSQL
            roam()
        read = None if made else self._from_rows(names, coord, context)
        with self._counting:
            self.encoded += made is not None
            self.handed_on += made is None
            self.read += read is not None
        return made or read or self._postgis.make(names, coord, context)

    def on_tick(self, tick: Tick) -> None:
        """Hear what was committed, before any cache of tiles does; the first tick starts the loading."""
        self.keeper.on_tick(tick)
        # here and not when made: a thread does not survive a fork
        if not self._threads and not self._stop.is_set():
            self._start(self._run)

    def samples(self) -> tuple[tuple[str, str, str, float], ...]:
        """Name, type, meaning and value of what `/metrics` shows."""
        figures = self.keeper.figures
        return (
            (f"{_METRIC}_layers", "gauge", "Layers whose tiles are encoded from memory.", figures["layers"]),
            (f"{_METRIC}_rows", "gauge", "Features in memory.", figures["rows"]),
            (f"{_METRIC}_bytes", "gauge", "Memory of the copies.", figures["bytes"]),
            (
                f"{_METRIC}_shared_bytes",
                "gauge",
                "Of that, what all processes of this server share: there once, not once a process.",
                figures["shared_bytes"],
            ),
            (f"{_METRIC}_own_bytes", "gauge", "Of that, what this process alone has.", figures["own_bytes"]),
            (
                f"{_METRIC}_limit_bytes",
                "gauge",
                "Most memory of the copies of all processes of this server together.",
                figures["limit_bytes"],
            ),
            (
                f"{_METRIC}_touched_cells",
                "gauge",
                "Cells changed since they were read; PostGIS makes their tiles.",
                figures["touched_cells"],
            ),
            (f"{_METRIC}_tiles_total", "counter", "Tiles encoded from memory.", self.encoded),
            (f"{_METRIC}_passed_on_total", "counter", "Tiles asked of PostgreSQL.", self.handed_on),
            ("twin_tiles_from_rows_total", "counter", "Of those, drawn here from its rows.", self.read),
            (f"{_METRIC}_refreshes_total", "counter", "Copies put in place.", self.keeper.refreshes),
        )

    def close(self) -> None:
        """End the loading and wait for its threads; safe to call twice."""
        self._stop.set()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=5.0)
        self._own.close()

    def _from_memory(self, names: tuple[str, ...], coord: TileCoord) -> Made | None:
        layers, reads = shown(names, coord.z, PUBLIC.access)
        box = storage_box(coord, self._database.srid, BUFFER)
        if box is None or not layers:
            return None
        cells = CellBox.of(box)
        view = self.keeper.view([one.collection.name for one in layers], cells)
        if view is None:
            return None
        settle()
        copies, snapshot = view
        try:
            drawer = Copies.over(layers, copies, coord, box, snapshot)
            with roaming() if drawer.many > _MANY else nullcontext():
                found = fitted(layers, coord, drawer)
        except shapely.errors.GEOSException as error:
            # a shape GEOS cannot repair here is one for the other maker, and for whoever reads the log
            _log.warning("snapshot_tile_failed", layers=names, tile=str(coord), error=str(error))
            return None
        return Made(found.tile, found.snapshot, reads, cells)

    def _from_rows(self, names: tuple[str, ...], coord: TileCoord, context: Context) -> Made | None:
        if not READY.is_set():
            return None
        try:
            return self._rows.make(names, coord, context)
        except shapely.errors.GEOSException as error:
            _log.warning("rows_tile_failed", layers=names, tile=str(coord), error=str(error))
            return None

    def _start(self, does: Callable[[], None]) -> None:
        thread = threading.Thread(target=does, name="snapshot", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        try:
            if not prepare(self._settings.state_dir / KERNELS, self._stop):
                return
        except Exception as error:  # no compiler, no disk, a processor it does not know: PostGIS serves
            _log.error("snapshot_kernels_failed", error=f"{type(error).__name__}: {error}")
            return
        # the kernels bring more objects than all the rest of a server
        keep_what_is_there()
        # a large layer takes a minute to load, and the others are kept up meanwhile
        self._start(lambda: self._repeat(self.keeper.refresh))
        self._repeat(self.keeper.load)

    def _repeat(self, does: Callable[[], bool]) -> None:
        while not self._stop.is_set():
            if not does():
                self._stop.wait(_LOOK_S)


def public_layers() -> list[Layer]:
    """Layers an anonymous caller may see and whose attributes a copy can hold, as the catalogue has them."""
    names = (one.name for one in COLLECTIONS if one.geometry is not None and one.access == "public")
    layers = [layer(name, PUBLIC.access) for name in names]
    return [
        one for one in layers if all(column.kind in PLAIN for column in one.columns(MAX_ZOOM, PUBLIC.access))
    ]
