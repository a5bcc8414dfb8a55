"""`Keeper`: copies of the public layers, loaded and refreshed behind the requests.

What makes it exact. The touch log, read by the feed, names the cells every transaction changed.
A copy is read in one snapshot and put in place when a tick covers that snapshot, so every
touch between the two is known by then. From there on a cell that is not noted as touched
holds exactly what a statement with the snapshot of the newest tick would find: its rows were
read in a snapshot the tick covers, and no transaction the tick sees has changed the cell since.
A touched cell is looked at again: what stands on it now, and of that what was written since
the cell was read; until then its tiles come from PostGIS. Where another table touched it and
the rows do not tell which of them that concerns, all that stands on it is read. A transaction
touches every cell that old and new shape of its rows stand on, so a row that moved is taken
out where it was as surely as it is put in where it is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from itertools import islice
from traceback import format_exc
from typing import TYPE_CHECKING

import structlog

from tiles.log_age import LogAge
from tiles.touch import CellBox
from tiles.vector.layers import Layer
from tiles.vector.snapshot.kept import Kept, Pending, cost
from twin.cells import Cell
from twin.database.connection import Database
from twin.errors import DatabaseUnavailable, TooLarge, TwinError
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick

if TYPE_CHECKING:
    from tiles.vector.snapshot.copied import Copied

_log = structlog.get_logger(__name__)

_CELLS_AT_ONCE = 512
CELLS_OF_ALL = 4096
"""So many touched cells, and the layer is read whole."""
_REST = 3.0
"""After a refresh the layer rests this many times as long as it took: a quarter of one core at most."""
_REST_LEAST_S = 1.0
"""So long at least: reading a few cells costs as much as reading many, and their tiles are drawn from rows
meanwhile. Under a hundred edits a second 0.2 s left a sixth fewer warm tiles for a CPU-second."""
RETRY_S = 60.0
_RETRY_LARGE_S = 900.0


class Keeper:
    """Copies of layers, exact as of the newest tick.

    Parameters
    ----------
    database : Database
        With no limit on the time of a statement; used by `load` and `refresh` alone.
    layers : sequence of Layer
        What is kept, the most wanted first.
    limit_bytes : int
        Memory for all copies.
    clock : callable
        Monotonic seconds.
    """

    _processes = 1
    """How many processes have memory of their own for what came since a copy was made."""

    def __init__(
        self,
        database: Database,
        layers: Sequence[Layer],
        limit_bytes: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._limit_bytes = limit_bytes
        self._clock = clock
        self._age = LogAge(clock)
        self._lock = threading.Lock()
        self._kept = {one.collection.name: Kept(one) for one in layers}
        self._readers: dict[str, list[Kept]] = {}
        for kept in self._kept.values():
            for name in kept.layer.reads:
                self._readers.setdefault(name, []).append(kept)
        self._seen: Snapshot | None = None
        self.refreshes = 0

    def on_tick(self, tick: Tick) -> None:
        """Hear what was committed."""
        with self._lock:
            if self._seen is not None and not tick.snapshot.covers(self._seen):
                # another server answers, and it is behind the one before: nothing known holds there
                self._forget_all()
            try:
                for touch in tick.touches:
                    for kept in self._readers.get(touch.collection, ()):
                        kept.hear(touch)
            except BaseException:
                # a touch that is not noted is not told again
                self._forget_all()
                self._seen = None
                raise
            self._seen = tick.snapshot
            for kept in self._kept.values():
                self.refreshes += kept.install(tick.snapshot)
            self._age.ticked()

    def view(self, names: Sequence[str], cells: CellBox) -> tuple[list[Copied], Snapshot] | None:
        """Copies that show these cells exactly as of the snapshot; None where one does not."""
        with self._lock:
            if self._seen is None or not self._age.fresh:
                return None
            copies = []
            for name in names:
                kept = self._kept.get(name)
                if kept is None or kept.copied is None or kept.touched.concerns(cells):
                    return None
                copies.append(kept.copied)
            return copies, self._seen

    def load(self) -> bool:
        """Get the layers that are missing, one after the other; whether there was any."""
        done = [self._load(kept) for kept in self._kept.values()]
        return any(done)

    def refresh(self) -> bool:
        """Read what was touched, one piece a layer; whether there was any. Another thread may `load`."""
        done = [self._tend(kept, whole=False) for kept in self._kept.values()]
        return any(done)

    def states(self) -> dict[str, str]:
        """State of each layer."""
        with self._lock:
            return {name: kept.state for name, kept in self._kept.items()}

    @property
    def figures(self) -> dict[str, int]:
        """Layers that are ready, their rows and bytes, and touched cells that are not read again yet.

        Bytes of what all processes share, of what this one has beside that, of both, and the limit.
        """
        shared_bytes = self._shared_bytes()
        with self._lock:
            ready = [kept for kept in self._kept.values() if kept.copied is not None]
            own_bytes = sum(kept.own_bytes for kept in self._kept.values())
            return {
                "layers": len(ready),
                "rows": sum(kept.copied.count for kept in ready if kept.copied is not None),
                "bytes": shared_bytes + own_bytes,
                "shared_bytes": shared_bytes,
                "own_bytes": own_bytes,
                "limit_bytes": self._limit_bytes,
                "touched_cells": sum(len(kept.touched.cells) for kept in ready),
            }

    def _load(self, kept: Kept) -> bool:
        return self._tend(kept, whole=True)

    def _tend(self, kept: Kept, *, whole: bool) -> bool:
        with self._lock:
            seen, began = self._seen, self._clock()
            if seen is None or kept.pending is not None or began < kept.not_before:
                return False
            old, cells = kept.copied, self._stale_cells(kept)
            if (old is None or cells is None) != whole:
                return False
            if old is None or cells is None:
                # what was touched up to this tick the snapshot to come will see
                kept.forget("waiting", began)
                kept.expect()
                old, cells = None, None
            elif not cells:
                return False
            reading = kept.reading = object()
        try:
            left = self._left(kept)
            made = _read(self._database, kept.layer, old, cells, left)
            if not made.snapshot.covers(seen):
                raise DatabaseUnavailable("another server answers than the one whose log is read")
            handed_on = whole and self._hand_on(kept, made)
            if not handed_on and cost(made.copied, self._processes) > left:
                raise TooLarge(
                    f"the copy of '{kept.layer.collection.name}' takes more memory than is left for it"
                )
        except Exception as error:  # a layer that cannot be read stays with PostGIS, and the others go on
            self._give_up(kept, error)
            return True
        with self._lock:
            rested = self._clock() + max(_REST_LEAST_S, _REST * (self._clock() - began))
            if kept.reading is reading and handed_on:
                kept.reading, kept.incoming, kept.rest_until = None, None, rested
            elif kept.reading is reading and self._seen is not None:
                kept.pending, kept.not_before = made, rested
                self.refreshes += kept.install(self._seen)
        return True

    def _left(self, kept: Kept) -> int:
        """Memory that is left for a layer, bytes."""
        return self._limit_bytes - sum(one.cost(1) for one in self._kept.values() if one is not kept)

    def _hand_on(self, kept: Kept, made: Pending) -> bool:
        """Give what was read to others, to take it from there as they do; False: it is kept as it is."""
        return False

    def _shared_bytes(self) -> int:
        """Memory of what all processes share, bytes."""
        return 0

    def _forget_all(self) -> None:
        for kept in self._kept.values():
            kept.forget("waiting", self._clock())

    def _stale_cells(self, kept: Kept) -> dict[Cell, int] | None:
        """Cells to read next, each with the first transaction to look for; None: all of the layer."""
        if kept.touched.whole or len(kept.touched.cells) > CELLS_OF_ALL:
            return None
        return {cell: kept.read_since(cell) for cell in islice(kept.touched.cells, _CELLS_AT_ONCE)}

    def _give_up(self, kept: Kept, error: Exception) -> None:
        large = isinstance(error, TooLarge)
        wait_s = _RETRY_LARGE_S if large else RETRY_S
        with self._lock:
            kept.forget("too large" if large else "failed", self._clock() + wait_s)
            said, kept.said = kept.said, str(error)
        if said == kept.said:
            # a standby stays one: said once is enough
            return
        name, trace = kept.layer.collection.name, "" if isinstance(error, TwinError) else format_exc(limit=-4)
        _log.warning("snapshot_not_kept", layer=name, error=kept.said, retry_s=wait_s, trace=trace)


def _read(
    database: Database, layer: Layer, old: Copied | None, cells: dict[Cell, int] | None, limit_bytes: int
) -> Pending:
    """Read a layer, or these cells of it, and make the copy that shows them."""
    # here and not above: these bring numba, which only the thread that reads shall wait for
    from tiles.vector.snapshot.copied import Copied  # noqa: PLC0415
    from tiles.vector.snapshot.dictionary import Dictionary  # noqa: PLC0415
    from tiles.vector.snapshot.reading import attributes, read  # noqa: PLC0415

    if old is None or cells is None:
        dictionary = Dictionary()
        found = read(database, layer, dictionary, limit_bytes)
        return Pending(Copied.sorted(found.rows, dictionary, attributes(layer)), found.snapshot, None)
    found = read(database, layer, old.dictionary, limit_bytes, cells)
    return Pending(old.updated(cells, found.rows, found.unchanged), found.snapshot, cells)
