"""The summary of the city: after any edit it is what a fresh reading finds, and little is read for it."""

from __future__ import annotations

import random
import tracemalloc
from dataclasses import replace

import numpy as np
import psycopg
import pytest
import shapely

from tests.tiles.solids.reader import read
from tiles.solids import summary
from tiles.solids.asking import ask
from tiles.solids.buildings import ask_buildings
from tiles.solids.grid import SMALL_M
from tiles.solids.groups import Groups
from tiles.solids.place import CitySquare, CityTileset
from tiles.solids.shelf import Shelf
from tiles.solids.source import PostgisSolids
from tiles.solids.summary import FINE_M, FINEST_M, WORLD, Summaries, Summary, groups_of
from tiles.source import PUBLIC

_EAST_M, _NORTH_M = 512_000.0, 2_492_000.0


@pytest.fixture
def town(database, add_feature):
    """Forty buildings on 5 km, some tall, one of no known base, one hidden from the public."""
    chance = random.Random(11)
    with database.transaction() as connection:
        return [
            add_feature(
                connection, "building", _plan(chance), elev_base_m=None if i == 7 else 4.0,
                height_m=chance.choice([12.0, 30.0, 70.0, 150.0, 400.0]),
                visibility="admin" if i == 9 else "public",
            )
            for i in range(40)
        ]  # fmt: skip


@pytest.fixture
def read_squares(monkeypatch):
    """Squares that summaries read anew."""
    squares, read = [], Summary._read
    monkeypatch.setattr(Summary, "_read", lambda self, square: squares.append(square) or read(self, square))
    return squares


def _plan(chance):
    e, n = _EAST_M + chance.uniform(0, 5000), _NORTH_M + chance.uniform(0, 5000)
    w, d = chance.choice([(12, 9), (30, 20), (60, 45), (300, 90)])
    return shapely.MultiPolygon([shapely.box(e, n, e + w, n + d)])


def _shape(plan):
    return {"shape": plan.wkb_hex}


def _same(one: Groups, other: Groups) -> None:
    one, other = Groups.of_several([one]), Groups.of_several([other])
    for name in one.table.dtype.names:
        # sums come in another order
        assert one.table[name] == pytest.approx(other.table[name], rel=1e-12, nan_ok=True), name
    ends = np.cumsum(one.table["large"])[:-1]
    assert [sorted(ids) for ids in np.split(one.ids, ends)] == [
        sorted(ids) for ids in np.split(other.ids, ends)
    ]


_SET = "update city.building set {} where feature_id = %(id)s and valid_to is null and superseded_at is null"
_EDITS = {
    "grows": _SET.format("height_m = height_m * 1.7"),
    "moves": _SET.format("geometry = st_setsrid(%(shape)s::geometry, 4547)"),
    "is found": _SET.format("elev_base_m = 3.5"),
    "is lost": _SET.format("elev_base_m = null, z_min_m = null, z_max_m = null, solid = null"),
    "hides": _SET.format("visibility = 'admin'"),
    "shows": _SET.format("visibility = 'public'"),
    "loses its plan": _SET.format("geometry = null"),
    "goes": "delete from city.building where feature_id = %(id)s",
    "gets a part": "insert into city.building_part (building_id, geometry, elev_base_m, height_m)"
    " values (%(id)s, st_setsrid(%(shape)s::geometry, 4547), 4.0, 90.0)",
    "gets a model": "insert into twin.model (source, building_id, schema, placement, shapes_at, hides_lod1)"
    " values ('m' || %(id)s, %(id)s, 'IFC4', 'map-conversion', now(), true)"
    " on conflict do nothing",
    "loses its model": "update twin.model set withdrawn_at = now() where building_id = %(id)s",
    "comes": "insert into city.building (geometry, elev_base_m, height_m)"
    " values (st_setsrid(%(shape)s::geometry, 4547), 2.0, 55.0)",
}


def test_after_any_edit_it_is_what_a_fresh_reading_finds(database, town):
    chance, kept = random.Random(5), Summary(database, PUBLIC, None)
    admin = replace(PUBLIC, access=("admin", "public"))
    kept_for_admin = Summary(database, admin, None)
    for name in [*_EDITS, *chance.choices(list(_EDITS), k=36)]:
        for _ in range(chance.randrange(1, 4)):
            database.execute(_EDITS[name], {"id": chance.choice(town), **_shape(_plan(chance))})
        for one, context in ((kept, PUBLIC), (kept_for_admin, admin)):
            _same(one.look(WORLD)[1], groups_of(database, context, WORLD)[1])
            _same(one.fine(WORLD)[1], groups_of(database, context, WORLD, FINE_M)[1])
            _same(one.finest(WORLD)[1], groups_of(database, context, WORLD, FINEST_M)[1])


def test_the_finest_squares_are_read_once_and_of_few_places_kept(database, town, monkeypatch, read_squares):
    del town
    kept = Summary(database, PUBLIC, None)
    kept.finest(WORLD)
    once = len(read_squares)
    assert once == len(set(read_squares)) > 5
    kept.finest(WORLD)
    assert len(read_squares) == once
    monkeypatch.setattr(summary, "CLOSE", 2)
    kept = Summary(database, PUBLIC, None)
    for _ in range(2):
        _same(kept.finest(WORLD)[1], groups_of(database, PUBLIC, WORLD, FINEST_M)[1])
    assert len(read_squares) > 2 * once


def test_its_memory_is_what_its_arrays_take(database, town):
    """A part of an array keeps all of it; a reading in the place of an older one is another array."""
    tracemalloc.start()
    try:
        kept = Summaries(database, None)
        kept.squares(PUBLIC, WORLD, FINE_M)
        kept.squares(PUBLIC, WORLD, FINEST_M)
        for id in town[:9]:
            database.execute(_EDITS["grows"], {"id": id})
        kept.look(PUBLIC, WORLD)
        only_arrays = tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)
        traces = tracemalloc.take_snapshot().filter_traces((only_arrays,)).traces
    finally:
        tracemalloc.stop()
    memory = kept.memory
    assert memory.close_bytes < memory.all_bytes
    # numpy takes a byte for an array of nothing
    assert memory.all_bytes == sum(trace.size for trace in traces if trace.size > 1)


def test_what_was_read_before_an_edit_is_not_kept(database, town, monkeypatch):
    """While one waits for its squares another hears of an edit of them."""
    kept, read, edited = Summary(database, PUBLIC, None), Summary._read, []
    far = (_EAST_M + 90_000, _NORTH_M, _EAST_M + 91_000, _NORTH_M + 1000)

    def overtaken(self, square):
        found = read(self, square)
        if not edited:
            edited.extend(town)
            for id in town:
                database.execute(_EDITS["grows"], {"id": id})
            self.look(far)
        return found

    monkeypatch.setattr(Summary, "_read", overtaken)
    kept.finest(WORLD)
    assert edited
    _same(kept.finest(WORLD)[1], groups_of(database, PUBLIC, WORLD, FINEST_M)[1])


def test_an_edit_has_one_square_read(database, town, read_squares):
    kept = Summary(database, PUBLIC, None)
    kept.look(WORLD)
    assert read_squares == []
    (row,) = database.rows(
        "select floor(st_xmin(geometry) / 1000)::int as e, floor(st_ymin(geometry) / 1000)::int as n,"
        " floor(st_xmax(geometry) / 1000)::int as e2, floor(st_ymax(geometry) / 1000)::int as n2"
        " from city_now.building where feature_id = %(id)s",
        {"id": town[0]},
    )
    touched = {(e, n) for e in range(row["e"], row["e2"] + 1) for n in range(row["n"], row["n2"] + 1)}
    database.execute("update city.building set risk = 3 where feature_id = %(id)s", {"id": town[0]})
    far = (_EAST_M + 90_000, _NORTH_M, _EAST_M + 91_000, _NORTH_M + 1000)
    kept.look(far)
    assert read_squares == [], "nobody asked for that square yet"
    kept.look(WORLD)
    assert set(read_squares) == touched
    kept.look(WORLD)
    assert len(read_squares) == len(touched), "and once only"


def test_a_commit_that_comes_late_is_seen(database, settings, town):
    kept = Summary(database, PUBLIC, None)
    with psycopg.connect(settings.dsn) as late:
        late.execute("update city.building set height_m = 700 where feature_id = %s", (town[0],))
        (xid,) = late.execute("select pg_current_xact_id()::text").fetchone()
        kept.look(WORLD)
        database.execute("update city.building set height_m = 800 where feature_id = %(id)s", {"id": town[1]})
        snapshot, groups = kept.look(WORLD)
        _same(groups, groups_of(database, PUBLIC, WORLD)[1])
        late.commit()
    assert not snapshot.sees(int(xid))
    _same(kept.look(WORLD)[1], groups_of(database, PUBLIC, WORLD)[1])


def test_a_large_city_is_read_in_pieces(database, town, monkeypatch):
    database.execute(_EDITS["gets a part"], {"id": town[30], **_shape(_plan(random.Random(3)))})
    monkeypatch.setattr(summary, "_AT_ONCE", 7)
    _same(Summary(database, PUBLIC, None).look(WORLD)[1], groups_of(database, PUBLIC, WORLD)[1])


def test_the_next_process_reads_only_what_was_touched_since(
    database, town, monkeypatch, read_squares, tmp_path
):
    monkeypatch.setattr(summary, "_AT_ONCE", 7)
    Summary(database, PUBLIC, tmp_path).look(WORLD)
    (file,) = tmp_path.iterdir()
    database.execute(_EDITS["grows"], {"id": town[0]})
    monkeypatch.setattr(Summary, "_load", lambda self: pytest.fail("the city was read"))
    _same(Summary(database, PUBLIC, tmp_path).look(WORLD)[1], groups_of(database, PUBLIC, WORLD)[1])
    assert 0 < len(read_squares) <= 4
    # another caller, another database, and a file that broke: nothing is taken from it
    assert Shelf(database, ("admin", "public"), tmp_path).find() is None
    file.write_bytes(file.read_bytes()[:300])
    assert Shelf(database, PUBLIC.access, tmp_path).find() is None


def test_what_is_kept_comes_back(database, town, tmp_path):
    seen, groups = groups_of(database, PUBLIC, WORLD, FINE_M)
    shelf = Shelf(database, PUBLIC.access, tmp_path)
    shelf.keep(seen, groups)
    found = shelf.find()
    assert found is not None
    assert found[0] == seen
    _same(found[1], groups)
    with pytest.raises(ValueError, match="fit together"):
        Groups.of_flat(groups.table, groups.ids[1:], FINE_M)


def test_large_buildings_are_found_as_a_search_finds_them(quarter):
    root, compared = quarter.root(), 0
    for level in range(root.depth):
        for x, y in np.ndindex(1 << level, 1 << level):
            _, rows = ask_buildings(
                quarter.database, "city_content", PUBLIC, root.box(level, x, y),
                words={"columns": "", "joins": ""},
                more={"from_m": SMALL_M * 2.0 ** (root.depth - level - 1)}, read=ask,
            )  # fmt: skip
            tile = quarter.source.make((), CitySquare("content", root, level, x, y), PUBLIC).tile
            found = [row["id"] for row in read(tile.plain()).rows if row.get("id")]
            assert found == [row["id"] for row in rows if row["id"] is not None]
            compared += len(found)
    assert compared > 10


def test_a_building_on_the_edge_of_a_leaf_has_a_leaf(database, add_feature):
    with database.transaction() as connection:
        for e in (512_000.0, 512_500.0):
            box = shapely.MultiPolygon([shapely.box(e - 5, 2_492_100, e + 5, 2_492_110)])
            add_feature(connection, "building", box, elev_base_m=4.0, height_m=20.0)
    source = PostgisSolids(database, 0.0)
    assert b"content/1024.4984.1/" in source.make((), CityTileset(), PUBLIC).tile.plain()
