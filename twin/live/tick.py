"""What one poll of the database brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twin.live.snapshot import Snapshot

News = dict[str, Any]
"""One row of news as JSON values; the keys are those of the statement `news`."""


@dataclass(frozen=True, slots=True)
class Touch:
    """One cell of the storage grid that one transaction changed.

    Attributes
    ----------
    collection : str
        Name of the collection, or `building_summary`.
    cell_e, cell_n : int or None
        Which one (`twin.cells`); None: rows without a place of their own, or so large that
        the collection was touched as a whole.
    xid : int
        The transaction.
    """

    collection: str
    cell_e: int | None
    cell_n: int | None
    xid: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Everything that became visible since the tick before, and the snapshot that ends it.

    Attributes
    ----------
    snapshot : Snapshot
        What this poll could see; the cursor of event streams.
    touches : tuple of Touch
        What changed where.
    observations, alarms, incidents : tuple of dict
        Newest reading of each datastream that got one; alarms raised, changed or cleared;
        steps of incidents.
    at : float
        Unix time of the poll, seconds.
    """

    snapshot: Snapshot
    touches: tuple[Touch, ...]
    observations: tuple[News, ...]
    alarms: tuple[News, ...]
    incidents: tuple[News, ...]
    at: float

    @property
    def empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.touches or self.observations or self.alarms or self.incidents)
