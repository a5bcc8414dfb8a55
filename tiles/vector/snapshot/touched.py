"""`Touched`: what a copy of a layer does not show yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tiles.touch import CellBox
from twin.cells import Cell
from twin.live.snapshot import Snapshot

_MOST_CELLS = 8192
"""More than this count as all of the layer: reading it whole is cheaper then."""


@dataclass(slots=True)
class Touched:
    """Transactions a copy did not see, by the cell they touched.

    Attributes
    ----------
    cells : dict
        Transactions by cell.
    joined : set of (int, int)
        Those of the cells that another table touched which shows in the layer: rows that did not
        change themselves may have to be read again there.
    whole : set of int
        Transactions that touched the layer as a whole.
    """

    cells: dict[Cell, set[int]] = field(default_factory=dict)
    joined: set[Cell] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)

    def add(self, cell_e: int | None, cell_n: int | None, xid: int, *, own: bool) -> None:
        """Note a touch; `own`: the rows of the layer tell which of them it concerns."""
        if cell_e is None or cell_n is None:
            self.whole.add(xid)
            return
        self.cells.setdefault((cell_e, cell_n), set()).add(xid)
        if not own:
            self.joined.add((cell_e, cell_n))
        if len(self.cells) > _MOST_CELLS:
            self._count_as_whole()

    def merge(self, other: Touched) -> None:
        """Note what another one notes."""
        for cell, xids in other.cells.items():
            self.cells.setdefault(cell, set()).update(xids)
        self.joined |= other.joined
        self.whole |= other.whole
        if len(self.cells) > _MOST_CELLS:
            self._count_as_whole()

    def copy(self) -> Touched:
        """The same, on its own."""
        return Touched(
            {cell: set(xids) for cell, xids in self.cells.items()}, set(self.joined), set(self.whole)
        )

    def _count_as_whole(self) -> None:
        self.whole.update(*self.cells.values())
        self.cells.clear()
        self.joined.clear()

    def concerns(self, box: CellBox) -> bool:
        """Whether something in these cells is not shown yet."""
        return bool(self.whole) or any(box.holds(*cell) for cell in self.cells)

    def settle(self, snapshot: Snapshot, cells: Mapping[Cell, int] | None) -> None:
        """Forget what a copy made in that snapshot shows.

        Parameters
        ----------
        snapshot : Snapshot
            What it was read in.
        cells : mapping or None
            Cells it was read for, each with the first transaction whose rows were read, 0: all of them;
            None: it was read whole.
        """
        for cell in list(self.cells) if cells is None else cells.keys() & self.cells.keys():
            if cells is not None and cells[cell] and cell in self.joined:
                # another table touched it while rows written since were being read: not enough
                continue
            left = {xid for xid in self.cells[cell] if not snapshot.sees(xid)}
            if left:
                self.cells[cell] = left
            else:
                del self.cells[cell]
                self.joined.discard(cell)
        if cells is None:
            self.whole = {xid for xid in self.whole if not snapshot.sees(xid)}

    def clear(self) -> None:
        """Forget everything."""
        self.cells.clear()
        self.joined.clear()
        self.whole.clear()
