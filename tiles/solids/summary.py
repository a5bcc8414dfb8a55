"""`Summary`: the groups of the whole city, by leaves and finer, kept and renewed where it was touched.

What makes it exact. The groups of a square were read in some snapshot. Before an answer the touch
log is asked in which squares a transaction has changed a cell that the last asking did not see, and what is
read of the groups is read anew where it is among those. So every group shows what the asking saw,
or later; and what comes after the asking drops the answer from the caches, because the answer
claims to have seen no more than that.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from tiles.address import Box
from tiles.solids.asking import EVERYWHERE_M, ask, fill
from tiles.solids.buildings import SHAPES, ask_buildings
from tiles.solids.grid import LEAF_M, SMALL_M
from tiles.solids.groups import SQUARE_M, STEPS_M, Groups
from tiles.solids.shelf import Shelf
from tiles.source import Context
from tiles.touch import CellBox
from twin.cells import CELL_M
from twin.database.connection import Database
from twin.live.snapshot import Snapshot

FINE_M = 100.0
"""Squares of the summary: the blocks three levels above the leaves. Finer ones are read when asked for."""
_FINE_A_LEAF = round(LEAF_M / FINE_M)
WORLD: Box = (-EVERYWHERE_M, -EVERYWHERE_M, EVERYWHERE_M, EVERYWHERE_M)
_AT_ONCE = 50_000
"""Buildings of one statement: well below what the time limit of a statement allows."""
_LAST = 2**63 - 1
_CALLERS = 4
"""Kinds of callers whose summaries are kept; each is some 150 bytes a square of `FINE_M` with buildings."""
_MANY = 500
"""With more touched squares than this, and more than half of all, the whole is read anew."""

_KEEP_AGAIN = 200
"""Squares read anew before the summary is kept again: what a process reads after its start."""

Square = tuple[int, int]
"""floor(easting / SQUARE_M), floor(northing / SQUARE_M)."""
_CELLS_A_SIDE = round(SQUARE_M / CELL_M)


def groups_of(
    database: Database, context: Context, box: Box, side_m: float = LEAF_M
) -> tuple[Snapshot, Groups]:
    """Read the groups of a box from the database, by squares of a side."""
    more = {"side_m": side_m, "steps_m": STEPS_M, "small_m": SMALL_M}
    snapshot, rows = ask_buildings(database, "city_squares", context, box, more=more)
    return snapshot, Groups.of(rows, side_m)


class Summary:
    """Groups of the present city for one kind of caller.

    Parameters
    ----------
    database : Database
        Where the buildings are.
    context : Context
        For whom; of the present.
    folder : Path or None
        Where that of a large city is kept for the next process.
    """

    def __init__(self, database: Database, context: Context, folder: Path | None) -> None:
        self._database, self._context = database, context
        self._shelf = None if folder is None else Shelf(database, context.access, folder)
        self._lock = threading.Lock()
        self._groups = Groups.of([], LEAF_M)
        self._squares: dict[Square, Groups] = {}
        self._asked: Snapshot | None = None
        self._stale: set[Square] = set()
        self._renewed = 0

    def look(self, box: Box) -> tuple[Snapshot, Groups]:
        """Groups of the whole city by leaves, exact in a box at least; what they show at least.

        Parameters
        ----------
        box : tuple of float
            Storage metres, in whole squares where it is to be exact there.
        """
        with self._lock:
            return self._renew(box), self._groups

    def fine(self, box: Box) -> tuple[Snapshot, Groups]:
        """Groups of the squares a box meets, by squares of `FINE_M`, and what they show."""
        with self._lock:
            snapshot, inside = self._renew(box), CellBox.of(box, SQUARE_M)
            found = [groups for square, groups in self._squares.items() if inside.holds(*square)]
            return snapshot, Groups.together([Groups.of([], FINE_M), *found])

    def _renew(self, box: Box) -> Snapshot:
        """Read anew what was touched in a box; what all shows there at least."""
        if self._asked is None:
            found = None if self._shelf is None else self._shelf.find()
            if found is None:
                return self._load()
            self._asked, fine = found
            self._know(fine)
        snapshot, touched = self._touched(self._asked)
        if not snapshot.covers(self._asked):
            # another server answers, and it is behind the one before: nothing known holds there
            return self._load()
        self._stale |= touched
        self._asked = snapshot
        inside = CellBox.of(box, SQUARE_M)
        wanted = [square for square in self._stale if inside.holds(*square)]
        if len(wanted) > _MANY and 2 * len(wanted) > len(self._squares):
            return self._load()
        for square in wanted:
            fresh = self._read(square)
            self._groups = Groups.together([self._groups.without([square]), fresh.coarser(_FINE_A_LEAF)])
            self._squares.pop(square, None)
            if len(fresh):
                self._squares[square] = fresh
            self._stale.discard(square)
        self._renewed += len(wanted)
        if self._renewed > _KEEP_AGAIN and not self._stale:
            self._keep()
        return snapshot

    def _load(self) -> Snapshot:
        """Read all, some thousand buildings at a time; what is touched meanwhile is found so next time."""
        self._asked = None
        # touched since before the first was read, or seen by every reading
        seen, _ = ask(self._database, fill("city_now", {}), {})
        after, parts = 0, [Groups.of([], FINE_M)]
        while after < _LAST:
            with self._database.transaction() as connection:
                sql, binds = fill("city_upto", {}), {"after": after, "at_once": _AT_ONCE - 1}
                (row,) = connection.execute(sql.encode(), binds).fetchall()
            upto = _LAST if row["upto"] is None else row["upto"]
            more = {"side_m": FINE_M, "steps_m": STEPS_M, "small_m": SMALL_M, "after": after, "upto": upto}
            _, rows = ask_buildings(
                self._database, "city_squares", self._context, WORLD, which="range", more=more
            )
            parts.append(Groups.of(rows, FINE_M))
            after = upto
        self._know(Groups.of_several(parts))
        self._asked = seen
        if len(parts) > 2:
            self._keep()
        return seen

    def _know(self, fine: Groups) -> None:
        self._groups, self._squares = fine.coarser(_FINE_A_LEAF), fine.by_square()
        self._stale, self._renewed = set(), 0

    def _keep(self) -> None:
        """Have the next process find it; a small city is read faster than looked for."""
        if self._shelf is not None and self._asked is not None:
            self._shelf.keep(self._asked, Groups.together([Groups.of([], FINE_M), *self._squares.values()]))
        self._renewed = 0

    def _read(self, square: Square) -> Groups:
        west, south = square[0] * SQUARE_M, square[1] * SQUARE_M
        box = (west, south, west + SQUARE_M, south + SQUARE_M)
        return groups_of(self._database, self._context, box, FINE_M)[1]

    def _touched(self, since: Snapshot) -> tuple[Snapshot, set[Square]]:
        binds = {"since": str(since), "names": sorted(SHAPES)}
        snapshot, rows = ask(self._database, fill("city_touched", {}), binds)
        return snapshot, {(e // _CELLS_A_SIDE, n // _CELLS_A_SIDE) for e, n in rows[0]["cells"] or ()}


class Summaries:
    """A summary for each kind of caller, the last few of them.

    Parameters
    ----------
    database : Database
        Where the buildings are.
    folder : Path or None
        Where those of a large city are kept for the next process.
    """

    def __init__(self, database: Database, folder: Path | None) -> None:
        self._database, self._folder = database, folder
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, ...], Summary] = OrderedDict()

    def look(self, context: Context, box: Box) -> tuple[Snapshot, Groups]:
        """Groups of the city by leaves, exact in a box at least, and what they show at least.

        The past is read anew each time: anybody may ask for any moment.
        """
        if context.moment is not None:
            return groups_of(self._database, context, box)
        return self._of(context).look(box)

    def squares(self, context: Context, box: Box, side_m: float) -> tuple[Snapshot, Groups]:
        """Groups of a box at least, by squares of a side or finer, and what they show at least.

        Parameters
        ----------
        context : Context
            For whom, and when.
        box : tuple of float
            Storage metres.
        side_m : float
            Of a square. `FINE_M` or more is a power of two times that, and the summary has it.
        """
        if context.moment is not None or side_m < FINE_M:
            return groups_of(self._database, context, box, min(side_m, FINE_M))
        return self._of(context).fine(box)

    def _of(self, context: Context) -> Summary:
        with self._lock:
            found = self._known.pop(context.access, None) or Summary(self._database, context, self._folder)
            self._known[context.access] = found
            while len(self._known) > _CALLERS:
                self._known.popitem(last=False)
        return found
