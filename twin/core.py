"""One core for the threads that hold the interpreter by turns.

Only one of them runs Python at a time. Where the system spreads them over cores, every turn wakes
another core and fetches what the last one just had: a third and more of what a small tile costs.
So a process takes a core; a thread is *at home* there, and *roams* over all of them for what holds
the interpreter little or not at all: a large drawing, a question to the database, a child process.
Where others keep the core busy, home moves to a calmer one; where they keep all of them busy, there
is no home until they are done. What no thread decided is left to the system. Linux alone can do it;
elsewhere nothing happens.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_MOST = 1024
_names: list[socket.socket] = []
"""Open as long as the process lives."""
_LOOK_S = 0.25
_IDLE = 0.05
"""Share of a core below which a process is in nobody's way."""
_BUSY = 0.5
"""Share of a core from which others leave too little of it."""
_GAIN = 0.25
"""Share that must be won for a move: the way costs something too."""
_ROAMS = -1


class _Core:
    """What this process took.

    Attributes
    ----------
    home : int, optional
        Its core; None: none was taken, or others are busy everywhere.
    turn : int
        How often home changed.
    everywhere : set of int
        All it may use; empty: it takes none.
    """

    def __init__(self) -> None:
        self.home: int | None = None
        self.turn = 0
        self.everywhere: set[int] = set()


class _Where(threading.local):
    """Of a thread: the turn in which it was sent home, or `_ROAMS`; None: as it was started."""

    turn: int | None = None


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
    if len(allowed) < 2 or not set(allowed) <= _busy_s().keys():
        return None
    _core.home, _core.everywhere = allowed[number % len(allowed)], set(allowed)
    watching = threading.Thread(target=_watch, name="core", daemon=True)
    watching.start()
    settle()
    return _core.home


def settle() -> None:
    """Let the calling thread be at home, if there is one."""
    home, turn = _core.home, _core.turn
    if home is None:
        roam()
    elif _where.turn != turn:
        _send({home}, turn)


def roam() -> None:
    """Let the calling thread, and what it starts from now on, run where there is room."""
    if _core.everywhere and _where.turn != _ROAMS:
        _send(_core.everywhere, _ROAMS)


@contextmanager
def roaming() -> Iterator[None]:
    """Roam within the block; who was at home is again behind it."""
    was = _where.turn
    roam()
    try:
        yield
    finally:
        if was not in {None, _ROAMS}:
            settle()


def calmest(home: int | None, others: Mapping[int, float], own: float) -> int | None:
    """Where to be at home.

    Parameters
    ----------
    home : int or None
        The core so far.
    others : mapping of int to float
        Of each core, the share that others used lately.
    own : float
        Share of a core this process used lately.

    Returns
    -------
    int or None
        The same, unless another is much calmer; None: none is calm. Who is idle keeps what it has: when
        the next question comes, others may be done.
    """
    if home is not None and own < _IDLE:
        return home
    calm = min(others, key=lambda core: others[core])
    if others[calm] > _BUSY:
        return None
    if home is None or others[home] - others[calm] > _GAIN:
        return calm
    return home


def _watch() -> None:
    """Move home to where others do least, as long as the process lives."""
    roam()
    before, own_before_s, at_s = _busy_s(), time.process_time(), time.monotonic()
    while True:
        time.sleep(_LOOK_S)
        busy, own_s, now_s = _busy_s(), time.process_time(), time.monotonic()
        passed_s = now_s - at_s
        if not _core.everywhere <= busy.keys():
            # a core is gone: the system decides from now on
            _go(None)
            return
        others = {}
        for core in _core.everywhere:
            # without a home what this process did is spread
            share = float(core == _core.home) if _core.home is not None else 1 / len(_core.everywhere)
            mine_s = share * (own_s - own_before_s)
            others[core] = max(0.0, busy[core] - before.get(core, 0.0) - mine_s) / passed_s
        _go(calmest(_core.home, others, (own_s - own_before_s) / passed_s))
        before, own_before_s, at_s = busy, own_s, now_s


def _go(home: int | None) -> None:
    """Make this core home, also for threads that wait and for the first one, which never asks."""
    left = _core.home
    if sys.platform != "linux" or home == left:
        return
    _core.home, _core.turn = home, _core.turn + 1
    cores = _core.everywhere if home is None else {home}
    for task in Path("/proc/self/task").iterdir():
        # a thread may end meanwhile
        with suppress(OSError):
            number = int(task.name)
            if number == os.getpid() or os.sched_getaffinity(number) == {left}:
                os.sched_setaffinity(number, cores)


def _busy_s() -> dict[int, float]:
    """Seconds each core was busy so far, whoever used it; nothing where the system does not say."""
    try:
        lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    ticks = os.sysconf("SC_CLK_TCK")
    found = {}
    for line in lines:
        name, *rest = line.split()
        if name.startswith("cpu") and name != "cpu":
            # user, nice, system, idle, iowait, irq, softirq, steal; guests are counted in user already
            counts = [int(one) for one in rest[:8]]
            found[int(name.removeprefix("cpu"))] = (sum(counts) - counts[3] - counts[4]) / ticks
    return found


def _send(cores: set[int], turn: int) -> None:
    if sys.platform != "linux":
        return
    try:
        os.sched_setaffinity(0, cores)
    except OSError:
        # cores were taken away from the server meanwhile: the system decides from now on
        _core.home, _core.everywhere = None, set()
        return
    _where.turn = turn
