"""A server on a standby that is behind: it owes what the standby itself has, and all of it in the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.benchmarks.editing.readers import Window, check
from tests.benchmarks.editing.record import Record
from tests.benchmarks.editing.session import Session
from tests.benchmarks.editing.writers import Building
from tests.benchmarks.tiling.servers import Contestant
from twin.database.connection import Database
from twin.queries.standby import behind_s
from twin.settings import Settings

_LOOK_S = 0.05
_PATIENCE_S = 30.0
_HAS = "select code, height_m from city_now.building where feature_id = any(%(ids)s)"


@dataclass
class Lagging:
    """What is known of such a server while a city is edited.

    Attributes
    ----------
    server : Contestant
        Reads the standby.
    settings : Settings
        Of the standby.
    delay_s : float
        How long after its commit the standby applies a transaction.
    session : Session
        Of its reader: the record says what the standby was seen to have, and since when at the latest.
    ages_s : list of float
        How old the standby said it was.
    looks, older : int
        How often it was looked at, and how often a watched building was older there than on the primary.
    """

    server: Contestant
    settings: Settings
    delay_s: float
    session: Session = field(default_factory=Session)
    ages_s: list[float] = field(default_factory=list)
    looks: int = 0
    older: int = 0

    def work(
        self, tiles: Mapping[str, Sequence[str]], watched: Sequence[Building], primary: Session
    ) -> list[Callable[[], None]]:
        """Who looks at the standby, and who asks its server; they end with the session of the primary."""
        self.session.stop = primary.stop
        return [
            partial(self._look, watched, primary.record),
            partial(check, [self.server], tiles, self.session, seed=77),
        ]

    def _look(self, watched: Sequence[Building], confirmed: Record) -> None:
        ids = [id for _, id in watched]
        database = Database.from_settings(self.settings, application="benchmark")
        had: dict[str, float] = {}
        try:
            while not self.session.stop.wait(_LOOK_S):
                began = time.monotonic()
                for row in database.rows(_HAS, {"ids": ids}):
                    code, value = row["code"], row["height_m"] or 0.0
                    if value != had.get(code):
                        # what was there before the first edit is owed by nobody
                        if code in had:
                            self.session.record.committed(code, value)
                        had[code] = value
                self.ages_s.append(behind_s(database) or 0.0)
                self.looks += 1
                self.older += any(had[code] < confirmed.owed(code, began) for code in had)
        finally:
            database.close()

    def figures(self, tiles: Mapping[str, Sequence[str]], confirmed: Record) -> dict[str, Any]:
        """A row for the report, after the last edit; waits until the server shows all that was confirmed."""
        last_s = time.monotonic()
        owed = {code: confirmed.owed(code, last_s) for codes in tiles.values() for code in codes}
        window, missing = Window(self.server), list(tiles)
        while missing and time.monotonic() - last_s < _PATIENCE_S:
            missing = [place for place in missing if not self._shows(window, place, tiles[place], owed)]
            time.sleep(0.1)
        return {
            "who": self.server.name, "servers": 1, "applied_after_s": self.delay_s,
            "said_behind_p50_s": round(sorted(self.ages_s)[len(self.ages_s) // 2], 2),
            "said_behind_max_s": round(max(self.ages_s), 2),
            "older_than_primary": round(self.older / self.looks, 3),
            "checked": self.session.checked, "stale": self.session.stale,
            "applied_edits_watched": len(self.session.record),
            "missing_in_the_end": len(missing), "all_shown_after_s": round(time.monotonic() - last_s, 1),
        }  # fmt: skip

    @staticmethod
    def _shows(window: Window, place: str, codes: Sequence[str], owed: Mapping[str, float]) -> bool:
        shown = window.heights_m(place)
        return all(shown.get(code, 0.0) >= owed[code] for code in codes)
