"""Open event streams: one tick is written once and given to every client.

Nobody waits for a slow reader: each has a bounded queue whose oldest entries are
dropped, counted, and made up for by an event `resync` that tells it to read again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from twin.database.connection import Database
from twin.errors import InvalidInput, TwinError, Unavailable
from twin.live.feed import read_news
from twin.live.replay import oldest_snapshot
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick
from web.events import bye, frames, hello, resync

HEARTBEAT_S = 15.0
_LONGEST = 256
_MOST_NEWS = 20_000
_CATCH_UP_S = 2.0
"""How long a poll may take behind that of another server."""


class Client:
    """One open stream and what waits for it."""

    def __init__(self, longest: int = _LONGEST) -> None:
        self._waiting: deque[bytes] = deque()
        self._longest = longest
        self._changed = threading.Condition()
        self._closed = False
        self.dropped = 0

    def give(self, frame: bytes) -> bool:
        """Queue one frame; False when an older one had to go."""
        with self._changed:
            full = len(self._waiting) >= self._longest
            if full:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append(frame)
            self._changed.notify()
            return not full

    def close(self) -> None:
        """Wake the stream and end it."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def take(self, within_s: float) -> tuple[list[bytes], int, bool]:
        """Everything that waits, how much was dropped before it, and whether the stream goes on."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed, within_s)
            frames_, dropped = list(self._waiting), self.dropped
            self._waiting.clear()
            self.dropped = 0
            return frames_, dropped, not self._closed


class Stream:
    """Events of one client; closing gives its place back, also where nothing was read yet.

    A generator that was never started skips its `finally`.
    """

    def __init__(self, events: Iterator[bytes], leave: Callable[[], None]) -> None:
        self._events, self._leave = events, leave

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> bytes:
        return next(self._events)

    def close(self) -> None:
        """End the stream."""
        self._leave()


class Hub:
    """All open streams of this process.

    Parameters
    ----------
    database : Database
        Where a returning client's missed news is read.
    most : int
        Streams at once; one more is refused, so that tiles never starve.
    """

    def __init__(self, database: Database, most: int) -> None:
        self._database = database
        self._most = most
        self._lock = threading.Lock()
        self._moved = threading.Condition(self._lock)
        self._clients: set[Client] = set()
        self._last: Snapshot | None = None
        self._ready = threading.Event()
        self._closed = False
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._clients)

    def on_tick(self, tick: Tick) -> None:
        """Give a tick to everybody; called by the feed."""
        # under the lock, so that a client who joins gets exactly what follows its replay
        with self._lock:
            self._last = tick.snapshot
            if self._clients and not tick.empty:
                frame = frames(tick, self._database.srid)
                for client in self._clients:
                    if frame and not client.give(frame):
                        self.dropped += 1
            self._moved.notify_all()
        self._ready.set()

    def close(self) -> None:
        """Say goodbye on every stream; no new one opens."""
        with self._lock:
            self._closed = True
            clients = list(self._clients)
            self._moved.notify_all()
        for client in clients:
            client.close()

    def open(self, cursor: str | None) -> Stream:
        """Start a stream after `cursor`, the id of the last event the caller saw.

        Raises
        ------
        Unavailable
            Too many streams, the server is stopping, or the feed has no news yet.
        """
        if not self._ready.wait(5.0):
            raise Unavailable("the live feed does not answer yet; try again in a moment")
        client = Client()
        since, unreadable = _parsed(cursor)
        with self._lock:
            if self._closed:
                raise Unavailable("the server is stopping; try again in a moment")
            if len(self._clients) >= self._most:
                raise Unavailable(
                    f"{self._most} event streams are open, which is all this server takes"
                    " (TWIN_MAX_LIVE_CLIENTS); try again later"
                )
            self._clients.add(client)
            if since is not None:
                # the caller comes from a server that had polled later: what it saw there must
                # not be told again, so this one catches up first
                self._moved.wait_for(lambda: self._closed or self._covers(since), _CATCH_UP_S)
                client.take(0.0)
            upto = self._last
        try:
            if upto is None or (since is None and not unreadable):
                first = hello(upto)
            elif since is None:
                first = hello(upto) + resync(upto, unreadable)
            else:
                first = self._missed(since, upto)
        except BaseException:
            self._leave(client)
            raise
        return Stream(self._events(client, first), lambda: self._leave(client))

    def _covers(self, since: Snapshot) -> bool:
        return self._last is not None and self._last.covers(since)

    def _missed(self, since: Snapshot, upto: Snapshot) -> bytes:
        """What a returning client did not see, up to the snapshot its queue starts at."""
        try:
            if not upto.covers(since) or since.xmin < oldest_snapshot(self._database):
                return hello(upto) + resync(upto, "the cursor is too old or of another database")
            news = read_news(self._database, since, upto)
        except TwinError:
            return hello(upto) + resync(upto, "what was missed cannot be read now")
        if len(news.touches) + len(news.observations) > _MOST_NEWS:
            return hello(upto) + resync(upto, "too much has changed since")
        # the greeting carries no id: a connection lost before the news must replay it again
        return hello(None) + frames(news, self._database.srid, at=upto)

    def _events(self, client: Client, first: bytes) -> Iterator[bytes]:
        yield first
        while True:
            waiting, dropped, open_ = client.take(HEARTBEAT_S)
            if dropped:
                yield resync(self._last, f"{dropped} events were dropped: this client reads too slowly")
            if waiting:
                yield b"".join(waiting)
            elif open_:
                yield b": %d\n\n" % int(time.time())
            if not open_:
                yield bye()
                return

    def _leave(self, client: Client) -> None:
        with self._lock:
            self._clients.discard(client)


def _parsed(cursor: str | None) -> tuple[Snapshot | None, str]:
    """Snapshot a client comes with, or what is wrong with it."""
    if cursor is None:
        return None, ""
    try:
        return Snapshot.parse(cursor), ""
    except InvalidInput as error:
        return None, str(error)
