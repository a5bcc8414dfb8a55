"""Children that fall on purpose: run by `loaders.isolate` in place of the real ones."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

Emit = Callable[[dict[str, Any]], None]


def die(scratch: Path, emit: Emit, **_: Any) -> None:
    """Crash as a kernel does."""
    os.kill(os.getpid(), signal.SIGSEGV)


def mesh_but_fall(scratch: Path, emit: Emit, *, rung: str, wanted: str, **arguments: Any) -> dict[str, Any]:
    """The fast rungs crash at once; one by one the first object kills its child, the rest are meshed."""
    from loaders.ifc import meshing

    names = orjson.loads(Path(wanted).read_bytes())
    victim = scratch / "victim"
    if rung in ("split", "second"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if rung == "bare" and not victim.exists():
        emit({"trying": names[0]})
        victim.write_text(names[0])
        os.kill(os.getpid(), signal.SIGSEGV)
    return meshing.mesh_model(scratch, emit, rung=rung, wanted=wanted, **arguments)


def mesh_but_the_copy_falls(scratch: Path, emit: Emit, *, rung: str, **arguments: Any) -> dict[str, Any]:
    """Of the two that share the first rung the copy crashes; this process waits until it has."""
    from loaders.ifc import meshing

    here, fallen = os.getpid(), scratch / "fallen"
    split = meshing._split

    def falling(*job: Any) -> Iterator[Any]:
        if os.getpid() != here:
            fallen.touch()
            os.kill(os.getpid(), signal.SIGSEGV)
        until = time.monotonic() + 10
        while not fallen.exists() and time.monotonic() < until:
            time.sleep(0.001)
        return split(*job)

    meshing._split = falling
    return meshing.mesh_model(scratch, emit, rung=rung, **arguments)


def mesh_on_one_core(scratch: Path, emit: Emit, **arguments: Any) -> dict[str, Any]:
    """As on a machine where nobody can help."""
    from loaders.ifc import meshing

    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return meshing.mesh_model(scratch, emit, **arguments)
