"""The web server: granian, on a socket of ours.

What granian leaves to the application is here: streams that end as soon as it is told to
stop, workers that do not outlive it, a limit for who does not read, and the scheme a proxy
on this machine speaks.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder
from granian.server.mp import MPServer

from tiles.shared import SharedTiles, new_folder
from tiles.vector.snapshot.shared import SharedCopies
from twin.core import lowest_free, take
from twin.errors import InvalidParameter
from twin.garbage import keep_what_is_there
from twin.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

# Beside the event streams, which hold a thread each, enough for tiles and pages:
# where streams take every thread, tiles stop completely.
_TILE_THREADS = 64
_IDLE_CONNECTIONS = 500
_BACKLOG = 1024
_HEAD_BYTES = 65_536
_HEAD_READ_S = 15
_ENDING_S = 5
_SEND_TIMEOUT_S = 30
_PARENT_LOOK_S = 1.0
_MB = 1024 * 1024
_LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})


def listen(settings: Settings) -> socket.socket:
    """Take the address of the settings.

    A socket of ours and not granian's: that one shares its port with whoever else asks for
    it so, and two cities would answer by turns.

    Raises
    ------
    InvalidParameter
        The address is taken, or none of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise InvalidParameter(
            "--port",
            f"cannot listen on port {settings.port} of {settings.host}: {error.strerror or error}."
            " Choose another one, or stop what listens there",
        ) from error
    return listening


def hand_down(listening: socket.socket) -> None:
    """Set what every connection inherits, also of a socket that another process opened."""
    # head and body of an answer go out one after the other: the second would wait for the client to
    # confirm the first, which clients do after 40 ms
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    limit = getattr(socket, "TCP_USER_TIMEOUT", None)
    if limit is not None and not listening.getsockopt(socket.IPPROTO_TCP, limit):
        # a reader who takes nothing for so long is cut off, and the thread that writes to it comes back
        listening.setsockopt(socket.IPPROTO_TCP, limit, _SEND_TIMEOUT_S * 1000)


def run(settings: Settings, listening: socket.socket, workers: int) -> None:
    """Serve until told to stop by SIGTERM or Ctrl-C; SIGHUP exchanges the workers one by one.

    Threads are cheap (a thousand idle ones took 35 MB where it was measured), so every event
    stream may hold one. A worker that dies comes again; if it dies at once, the server ends.
    """
    hand_down(listening)
    threads = settings.max_live_clients + _TILE_THREADS
    folders = _Folders.of(settings) if workers > 1 else None
    server = _Server(
        "web.app:create_app",
        listening,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        # counts connections, also those that wait for the next request
        backpressure=threads + _IDLE_CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_READ_S * 1000, max_buffer_size=_HEAD_BYTES),
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=_ENDING_S,
    )
    try:
        server.serve(target_loader=partial(_load, os.getpid(), workers, folders), wrap_loader=False)
    finally:
        if folders is not None:
            folders.remove()


@dataclass(frozen=True, slots=True)
class _Folders:
    """What the workers of a server share.

    Attributes
    ----------
    tiles, copies : Path
        Tiles they made, and copies of layers they make them from.
    """

    tiles: Path
    copies: Path

    @classmethod
    def of(cls, settings: Settings) -> _Folders:
        """Make them, each where there is room for it."""
        most = settings.tile_cache_mb, settings.snapshot_mb
        return cls(*(new_folder(mb * _MB, settings.state_dir) for mb in most))

    def remove(self) -> None:
        """Leave nothing behind."""
        for folder in (self.tiles, self.copies):
            shutil.rmtree(folder, ignore_errors=True)


class _Server(MPServer):
    """granian's, on a socket that is open already, each worker on a core of its own."""

    def __init__(self, target: str, listening: socket.socket, **options: Any) -> None:
        super().__init__(target, **options)
        self._listening = listening
        self._number = lowest_free()

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> Any:
        # one that comes for another takes its core
        return super()._spawn_worker(idx, target, partial(callback_loader, self._number + idx))

    def _init_shared_socket(self) -> None:
        self._listening.set_inheritable(True)
        self._sso = self._listening
        self._sfd = self._listening.fileno()
        self._shd = SocketHolder(self._sfd, False, _BACKLOG)


def _load(parent: int, workers: int, folders: _Folders | None, number: int) -> WSGIApplication:
    """The application, in the process that serves it.

    The memory for tiles is divided among the processes, and there once more for what they share;
    copies of layers are there once. So memory does not grow with the number of processes.
    """
    # here and not above: who exchanges the workers gets the code that lies there now
    from web.app import create_app  # noqa: PLC0415

    settings = Settings.from_env()
    tiles = None if folders is None else SharedTiles(folders.tiles, settings.tile_cache_mb * _MB)
    copies = None if folders is None else SharedCopies(folders.copies, workers)
    app = create_app(replace(settings, tile_cache_mb=settings.tile_cache_mb // workers), tiles, copies)
    _when_told_to_end(app.extensions["twin"].hub.close)
    threading.Thread(target=_end_with, args=(parent, folders), daemon=True).start()
    keep_what_is_there()
    # last: the threads above stay where the system wants them, those that serve start at home
    take(number)
    return _entrance(app)


def _when_told_to_end(close: Callable[[], None]) -> None:
    """End the streams at the signal that ends this process, or it would wait for them.

    The signal is heard beside its handler, which granian sets after the application is made.
    """
    hears, says = socket.socketpair()
    says.setblocking(False)
    signal.set_wakeup_fd(says.fileno(), warn_on_full_buffer=False)

    def wait() -> None:
        with says, hears:
            while (heard := hears.recv(1)) and heard[0] not in {signal.SIGTERM, signal.SIGINT}:
                pass
            close()
            # the signal may come again, and the descriptor must not be another's by then
            threading.Event().wait()

    threading.Thread(target=wait, daemon=True).start()


def _end_with(parent: int, folders: _Folders | None) -> None:
    """End when the process that started this one is gone: nobody could stop it any more."""
    while os.getppid() == parent:
        time.sleep(_PARENT_LOOK_S)
    if folders is not None:
        folders.remove()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_ENDING_S)
    os._exit(1)


def _entrance(app: WSGIApplication) -> WSGIApplication:
    """Take the scheme of links from a proxy on this machine, and no half body for a whole one."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        scheme = environ.get("HTTP_X_FORWARDED_PROTO")
        if scheme in {"http", "https"} and environ["REMOTE_ADDR"] in _LOOPBACK:
            environ["wsgi.url_scheme"] = scheme
        if "CONTENT_LENGTH" in environ:
            # Werkzeug then counts: what ends early, because the caller is gone, is an error
            del environ["wsgi.input_terminated"]
        return app(environ, start_response)

    return answer
