"""Processes of one server take the tiles another made, and never one that is old."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import psycopg
import pytest

from tests.tiles.test_catalog import HOME, SPOT, Process, _edit
from tiles import shared as module
from tiles.held import samples
from tiles.shared import IN_MEMORY, SharedTiles, new_folder
from tiles.source import PUBLIC, Context, Made
from tiles.tile import GLB, MVT, Tile
from tiles.touch import CellBox
from twin.live.snapshot import Snapshot

MADE = Made(
    Tile(b"\n\x00data\n", MVT, "tag", True, ("building;min_m=19",)),
    Snapshot.parse("10:20:11,14"),
    frozenset({"tree", "hydrant"}),
    CellBox(-1, 2, 3, 4),
)
KEY = (("hydrant",), HOME, PUBLIC)


@pytest.fixture
def hydrant(database, add_feature):
    with database.transaction() as connection:
        return add_feature(connection, "hydrant", SPOT, code="old")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "shared"


@pytest.fixture
def pair(database, settings, hydrant, folder):
    """Two processes of one server."""
    return [Process(database, settings, SharedTiles(folder, 10_000_000)) for _ in range(2)]


def test_a_tile_is_made_by_one_and_taken_by_the_other(pair):
    first, second = pair
    assert first.codes() == second.codes() == second.codes() == ["old"]
    assert (first.source.made, second.source.made) == (1, 0)
    assert (second.catalog.counts.shared, second.catalog.counts.hits) == (1, 1)
    figures = {name: value for name, _, _, value in samples(second.catalog)}
    assert figures["twin_shared_tile_cache_tiles"] == 1
    assert 0 < figures["twin_shared_tile_cache_bytes"] <= figures["twin_shared_tile_cache_limit_bytes"]


def test_what_an_edit_made_old_is_not_taken(pair, database, hydrant):
    first, second = pair
    first.codes()
    _edit(database, hydrant, "new")
    second.poll()
    # the first has not heard of it yet, and what it made lies there still
    assert second.codes() == ["new"]
    first.poll()
    assert first.codes() == ["new"]
    assert (first.source.made, second.source.made) == (1, 1)


def test_one_that_has_heard_less_takes_what_is_newer_and_loses_nothing(pair, database, hydrant):
    first, second = pair
    _edit(database, hydrant, "new")
    first.poll()
    first.codes()
    assert second.codes() == ["new"]
    _edit(database, hydrant, "newest")
    second.poll()
    assert second.codes() == ["newest"]


def test_a_late_commit_is_not_passed_by(pair, settings, database, hydrant):
    first, second = pair
    with psycopg.connect(settings.dsn) as late:
        _edit(late, hydrant, "late")
        database.execute("insert into city.pole (geometry) values (st_setsrid(st_makepoint(0, 0), 4547))")
        first.poll()
        assert first.codes() == ["old"]
        second.poll()
        late.commit()
    second.poll()
    assert second.codes() == ["late"]


def test_without_news_nothing_is_taken(pair, database, hydrant):
    first, second = pair
    first.codes()
    _edit(database, hydrant, "new")
    second.time += 60
    assert second.codes() == ["new"]
    assert second.catalog.counts.shared == 0


def test_callers_and_moments_do_not_mix(pair):
    first, second = pair
    first.codes()
    second.codes(context=Context(("admin", "public")))
    second.codes(context=Context(moment=datetime(2026, 1, 1, tzinfo=UTC)))
    assert second.catalog.counts.shared == 0
    assert second.source.made == 2


def test_what_is_kept_is_what_comes_back(folder):
    tiles = SharedTiles(folder, 10_000_000)
    assert tiles.get(KEY) is None
    outside = Made(Tile(b"", GLB, "none"), Snapshot.parse("1:1:"), frozenset(), None)
    for made in (MADE, outside):
        tiles.put(KEY, made)
        assert SharedTiles(folder, 10_000_000).get(KEY) == made


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\ndata", b'{"snapshot":"x"}\n', b"\xff\xfe\n"])
def test_a_broken_entry_is_none(folder, content):
    tiles = SharedTiles(folder, 10_000_000)
    tiles.put(KEY, MADE)
    (entry,) = (path for path in folder.rglob("*") if path.is_file())
    entry.write_bytes(content)
    assert tiles.get(KEY) is None


def test_another_version_of_the_program_starts_with_nothing(folder, monkeypatch):
    SharedTiles(folder, 10_000_000).put(KEY, MADE)
    monkeypatch.setattr(module, "version", lambda: "another")
    assert SharedTiles(folder, 10_000_000).get(KEY) is None


def test_the_least_used_go_and_the_bound_holds(folder):
    limit = 64 * 20 * 4096
    tiles = SharedTiles(folder, limit)
    keys = [((f"layer{number}",), HOME, PUBLIC) for number in range(6000)]
    for number, key in enumerate(keys):
        tiles.put(key, MADE)
        path = tiles._path(key)
        if path.exists():
            os.utime(path, (number, number))
        tiles.get(keys[0])
    count, size, most = tiles.held
    assert most == limit
    # a shard may hold a few more until it is looked at
    assert count * 4096 == size <= limit + 64 * 8 * 4096
    assert tiles.get(keys[0]) is not None
    assert tiles.get(keys[1]) is None


def test_what_is_larger_than_its_share_is_not_kept(folder):
    tiles = SharedTiles(folder, 64 * 10_000)
    tiles.put(KEY, Made(Tile(bytes(10_001), MVT, "e"), MADE.snapshot, MADE.collections, MADE.cells))
    assert tiles.held[0] == 0


def test_a_folder_that_went_is_no_error(folder):
    tiles = SharedTiles(folder, 10_000_000)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir()
    tiles.put(KEY, MADE)
    assert tiles.get(KEY) is None


def test_folders_of_the_dead_are_removed_and_of_the_living_are_not(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f"twin-tiles-{dead.pid}-abc"
    left.mkdir()
    (left / "entry").write_bytes(b"x")
    living = tmp_path / f"twin-tiles-{os.getppid()}-abc"
    living.mkdir()
    made = new_folder(1, tmp_path)
    try:
        assert not left.exists()
        assert living.exists()
        assert made.stat().st_mode & 0o777 == 0o700
    finally:
        made.rmdir()


def test_where_memory_has_no_room_it_is_on_disk(tmp_path):
    made = new_folder(10**15, tmp_path)
    assert made.parent == tmp_path
    assert new_folder(1, tmp_path).parent in {IN_MEMORY, tmp_path}
