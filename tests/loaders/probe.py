"""What the tests of `loaders.isolate` run in the child."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twin.errors import NotGeoreferenced

Emit = Callable[[dict[str, Any]], None]


def answer(scratch: Path, emit: Emit, *, count: int) -> dict[str, Any]:
    """Chatty, as native libraries are."""
    os.write(1, b"a library prints to standard output\n")
    for number in range(count):
        emit({"number": number})
    (scratch / "result.txt").write_text("done")
    return {"count": count, "environment": sorted(os.environ)}


def crash(scratch: Path, emit: Emit) -> None:
    """Read a null pointer."""
    ctypes.string_at(0)


def hang(scratch: Path, emit: Emit) -> None:
    """Sleep, which costs no processor time."""
    time.sleep(600)


def burn(scratch: Path, emit: Emit) -> None:
    """Use processor time."""
    while True:
        pass


def swell(scratch: Path, emit: Emit) -> None:
    """Take memory."""
    bytearray(10_000_000_000)


def link(scratch: Path, emit: Emit) -> None:
    """Fail as an import does when a shared library does not fit."""
    raise ImportError("libgdal.so: failed to map segment from shared object")


def refuse(scratch: Path, emit: Emit) -> None:
    """Raise an error of ours."""
    raise NotGeoreferenced("no CRS in here")


def stumble(scratch: Path, emit: Emit) -> None:
    """Raise somebody else's error."""
    raise KeyError("geometry")
