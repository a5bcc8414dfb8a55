"""Never stale: every way a commit can pass a cached tile by, played one step at a time."""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime, timedelta

import mapbox_vector_tile
import psycopg
import pytest
import shapely
from pyproj import Transformer

from tiles.address import TileCoord
from tiles.cache import TileCache
from tiles.catalog import Catalog
from tiles.source import PUBLIC, Context, Made
from tiles.tile import MVT, Tile
from tiles.touch import CellBox
from tiles.vector.source import PostgisSource
from twin.errors import InvalidParameter, NotFound
from twin.live.feed import read_news
from twin.live.snapshot import Snapshot

SPOT = shapely.Point(513_870.0, 2_494_870.0)
AWAY = shapely.Point(517_500.0, 2_494_870.0)


def tile_of(zoom, spot):
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(spot.x, spot.y)
    n = 2**zoom
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return TileCoord(zoom, int((lon + 180) / 360 * n), int(row * n))


HOME = tile_of(16, SPOT)


class Counting:
    """PostGIS, counting how often it is asked; `gate` holds an answer back until it is opened."""

    def __init__(self, database):
        self._source = PostgisSource(database)
        self.made = 0
        self.gate = None
        self.reached = threading.Event()

    def make(self, names, coord, context):
        made = self._source.make(names, coord, context)
        self.made += 1
        self.reached.set()
        if self.gate is not None:
            assert self.gate.wait(20)
        return made


class Process:
    """One server process: a catalogue, and a feed that is turned by hand."""

    def __init__(self, database, settings, shared=None):
        self.database = database
        self.time = 0.0
        self.source = Counting(database)
        self.catalog = Catalog(database, settings, source=self.source, shared=shared, clock=lambda: self.time)
        self.seen = None
        self.poll()
        self.poll()

    def poll(self):
        tick = read_news(self.database, self.seen)
        self.seen = tick.snapshot
        self.time += 0.1
        self.catalog.on_tick(tick)

    def codes(self, coord=HOME, layers=("hydrant",), context=PUBLIC):
        tile = self.catalog.tile(layers, coord, context)
        if tile.empty:
            return []
        features = mapbox_vector_tile.decode(tile.plain())[layers[0]]["features"]
        return sorted(f["properties"].get("code") for f in features)


@pytest.fixture
def hydrant(database, add_feature):
    with database.transaction() as connection:
        return add_feature(connection, "hydrant", SPOT, code="old")


@pytest.fixture
def process(database, settings, hydrant):
    return Process(database, settings)


def _edit(target, hydrant, code):
    target.execute(
        "update city.hydrant set code = %(code)s where feature_id = %(id)s", {"code": code, "id": hydrant}
    )


def test_a_warm_tile_is_made_once(process):
    assert process.codes() == process.codes() == ["old"]
    process.poll()
    assert process.codes() == ["old"]
    assert process.source.made == 1
    assert process.catalog.counts.hits == 2


def test_a_commit_drops_the_tile_at_the_next_poll(process, database, hydrant):
    process.codes()
    _edit(database, hydrant, "new")
    process.poll()
    assert process.codes() == ["new"]
    assert process.source.made == 2


def test_an_edit_elsewhere_or_of_another_layer_leaves_it(process, database, add_feature):
    process.codes()
    with database.transaction() as connection:
        add_feature(connection, "hydrant", AWAY, code="far")
        add_feature(connection, "pole", SPOT, code="pole")
    process.poll()
    assert process.codes() == ["old"]
    assert process.source.made == 1


def test_a_rolled_back_edit_changes_nothing(process, database, hydrant):
    process.codes()
    with pytest.raises(RuntimeError), database.transaction() as connection:
        _edit(connection, hydrant, "never")
        raise RuntimeError
    process.poll()
    assert process.codes() == ["old"]
    assert process.source.made == 1


def test_a_transaction_that_commits_after_the_tile_was_made_and_polled_past(
    process, settings, hydrant, database
):
    with psycopg.connect(settings.dsn) as late:
        _edit(late, hydrant, "late")
        # another transaction, later and committed first: "newer than the newest seen" would skip the late one
        database.execute("insert into city.pole (geometry) values (st_setsrid(st_makepoint(0, 0), 4547))")
        process.poll()
        assert process.codes() == ["old"]
        process.poll()
        late.commit()
    process.poll()
    assert process.codes() == ["late"]


def test_a_late_rollback_keeps_the_tile(process, settings, hydrant):
    with psycopg.connect(settings.dsn) as late:
        _edit(late, hydrant, "never")
        assert process.codes() == ["old"]
        late.rollback()
    process.poll()
    assert process.codes() == ["old"]
    assert process.source.made == 1


def test_a_tile_overtaken_while_it_was_made_is_served_once_and_not_kept(process, database, hydrant):
    process.source.gate = threading.Event()
    process.source.reached.clear()
    answers = []
    maker = threading.Thread(target=lambda: answers.append(process.codes()))
    maker.start()
    assert process.source.reached.wait(20)
    _edit(database, hydrant, "new")
    process.poll()
    process.source.gate.set()
    maker.join(20)
    assert answers == [["old"]]
    assert process.catalog.counts.refused == 1
    assert process.codes() == ["new"]


def test_a_thousand_browsers_cost_one_statement(process):
    process.source.gate = threading.Event()
    answers = []
    browsers = [threading.Thread(target=lambda: answers.append(process.codes())) for _ in range(20)]
    for browser in browsers:
        browser.start()
    assert process.source.reached.wait(20)
    process.source.gate.set()
    for browser in browsers:
        browser.join(20)
    assert answers == [["old"]] * 20
    assert process.source.made == 1


def test_a_deleted_feature_leaves_its_tile(process, database, hydrant):
    process.codes()
    database.execute("delete from city.hydrant where feature_id = %(id)s", {"id": hydrant})
    process.poll()
    assert process.codes() == []


def test_a_moved_feature_leaves_the_old_tile_and_enters_the_new(process, database, hydrant):
    there = tile_of(16, AWAY)
    assert (process.codes(), process.codes(there)) == (["old"], [])
    database.execute(
        "update city_now.hydrant set geometry = st_translate(geometry, 3630, 0) where feature_id = %(id)s",
        {"id": hydrant},
    )
    process.poll()
    assert (process.codes(), process.codes(there)) == ([], ["old"])


def test_two_processes_hear_the_same(process, database, settings, hydrant):
    other = Process(database, settings)
    assert process.codes() == other.codes() == ["old"]
    _edit(database, hydrant, "new")
    process.poll()
    assert process.codes() == ["new"]
    other.poll()
    assert other.codes() == ["new"]


def test_a_restarted_process_starts_with_the_present(process, database, settings, hydrant):
    _edit(database, hydrant, "new")
    assert Process(database, settings).codes() == ["new"]


def test_when_the_log_was_not_read_for_a_second_nothing_cached_is_served(process, database, hydrant):
    process.codes()
    _edit(database, hydrant, "new")
    process.time += 0.85
    assert process.codes() == ["old"], "within the promise"
    process.time += 0.2
    assert process.codes() == ["new"]
    assert process.catalog.counts.bypassed == 1
    # one poll after the silence proves nothing about when it began; the second one does
    process.poll()
    assert process.codes() == ["new"]
    assert process.catalog.counts.bypassed == 2
    process.poll()
    assert process.codes() == ["new"]
    assert process.catalog.counts.bypassed == 2


def test_a_tile_of_two_layers_follows_both(process, database, add_feature):
    assert process.codes(layers=("hydrant", "pole")) == ["old"]
    with database.transaction() as connection:
        add_feature(connection, "pole", SPOT, code="pole")
    process.poll()
    assert process.codes(layers=("pole", "hydrant")) == ["pole"]
    content = mapbox_vector_tile.decode(process.catalog.tile(("hydrant", "pole"), HOME).plain())
    assert set(content) == {"hydrant", "pole"}


def test_a_far_zoom_is_dropped_too(process, database, add_feature):
    wide = tile_of(8, SPOT)
    assert process.catalog.tile(("incident",), wide).empty
    with database.transaction() as connection:
        add_feature(connection, "incident", SPOT, code="SJ-1")
    process.poll()
    assert process.codes(wide, ("incident",)) == ["SJ-1"]


def test_a_closed_version_written_later_shows_in_the_past(process, database, add_feature):
    then = Context(moment=datetime.now(UTC) - timedelta(days=100))
    assert process.codes(context=then) == ["old"]
    with database.transaction() as connection:
        add_feature(
            connection, "hydrant", SPOT, code="found",
            valid_from=then.moment - timedelta(days=1), valid_to=then.moment + timedelta(days=1),
        )  # fmt: skip
    process.poll()
    assert process.codes(context=then) == ["found", "old"]


def test_the_interior_follows_the_ground_of_its_building(process, database, add_feature):
    square = shapely.MultiPolygon([SPOT.buffer(20)])
    with database.transaction() as connection:
        building = add_feature(connection, "building", square, code="B", elev_base_m=4.0)
        add_feature(connection, "storey", square, building_id=building, floor_no=1, z_min_m=5.0, z_max_m=8.0)
    process.poll()

    def base():
        content = mapbox_vector_tile.decode(process.catalog.tile(("storey",), HOME).plain())
        return content["storey"]["features"][0]["properties"]["base_m"]

    assert base() == 1.0
    database.execute("update city.building set elev_base_m = 4.5 where code = 'B'")
    process.poll()
    assert base() == 0.5


def test_a_building_shows_when_its_model_takes_its_place(process, database, add_feature):
    with database.transaction() as connection:
        square = shapely.MultiPolygon([SPOT.buffer(20)])
        building = add_feature(connection, "building", square, code="B")
    process.poll()

    def has_model():
        content = mapbox_vector_tile.decode(process.catalog.tile(("building",), HOME).plain())
        return content["building"]["features"][0]["properties"]["has_model"]

    assert has_model() is False
    load = database.scalar(
        "insert into twin.load (source, file_name, file_sha256, format, crs, mode, status)"
        " values ('m', 'm.ifc', '0', 'IFC4', 'EPSG:4547', 'replace', 'done') returning id"
    )
    database.execute(
        "insert into twin.model (load_id, source, building_id, schema, placement, shapes_at)"
        " values (%(load)s, 'm', %(building)s, 'IFC4', 'map-conversion', now())",
        {"load": load, "building": building},
    )
    process.poll()
    assert has_model() is True
    database.execute("update twin.model set withdrawn_at = now()")
    process.poll()
    assert has_model() is False


def test_access_classes_do_not_share_tiles(process, database, add_feature):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", SPOT, code="closed", visibility="fire")
    process.poll()
    assert process.codes(context=Context(("fire", "public"))) == ["closed", "old"]
    assert process.codes() == ["old"]


def test_memory_is_bounded_and_the_longest_unused_goes_first():
    cache = TileCache(20_000)
    snapshot, cells = Snapshot(1, 1), CellBox(0, 0, 1, 1)

    def made(size):
        return Made(Tile(b"x" * size, MVT, ""), snapshot, frozenset({"road"}), cells)

    keys = [(("road",), TileCoord(20, x, 0), PUBLIC) for x in range(50)]
    for key in keys:
        cache.put(key, made(500))
        cache.get(keys[0])
        assert cache.bytes <= 20_000
    assert cache.get(keys[0]) is not None
    assert cache.get(keys[1]) is None
    assert cache.get(keys[-1]) is not None
    assert cache.counts.evicted == 50 - len(cache)
    cache.put(keys[1], made(5_000))
    assert cache.get(keys[1]) is None, "one tile may not push out the rest"
    cache.clear()
    assert (len(cache), cache.bytes, len(cache._index)) == (0, 0, 0)


def test_a_request_of_no_repeated_or_unknown_layers_is_refused(process):
    for names in ((), ("road", "road"), ("road",) * 41):
        with pytest.raises(InvalidParameter):
            process.catalog.tile(names, HOME)
    with pytest.raises(NotFound):
        process.catalog.tile(("road", "nope"), HOME)
