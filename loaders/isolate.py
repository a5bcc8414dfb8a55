"""Untrusted files are parsed in a child process that may not grow, hang or take us along.

The child gets a function by name and arguments as JSON, and answers by events (one JSON
line each) and by files in a scratch folder; nothing is ever unpickled. It waits when it
is a few events ahead, so that a slow reader of the events keeps the scratch folder small.

A parse function looks like this::

    def read(scratch: Path, emit: Callable[[dict], None], *, path: str) -> dict: ...
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from twin import errors
from twin.errors import SourceUnreadable, TwinError

Json = dict[str, Any]
Emit = Callable[[Json], None]
Spent = Callable[[float], None]

_AHEAD = 3
"""Events the child may be ahead of whoever reads them."""
_MIB = 1024 * 1024
_PR_SET_PDEATHSIG = 1
_ERROR_TAIL = 600
_NO_MEMORY = ("MemoryError", "bad_alloc", "Cannot allocate memory", "failed to map segment")
"""What Python, C++, the system and its linker say when the limit is reached."""


def run_isolated(
    function: str,
    arguments: Mapping[str, Any],
    *,
    memory_mb: int,
    seconds: int,
    scratch: Path,
    on_event: Emit | None = None,
    processor_s: int | None = None,
    spent: Spent | None = None,
) -> Json:
    """Run a parse function in a limited child process and return what it returned.

    Parameters
    ----------
    function : str
        ``package.module:name``.
    arguments : mapping
        JSON-able keyword arguments.
    memory_mb, seconds : int
        Address space; seconds of processor, and of our waiting for it.
    scratch : Path
        Existing folder the child writes its files to; its working directory.
    on_event : callable, optional
        Called with every event the child emits.
    processor_s : int, optional
        Seconds of processor, where they are fewer than `seconds`: on a busy machine one waits longer.
    spent : callable, optional
        Takes the seconds of processor the child used, however it ended.

    Raises
    ------
    SourceUnreadable
        The child failed, crashed, ran out of memory or of time; says which.
    TwinError
        What the function itself raised from the tree of `twin.errors`.
    """
    with isolated(
        function,
        arguments,
        memory_mb=memory_mb,
        seconds=seconds,
        scratch=scratch,
        processor_s=processor_s,
        spent=spent,
    ) as events:
        result: Json = {}
        for event in events:
            if "return" in event:
                result = event["return"]
            elif on_event is not None:
                on_event(event)
        return result


@contextmanager
def isolated(
    function: str,
    arguments: Mapping[str, Any],
    *,
    memory_mb: int,
    seconds: int,
    scratch: Path,
    processor_s: int | None = None,
    spent: Spent | None = None,
) -> Iterator[Iterator[Json]]:
    """Like `run_isolated`, for a reader that wants the events one by one; the last is ``{"return": ...}``.

    Leaving the block ends the child, whatever it is doing.
    """
    stderr = scratch / "stderr.txt"
    limits = _Limits(memory_mb, seconds, seconds if processor_s is None else min(processor_s, seconds))
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TWIN_", "DATABASE_", "PG"))
        },
        # one file, one core: the other one writes
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with stderr.open("wb") as said:
        started = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "loaders.isolate",
                function,
                str(memory_mb),
                str(limits.processor_s),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=scratch,
            env=environment,
            start_new_session=True,
        )
    child = _Child(started)
    try:
        yield _events(child, arguments, limits, stderr)
    finally:
        child.kill()
        used_s = child.wait()
        if spent is not None:
            spent(used_s)
        for pipe in (started.stdin, started.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


@dataclass(frozen=True, slots=True)
class _Limits:
    memory_mb: int
    seconds: int
    processor_s: int


class _Child:
    """A started child; its end is waited for once, for only then the system says what it used."""

    def __init__(self, started: subprocess.Popen[bytes]) -> None:
        self.started = started
        self._used_s: float | None = None

    def wait(self) -> float:
        """Seconds of processor it used."""
        if self._used_s is None:
            _, status, usage = os.wait4(self.started.pid, 0)
            self.started.returncode = os.waitstatus_to_exitcode(status)
            self._used_s = usage.ru_utime + usage.ru_stime
        return self._used_s

    def kill(self) -> None:
        """End it and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.started.pid, signal.SIGKILL)


def _events(child: _Child, arguments: Mapping[str, Any], limits: _Limits, stderr: Path) -> Iterator[Json]:
    stdin, stdout = child.started.stdin, child.started.stdout
    if stdin is None or stdout is None:
        raise SourceUnreadable("the parser has no pipes")
    left_s = float(limits.seconds)
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        child.kill()

    with suppress(BrokenPipeError):  # then its exit code says why
        stdin.write(orjson.dumps(dict(arguments)) + b"\n")
        stdin.flush()
    while True:
        # only our waiting counts: the database may take its time between two events
        waiting = time.monotonic()
        watchdog = threading.Timer(max(left_s, 0.01), expire)
        watchdog.start()
        line = stdout.readline()
        watchdog.cancel()
        left_s -= time.monotonic() - waiting
        if not line.endswith(b"\n"):
            child.wait()
            raise SourceUnreadable(_obituary(child.started.returncode, expired.is_set(), limits, stderr))
        event = orjson.loads(line)
        if "raise" in event:
            raise _error(event["raise"], event["message"])
        yield event
        if "return" in event:
            return
        with suppress(BrokenPipeError):
            stdin.write(b"\n")
            stdin.flush()


def _error(name: str, message: str) -> TwinError:
    kind = getattr(errors, name, SourceUnreadable)
    if not (isinstance(kind, type) and issubclass(kind, TwinError)) or kind is errors.InvalidParameter:
        kind = SourceUnreadable
    return kind(message)


def _obituary(code: int, expired: bool, limits: _Limits, stderr: Path) -> str:
    said = stderr.read_text(errors="replace").strip()[-_ERROR_TAIL:]
    if code == -signal.SIGXCPU and limits.processor_s < limits.seconds:
        return (
            f"parsing took longer than {limits.processor_s} s of processor time and was stopped: "
            "more than a file of this size should need"
        )
    if expired or code == -signal.SIGXCPU:
        return f"parsing took longer than {limits.seconds} s and was stopped; TWIN_LOAD_SECONDS allows more"
    if any(sign in said for sign in _NO_MEMORY):
        return _needs_more(limits.memory_mb)
    if code < 0:
        name = signal.Signals(-code).name
        return f"the parser crashed on this file ({name}); nothing was loaded. {said}".strip()
    return f"the parser stopped with code {code}; nothing was loaded. {said}".strip()


def _needs_more(memory_mb: int) -> str:
    return f"parsing needs more than {memory_mb} MB and was stopped; TWIN_LOAD_MEMORY_MB allows more"


def _child(function: str, memory_mb: int, seconds: int) -> None:
    _limit(memory_mb, seconds)
    # native libraries print to descriptor 1; events go by a descriptor of our own
    events = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    arguments = orjson.loads(sys.stdin.buffer.readline())
    ahead = 0

    def emit(event: Json) -> None:
        nonlocal ahead
        events.write(orjson.dumps(event, option=orjson.OPT_SERIALIZE_NUMPY, default=str) + b"\n")
        events.flush()
        ahead += 1
        while ahead > _AHEAD:
            if not sys.stdin.buffer.readline():
                os._exit(0)  # nobody listens any more
            ahead -= 1

    try:
        module, _, name = function.partition(":")
        result = getattr(importlib.import_module(module), name)(Path.cwd(), emit, **arguments)
        final: Json = {"return": result if result is not None else {}}
    except TwinError as error:
        final = {"raise": type(error).__name__, "message": str(error)}
    except Exception as error:  # whatever a reader raises on a bad file
        text = f"{type(error).__name__}: {error}"
        if any(sign in text for sign in _NO_MEMORY):
            text = _needs_more(memory_mb)
        final = {"raise": "SourceUnreadable", "message": text}
    events.write(orjson.dumps(final, option=orjson.OPT_SERIALIZE_NUMPY, default=str) + b"\n")
    events.flush()
    # native libraries like to crash when they are torn down; everything is said
    os._exit(0)


def _limit(memory_mb: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * _MIB, memory_mb * _MIB))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    die_with_parent()


def die_with_parent() -> None:
    """Let the system end this process with whoever started it, even if that one is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
