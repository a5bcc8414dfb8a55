"""Never stale from memory: everything at random, and writers at load."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from dataclasses import replace

import mapbox_vector_tile
import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tiles.vector.snapshot.asking import AWAY, FAR, HOME, SPOT, ask, codes_of, tile_of
from tiles.catalog import Catalog
from tiles.log_age import FRESH_S
from tiles.source import PUBLIC
from tiles.vector.snapshot import copied, sharing
from tiles.vector.snapshot.shared import SharedCopies
from tiles.vector.snapshot.source import SnapshotSource, public_layers
from tiles.vector.source import PostgisSource
from twin.database.connection import Database
from twin.live.feed import Feed

_STEPS = ("insert", "move", "change", "delete", "late", "commit", "roll back", "poll", "tend", "look")
_steps = st.lists(st.sampled_from(_STEPS), min_size=4, max_size=14)


@given(_steps, st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_tile_is_as_postgis_made_it_at_the_last_poll(
    process, settings, database, steps, chance
):
    """After each poll PostGIS is asked too; what memory says until the next must be that, to the row."""
    postgis, held = PostgisSource(database), None
    tiles = [HOME, FAR, tile_of(SPOT, 14), tile_of((515_500.0, 2_494_870.0), 14)]

    def spot():
        e, n = chance.choice([SPOT, AWAY, (513_999.0, 2_494_999.0), (515_000.0, 2_494_500.0)])
        return {"e": e + chance.uniform(0, 4), "n": n + chance.uniform(0, 4)}

    def change(target, kind):
        place = "st_setsrid(st_makepoint(%(e)s, %(n)s), 4547)"
        pick = "(select feature_id from city_now.hydrant order by md5(feature_id::text || %(salt)s) limit 1)"
        binds = {**spot(), "salt": str(chance.random()), "code": f"{chance.randrange(1000)}"}
        sql = {
            "insert": f"insert into city.hydrant (code, geometry) values (%(code)s, {place})",
            "move": f"update city.hydrant set geometry = {place} where feature_id = {pick}",
            "change": f"update city.hydrant set code = %(code)s where feature_id = {pick}",
            "delete": f"delete from city.hydrant where feature_id = {pick}",
        }[kind]
        target.execute(sql, binds)

    process.poll()
    with psycopg.connect(settings.dsn) as late:
        known = {coord: codes_of(postgis.make(("hydrant",), coord, PUBLIC)) for coord in tiles}
        for step in steps:
            if step in ("insert", "move", "change", "delete"):
                # a row the open transaction holds would make us wait for ourselves
                change(database if held is None else late, step)
            elif step == "late":
                held = change(late, "insert") or True
            elif step in ("commit", "roll back"):
                late.commit() if step == "commit" else late.rollback()
                held = None
            elif step == "tend":
                process.time += 0.9
                process.read()
            if step in ("poll", "tend"):
                process.poll()
                process.poll()
                known = {coord: codes_of(postgis.make(("hydrant",), coord, PUBLIC)) for coord in tiles}
            for coord in tiles:
                codes, from_memory = ask(process, coord)
                assert not from_memory or codes == known[coord], (step, coord)
        late.rollback()
    process.poll()
    process.tend()
    for coord in tiles:
        wanted = codes_of(postgis.make(("hydrant",), coord, PUBLIC)), True
        assert ask(process, coord) == wanted


_WRITERS, _EACH, _SECONDS = 4, 5, 5.0


def _write(dsn, ids, record, stop, seed):
    """Values that only grow, some committed late, some never; now and then a hydrant moves to and fro."""
    chance, value = random.Random(seed), 0
    with psycopg.connect(dsn) as connection:
        while not stop.is_set():
            id, value = chance.choice(ids), value + 1
            connection.execute(
                "update city.hydrant set flow_lps = %s, geometry = st_translate(geometry, %s, 0)"
                " where feature_id = %s",
                (value, chance.choice([0, 0, 1500 * (-1) ** value]), id),
            )
            fate = chance.random()
            if fate < 0.1:
                stop.wait(chance.uniform(0.2, 1.5))
            if 0.1 <= fate < 0.2:
                connection.rollback()
            else:
                connection.commit()
                record[id].append((time.monotonic(), value))
            stop.wait(chance.uniform(0.0, 0.1))


@pytest.fixture(params=["apart", "together"])
def folder(request, tmp_path, monkeypatch):
    """Where copies are shared, which are sorted in and written again and again; None: nowhere."""
    if request.param == "apart":
        return None
    monkeypatch.setattr(copied, "_TAIL_ROWS", 12)
    monkeypatch.setattr(sharing, "_REST_S", 0.2)
    return tmp_path / "copies"


@pytest.mark.timeout(120)
def test_nothing_stale_at_load(database, settings, add_feature, kernels_state, folder):
    """Two processes with their threads, writers that commit late and roll back: no answer is stale."""
    spots = [(511_800 + 450 * i % 3_000, 2_493_800 + 230 * (i % 7)) for i in range(_WRITERS * _EACH)]
    with database.transaction() as connection:
        ids = [add_feature(connection, "hydrant", shapely.Point(spot), flow_lps=0.0) for spot in spots]
    tiles = sorted(
        {tile_of((e + d, n), 15) for e, n in spots for d in (-1500, 0, 1500)}, key=lambda c: (c.x, c.y)
    )
    record, stop, found = defaultdict(list), threading.Event(), defaultdict(int)
    processes = []
    for _ in range(2):
        own = replace(settings, snapshot_mb=64, state_dir=kernels_state)
        base = Database.from_settings(own, application="reader")
        shared = SharedCopies(folder, 2) if folder else None
        source = SnapshotSource(base, own, shared=shared)
        catalog, feed = Catalog(base, own, source=source), Feed(base, 0.1)
        feed.listen(source.on_tick)
        feed.listen(catalog.on_tick)
        processes.append((base, source, catalog, feed))

    def read(source, catalog):
        contents = {}
        while not stop.is_set():
            coord, asked = random.choice(tiles), time.monotonic()
            # one in two past the cache, so that the copies are asked more often
            tile = (
                catalog.tile(("hydrant",), coord)
                if random.random() < 0.5
                else source.make(("hydrant",), coord, PUBLIC).tile
            )
            if tile.etag not in contents:
                layer = {} if tile.empty else mapbox_vector_tile.decode(tile.plain())["hydrant"]
                contents[tile.etag] = {
                    f["id"]: f["properties"]["flow_lps"] for f in layer.get("features", [])
                }
            for id, value in contents[tile.etag].items():
                owed = max((v for at, v in list(record[id]) if at <= asked - FRESH_S), default=0)
                found["checked"] += 1
                found["stale"] += value < owed
            time.sleep(0.001)

    try:
        for _, _, _, feed in processes:
            feed.start()
        deadline = time.monotonic() + 60
        while any(set(source.keeper.states().values()) != {"ready"} for _, source, _, _ in processes):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        threads = [
            threading.Thread(
                target=_write, args=(settings.dsn, ids[w * _EACH : (w + 1) * _EACH], record, stop, w)
            )
            for w in range(_WRITERS)
        ] + [threading.Thread(target=read, args=(source, catalog)) for _, source, catalog, _ in processes]
        for thread in threads:
            thread.start()
        time.sleep(_SECONDS)
        stop.set()
        for thread in threads:
            thread.join(30)
    finally:
        for base, source, _, feed in processes:
            feed.stop()
            source.close()
            base.close()
    encoded = sum(source.encoded for _, source, _, _ in processes)
    refreshes = sum(source.keeper.refreshes for _, source, _, _ in processes)
    print(dict(found), encoded, refreshes)
    assert found["stale"] == 0
    assert found["checked"] > 500
    assert encoded > 20
    shared = [source.keeper._kept["hydrant"].token for _, source, _, _ in processes]
    assert all(shared) == (folder is not None)
    # beyond the first load of every layer
    assert refreshes > 2 * len(public_layers())
