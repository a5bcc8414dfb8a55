"""Which processes of ours run: one small file each in the state directory.

A process is known by its number *and* its start, so a number that the system
has given to another program since is never taken for ours, let alone stopped.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """A running process of ours.

    Attributes
    ----------
    name : str
        ``up``, ``server``, ``simulator`` or ``checks``.
    pid : int
        Its number.
    details : dict
        What was noted at its start (URL, log file, time).
    """

    name: str
    pid: int
    details: dict[str, Any] = field(default_factory=dict)


def record(state_dir: Path, name: str, pid: int, **details: Any) -> None:
    """Note that this process runs under this name."""
    state_dir.mkdir(parents=True, exist_ok=True)
    entry = {"pid": pid, "mark": start_mark(pid), "details": details}
    fresh = _file(state_dir, name).with_suffix(".new")
    fresh.write_text(json.dumps(entry, ensure_ascii=False))
    fresh.replace(_file(state_dir, name))


def recorded(state_dir: Path, name: str) -> Process | None:
    """Return the process noted under this name if it still is the one that was noted."""
    try:
        entry = json.loads(_file(state_dir, name).read_text())
        pid, mark = int(entry["pid"]), entry["mark"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if mark is None or start_mark(pid) != mark:
        return None
    return Process(name=name, pid=pid, details=entry.get("details") or {})


def forget(state_dir: Path, name: str) -> None:
    """Remove the note."""
    _file(state_dir, name).unlink(missing_ok=True)


def stop(state_dir: Path, name: str, patience_s: float) -> bool:
    """End the process noted under this name, politely first; whether there was one."""
    process = recorded(state_dir, name)
    if process is None:
        forget(state_dir, name)
        return False
    for number, wait_s in ((signal.SIGTERM, patience_s), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
        deadline = time.monotonic() + wait_s
        while time.monotonic() < deadline:
            if recorded(state_dir, name) is None:
                forget(state_dir, name)
                return True
            time.sleep(0.05)
    return True


def start_mark(pid: int) -> str | None:
    """When a living process started, as this system tells it; None when it does not live."""
    try:
        # The name in field 2 may hold blanks and brackets: what counts stands behind the last one.
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None if (_PROC / "self" / "stat").exists() else _start_by_ps(pid)
    state, ticks = fields[0], fields[19]
    return None if state in "ZX" else f"{boot}:{ticks}"


def _start_by_ps(pid: int) -> str | None:
    said = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or None


def _file(state_dir: Path, name: str) -> Path:
    return state_dir / f"{name}.json"
