"""Looking for cycles where there may be some, and more seldom while many objects are made that form none."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 200_000
"""New objects between two looks. By default 700: each chunk of shapes of a file was looked at thirty
times over, a tenth of the processor time of a load."""

_lock = threading.Lock()
_loads = 0
_usual = gc.get_threshold()


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within the block, of all threads, the collector of cycles runs less often."""
    global _loads, _usual  # noqa: PLW0603 - the collector is one of the process
    with _lock:
        if _loads == 0:
            _usual = gc.get_threshold()
            gc.set_threshold(max(_OBJECTS, _usual[0]), *_usual[1:])
        _loads += 1
    try:
        yield
    finally:
        with _lock:
            _loads -= 1
            if _loads == 0:
                gc.set_threshold(*_usual)


def keep_what_is_there() -> None:
    """Never look again at what this process has now: modules, routes, compiled kernels.

    They stay as long as the process, 155,000 objects of a server with its kernels, and looking through them
    took 60 ms and more, several times a second where answers are made of many objects
    (docs/decisions/0020-queries.md). Called when all of a kind is loaded; what is garbage by then goes first.
    """
    gc.collect()
    gc.freeze()
