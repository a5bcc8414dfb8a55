"""`History`: what was touched lately, and whether a tile has seen all of it that concerns it."""

from __future__ import annotations

from collections import deque

from tiles.source import Made
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick, Touch

_MOST = 2_000
"""Touches remembered: looking through all of them takes a millisecond, as making a tile does."""


class History:
    """Touches of the last while, each with a snapshot that saw all before it.

    A tile is as good as new when its snapshot saw every remembered touch on its cells, and
    everything from before what is remembered. Not locked: its owner is.
    """

    def __init__(self) -> None:
        # What was touched after a snapshot and before that of the next entry; the last is empty:
        # nothing was touched since.
        self._entries: deque[tuple[Snapshot, tuple[Touch, ...]]] = deque()
        self._latest: Snapshot | None = None
        self._touches = 0

    def __len__(self) -> int:
        return self._touches

    def hear(self, tick: Tick) -> None:
        """Remember a tick; each follows the one before, the empty ones too."""
        if self._latest is None or not tick.snapshot.covers(self._latest):
            # the first, or another server answers and is behind the one before
            self._entries.clear()
            self._touches = 0
            self._entries.append((tick.snapshot, ()))
        elif tick.touches:
            before, _ = self._entries.pop()
            self._entries.append((before, tick.touches))
            self._entries.append((tick.snapshot, ()))
            self._touches += len(tick.touches)
            while self._touches > _MOST:
                self._touches -= len(self._entries.popleft()[1])
        self._latest = tick.snapshot

    def holds(self, made: Made) -> bool:
        """Whether a tile, made whenever and by whomever, shows all that was heard of.

        It need not have seen the last look: what was touched since what it has seen decides. Of a
        tile older than all that is remembered nobody knows.
        """
        if made.cells is None:
            return True
        for before, touches in reversed(self._entries):
            if any(_concerns(touch, made) for touch in touches):
                return False
            if made.snapshot.covers(before):
                return True
        return False


def _concerns(touch: Touch, made: Made) -> bool:
    """Whether a touch is on the cells of a tile that has not seen it."""
    return (
        touch.collection in made.collections
        and (
            touch.cell_e is None
            or touch.cell_n is None
            or made.cells is None
            or made.cells.holds(touch.cell_e, touch.cell_n)
        )
        and not made.snapshot.sees(touch.xid)
    )
