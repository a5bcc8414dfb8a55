"""`Kept`: one layer, and how far its copy is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tiles.vector.layers import Layer
from tiles.vector.snapshot.touched import Touched
from twin.cells import Cell
from twin.live.snapshot import Snapshot

if TYPE_CHECKING:
    from tiles.vector.snapshot.copied import Copied

State = Literal["waiting", "ready", "too large", "failed"]


@dataclass(frozen=True, slots=True)
class Pending:
    """A copy that is made and waits for the tick that covers its snapshot.

    Attributes
    ----------
    copied : Copied
        The copy.
    snapshot : Snapshot
        What it was read in.
    cells : dict or None
        Cells that were looked at again, each with the first transaction whose rows were read, 0: all of
        them; None: all of the layer.
    """

    copied: Copied
    snapshot: Snapshot
    cells: dict[Cell, int] | None


@dataclass(slots=True)
class Kept:
    """One layer; guarded by the lock of its keeper.

    Attributes
    ----------
    layer : Layer
        Which.
    state : str
        `waiting` for its first load, `ready`, `too large` for the memory or `failed`; in the
        last two its tiles come from PostGIS until it is tried again.
    copied : Copied or None
        What tiles are made from.
    pending : Pending or None
        What takes its place next.
    touched : Touched
        What `copied` does not show.
    reading : object or None
        Of the read that is under way; forgetting the copy makes its outcome worthless.
    not_before : float
        Moment of the clock before which nothing is read.
    since : int
        First transaction the first reading of `copied` may not have seen.
    since_of : dict
        The same of cells that were read again.
    said : str
        Why it could not be read the last time; empty: it could.
    """

    layer: Layer
    state: State = "waiting"
    copied: Copied | None = None
    pending: Pending | None = None
    touched: Touched = field(default_factory=Touched)
    reading: object | None = None
    not_before: float = float("-inf")
    since: int = 0
    since_of: dict[Cell, int] = field(default_factory=dict)
    said: str = ""

    def install(self, seen: Snapshot) -> bool:
        """Put the pending copy in place if the newest tick covers its snapshot; whether it did."""
        pending = self.pending
        if pending is None or not seen.covers(pending.snapshot):
            return False
        self.copied, self.pending, self.state, self.said = pending.copied, None, "ready", ""
        self.touched.settle(pending.snapshot, pending.cells)
        if pending.cells is None:
            self.since, self.since_of = pending.snapshot.xmin, {}
        else:
            self.since_of.update(dict.fromkeys(pending.cells, pending.snapshot.xmin))
        return True

    def read_since(self, cell: Cell) -> int:
        """First transaction whose rows on a cell have to be read; 0: any, for a joined table changed."""
        return 0 if cell in self.touched.joined else self.since_of.get(cell, self.since)

    def forget(self, state: State, not_before: float) -> None:
        """Give the copy up."""
        self.copied, self.pending, self.reading = None, None, None
        self.state, self.not_before = state, not_before
        self.touched.clear()

    @property
    def nbytes(self) -> int:
        """Memory of the copy that is used, or of the one that takes its place next, bytes."""
        if self.pending is not None:
            return self.pending.copied.nbytes
        return 0 if self.copied is None else self.copied.nbytes

    @property
    def held_bytes(self) -> int:
        """Memory of both while there are two; an update shares the dictionary."""
        if self.pending is None or self.copied is None:
            return self.nbytes
        old, new = self.copied, self.pending.copied
        return old.nbytes + new.nbytes - (old.dictionary.nbytes if old.dictionary is new.dictionary else 0)
