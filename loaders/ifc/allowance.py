"""How much time a model may take in all its children together: a small file that takes long is stuck."""

from __future__ import annotations

import math

_BASE_S, _PER_MB_S = 24.0, 5.0
_FREE_MB = 5.0
_LEAST_S = 2
_LAST_SHARE = 1 / 3
_PATIENCE = 4
"""Seconds waited for a second of processor: others may be using it."""
_LAST_PATIENCE = 16


class Allowance:
    """Seconds of processor of one model: 24 up to 5 MB, 5 more for each further MB.

    Where two processes mesh, each may use what is left; what both used is taken off afterwards.

    Processor, not clock, so that a busy machine refuses nothing; each step may use what the
    steps before it left. With starting the children and writing the rows a file under
    5 MB ends within half a minute on an idle core. The last steps get a third of the whole in any
    case: they are not what gets stuck, and without them what was reached would be lost.

    Parameters
    ----------
    size_bytes : int
        Of the file.
    most_s : int
        `TWIN_LOAD_SECONDS`: no step may take longer, whatever the size.
    """

    def __init__(self, size_bytes: int, most_s: int) -> None:
        self._most_s = most_s
        self._all_s = self._left_s = _allowed_s(size_bytes)

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self._left_s <= 0

    def spend(self, seconds: float) -> None:
        """Take off what a child used."""
        self._left_s -= seconds

    def unpacked(self, size_bytes: int) -> None:
        """Size of the plain file, where that was in an archive."""
        before, self._all_s = self._all_s, _allowed_s(size_bytes)
        self._left_s += self._all_s - before

    def step(self, share: float = 1.0) -> dict[str, int]:
        """`seconds` and `processor_s` for a child that may use a share of what is left; at least 2 s."""
        return self._limits(max(_LEAST_S, self._left_s * share), _PATIENCE)

    def last(self) -> dict[str, int]:
        """The same for boxes and for the derived shapes: all that is left, a third of the whole at least."""
        return self._limits(max(_LEAST_S, self._left_s, self._all_s * _LAST_SHARE), _LAST_PATIENCE)

    def _limits(self, seconds: float, patience: int) -> dict[str, int]:
        processor_s = min(self._most_s, math.ceil(seconds))
        return {"seconds": min(self._most_s, patience * processor_s), "processor_s": processor_s}


def _allowed_s(size_bytes: int) -> float:
    return _BASE_S + _PER_MB_S * max(0.0, size_bytes / 1e6 - _FREE_MB)
