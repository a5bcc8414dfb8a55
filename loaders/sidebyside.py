"""Several files at once: their children work side by side, what they write comes one after the other."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

_MIB = 1024 * 1024


def side_by_side(jobs: Sequence[Callable[[], T]], at_once: int) -> list[T]:
    """Run jobs on threads and return what they returned, in the order of the jobs.

    An exception of a job comes through once it happens; the others are not waited for.
    The threads end with the process, and so do the children they started, so that an
    interrupt by the user is not kept waiting.

    Parameters
    ----------
    jobs : sequence of callable
        Each mostly waits for a child process.
    at_once : int
        How many run at the same time.
    """
    if at_once <= 1 or len(jobs) <= 1:
        return [job() for job in jobs]
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(jobs)):
        waiting.put(number)
    done: queue.SimpleQueue[tuple[int, T | None, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((number, jobs[number](), None))
            except BaseException as error:  # raised again where it is waited for
                done.put((number, None, error))

    for number in range(min(at_once, len(jobs))):
        threading.Thread(target=work, name=f"twin-load-{number}", daemon=True).start()
    results: dict[int, T] = {}
    for _ in jobs:
        number, result, error = done.get()
        if error is not None:
            raise error
        results[number] = result  # type: ignore[assignment]
    return [results[number] for number in range(len(jobs))]


def files_at_once(memory_mb: int, connections: int) -> int:
    """How many files may be read at the same time on this machine; at least one.

    Parameters
    ----------
    memory_mb : int
        What the child of one file may use.
    connections : int
        Database connections this process may hold; a file holds one, and one more may be asked for.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // (memory_mb * _MIB)
    return max(1, min(len(os.sched_getaffinity(0)), memory, connections // 2))
