"""`SharingKeeper`: a keeper that has its copies in common with the other processes of its server.

What makes it exact. A copy in a file is as its maker knew it at a tick: it shows all that the
snapshot of that tick sees, but for cells the maker had still to read again, which the file
names. Who takes it asks the touch log for all that this snapshot did not see, and notes what he
hears from before that question on. The question sees all that he had heard before, so between
the two no touch is missing, however late he joined and whatever was compacted: where the log
is not whole since then, the file is refused. What is noted so is touched, as of any other copy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from tiles.vector.layers import Layer
from tiles.vector.snapshot.keeper import CELLS_OF_ALL, RETRY_S, Keeper
from tiles.vector.snapshot.kept import Kept, Pending, note
from tiles.vector.snapshot.missed import Missed, missed
from tiles.vector.snapshot.shared import Head, SharedCopies
from tiles.vector.snapshot.standing import Standing
from tiles.vector.snapshot.touched import Touched
from twin.database.connection import Database
from twin.errors import DatabaseUnavailable, TooLarge, TwinError
from twin.live.snapshot import Snapshot
from twin.memory import give_back

_log = structlog.get_logger(__name__)

_REST_S = 5.0
"""Between two writings of a layer by one process."""
_RENEW_S = 1200.0
"""A head this old is written anew: after an hour the touch log may not be whole since."""
_OWN_SHARE, _OWN_LEAST = 8, 4 << 20
"""A process whose own part is larger than an eighth of the shared one, and 4 MB, writes a new file."""


class SharingKeeper(Keeper):
    """Copies of layers, exact as of the newest tick, in files all processes of the server map.

    Parameters
    ----------
    database, layers, limit_bytes, clock
        As for `Keeper`, but that the limit is of all processes together.
    shared : SharedCopies
        Where the files are.
    """

    def __init__(
        self,
        database: Database,
        layers: Sequence[Layer],
        limit_bytes: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        shared: SharedCopies,
    ) -> None:
        super().__init__(database, layers, limit_bytes, clock)
        self._shared = shared
        self._processes = shared.processes

    def _load(self, kept: Kept) -> bool:
        found = self._another(kept)
        if found is not None and self._take(kept, *found):
            return True
        with self._lock:
            if kept.copied is not None and self._stale_cells(kept) is None:
                # too much of it is old; every process finds that, and one reads the layer
                kept.refused = kept.token
                kept.forget("waiting", self._clock())
            whole = kept.copied is None
            rested = self._clock() >= max(kept.not_before, kept.rest_until)
            wanted = rested if whole else self._due(kept)
            if not wanted or self._seen is None or kept.pending is not None:
                return False
        try:
            with self._shared.making() as mine:
                made = mine and self._make(kept, whole=whole)
        except OSError as error:
            self._say("shared_copy_not_written", kept, error)
            kept.share_after = self._clock() + RETRY_S
            # no folder for all, so each has its own
            made = whole and self._tend(kept, whole=True)
        if made:
            # reading took twice the layer, and what stays of it is in the file
            give_back()
        return made

    def _make(self, kept: Kept, *, whole: bool) -> bool:
        """Write the file of a layer, if nobody did meanwhile; whether there was something to do."""
        head = self._shared.head(kept.layer.collection.name)
        if head is not None and head.token not in (kept.token, kept.refused):
            # it is taken the next time
            return self._clock() >= kept.take_after
        return self._tend(kept, whole=True) if whole else self._share(kept, head)

    def _another(self, kept: Kept) -> tuple[Head, tuple[int, int]] | None:
        """What is said of a file of the layer that was not looked at yet."""
        waits_until = kept.take_after if kept.copied is not None else max(kept.take_after, kept.not_before)
        stamp = self._shared.stamp(kept.layer.collection.name)
        if stamp is None or stamp == kept.stamp or self._clock() < waits_until:
            return None
        head = self._shared.head(kept.layer.collection.name)
        if head is None or head.token in (kept.token, kept.refused):
            kept.stamp = stamp
            return None
        return head, stamp

    def _take(self, kept: Kept, head: Head, stamp: tuple[int, int]) -> bool:
        """Put a file in the place of what is there; whether it was."""
        with self._lock:
            seen = self._seen
            if seen is None or kept.pending is not None:
                return False
            incoming = kept.expect()
        made = self._opened(kept, head, seen)
        with self._lock:
            if kept.incoming is not incoming or self._seen is None:
                # all was forgotten meanwhile
                return True
            if made is None:
                kept.incoming = None
                return False
            # what is being read again is of the copy that goes
            kept.reading, kept.pending, kept.stamp = None, made, stamp
            self.refreshes += kept.install(self._seen)
        return True

    def _opened(self, kept: Kept, head: Head, seen: Snapshot) -> Pending | None:
        """Copy of a file with all that it does not show; None: it cannot be taken."""
        name = kept.layer.collection.name
        try:
            told = missed(self._database, kept.layer.reads, head.standing.snapshot)
            stale = _stale(kept.layer, head, told)
            why = _unfit(head, told, stale, seen)
            if why:
                _log.info("shared_copy_refused", layer=name, why=why)
                kept.refused = head.token
                return None
            standing = replace(head.standing, stale=stale)
            return Pending(self._shared.open(name, head), standing.snapshot, None, standing)
        except FileNotFoundError:
            # there is another one by now
            return None
        except ValueError as error:
            self._say("shared_copy_not_taken", kept, error)
            kept.refused = head.token
        except Exception as error:  # the file may be good, and the other layers go on
            self._say("shared_copy_not_taken", kept, error)
            kept.take_after = self._clock() + RETRY_S
        return None

    def _due(self, kept: Kept) -> bool:
        """Whether a copy that is there should be written for all."""
        copied, now = kept.copied, self._clock()
        if copied is None or now < kept.share_after:
            return False
        if copied.base is None or copied.crowded:
            return True
        if copied.changed and copied.own_bytes > max(_OWN_LEAST, copied.base.nbytes // _OWN_SHARE):
            return True
        stamp = self._shared.stamp(kept.layer.collection.name)
        return stamp is None or time.time() - stamp[1] / 1e9 > _RENEW_S

    def _share(self, kept: Kept, head: Head | None) -> bool:
        """Write a copy as it is now."""
        name = kept.layer.collection.name
        with self._lock:
            copied, seen = kept.copied, self._seen
            if copied is None or seen is None or kept.pending is not None or kept.touched.whole:
                return False
            standing = Standing(seen, kept.since, dict(kept.since_of), kept.touched.copy())
            kept.share_after = self._clock() + _REST_S
            left = self._left(kept)
        try:
            server = self._server(seen)
            if head is not None and head.token == kept.token and not copied.changed:
                self._shared.renew(name, replace(head, server=server, standing=standing))
            else:
                self._shared.write(name, copied.in_order(), standing, server, left)
        except TooLarge as error:
            self._shared.drop(name)
            self._give_up(kept, error)
        except TwinError as error:
            self._say("shared_copy_not_written", kept, error)
            kept.share_after = self._clock() + RETRY_S
        return True

    def _hand_on(self, kept: Kept, made: Pending) -> bool:
        name = kept.layer.collection.name
        with self._lock:
            left = self._left(kept)
        try:
            standing = Standing.just_read(made.snapshot)
            self._shared.write(name, made.copied, standing, self._server(made.snapshot), left)
        except OSError as error:
            self._say("shared_copy_not_written", kept, error)
            kept.share_after = self._clock() + RETRY_S
            return False
        return True

    def _give_up(self, kept: Kept, error: Exception) -> None:
        if not (isinstance(error, TooLarge) and kept.token):
            super()._give_up(kept, error)
            return
        # what came since does not fit beside the file, once for each process; in the next file it may
        with self._lock:
            kept.refused = kept.token
            kept.forget("waiting", self._clock())

    def _server(self, shown: Snapshot) -> str:
        """History of transactions that a snapshot belongs to."""
        told = missed(self._database, (), None)
        if not told.snapshot.covers(shown):
            raise DatabaseUnavailable("another server answers than the one whose log is read")
        return told.server

    def _left(self, kept: Kept) -> int:
        own = sum(one.own_bytes for one in self._kept.values() if one is not kept)
        held = self._shared.held_bytes(without=kept.layer.collection.name)
        return self._limit_bytes - held - self._processes * own

    def _shared_bytes(self) -> int:
        return self._shared.held_bytes()

    def _forget_all(self) -> None:
        super()._forget_all()
        for kept in self._kept.values():
            # what was written before speaks of what is not known here
            self._shared.drop(kept.layer.collection.name)

    @staticmethod
    def _say(event: str, kept: Kept, error: Exception) -> None:
        _log.warning(event, layer=kept.layer.collection.name, error=f"{type(error).__name__}: {error}")


def _stale(layer: Layer, head: Head, told: Missed) -> Touched:
    """All that a copy does not show and the log tells."""
    stale = head.standing.stale.copy()
    for touch in told.touches:
        note(layer, touch, stale)
    return stale


def _unfit(head: Head, told: Missed, stale: Touched, seen: Snapshot) -> str:
    """Why a copy cannot be taken; empty: it can."""
    if head.server != told.server:
        return "it is of another server, or of before a restart"
    if head.standing.snapshot.xmin < told.horizon:
        return "the touch log is not whole since"
    if not told.snapshot.covers(seen) or not told.snapshot.covers(head.standing.snapshot):
        return "the server that answers is behind"
    if stale.whole or len(stale.cells) > CELLS_OF_ALL:
        return "too much changed since"
    return ""
