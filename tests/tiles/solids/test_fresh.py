"""One edit remakes one leaf, and nothing stale is served."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import defaultdict
from dataclasses import replace

import psycopg
import pytest
import shapely

from tests.tiles.solids.conftest import root_of
from tests.tiles.solids.reader import read
from tiles.catalog import FRESH_S, Catalog
from tiles.solids.grid import LEAF_M, Root
from tiles.solids.place import CitySquare, CityTileset
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC
from twin.database.connection import Database
from twin.live.feed import Feed, read_news

_SPOTS = [(512_100 + 450 * (i % 5), 2_493_100 + 700 * (i // 5)) for i in range(20)]


class Process:
    """One server process whose feed is turned by hand."""

    def __init__(self, database, settings):
        self.database, self.time, self.seen = database, 0.0, None
        self.catalog = Catalog(database, settings, clock=lambda: self.time)
        self.poll()
        self.poll()

    def poll(self):
        tick = read_news(self.database, self.seen)
        self.seen, self.time = tick.snapshot, self.time + 0.1
        self.catalog.on_tick(tick)


@pytest.fixture
def town(database, add_feature):
    with database.transaction() as connection:
        return [
            add_feature(
                connection, "building", shapely.MultiPolygon([shapely.box(e, n, e + 20, n + 15)]),
                elev_base_m=4.0, height_m=20.0, name_zh="翠竹苑", risk=0.0,
            )
            for e, n in _SPOTS
        ]  # fmt: skip


def _root(database):
    made = PostgisSolids(database, -3.0).make((), CityTileset(), PUBLIC)
    return root_of(json.loads(made.tile.plain()))


def _leaf(root: Root, east: float, north: float) -> CitySquare:
    x, y = (int(v // LEAF_M) for v in (east - root.west * LEAF_M, north - root.south * LEAF_M))
    return CitySquare("content", root, root.depth, x, y)


def _all_squares(root):
    """Leaves of the town and every square above."""
    leaves = {_leaf(root, e + 10, n + 7) for e, n in _SPOTS}
    return leaves | {up for leaf in leaves for up in _above(leaf)}


def _above(leaf):
    up = range(1, leaf.root.depth + 1)
    return [replace(leaf, level=leaf.level - i, x=leaf.x >> i, y=leaf.y >> i) for i in up]


@pytest.mark.parametrize(
    ("edit", "above"), [("height_m = 31", True), ("height_m = 20.02", False), ("risk = 5", False)]
)
def test_an_edit_changes_one_leaf_and_what_stands_for_it(database, settings, town, edit, above):
    process, root = Process(database, settings), _root(database)
    squares, mine = _all_squares(root), _leaf(root, _SPOTS[7][0] + 10, _SPOTS[7][1] + 7)
    before = {square: process.catalog.solid(square) for square in squares}
    database.execute(f"update city.building set {edit} where feature_id = %(id)s", {"id": town[7]})
    process.poll()
    misses = process.catalog.counts.misses
    after = {square: process.catalog.solid(square) for square in squares}
    changed = {square for square in squares if before[square].etag != after[square].etag}
    # a block far away is too coarse to show two centimetres, and says nothing of risks
    assert changed == {mine, *(_above(mine) if above else ())}
    # only what lies over the touched cells was asked of the database again
    assert process.catalog.counts.misses - misses < len(squares) / 2
    (row,) = (row for row in read(after[mine].plain()).rows if row["id"] == town[7])
    assert row["height_m" if "height" in edit else "risk"] == pytest.approx(float(edit.split()[-1]))


def test_a_model_that_comes_takes_its_building_out_and_gives_it_back(database, settings, town):
    process, root = Process(database, settings), _root(database)
    square = _leaf(root, _SPOTS[3][0] + 10, _SPOTS[3][1] + 7)

    def shown():
        process.poll()
        return town[3] in {row["id"] for row in read(process.catalog.solid(square).plain()).rows}

    assert shown()
    database.execute(
        "insert into twin.model (source, building_id, schema, placement, shapes_at, hides_lod1)"
        " values ('m', %(id)s, 'IFC4', 'map-conversion', now(), true)",
        {"id": town[3]},
    )
    assert not shown()
    database.execute("update twin.model set withdrawn_at = now()")
    assert shown()


def test_a_deleted_building_leaves_an_empty_scene_and_no_content(database, settings, town):
    process, root = Process(database, settings), _root(database)
    square = _leaf(root, _SPOTS[0][0] + 10, _SPOTS[0][1] + 7)
    tree = CitySquare("subtree", root, 0, 0, 0)
    before = process.catalog.solid(tree).etag
    database.execute("delete from city.building where feature_id = %(id)s", {"id": town[0]})
    process.poll()
    assert read(process.catalog.solid(square).plain()).rows == []
    assert process.catalog.solid(tree).etag != before


def test_a_tile_made_while_a_commit_passes_by_is_not_kept(database, settings, town):
    process, root = Process(database, settings), _root(database)
    square = _leaf(root, _SPOTS[0][0] + 10, _SPOTS[0][1] + 7)
    with psycopg.connect(settings.dsn) as other:
        other.execute("update city.building set risk = 9 where feature_id = %s", (town[0],))
        process.poll()
        assert read(process.catalog.solid(square).plain()).rows[0]["risk"] == 0
        other.commit()
    process.poll()
    assert read(process.catalog.solid(square).plain()).rows[0]["risk"] == 9


@pytest.mark.timeout(120)
def test_nothing_stale_is_ever_served(database, settings, town):
    """Writers that commit late or roll back, two processes, and every answer checked."""
    root, stop = _root(database), threading.Event()
    squares = {id: _leaf(root, e + 10, n + 7) for id, (e, n) in zip(town, _SPOTS, strict=True)}
    commits, lock = defaultdict(list), threading.Lock()
    found, failures = defaultdict(int), []

    def write(ids, seed):
        chance, value = random.Random(seed), 0
        with psycopg.connect(settings.dsn) as connection:
            while not stop.is_set():
                id, value = chance.choice(ids), value + 1
                connection.execute("update city.building set risk = %s where feature_id = %s", (value, id))
                fate = chance.random()
                if fate < 0.1:
                    stop.wait(chance.uniform(0.2, 1.2))
                if 0.1 <= fate < 0.2:
                    connection.rollback()
                    continue
                connection.commit()
                with lock:
                    commits[id].append((time.monotonic(), value))
                stop.wait(chance.uniform(0, 0.05))

    def answer(catalog):
        try:
            while not stop.is_set():
                id = random.choice(town)
                asked = time.monotonic()
                rows = {row["id"]: row for row in read(catalog.solid(squares[id]).plain()).rows}
                with lock:
                    owed = max((v for at, v in commits[id] if at <= asked - FRESH_S), default=0)
                    found["checked"] += 1
                    found["stale"] += rows[id]["risk"] < owed
        except Exception as error:  # a thread's failure must fail the test
            failures.append(error)

    processes = []
    for _ in range(2):
        own = Database.from_settings(replace(settings, pool_size=4), application="reader")
        catalog, feed = Catalog(own, settings), Feed(own, 0.1)
        feed.listen(catalog.on_tick)
        feed.start()
        processes.append((own, catalog, feed))
    try:
        while not all(catalog.fresh for _, catalog, _ in processes):
            time.sleep(0.05)
        threads = [threading.Thread(target=write, args=(town[w::4], w)) for w in range(4)]
        threads += [threading.Thread(target=answer, args=(catalog,)) for _, catalog, _ in processes]
        for thread in threads:
            thread.start()
        time.sleep(4.0)
        stop.set()
        for thread in threads:
            thread.join(30)
    finally:
        for own, _, feed in processes:
            feed.stop()
            own.close()
    hits = sum(catalog.counts.hits for _, catalog, _ in processes)
    print(dict(found), hits)
    assert failures == []
    assert found["stale"] == 0
    assert found["checked"] > 100
    assert hits > 10
