"""The parts of one server process, made once and handed to the blueprints."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from tiles.archive.source import ArchiveSource
from tiles.catalog import Catalog
from tiles.shared import SharedTiles
from tiles.vector.snapshot.shared import SharedCopies
from tiles.vector.snapshot.source import SnapshotSource
from tiles.vector.source import PostgisSource
from twin.database.connection import Database
from twin.live.feed import Feed
from twin.live.upkeep import Upkeep
from twin.settings import Settings
from web.hub import Hub
from web.meter import Meter


@dataclass(frozen=True, slots=True)
class Composition:
    """What a request handler reaches by `parts()`.

    Attributes
    ----------
    settings : Settings
        What this process was told.
    database : Database
        Bounded pool of connections.
    feed : Feed
        Poller of what was committed.
    tiles : Catalog
        Address to bytes.
    hub : Hub
        Open event streams.
    meter : Meter
        Counts for `/metrics`.
    snapshot : SnapshotSource or None
        Maker of vector tiles from memory; None: PostGIS makes all of them.
    archives : ArchiveSource or None
        Taker of baked tiles.
    """

    settings: Settings
    database: Database
    feed: Feed
    tiles: Catalog
    hub: Hub
    meter: Meter
    snapshot: SnapshotSource | None = None
    archives: ArchiveSource | None = None

    def close(self) -> None:
        """End streams, polling and connections; safe to call twice."""
        self.hub.close()
        self.feed.stop()
        if self.archives is not None:
            self.archives.close()
        if self.snapshot is not None:
            self.snapshot.close()
        self.database.close()


def compose(
    settings: Settings, shared: SharedTiles | None = None, copies: SharedCopies | None = None
) -> Composition:
    """Make the parts; threads that poll start with the first request, in the worker that serves it."""
    database = Database.from_settings(settings, application="twin web")
    feed = Feed(database, settings.poll_interval_s)
    snapshot = SnapshotSource(database, settings, shared=copies) if settings.snapshot_mb > 0 else None
    archives = ArchiveSource(database, settings, snapshot or PostgisSource(database))
    tiles = Catalog(database, settings, source=archives, shared=shared)
    hub = Hub(database, settings.max_live_clients)
    if snapshot is not None:
        # before the cache: a tile must not claim to be older than what the cache has heard
        feed.listen(snapshot.on_tick)
    feed.listen(archives.on_tick)
    feed.listen(tiles.on_tick)
    feed.listen(hub.on_tick)
    feed.listen(Upkeep(database, settings.observation_hours).on_tick)
    return Composition(settings, database, feed, tiles, hub, Meter(), snapshot, archives)


def parts() -> Composition:
    """Parts of the app that serves the present request."""
    composition: Composition = current_app.extensions["twin"]
    return composition
