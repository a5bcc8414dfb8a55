"""Many writers, late commits, rollbacks, two processes: no answer misses a commit older than a second."""

from __future__ import annotations

import math
import random
import threading
import time
from collections import defaultdict
from dataclasses import replace

import mapbox_vector_tile
import psycopg
import pytest
import shapely
from pyproj import Transformer

from tiles.address import TileCoord
from tiles.catalog import FRESH_S, Catalog
from tiles.shared import SharedTiles
from twin.database.connection import Database
from twin.live.feed import Feed

_WRITERS, _EACH, _SECONDS = 6, 4, 5.0
_SPOTS = [(511_800 + 450 * i % 3_000, 2_493_800 + 230 * (i % 7)) for i in range(_WRITERS * _EACH)]


def _tile_of(east, north, zoom=15):
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(east, north)
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileCoord(zoom, int((lon + 180) / 360 * 2**zoom), int(row * 2**zoom))


# tiles of 1.1 km, which lie across cells of the log
_TILES = sorted({_tile_of(*spot) for spot in _SPOTS}, key=lambda c: (c.x, c.y))


class Record:
    """What was committed, and when at the latest."""

    def __init__(self):
        self._commits = defaultdict(list)
        self._lock = threading.Lock()

    def committed(self, id, value):
        with self._lock:
            self._commits[id].append((time.monotonic(), value))

    def owed(self, id, by):
        """Newest value that was committed before `by`; a writer's values only grow."""
        with self._lock:
            return max((value for at, value in self._commits[id] if at <= by), default=0)


def _write(dsn, ids, record, stop, seed):
    chance = random.Random(seed)
    value = 0
    with psycopg.connect(dsn) as connection:
        while not stop.is_set():
            id = chance.choice(ids)
            value += 1
            connection.execute("update city.hydrant set flow_lps = %s where feature_id = %s", (value, id))
            fate = chance.random()
            if fate < 0.1:
                stop.wait(chance.uniform(0.2, 1.5))
            if 0.1 <= fate < 0.2:
                connection.rollback()
            else:
                connection.commit()
                record.committed(id, value)
            stop.wait(chance.uniform(0.0, 0.05))


def _read(catalog, ids, record, stop, found):
    contents = {}
    while not stop.is_set():
        coord = random.choice(_TILES)
        asked = time.monotonic()
        tile = catalog.tile(("hydrant",), coord)
        if tile.etag not in contents:
            layer = {} if tile.empty else mapbox_vector_tile.decode(tile.plain())["hydrant"]
            contents[tile.etag] = {f["id"]: f["properties"]["flow_lps"] for f in layer.get("features", [])}
        for id, value in contents[tile.etag].items():
            if id in ids:
                found["checked"] += 1
                found["stale"] += value < record.owed(id, asked - FRESH_S)
        time.sleep(0.001)


def _simulate(database, settings, add_feature, *, deaf=False, folder=None):
    with database.transaction() as connection:
        ids = [add_feature(connection, "hydrant", shapely.Point(spot), flow_lps=0.0) for spot in _SPOTS]
    record, stop = Record(), threading.Event()
    found = [defaultdict(int) for _ in range(2)]
    processes = []
    for _ in range(2):
        own = Database.from_settings(settings, application="reader")
        shared = None if folder is None else SharedTiles(folder, 10_000_000)
        catalog, feed = Catalog(own, settings, shared=shared), Feed(own, 0.1)
        listener = catalog.on_tick
        if deaf:

            def listener(tick, to=catalog.on_tick):
                to(replace(tick, touches=()))

        feed.listen(listener)
        feed.start()
        processes.append((own, catalog, feed))
    try:
        while not all(catalog.fresh for _, catalog, _ in processes):
            time.sleep(0.05)
        threads = [
            threading.Thread(
                target=_write, args=(settings.dsn, ids[w * _EACH : (w + 1) * _EACH], record, stop, w)
            )
            for w in range(_WRITERS)
        ] + [
            threading.Thread(target=_read, args=(catalog, set(ids), record, stop, counts))
            for (_, catalog, _), counts in zip(processes, found, strict=True)
        ]
        for thread in threads:
            thread.start()
        time.sleep(_SECONDS)
        stop.set()
        for thread in threads:
            thread.join(30)
        hits = sum(catalog.counts.hits for _, catalog, _ in processes)
        taken = sum(catalog.counts.shared for _, catalog, _ in processes)
    finally:
        for own, _, feed in processes:
            feed.stop()
            own.close()
    print({k: sum(f[k] for f in found) for k in ("checked", "stale")}, hits)
    return sum(f["checked"] for f in found), sum(f["stale"] for f in found), hits, taken


@pytest.mark.timeout(120)
@pytest.mark.parametrize("together", [False, True])
def test_nothing_stale_is_ever_served(database, settings, add_feature, tmp_path, together):
    """Two processes apart, and two that take each other's tiles."""
    checked, stale, hits, taken = _simulate(
        database, settings, add_feature, folder=tmp_path if together else None
    )
    assert stale == 0
    assert checked > 500
    assert hits > 50
    assert (taken > 0) == together


@pytest.mark.timeout(120)
def test_the_check_would_see_it(database, settings, add_feature):
    """The same, with processes that do not listen to the log."""
    _, stale, _, _ = _simulate(database, settings, add_feature, deaf=True)
    assert stale > 0
