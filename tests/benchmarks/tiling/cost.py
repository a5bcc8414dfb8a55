"""What a server costs: CPU-seconds of its processes and of the backends of its database."""

from __future__ import annotations

from pathlib import Path

import psycopg

from twin.settings import Settings

_NS = 1e-9
Ran = dict[tuple[str, str], int]
"""Nanoseconds by process and thread."""


def ran(group: int, settings: Settings) -> Ran:
    """How long each thread of a server and each backend of the database ran so far.

    Other contestants are idle meanwhile, so what backends spend is spent for this one.
    """
    with psycopg.connect(settings.dsn) as connection:
        backends = connection.execute(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        ).fetchall()
    return _threads([*(str(row[0]) for row in backends), *_members(group)])


def spent_s(before: Ran, after: Ran) -> float:
    """CPU-seconds between two looks; of what ended in between, what is not known is left out."""
    return _NS * sum(ns - before.get(thread, 0) for thread, ns in after.items())


def server_cpu_s(group: int) -> float:
    """CPU-seconds of the processes of a process group so far."""
    return _NS * sum(_threads(_members(group)).values())


def _threads(pids: list[str]) -> Ran:
    """Exact, where /proc/PID/stat counts hundredths of a second."""
    found: Ran = {}
    for pid in pids:
        for schedule in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                found[pid, schedule.parent.name] = int(schedule.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                # ended between the listing and the reading
                continue
    return found


def _members(group: int) -> list[str]:
    names = [folder.name for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    return [name for name in names if _group(name) == group]


def _group(pid: str) -> int | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(text.rpartition(")")[2].split()[2])
