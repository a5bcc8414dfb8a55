"""What writers and readers of one run share."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from queue import Queue

from tests.benchmarks.editing.record import Record

_FOLLOWED_AT_ONCE = 2


@dataclass
class Session:
    """One run.

    Attributes
    ----------
    record : Record
        What was committed.
    fresh : Queue
        Code, value and time of some commits, for those who wait until they are seen.
    stop : Event
        Set at the end, or when one of them failed.
    taken_back : int
        Edits that were rolled back.
    checked, stale : int
        Answers, and those of them that missed a commit older than the promise.
    visible_s : list of float
        From the confirmation of a commit until a request that showed it was sent; infinite: not in 5 s.
    lock : Lock
        Of the counts.
    """

    record: Record = field(default_factory=Record)
    fresh: Queue[tuple[str, float, float]] = field(default_factory=lambda: Queue(_FOLLOWED_AT_ONCE))
    stop: threading.Event = field(default_factory=threading.Event)
    taken_back: int = 0
    checked: int = 0
    stale: int = 0
    visible_s: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
