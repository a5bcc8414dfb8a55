"""Many open event streams, heard by one thread."""

from __future__ import annotations

import selectors
import socket
import threading
import time

_EVENT = b"event: touch"


class Streams:
    """So many clients of `/live`, each of which waits for touches.

    Parameters
    ----------
    port : int
        Of the server.
    count : int
        Clients.

    Attributes
    ----------
    heard_at : list of list of float
        Of each client, when each touch came.
    """

    def __init__(self, port: int, count: int) -> None:
        self.heard_at: list[list[float]] = [[] for _ in range(count)]
        self._selector = selectors.DefaultSelector()
        self._sockets = []
        self._rest = [b""] * count
        for number in range(count):
            one = socket.create_connection(("127.0.0.1", port), timeout=30)
            one.sendall(b"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
            self._sockets.append(one)
            self._selector.register(one, selectors.EVENT_READ, number)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._hear, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up."""
        self._stop.set()
        self._thread.join(10)
        for one in self._sockets:
            one.close()
        self._selector.close()

    @property
    def greeted(self) -> int:
        """Clients that were answered."""
        return sum(rest != b"" for rest in self._rest)

    def _hear(self) -> None:
        while not self._stop.is_set():
            for key, _ in self._selector.select(0.2):
                assert isinstance(key.fileobj, socket.socket)
                data = key.fileobj.recv(1 << 16)
                if not data:
                    self._selector.unregister(key.fileobj)
                    continue
                text = self._rest[key.data] + data
                self.heard_at[key.data] += [time.monotonic()] * text.count(_EVENT)
                # an event that came in part is counted with its end
                self._rest[key.data] = text[-len(_EVENT) + 1 :]
