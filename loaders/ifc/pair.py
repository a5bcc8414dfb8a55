"""Jobs shared by this process and a fork of it.

A model is opened once: the fork has all of it without reading it again, and shares its
memory until one of the two writes there. Whoever is free takes the next job. Files it
has open are opened once more by the fork: else both would move one another's place in them.
"""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from loaders.isolate import die_with_parent

_NUMBER = struct.Struct("H")
_MOST = 4096
"""A page of numbers: what a pipe holds for certain."""
_LONGEST = 600
_DESCRIPTORS = Path("/proc/self/fd")


def in_pair(count: int, work: Callable[[int], None]) -> None:
    """Do jobs 0 to `count` - 1, each once, here or in a copy of this process.

    Parameters
    ----------
    count : int
        At most 2,048.
    work : callable
        Does one job. What it changes in memory stays in the process that did it: results go to files.

    Raises
    ------
    RuntimeError
        A job failed in the copy; says how. What `work` raises here comes through as it is. A signal
        that ended the copy ends this process too, as if it had been its own.
    """
    if count * _NUMBER.size > _MOST:
        raise ValueError(f"{count} jobs are more than fit: at most {_MOST // _NUMBER.size}")
    tickets, given = os.pipe()
    heard, said = os.pipe()
    os.write(given, b"".join(_NUMBER.pack(number) for number in range(count)))
    os.close(given)
    copy = os.fork()
    if copy == 0:
        os.close(heard)
        _in_copy(tickets, said, work)
    os.close(said)
    try:
        for number in _taken(tickets):
            work(number)
        with os.fdopen(heard, "rb", closefd=False) as end:
            message = end.read().decode(errors="replace")
    except BaseException:
        os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)
        raise
    finally:
        os.close(tickets)
        os.close(heard)
    _, status = os.waitpid(copy, 0)
    if os.WIFSIGNALED(status):
        os.kill(os.getpid(), os.WTERMSIG(status))
    if message or status:
        raise RuntimeError(message or f"the copy ended with status {status}")


def _taken(tickets: int) -> Iterator[int]:
    while number := os.read(tickets, _NUMBER.size):
        yield _NUMBER.unpack(number)[0]


def _in_copy(tickets: int, said: int, work: Callable[[int], None]) -> None:
    """The life of the copy; never returns."""
    try:
        die_with_parent()
        _open_anew()
        for number in _taken(tickets):
            work(number)
    except BaseException as error:  # told to the parent, which raises
        os.write(said, f"{type(error).__name__}: {error}".encode()[:_LONGEST])
    finally:
        sys.stderr.flush()
        os._exit(0)


def _open_anew() -> None:
    """Give this process places of its own in the files that it reads; a model opened lazily is one."""
    for number in [int(link.name) for link in _DESCRIPTORS.iterdir()]:
        try:
            regular = stat.S_ISREG(os.fstat(number).st_mode)
            reads = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
        except OSError:  # the listing's own, closed by now
            continue
        if regular and reads:
            fresh = os.open(_DESCRIPTORS / str(number), os.O_RDONLY)
            os.dup2(fresh, number, inheritable=False)
            os.close(fresh)
