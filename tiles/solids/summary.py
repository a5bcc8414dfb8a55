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
from math import ceil, floor
from pathlib import Path

from tiles.address import Box
from tiles.solids.asking import EVERYWHERE_M, ask, fill
from tiles.solids.buildings import SHAPES, ask_buildings
from tiles.solids.grid import LEAF_M, SMALL_M
from tiles.solids.groups import SQUARE_M, STEPS_M, Groups
from tiles.solids.memory import Memory
from tiles.solids.shelf import Shelf
from tiles.source import Context
from tiles.touch import CellBox
from twin.cells import CELL_M
from twin.database.connection import Database
from twin.live.snapshot import Snapshot

FINE_M = 100.0
"""Squares of the summary: the blocks three levels above the leaves."""
FINEST_M = 25.0
"""Squares in which it is read: the blocks one level above the leaves. These are kept of few places."""
_FINEST_A_FINE, _FINE_A_LEAF = round(FINE_M / FINEST_M), round(LEAF_M / FINE_M)
CLOSE = 64
"""Squares of `SQUARE_M` of which the finest are kept; each is up to 240 kB."""
WORLD: Box = (-EVERYWHERE_M, -EVERYWHERE_M, EVERYWHERE_M, EVERYWHERE_M)
_AT_ONCE = 50_000
"""Buildings of one statement: well below what the time limit of a statement allows."""
_LAST = 2**63 - 1
CALLERS = 4
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
    snapshot, (columns,) = ask_buildings(database, "city_squares", context, box, more=more, read=ask)
    return snapshot, Groups.of(columns, side_m)


def _inside(box: Box) -> CellBox:
    """Squares a box has more of than an edge: what stands on an edge is east or north of it."""
    west, south, east, north = (value / SQUARE_M for value in box)
    return CellBox(floor(west), floor(south), ceil(east) - 1, ceil(north) - 1)


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
        self._groups = Groups.none(LEAF_M)
        self._squares: dict[Square, Groups] = {}
        self._close: OrderedDict[Square, Groups] = OrderedDict()
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
        """Groups of the squares in a box, by squares of `FINE_M`, and what they show."""
        with self._lock:
            snapshot, inside = self._renew(box), _inside(box)
            found = [self._squares[square] for square in self._built(inside)]
            return snapshot, Groups.together([Groups.none(FINE_M), *found])

    def finest(self, box: Box) -> tuple[Snapshot, Groups]:
        """As `fine`, by squares of `FINEST_M`; what is not known of them is read, and kept for a while.

        A tile needs those of four tiles below it or of one beside it, which were asked for just before.
        """
        with self._lock:
            snapshot, inside = self._renew(box), _inside(box)
            # who waits for the database holds up nobody who asks for what is known
            wanted = self._built(inside)
            known = {square: self._close[square] for square in wanted if square in self._close}
        found = [known.get(square) or self._read(square) for square in wanted]
        with self._lock:
            for square, groups in zip(wanted, found, strict=True):
                # what was touched after that asking may have been read before it came
                if snapshot is self._asked or square in self._close:
                    self._remember(square, self._close.get(square, groups))
        return snapshot, Groups.together([Groups.none(FINEST_M), *found])

    @property
    def memory(self) -> Memory:
        """What it holds, told without waiting for who reads or renews it."""
        # the lock is held while the city is read; all values of a dict are copied in one step without it
        return Memory.of(self._groups, tuple(self._squares.values()), tuple(self._close.values()))

    def _built(self, inside: CellBox) -> list[Square]:
        """Squares with buildings among those; looked up, for a city has many more than a tile."""
        if (inside.east - inside.west + 1) * (inside.north - inside.south + 1) > len(self._squares):
            return [square for square in self._squares if inside.holds(*square)]
        return [
            (east, north)
            for east in range(inside.west, inside.east + 1)
            for north in range(inside.south, inside.north + 1)
            if (east, north) in self._squares
        ]

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
        for square in touched:
            self._close.pop(square, None)
        self._asked = snapshot
        inside = _inside(box)
        wanted = [square for square in self._stale if inside.holds(*square)]
        if len(wanted) > _MANY and 2 * len(wanted) > len(self._squares):
            return self._load()
        for square in wanted:
            finest = self._read(square)
            fresh = finest.coarser(_FINEST_A_FINE)
            self._groups = Groups.together([self._groups.without([square]), fresh.coarser(_FINE_A_LEAF)])
            self._squares.pop(square, None)
            if len(fresh):
                self._squares[square] = fresh
                self._remember(square, finest)
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
        after, parts = 0, [Groups.none(FINE_M)]
        while after < _LAST:
            with self._database.transaction() as connection:
                sql, binds = fill("city_upto", {}), {"after": after, "at_once": _AT_ONCE - 1}
                (row,) = connection.execute(sql.encode(), binds).fetchall()
            upto = _LAST if row["upto"] is None else row["upto"]
            more = {"side_m": FINE_M, "steps_m": STEPS_M, "small_m": SMALL_M, "after": after, "upto": upto}
            _, (columns,) = ask_buildings(
                self._database, "city_squares", self._context, WORLD, which="range", more=more, read=ask
            )
            parts.append(Groups.of(columns, FINE_M))
            after = upto
        self._know(Groups.of_several(parts))
        self._asked = seen
        if len(parts) > 2:
            self._keep()
        return seen

    def _know(self, fine: Groups) -> None:
        self._groups, self._squares = fine.coarser(_FINE_A_LEAF), fine.by_square()
        self._close.clear()
        self._stale, self._renewed = set(), 0

    def _remember(self, square: Square, finest: Groups) -> None:
        self._close[square] = finest
        self._close.move_to_end(square)
        while len(self._close) > CLOSE:
            self._close.popitem(last=False)

    def _keep(self) -> None:
        """Have the next process find it; a small city is read faster than looked for."""
        if self._shelf is not None and self._asked is not None:
            self._shelf.keep(self._asked, Groups.together([Groups.none(FINE_M), *self._squares.values()]))
        self._renewed = 0

    def _read(self, square: Square) -> Groups:
        west, south = square[0] * SQUARE_M, square[1] * SQUARE_M
        box = (west, south, west + SQUARE_M, south + SQUARE_M)
        return groups_of(self._database, self._context, box, FINEST_M)[1]

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
            Of a square; a power of two times `FINEST_M`.
        """
        if context.moment is not None:
            return groups_of(self._database, context, box, min(side_m, FINE_M))
        summary = self._of(context)
        return summary.finest(box) if side_m < FINE_M else summary.fine(box)

    @property
    def memory(self) -> Memory:
        """What all of them hold, told without waiting for who reads the city."""
        with self._lock:
            known = tuple(self._known.values())
        return sum((one.memory for one in known), Memory())

    def _of(self, context: Context) -> Summary:
        with self._lock:
            found = self._known.pop(context.access, None) or Summary(self._database, context, self._folder)
            self._known[context.access] = found
            while len(self._known) > CALLERS:
                self._known.popitem(last=False)
        return found
