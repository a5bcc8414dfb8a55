"""What a transaction could see: the clock of everything that is polled.

A row written by transaction `xid` is news for a reader exactly when the reader's last
snapshot did not see that transaction. Comparing ids with "the highest seen so far" is
not enough: a transaction that started earlier may commit later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from twin.errors import InvalidInput

_TEXT = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19},)*\d{1,19})?")
_LONGEST = 20_000
"""Characters; a thousand open transactions fit. A cursor arrives from outside."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A `pg_snapshot`.

    Attributes
    ----------
    xmin : int
        Every transaction below is finished and seen, if it committed.
    xmax : int
        No transaction from here on is seen.
    running : frozenset of int
        Transactions between the two that were still running, hence not seen.
    """

    xmin: int
    xmax: int
    running: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Snapshot:
        """Read PostgreSQL's form `xmin:xmax:xip,xip`.

        Raises
        ------
        InvalidInput
            It is not a snapshot.

        Examples
        --------
        >>> Snapshot.parse("10:20:10,14").sees(14)
        False
        >>> Snapshot.parse("10:20:10,14").sees(15)
        True
        """
        match = _TEXT.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None:
            raise InvalidInput(f"'{text[:80]}' is not a snapshot; it has the form xmin:xmax:xip,xip")
        xmin, xmax = int(match[1]), int(match[2])
        running = frozenset(int(xid) for xid in match[3].split(",")) if match[3] else frozenset()
        if not 0 < xmin <= xmax < 2**63 or any(not xmin <= xid < xmax for xid in running):
            raise InvalidInput(f"'{text[:80]}' is not a snapshot: its ids are out of order")
        return cls(xmin, xmax, running)

    def sees(self, xid: int) -> bool:
        """Whether rows of that transaction, if it committed, are visible in this snapshot."""
        if xid < self.xmin:
            return True
        return xid < self.xmax and xid not in self.running

    def covers(self, earlier: Snapshot) -> bool:
        """Whether everything visible in `earlier` is visible in this snapshot."""
        return self.xmax >= earlier.xmax and all(
            xid >= earlier.xmax or xid in earlier.running for xid in self.running
        )

    def __str__(self) -> str:
        return f"{self.xmin}:{self.xmax}:{','.join(map(str, sorted(self.running)))}"
