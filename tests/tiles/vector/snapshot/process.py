"""One server process whose feed and whose keeper are turned by hand."""

from __future__ import annotations

import pytest

from tiles.address import TileCoord
from tiles.catalog import Catalog
from tiles.source import PUBLIC, Made
from tiles.vector.snapshot import sharing
from tiles.vector.snapshot.keeper import _REST_LEAST_S
from tiles.vector.snapshot.shared import SharedCopies
from tiles.vector.snapshot.source import SnapshotSource
from twin.database.connection import Database
from twin.live.feed import read_news
from twin.live.snapshot import Snapshot
from twin.settings import Settings


class Process:
    """A source, a catalogue that asks it, and time that passes when told."""

    def __init__(self, settings: Settings, shared: SharedCopies | None = None) -> None:
        self.database = Database.from_settings(settings, application="test")
        self.time = 0.0
        self.source = SnapshotSource(self.database, settings, shared=shared, clock=lambda: self.time)
        self.catalog = Catalog(self.database, settings, source=self.source, clock=lambda: self.time)
        self.seen: Snapshot | None = None

    def poll(self) -> None:
        """Read the log, as the feed does."""
        tick = read_news(self.database, self.seen)
        self.seen = tick.snapshot
        self.time += 0.1
        # not the source itself: it would start its thread
        self.source.keeper.on_tick(tick)
        self.catalog.on_tick(tick)

    def tend(self) -> bool:
        """Read what is out of date once, however short the rest was."""
        self.time += 0.9
        found = self.read()
        self.poll()
        self.poll()
        return found

    def read(self) -> bool:
        """Read what is missing, then what was touched."""
        missing = False
        # what is shared is written first and taken then
        while self.source.keeper.load():
            missing = True
        return self.source.keeper.refresh() or missing

    def load(self) -> None:
        """Have a copy of every layer that shows all there is."""
        # a layer that was refreshed rests for a while
        self.time += _REST_LEAST_S
        self.poll()
        self.poll()
        self.read()
        self.poll()
        assert set(self.source.keeper.states().values()) == {"ready"}

    def made(self, names: tuple[str, ...], coord: TileCoord) -> Made:
        """Make a tile, surely from memory."""
        before = self.source.encoded
        made = self.source.make(names, coord, PUBLIC)
        assert self.source.encoded == before + 1, (names, coord)
        return made

    def write_anew(self, layer: str) -> None:
        """Write the copy of a layer for all processes, as it is now."""
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sharing, "_RENEW_S", -1.0)
            patched.setattr(sharing, "_REST_S", 0.0)
            keeper = self.source.keeper
            keeper._load(keeper._kept[layer])

    def close(self) -> None:
        """Give the connections back."""
        self.source.close()
        self.database.close()
