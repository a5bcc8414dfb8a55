"""How long the parts of a load take."""

from __future__ import annotations

import time


class Clock:
    """Seconds of each part of a load."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """The part of that name ends now."""
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now
