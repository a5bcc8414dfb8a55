"""One poller a process reads what was committed and tells everybody.

The database is the bus: any process, loader or SQL client that commits is heard by all
servers, and a row is told exactly once however late its transaction commits.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import structlog

from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import DatabaseUnavailable, TwinError
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick, Touch

__all__ = ["Feed", "Tick", "Touch", "read_news"]

Listener = Callable[[Tick], None]

_log = structlog.get_logger(__name__)
_SLOWEST_RETRY_S = 2.0


def read_news(database: Database, since: Snapshot | None, upto: Snapshot | None = None) -> Tick:
    """Read everything that became visible after `since`, with the snapshot that ends it.

    Parameters
    ----------
    database : Database
        Where from.
    since : Snapshot or None
        What the reader has seen; None: only the present snapshot, no rows.
    upto : Snapshot, optional
        Leave out what is not visible in this snapshot: a reader gets it by another way.
    """
    bounds = {"since": None if since is None else str(since), "upto": None if upto is None else str(upto)}
    with database.transaction() as connection:
        # xid8 has no statistics worth trusting; the rows after a horizon are always few
        connection.execute("set local enable_seqscan = off")
        row = connection.execute(statement("twin.live", "news").encode(), bounds).fetchone()
    if row is None:
        raise DatabaseUnavailable("the poll of the live tables brought no row")
    return Tick(
        snapshot=Snapshot.parse(row["snapshot"]),
        touches=tuple(Touch(name, e, n, int(xid)) for name, e, n, xid in row["touches"]),
        observations=tuple(row["observations"]),
        alarms=tuple(row["alarms"]),
        incidents=tuple(row["incidents"]),
        at=time.time(),
    )


class Feed:
    """Polls on a thread of its own and calls listeners with each `Tick`, the empty ones too.

    Parameters
    ----------
    database : Database
        Names the server; the feed keeps one connection of its own, so that it never waits
        behind requests.
    interval_s : float
        Time between polls.
    """

    def __init__(self, database: Database, interval_s: float = 0.1) -> None:
        self._database = database
        self._interval_s = interval_s
        self._listeners: tuple[Listener, ...] = ()
        self._last: Tick | None = None
        self._good_at: float | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    @property
    def last(self) -> Tick | None:
        """The newest tick; None before the first poll."""
        return self._last

    @property
    def age_s(self) -> float:
        """Seconds since the last good poll; infinite before the first."""
        return float("inf") if self._good_at is None else time.monotonic() - self._good_at

    @property
    def running(self) -> bool:
        """Whether the thread lives."""
        return self._thread is not None and self._thread.is_alive()

    def listen(self, callback: Listener) -> None:
        """Have `callback(tick)` called on the feed's thread; it must return quickly."""
        with self._lock:
            self._listeners = (*self._listeners, callback)

    def start(self) -> None:
        """Start polling; a second call does nothing."""
        with self._lock:
            if self.running:
                return
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End polling and wait for the thread."""
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=5.0)

    def _run(self) -> None:
        own = Database(self._database.dsn, pool_size=1, statement_timeout_s=10.0, application="twin feed")
        retry_s = self._interval_s
        try:
            while not self._stop.is_set():
                began = time.monotonic()
                try:
                    self._publish(read_news(own, self._last.snapshot if self._last else None))
                except TwinError as error:
                    # the snapshot is kept, so nothing is lost: the next good poll reads from there
                    _log.warning("feed_unavailable", error=str(error))
                    self._stop.wait(retry_s)
                    retry_s = min(retry_s * 2, _SLOWEST_RETRY_S)
                    continue
                retry_s = self._interval_s
                self._stop.wait(max(0.0, self._interval_s - (time.monotonic() - began)))
        finally:
            own.close()

    def _publish(self, tick: Tick) -> None:
        self._last = tick
        for listener in self._listeners:
            _tell(listener, tick)
        # after the listeners, so that a young feed means that they know
        self._good_at = time.monotonic()


def _tell(listener: Callable[[Tick], Any], tick: Tick) -> None:
    try:
        listener(tick)
    except Exception:  # one deaf listener must not silence the others
        name = getattr(listener, "__qualname__", repr(listener))
        _log.error("feed_listener_failed", listener=name, trace=traceback.format_exc(limit=-3))
