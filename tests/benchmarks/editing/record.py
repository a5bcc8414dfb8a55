"""What was committed, when, and what a reader is owed."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections import defaultdict


class Record:
    """Commits of many writers; a place's values only grow, so the newest is the largest."""

    def __init__(self) -> None:
        self._at: dict[str, list[float]] = defaultdict(list)
        self._values: dict[str, list[float]] = defaultdict(list)
        self._lock = threading.Lock()

    def committed(self, code: str, value: float) -> None:
        """Note a commit that the database has confirmed."""
        with self._lock:
            self._at[code].append(time.monotonic())
            self._values[code].append(value)

    def owed(self, code: str, by: float) -> float:
        """Newest value that was confirmed before `by`; 0: none."""
        with self._lock:
            seen = bisect_right(self._at[code], by)
            return self._values[code][seen - 1] if seen else 0.0

    def __len__(self) -> int:
        with self._lock:
            return sum(len(one) for one in self._at.values())
