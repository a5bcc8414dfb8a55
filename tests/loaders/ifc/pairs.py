"""Jobs for two processes, some of which fail on purpose: run by `loaders.isolate` in the child."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loaders.ifc.pair import in_pair

Emit = Callable[[dict[str, Any]], None]

_PATIENCE_S = 10.0
_RECORD = 16


def share(scratch: Path, emit: Emit, *, count: int) -> dict[str, Any]:
    """Each job notes who did it; the first of each process waits until the other has one."""
    here = os.getpid()
    in_pair(count, lambda number: _note(scratch, number, here))
    return {"here": here}


def fail(scratch: Path, emit: Emit, *, where: str, how: str) -> None:
    """One of the two fails in its first job."""
    here = os.getpid()

    def work(number: int) -> None:
        _note(scratch, number, here)
        if (os.getpid() == here) == (where == "here"):
            if how == "raise":
                raise KeyError(f"job {number}")
            os.kill(os.getpid(), getattr(signal, how))

    in_pair(20, work)


def read(scratch: Path, emit: Emit, *, path: str) -> dict[str, Any]:
    """Both read a file that was opened before, at many places; tells how often another place was read."""
    here = os.getpid()
    file = os.open(path, os.O_RDONLY)
    count = os.fstat(file).st_size // _RECORD

    def work(number: int) -> None:
        _note(scratch, number, here)
        wrong = 0
        for step in range(4000):
            record = (number * 7919 + step * 104729) % count
            os.lseek(file, record * _RECORD, os.SEEK_SET)
            wrong += os.read(file, _RECORD) != b"%015d\n" % record
        (scratch / f"wrong-{number}.txt").write_text(str(wrong))

    in_pair(20, work)
    return {"wrong": sum(int(found.read_text()) for found in scratch.glob("wrong-*.txt"))}


def linger(scratch: Path, emit: Emit) -> None:
    """Both go on for longer than anybody listens."""
    here = os.getpid()

    def work(number: int) -> None:
        _note(scratch, number, here)
        if os.getpid() == here:
            emit({"here": here})
        time.sleep(60)

    in_pair(2, work)


def _note(scratch: Path, number: int, here: int) -> None:
    mine = "here" if os.getpid() == here else "copy"
    with (scratch / f"{mine}.txt").open("a") as done:
        done.write(f"{number} {os.getpid()}\n")
    other = scratch / ("copy.txt" if mine == "here" else "here.txt")
    until = time.monotonic() + _PATIENCE_S
    # a file that is there may not be written yet
    while not (other.exists() and other.stat().st_size) and time.monotonic() < until:
        time.sleep(0.001)
