"""A baked tile is served as long as nobody touched its cells, and never after."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from tests.tiles.vector.snapshot.asking import AWAY, FAR, HOME, SPOT, codes_of, edit
from tiles.archive.lineage import touched_since
from tiles.archive.reader import Archive
from tiles.archive.source import ArchiveSource
from tiles.catalog import Catalog
from tiles.source import PUBLIC, Context
from tiles.vector.source import PostgisSource
from twin.database.connection import Database
from twin.live.feed import read_news
from twin.live.upkeep import tidy

_NAMES = ("hydrant",)


class Server:
    """A source and a catalogue whose feed is turned by hand."""

    def __init__(self, database, settings):
        self.database, self.time, self.seen = database, 0.0, None
        self.source = ArchiveSource(database, settings, PostgisSource(database), clock=lambda: self.time)
        self.catalog = Catalog(database, settings, source=self.source, clock=lambda: self.time)
        self.poll()
        self.poll()
        self.look()

    def poll(self):
        tick = read_news(self.database, self.seen)
        self.seen, self.time = tick.snapshot, self.time + 0.1
        # not on_tick of the source: it would start its thread
        self.source.hear(tick)
        self.catalog.on_tick(tick)

    def look(self):
        self.source.look()
        self.poll()
        self.poll()

    def ask(self, coord=HOME, names=_NAMES, context=PUBLIC):
        """Codes in a tile, and whether it came from an archive."""
        before = self.source.taken
        return codes_of(self.source.make(names, coord, context)), self.source.taken > before


@pytest.fixture
def city(database, add_feature):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        add_feature(connection, "hydrant", shapely.Point(AWAY), code="far")
    return database


@pytest.fixture
def server(city, settings, baked, state):
    baked(city, settings, _NAMES, (14, 16))
    return Server(city, replace(settings, state_dir=state))


def test_what_nobody_touched_comes_from_the_archive(server):
    assert server.ask() == (["old"], True)
    assert server.ask(FAR) == (["far"], True)
    dynamic = PostgisSource(server.database).make(_NAMES, HOME, PUBLIC)
    made = server.source.make(_NAMES, HOME, PUBLIC)
    assert (made.collections, made.cells) == (dynamic.collections, dynamic.cells)
    assert made.snapshot == server.seen
    empty = replace(HOME, x=HOME.x + 500)
    assert server.ask(empty) == ([], True)


def test_an_edit_makes_its_tile_live_and_leaves_the_others(server, city):
    edit(city, "new")
    server.poll()
    assert server.ask() == (["new"], False)
    assert server.ask(FAR) == (["far"], True)


def test_the_catalogue_in_front_drops_what_it_kept(server, city):
    def made():
        return server.source.taken + server.source.handed_on

    before = server.catalog.tile(_NAMES, HOME)
    count = made()
    assert (server.catalog.tile(_NAMES, HOME), made()) == (before, count)
    edit(city, "new")
    server.poll()
    assert server.catalog.tile(_NAMES, HOME).etag != before.etag
    assert made() == count + 1


def test_edits_between_the_bake_and_the_start_are_known(city, settings, baked, state):
    baked(city, settings, _NAMES, (14, 16))
    edit(city, "new")
    started = Server(city, replace(settings, state_dir=state))
    assert started.ask() == (["new"], False)
    assert started.ask(FAR) == (["far"], True)


def test_a_transaction_open_during_the_bake_is_not_taken_for_shown(city, settings, baked, state):
    with city.transaction() as late:
        late.execute("update city.hydrant set code = 'late' where code = 'old'")
        # younger, and done before the bake: it shows, and must not hide the older one
        edit(city, "far2", "far")
        baked(city, settings, _NAMES, (14, 16))
        server = Server(city, replace(settings, state_dir=state))
        assert server.ask()[0] == ["old"]
    server.poll()
    assert server.ask() == (["late"], False)
    assert server.ask(FAR)[0] == ["far2"]


def test_the_log_cut_short_still_tells(city, settings, baked, state):
    done = baked(city, settings, _NAMES, (14, 16))
    for code in ("a", "b", "c"):
        city.execute("update city.hydrant set code = %(code)s where code <> 'far'", {"code": code})
    for _ in range(2):
        tidy(city, 48)
        city.execute(
            "update twin.about set value = split_part(value, ' ', 1) || ' 0' where key = 'touch_next'"
        )
    tidy(city, 48)
    stale, _ = touched_since(city, {"hydrant"}, done.horizon)
    assert stale.cells == {(2055, 9979)}
    assert Server(city, replace(settings, state_dir=state)).ask() == (["c"], False)


def test_only_the_plain_case_is_taken(server, city):
    assert server.ask(names=("hydrant", "road"))[1] is False
    assert server.ask(context=Context(("fire", "public")))[1] is False
    assert server.ask(replace(HOME, z=17, x=HOME.x * 2, y=HOME.y * 2))[1] is False


def test_without_news_nothing_is_taken(server):
    server.time += 1.2
    assert server.ask() == (["old"], False)


def test_a_new_bake_takes_the_place_of_the_old(server, city, settings, baked):
    edit(city, "new")
    server.poll()
    baked(city, settings, _NAMES, (14, 16))
    server.look()
    assert server.ask() == (["new"], True)


def test_an_archive_that_is_gone_is_let_go(server, state):
    (state / "archives" / "town.pmtiles").unlink()
    server.look()
    assert server.ask() == (["old"], False)


def test_another_database_is_not_served(city, settings, baked, state, new_database):
    baked(city, settings, _NAMES, (14, 16))
    with new_database() as url:
        other = replace(settings, database_url=url, state_dir=state)
        database = Database.from_settings(other)
        try:
            assert Server(database, other).ask() == ([], False)
        finally:
            database.close()


def test_other_rules_are_not_served(server, city, settings, state, monkeypatch):
    assert server.ask()[1] is True
    monkeypatch.setattr("tiles.vector.fitting.LIMIT_BYTES", 400_000)
    assert Server(city, replace(settings, state_dir=state)).ask() == (["old"], False)


def test_a_file_that_is_none_is_passed_over(server, city, settings, baked, state):
    for name, data in (("empty", b""), ("text", b"hello" * 100), ("cut", b"PMTiles\x03" + b"\xff" * 200)):
        (state / "archives" / f"{name}.pmtiles").write_bytes(data)
    server.look()
    assert server.ask() == (["old"], True)


def test_restricted_rows_are_in_no_public_archive(city, settings, baked, state):
    city.execute("update city.hydrant set visibility = 'fire' where code = 'old'")
    public = baked(city, settings, _NAMES, (14, 16))
    hidden = baked(city, settings, _NAMES, (14, 16), access=("fire", "public"), name="secret")
    assert public.path.parent.name == "archives"
    assert hidden.path.parent.name == "archives-restricted"
    assert hidden.path.stat().st_mode & 0o077 == 0
    for path, access, there in (
        (public.path, ["public"], False),
        (hidden.path, ["fire", "public"], True),
    ):
        archive = Archive(path)
        assert archive.metadata["twin"]["access"] == access
        assert (archive.tile(HOME) is not None) == there
        archive.close()
    # and should somebody put it where the served ones lie, it is not taken
    public.path.unlink()
    hidden.path.rename(public.path)
    assert Server(city, replace(settings, state_dir=state)).ask() == ([], False)
