"""`LogAge`: how far the touch log is known, so that nothing is served on trust beyond the promise."""

from __future__ import annotations

from collections.abc import Callable

FRESH_S = 1.0
"""The promise: a commit this old shows in every tile served."""


class LogAge:
    """Moments of the last two polls of the log.

    Parameters
    ----------
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._previous_at = self._last_at = float("-inf")

    def ticked(self) -> None:
        """Note the end of a poll whose news are all noted."""
        # The poll that ends now began after the one before had ended: that moment is what it vouches for.
        self._previous_at, self._last_at = self._last_at, self._clock()

    @property
    def fresh(self) -> bool:
        """Whether everything committed `FRESH_S` ago is known."""
        return self._clock() - self._previous_at <= FRESH_S
