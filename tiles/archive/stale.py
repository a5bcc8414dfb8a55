"""`Stale`: cells an archive does not show as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field

from tiles.touch import CellBox
from twin.cells import Cell

_MOST_CELLS = 200_000
"""12,500 km²; more is no place but everything."""


@dataclass(slots=True)
class Stale:
    """Cells that were touched; they stay so until the archive is baked anew.

    Attributes
    ----------
    cells : set of (int, int)
        Which.
    whole : bool
        Whether rows without a place of their own were, which may show anywhere.
    """

    cells: set[Cell] = field(default_factory=set)
    whole: bool = False

    def add(self, cell_e: int | None, cell_n: int | None) -> None:
        """Note a touch."""
        if cell_e is None or cell_n is None:
            self.whole = True
            return
        self.cells.add((cell_e, cell_n))
        self.whole = self.whole or len(self.cells) > _MOST_CELLS

    def concerns(self, box: CellBox) -> bool:
        """Whether something in these cells is not shown."""
        if self.whole:
            return True
        wide, high = box.east - box.west + 1, box.north - box.south + 1
        if wide * high > len(self.cells):
            return any(box.holds(*cell) for cell in self.cells)
        return any((box.west + i, box.south + j) in self.cells for i in range(wide) for j in range(high))
