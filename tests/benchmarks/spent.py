"""What a contestant spends: CPU-seconds of processes that come and go, and of the database."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import psycopg

from twin.settings import Settings

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_s(settings: Settings) -> float:
    """CPU-seconds of this process, of its children that ended, and of the database, ended backends too."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) + database_cpu_s(settings)


def database_cpu_s(settings: Settings) -> float:
    """CPU-seconds of all processes of the database server so far, ended backends too."""
    with psycopg.connect(settings.dsn) as connection:
        row = connection.execute("select pg_read_file('postmaster.pid')").fetchone()
        assert row is not None
        server = int(row[0].split()[0])
    # a backend that ends is first its own and then its parent's: look until none ended meanwhile
    while True:
        ended = sum(_stat(server)[11:15])
        running = sum(sum(stat[11:13]) for stat in _processes() if stat[1] == server)
        if sum(_stat(server)[11:15]) == ended:
            return (ended + running) * _TICK_S


def _processes() -> Iterator[list[int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                yield _stat(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue


def _stat(pid: int) -> list[int]:
    """Numbers of `/proc/<pid>/stat` after the name: state as 0, then parent, group ..."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return [0, *map(int, words[1:])]
