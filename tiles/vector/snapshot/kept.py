"""`Kept`: one layer, and how far its copy is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tiles.vector.layers import Layer
from tiles.vector.snapshot.standing import Standing
from tiles.vector.snapshot.touched import Touched
from twin.cells import Cell
from twin.live.snapshot import Snapshot
from twin.live.tick import Touch

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
    standing : Standing or None
        How far a copy of all of the layer stands; None: as one that was just read.
    """

    copied: Copied
    snapshot: Snapshot
    cells: dict[Cell, int] | None
    standing: Standing | None = None


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
    incoming : Touched or None
        What was heard since the making or taking of another copy of all of the layer began.
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
    refused : str
        Name of a file that is not taken.
    stamp : tuple or None
        Of the head that was looked at last.
    taken : tuple or None
        A copy and the cells something of it stands on, if those are known.
    rest_until, take_after, share_after : float
        Moments of the clock before which the layer is not read whole for all, no file is taken, and none
        is written of a copy that is there.
    """

    layer: Layer
    state: State = "waiting"
    copied: Copied | None = None
    pending: Pending | None = None
    touched: Touched = field(default_factory=Touched)
    incoming: Touched | None = None
    reading: object | None = None
    not_before: float = float("-inf")
    since: int = 0
    since_of: dict[Cell, int] = field(default_factory=dict)
    said: str = ""
    refused: str = ""
    stamp: tuple[int, int] | None = None
    taken: tuple[Copied, frozenset[Cell] | None] | None = None
    rest_until: float = float("-inf")
    take_after: float = float("-inf")
    share_after: float = float("-inf")

    @property
    def token(self) -> str:
        """Name of the file the copy was opened from; empty: there is none."""
        return "" if self.copied is None or self.copied.base is None else self.copied.base.token

    def hear(self, touch: Touch) -> None:
        """Note a touch of a table that shows in the layer."""
        if touch.collection != self.layer.collection.name and self._bare(touch):
            return
        note(self.layer, touch, self.touched)
        if self.incoming is not None:
            note(self.layer, touch, self.incoming)

    def _bare(self, touch: Touch) -> bool:
        """Whether another table touched a cell on which nothing of the layer stands.

        What comes to stand there touches it itself, and is read with what it shows of other tables
        then. Not asked while another copy is about to take the place of this one: what that was read
        with may be older than a touch that is heard before those of the rows it has.
        """
        if self.copied is None or self.pending is not None or self.incoming is not None:
            return False
        if touch.cell_e is None or touch.cell_n is None or self.touched.whole:
            return False
        cell = (touch.cell_e, touch.cell_n)
        if cell in self.touched.cells:
            return False
        if self.taken is None or self.taken[0] is not self.copied:
            self.taken = (self.copied, self.copied.taken())
        return self.taken[1] is not None and cell not in self.taken[1]

    def expect(self) -> Touched:
        """Begin to note what a copy that comes will not show."""
        self.incoming = Touched()
        return self.incoming

    def install(self, seen: Snapshot) -> bool:
        """Put the pending copy in place if the newest tick covers its snapshot; whether it did."""
        pending = self.pending
        if pending is None or not seen.covers(pending.snapshot):
            return False
        self.copied, self.pending, self.state, self.said = pending.copied, None, "ready", ""
        if pending.cells is None:
            standing = pending.standing or Standing.just_read(pending.snapshot)
            if self.incoming is not None:
                self.touched, self.incoming = self.incoming, None
            self.touched.settle(pending.snapshot, None)
            # after that: what was stale already its snapshot does see
            self.touched.merge(standing.stale)
            self.since, self.since_of = standing.since, dict(standing.since_of)
        else:
            self.touched.settle(pending.snapshot, pending.cells)
            self.since_of.update(dict.fromkeys(pending.cells, pending.snapshot.xmin))
        return True

    def read_since(self, cell: Cell) -> int:
        """First transaction whose rows on a cell have to be read; 0: any, for a joined table changed."""
        return 0 if cell in self.touched.joined else self.since_of.get(cell, self.since)

    def forget(self, state: State, not_before: float) -> None:
        """Give the copy up."""
        self.copied, self.pending, self.reading, self.incoming = None, None, None, None
        self.taken = None
        self.state, self.not_before, self.stamp = state, not_before, None
        self.touched.clear()

    def cost(self, processes: int) -> int:
        """Memory of the copy that is used, or else of the one that comes, of all processes, bytes."""
        copied = self.copied if self.pending is None else self.pending.copied
        return 0 if copied is None else cost(copied, processes)

    @property
    def own_bytes(self) -> int:
        """Memory of this process alone, of both while there are two; an update shares the dictionary."""
        copies = [one for one in (self.copied, self.pending and self.pending.copied) if one is not None]
        size = sum(one.own_bytes for one in copies)
        if len(copies) > 1 and copies[0].base is None and copies[0].dictionary is copies[1].dictionary:
            size -= copies[0].dictionary.nbytes
        return size


def cost(copied: Copied, processes: int) -> int:
    """Memory so many processes take that share a copy, if each changed as much of it, bytes."""
    return copied.shared_bytes + processes * copied.own_bytes


def note(layer: Layer, touch: Touch, touched: Touched) -> None:
    """Note a touch of a table that shows in the layer."""
    own = bool(layer.joined) or touch.collection == layer.collection.name
    touched.add(touch.cell_e, touch.cell_n, touch.xid, own=own)
