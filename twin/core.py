"""One core for the threads that hold the interpreter by turns.

Only one of them runs Python at a time. Where the system spreads them over cores, every turn wakes
another core and fetches what the last one just had: a third and more of what a small tile costs.
So a process takes a core; a thread is *at home* there, and *roams* over all of them for what holds
the interpreter little or not at all: a large drawing, a question to the database, a child process.
What no thread decided is left to the system. Linux alone can do it; elsewhere nothing happens.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_MOST = 1024
_names: list[socket.socket] = []
"""Open as long as the process lives."""


class _Core:
    """What this process took.

    Attributes
    ----------
    home, everywhere : set of int
        Its core, and all it may use; empty: none was taken.
    """

    def __init__(self) -> None:
        self.home: set[int] = set()
        self.everywhere: set[int] = set()


class _Where(threading.local):
    """Of a thread: whether it is at home; None: as it was started."""

    at_home: bool | None = None


_core = _Core()
_where = _Where()


def lowest_free() -> int:
    """The lowest number no other server of this machine has, until this process ends, however it ends.

    So servers beside each other begin at different cores.
    """
    if sys.platform == "linux":
        for number in range(_MOST):
            # a name the system keeps and no file: nothing is left behind by who is killed
            name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                name.bind(f"\0twin-server-{number}")
            except OSError:
                name.close()
                continue
            _names.append(name)
            return number
    return 0


def take(number: int) -> int | None:
    """Take the core of this number, counted round, and let the calling thread be at home there.

    Threads it starts from now on are at home as well, until they say otherwise.

    Returns
    -------
    int or None
        The core as the system numbers it; None: there is but one, or the system cannot do it.
    """
    if sys.platform != "linux":
        return None
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        return None
    core = allowed[number % len(allowed)]
    _core.home, _core.everywhere = {core}, set(allowed)
    settle()
    return core


def settle() -> None:
    """Let the calling thread be at home."""
    if _core.home and _where.at_home is not True:
        _move(_core.home, at_home=True)


def roam() -> None:
    """Let the calling thread, and what it starts from now on, run where there is room."""
    if _core.home and _where.at_home is not False:
        _move(_core.everywhere, at_home=False)


@contextmanager
def roaming() -> Iterator[None]:
    """Roam within the block; who was at home is again behind it."""
    was_home = _where.at_home
    roam()
    try:
        yield
    finally:
        if was_home:
            settle()


def _move(cores: set[int], *, at_home: bool) -> None:
    if sys.platform != "linux":
        return
    try:
        os.sched_setaffinity(0, cores)
    except OSError:
        # cores were taken away from the server meanwhile: the system decides from now on
        _core.home = set()
        return
    _where.at_home = at_home
