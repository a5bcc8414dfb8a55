"""Children that fall on purpose: run by `loaders.isolate` in place of the real ones."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
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
