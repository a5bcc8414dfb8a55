"""`Standing`: what has to be known of a copy, beside its rows, to go on from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tiles.vector.snapshot.touched import Touched
from twin.cells import Cell
from twin.live.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Standing:
    """A copy shows all that its snapshot sees, but for what is stale.

    Attributes
    ----------
    snapshot : Snapshot
        What the copy shows.
    since : int
        First transaction the first reading of it may not have seen.
    since_of : dict
        The same of cells that were read again.
    stale : Touched
        What the snapshot sees and the copy does not show.
    """

    snapshot: Snapshot
    since: int
    since_of: dict[Cell, int] = field(default_factory=dict)
    stale: Touched = field(default_factory=Touched)

    @classmethod
    def just_read(cls, snapshot: Snapshot) -> Standing:
        """Of a copy that was read whole in that snapshot."""
        return cls(snapshot, snapshot.xmin)

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        stale = self.stale
        return {
            "snapshot": str(self.snapshot),
            "since": self.since,
            "since_of": [[*cell, xid] for cell, xid in self.since_of.items()],
            "cells": [[*cell, *xids] for cell, xids in stale.cells.items()],
            "joined": sorted(stale.joined),
            "whole": sorted(stale.whole),
        }

    @classmethod
    def of(cls, told: dict[str, Any]) -> Standing:
        """Read what `told` says."""
        stale = Touched(
            {(e, n): set(xids) for e, n, *xids in told["cells"]},
            {(e, n) for e, n in told["joined"]},
            set(told["whole"]),
        )
        since_of = {(e, n): xid for e, n, xid in told["since_of"]}
        return cls(Snapshot.parse(told["snapshot"]), told["since"], since_of, stale)
