"""Keep what moves small: old readings, old touches, old quarantine."""

from __future__ import annotations

import threading
import time

import structlog

from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import TwinError
from twin.live.tick import Tick

_EVERY_S = 600.0
_log = structlog.get_logger(__name__)


def tidy(database: Database, observation_hours: int) -> bool:
    """Drop days of readings that are past keeping, compact the touch log, make tomorrow's partition.

    One process at a time: another that tidies now makes this one do nothing.

    Parameters
    ----------
    database : Database
        The city.
    observation_hours : int
        How long raw readings are kept.

    Returns
    -------
    bool
        Whether it was this process that tidied.
    """
    with database.transaction() as connection:
        row = connection.execute(
            statement("twin.live", "tidy").encode(), {"hours": observation_hours}
        ).fetchone()
        return bool(row and row["tidied"])


class Upkeep:
    """Tidies every ten minutes, on a thread of its own, as long as the feed ticks."""

    def __init__(self, database: Database, observation_hours: int) -> None:
        self._database = database
        self._hours = observation_hours
        # not at once: a server that starts has better things to do
        self._due = time.monotonic() + 30.0

    def on_tick(self, tick: Tick) -> None:
        """Start tidying when it is due; returns at once."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + _EVERY_S
        threading.Thread(target=self._run, name="upkeep", daemon=True).start()

    def _run(self) -> None:
        try:
            tidy(self._database, self._hours)
        except TwinError as error:
            _log.warning("upkeep_failed", error=str(error))
