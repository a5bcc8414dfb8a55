"""Never stale from memory either: every way a commit can pass a copy by, and all of them at random."""

from __future__ import annotations

import math
import random
import threading
import time
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

import mapbox_vector_tile
import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from tests.tiles.vector.snapshot.process import Process
from tiles.address import TileCoord
from tiles.catalog import Catalog
from tiles.log_age import FRESH_S
from tiles.source import PUBLIC, Context
from tiles.vector.snapshot import keeper
from tiles.vector.snapshot.source import SnapshotSource, public_layers
from tiles.vector.snapshot.touched import Touched
from tiles.vector.source import PostgisSource
from twin.database.connection import Database
from twin.live.feed import Feed, read_news
from twin.live.snapshot import Snapshot

SPOT = (513_870.0, 2_494_870.0)
AWAY = (517_500.0, 2_494_870.0)


def _tile_of(spot, zoom=16):
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(*spot)
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileCoord(zoom, int((lon + 180) / 360 * 2**zoom), int(row * 2**zoom))


HOME, FAR = _tile_of(SPOT), _tile_of(AWAY)


def _codes(made):
    if made.tile.empty:
        return []
    return sorted(
        f["properties"].get("code")
        for f in mapbox_vector_tile.decode(made.tile.plain())["hydrant"]["features"]
    )


@pytest.fixture
def process(settings, database, add_feature):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        add_feature(connection, "hydrant", shapely.Point(AWAY), code="far")
    one = Process(replace(settings, snapshot_mb=64))
    one.load()
    yield one
    one.close()


def _ask(process, coord=HOME):
    """Codes in a tile, and whether it came from memory."""
    before = process.source.encoded
    codes = _codes(process.source.make(("hydrant",), coord, PUBLIC))
    return codes, process.source.encoded > before


def _edit(target, code, old="old"):
    target.execute("update city.hydrant set code = %(new)s where code = %(old)s", {"new": code, "old": old})


def test_what_is_loaded_is_served_from_memory(process):
    assert _ask(process) == (["old"], True)


def test_a_touched_cell_goes_to_postgis_until_it_is_read_again(process, database):
    _edit(database, "new")
    process.poll()
    assert _ask(process) == (["new"], False)
    assert _ask(process, FAR) == (["far"], True), "the rest of the layer stays in memory"
    assert process.tend()
    assert _ask(process) == (["new"], True)


def test_a_transaction_that_commits_after_the_copy_was_read(process, settings):
    with psycopg.connect(settings.dsn) as late:
        late.execute("update city.hydrant set code = 'late' where code = 'old'")
        for _ in range(3):
            process.poll()
            process.tend()
        assert _ask(process) == (["old"], True)
        late.commit()
    process.poll()
    assert _ask(process) == (["late"], False)
    process.tend()
    assert _ask(process) == (["late"], True)


def test_one_cell_is_read_while_another_transaction_on_it_runs(process, settings, database):
    """The snapshot of the refresh sees the one and not the other: the cell stays touched for the other."""
    with psycopg.connect(settings.dsn) as late:
        late.execute(
            "insert into city.hydrant (code, geometry)"
            " select 'late', geometry from city.hydrant where code = 'old'"
        )
        _edit(database, "new")
        process.poll()
        process.tend()
        assert _ask(process) == (["new"], True)
        late.commit()
    process.poll()
    assert _ask(process) == (["late", "new"], False)
    process.tend()
    assert _ask(process) == (["late", "new"], True)


def test_a_commit_between_reading_and_putting_in_place(process, database, monkeypatch):
    read = keeper._read

    def slow(*arguments):
        made = read(*arguments)
        _edit(database, "newer", "new")
        return made

    _edit(database, "new")
    process.poll()
    monkeypatch.setattr(keeper, "_read", slow)
    process.time += 0.9
    process.source.keeper.tend()
    assert _ask(process)[0] == ["new"], "as of the last poll, which does not know better"
    process.poll()
    assert _ask(process) == (["newer"], False)


def test_a_rolled_back_edit_changes_nothing(process, database):
    with pytest.raises(RuntimeError), database.transaction() as connection:
        _edit(connection, "never")
        raise RuntimeError
    process.poll()
    process.tend()
    assert _ask(process) == (["old"], True)


def test_a_row_that_moves_leaves_one_place_and_comes_to_the_other(process, database):
    database.execute(
        "update city.hydrant set geometry = st_setsrid(st_makepoint(%(e)s, %(n)s), 4547) where code = 'old'",
        {"e": AWAY[0] + 3, "n": AWAY[1]},
    )
    process.poll()
    assert (_ask(process), _ask(process, FAR)) == (([], False), (["far", "old"], False))
    process.tend()
    assert (_ask(process), _ask(process, FAR)) == (([], True), (["far", "old"], True))


@pytest.mark.parametrize("how", ["delete from city.hydrant where code = 'old'",
    "update city.hydrant set visibility = 'fire' where code = 'old'",
    "update city.hydrant set geometry = null where code = 'old'"])  # fmt: skip
def test_what_is_closed_hidden_or_without_a_place_is_gone(process, database, how):
    database.execute(how)
    process.poll()
    assert _ask(process) == ([], False)
    process.tend()
    assert _ask(process) == ([], True)


def test_a_touch_of_the_layer_as_a_whole_takes_the_layer_out(process, database):
    database.execute("insert into twin.touch (collection) values ('hydrant')")
    process.poll()
    assert _ask(process, FAR) == (["far"], False)
    process.tend()
    assert _ask(process, FAR) == (["far"], True)


def test_others_and_the_past_are_asked_of_postgis(process):
    for context in (Context(("fire", "public")), Context(moment=datetime.now(UTC))):
        before = process.source.encoded
        process.source.make(("hydrant",), HOME, context)
        assert process.source.encoded == before


def test_a_log_that_is_not_read_serves_nothing_from_memory(process, database):
    process.time += FRESH_S + 1
    _edit(database, "new")
    assert _ask(process) == (["new"], False)


def test_a_tile_that_geos_cannot_repair_is_left_to_postgis(process, monkeypatch):
    def fails(*_):
        raise shapely.errors.GEOSException("overlay")

    monkeypatch.setattr("tiles.vector.snapshot.source.fitted", fails)
    assert _ask(process) == (["old"], False)


def test_a_touch_that_could_not_be_noted_takes_every_copy_out(process, database, monkeypatch):
    """The feed goes on to the next tick and tells no touch twice."""
    _edit(database, "new")
    with monkeypatch.context() as patched:
        patched.setattr(Touched, "add", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            process.poll()
    process.poll()
    assert _ask(process) == (["new"], False)
    process.tend()
    assert _ask(process) == (["new"], True)


def test_the_copy_that_waits_is_counted_beside_the_one_in_use(process, database):
    _edit(database, "new")
    process.poll()
    alone = process.source.keeper.figures["bytes"]
    with database.transaction() as connection:
        # the refresh sees this commit before the log is read again, so it waits for that
        connection.execute("select pg_current_xact_id()")
    process.time += 0.9
    process.source.keeper.tend()
    assert process.source.keeper.figures["bytes"] > alone
    process.poll()
    assert _ask(process) == (["new"], True)


def test_another_server_that_is_behind_makes_it_forget(process):
    earlier = read_news(process.database, None)
    process.source.keeper.on_tick(replace(earlier, snapshot=Snapshot(3, 3)))
    assert set(process.source.keeper.states().values()) == {"waiting"}
    assert _ask(process) == (["old"], False)


def test_what_counts_a_building_and_what_the_interior_stands_on(process, database, add_feature):
    # storeys follow the ground of their building, buildings the counts of their units
    square = shapely.MultiPolygon([shapely.box(SPOT[0], SPOT[1], SPOT[0] + 30, SPOT[1] + 30)])
    with database.transaction() as connection:
        building = add_feature(connection, "building", square, code="S", elev_base_m=4.0)
        add_feature(connection, "storey", square, building_id=building, floor_no=1, z_min_m=5.0, z_max_m=8.0)
    process.poll()
    process.tend()

    def seen():
        layers = mapbox_vector_tile.decode(process.made(("building", "storey"), HOME).tile.plain())
        return {
            **layers["building"]["features"][0]["properties"],
            **layers["storey"]["features"][0]["properties"],
        }

    assert "units" not in seen()
    assert seen()["base_m"] == 1.0
    database.execute("insert into city.unit (building_id, code) values (%(id)s, 'S-1')", {"id": building})
    database.execute("update city.building set elev_base_m = 3.0 where code = 'S'")
    process.poll()
    process.tend()
    assert seen()["units"] == 1
    assert seen()["base_m"] == 2.0


def test_a_layer_over_the_memory_stays_with_postgis(settings, database, add_feature):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        connection.execute(
            "insert into city.pole (code, geometry) select repeat(i::text, 40),"
            " st_setsrid(st_makepoint(513000 + i % 1000, 2494000 + i / 1000), 4547)"
            " from generate_series(1, 9000) i"
        )
    one = Process(replace(settings, snapshot_mb=2))
    try:
        one.poll()
        one.poll()
        one.source.keeper.tend()
        one.poll()
        states = one.source.keeper.states()
        assert states["pole"] == "too large"
        assert states["hydrant"] == "ready"
        assert one.source.keeper.figures["bytes"] < 2 << 20
        assert _ask(one)[1]
        before = one.source.handed_on
        one.source.make(("hydrant", "pole"), HOME, PUBLIC)
        assert one.source.handed_on == before + 1
    finally:
        one.close()


@pytest.mark.parametrize(("shape", "why"), [
    ("CIRCULARSTRING(513870 2494870, 513880 2494880, 513890 2494870)", "of a kind"),
    ("LINESTRING(513870 2494870, 513870 2894970)", "is 400 km large"),
])  # fmt: skip
def test_what_cannot_be_drawn_stays_with_postgis_and_says_why_once(process, database, capfd, shape, why):
    database.execute(
        "insert into city.hazard (name_zh, geometry) values ('弧', st_geomfromtext(%(shape)s, 4547))",
        {"shape": shape},
    )
    for _ in range(3):
        process.time += 60
        process.poll()
        process.tend()
    assert process.source.keeper.states()["hazard"] == "failed"
    assert process.source.keeper.states()["hydrant"] == "ready"
    said = "".join(capfd.readouterr())
    assert said.count("snapshot_not_kept") == 1
    assert why in said


_STEPS = ("insert", "move", "change", "delete", "late", "commit", "roll back", "poll", "tend", "look")
_steps = st.lists(st.sampled_from(_STEPS), min_size=4, max_size=14)


@given(_steps, st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_tile_is_as_postgis_made_it_at_the_last_poll(
    process, settings, database, steps, chance
):
    """After each poll PostGIS is asked too; what memory says until the next must be that, to the row."""
    postgis, held = PostgisSource(database), None
    tiles = [HOME, FAR, _tile_of(SPOT, 14), _tile_of((515_500.0, 2_494_870.0), 14)]

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
        known = {coord: _codes(postgis.make(("hydrant",), coord, PUBLIC)) for coord in tiles}
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
                process.source.keeper.tend()
            if step in ("poll", "tend"):
                process.poll()
                process.poll()
                known = {coord: _codes(postgis.make(("hydrant",), coord, PUBLIC)) for coord in tiles}
            for coord in tiles:
                codes, from_memory = _ask(process, coord)
                assert not from_memory or codes == known[coord], (step, coord)
        late.rollback()
    process.poll()
    process.tend()
    for coord in tiles:
        wanted = _codes(postgis.make(("hydrant",), coord, PUBLIC)), True
        assert _ask(process, coord) == wanted


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


@pytest.mark.timeout(120)
def test_nothing_stale_at_load(database, settings, add_feature, kernels_state):
    """Two processes with their threads, writers that commit late and roll back: no answer is stale."""
    spots = [(511_800 + 450 * i % 3_000, 2_493_800 + 230 * (i % 7)) for i in range(_WRITERS * _EACH)]
    with database.transaction() as connection:
        ids = [add_feature(connection, "hydrant", shapely.Point(spot), flow_lps=0.0) for spot in spots]
    tiles = sorted(
        {_tile_of((e + d, n), 15) for e, n in spots for d in (-1500, 0, 1500)}, key=lambda c: (c.x, c.y)
    )
    record, stop, found = defaultdict(list), threading.Event(), defaultdict(int)
    processes = []
    for _ in range(2):
        own = replace(settings, snapshot_mb=64, state_dir=kernels_state)
        base = Database.from_settings(own, application="reader")
        source = SnapshotSource(base, own)
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
    # beyond the first load of every layer
    assert refreshes > 2 * len(public_layers())
