"""How many tiles are made at once, and what those who wait for their turn get."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tiles import catalog as module
from tiles.address import TileCoord
from tiles.catalog import Catalog
from tiles.source import Made
from tiles.vector.source import PostgisSource
from twin.database.connection import Database
from twin.errors import Unavailable
from twin.live.feed import Feed
from twin.settings import Settings

_AT_ONCE = 3


class Slow:
    """PostGIS, with a look at how many ask at the same time."""

    def __init__(self, database: Database) -> None:
        self._source = PostgisSource(database)
        self._lock = threading.Lock()
        self.now = self.most = self.made = 0
        self.takes_s = 0.05

    def make(self, names: tuple[str, ...], coord: TileCoord, context: object) -> Made:
        with self._lock:
            self.now += 1
            self.made += 1
            self.most = max(self.most, self.now)
        try:
            time.sleep(self.takes_s)
            return self._source.make(names, coord, context)  # type: ignore[arg-type]
        finally:
            with self._lock:
                self.now -= 1


@pytest.fixture
def slow(database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_MAKERS", _AT_ONCE)
    source = Slow(database)
    catalog = Catalog(database, settings, source=source)
    feed = Feed(database, 0.02)
    feed.listen(catalog.on_tick)
    feed.start()
    deadline = time.monotonic() + 10
    while not catalog.fresh:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    yield source, catalog
    feed.stop()


def coords(count: int) -> list[TileCoord]:
    return [TileCoord(16, 53_500 + number, 28_500) for number in range(count)]


def test_a_crowd_is_served_a_few_tiles_at_a_time(slow) -> None:
    source, catalog = slow
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(lambda coord: catalog.tile(("building",), coord), coords(40)))
    assert source.most == _AT_ONCE
    assert source.made == 40


def test_who_waited_too_long_for_another_does_not_make_it_again(
    slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the patience of a turn everybody tries for himself, and finds it made when his own turn comes."""
    source, catalog = slow
    monkeypatch.setattr(module, "_TURN_S", 0.01)
    source.takes_s = 0.5
    (coord,) = coords(1)
    with ThreadPoolExecutor(20) as pool:
        tiles = list(pool.map(lambda _: catalog.tile(("building",), coord), range(20)))
    assert len({tile.etag for tile in tiles}) == 1
    assert source.made <= _AT_ONCE


def test_who_would_wait_for_ever_is_told_so(slow, monkeypatch: pytest.MonkeyPatch) -> None:
    source, catalog = slow
    monkeypatch.setattr(module, "_PATIENCE_S", 0.05)
    source.takes_s = 0.6
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(catalog.tile, ("building",), coord) for coord in coords(12)]
        failed = [one.exception() for one in asked]
    refused = [error for error in failed if error is not None]
    assert all(isinstance(error, Unavailable) for error in refused)
    assert 0 < len(refused) <= 12 - _AT_ONCE
