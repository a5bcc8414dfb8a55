"""Processes of one server have their copies in common, and none is ever stale by that."""

from __future__ import annotations

from dataclasses import replace

import mapbox_vector_tile
import psycopg
import shapely

from tests.tiles.vector.snapshot.asking import COMPACT, FAR, HOME, SPOT, ask, edit, settle
from tiles.vector.snapshot import keeper, reading, sharing
from tiles.vector.snapshot.reading import read
from tiles.vector.snapshot.source import public_layers
from twin.live.feed import read_news
from twin.live.snapshot import Snapshot

_LAYERS = len(public_layers())


def test_one_reads_a_layer_and_the_others_take_it(join, reads):
    first = join()
    assert len(reads) == _LAYERS
    second, third = join(), join()
    assert len(reads) == _LAYERS
    for one in (first, second, third):
        assert ask(one) == (["old"], True)
        assert ask(one, FAR) == (["far"], True)


def test_what_was_committed_before_a_process_joined_is_asked_of_the_log(join, database, reads):
    join()
    edit(database, "new")
    late = join()
    assert ask(late) == (["new"], False)
    assert ask(late, FAR) == (["far"], True)
    late.tend()
    assert ask(late) == (["new"], True)
    assert reads.count("hydrant") == 2, "the layer, and of it the cell that was touched"


def test_a_transaction_that_commits_after_the_file_was_written(join, settings):
    with psycopg.connect(settings.dsn) as writer:
        edit(writer, "late")
        first = join()
        before = join()
        writer.commit()
        after = join()
    assert ask(after) == (["late"], False)
    for one in (first, before):
        assert ask(one) == (["old"], True), "as of its last poll"
        one.poll()
        assert ask(one) == (["late"], False)
    for one in (first, before, after):
        one.tend()
        assert ask(one) == (["late"], True)


def test_a_file_that_knows_more_than_its_taker_waits_until_he_knows_it_too(join, database, monkeypatch):
    first, late = join(), join(ready=False)
    late.poll()
    edit(database, "new")
    first.poll()
    first.tend()
    first.write_anew("hydrant")
    while late.source.keeper.load():
        pass
    assert late.source.keeper.states()["hydrant"] == "waiting"
    assert ask(late) == (["new"], False)
    late.poll()
    late.poll()
    assert ask(late) == (["new"], True)


def test_a_commit_while_a_file_is_taken(join, database, monkeypatch):
    """Heard between the question to the log and the moment the copy is in place."""
    join()
    late = join(ready=False)
    late.poll()
    ask_log = sharing.missed

    def slow(database_, reads, since):
        told = ask_log(database_, reads, since)
        if "hydrant" in reads and since is not None:
            edit(database, "new")
            late.poll()
        return told

    monkeypatch.setattr(sharing, "missed", slow)
    while late.source.keeper.load():
        pass
    late.poll()
    assert ask(late) == (["new"], False)


def test_what_is_rolled_back_changes_nothing(join, settings):
    with psycopg.connect(settings.dsn) as writer:
        edit(writer, "never")
        join()
        writer.rollback()
    assert ask(join()) == (["old"], True)


def test_what_its_writer_had_still_to_read_is_stale_for_who_takes_it(join, database, monkeypatch):
    """The snapshot of the file sees the edit and its rows do not show it."""
    first = join()
    edit(database, "new")
    first.poll()
    assert ask(first) == (["new"], False)
    first.write_anew("hydrant")
    second = join()
    assert ask(second) == (["new"], False)
    second.tend()
    assert ask(second) == (["new"], True)


def test_what_another_table_changed_is_read_all_of_by_who_takes_it(join, database, add_feature):
    """A count that changed says nothing of its building, which was not written: the file names such cells."""
    with database.transaction() as connection:
        square = shapely.MultiPolygon([shapely.box(SPOT[0], SPOT[1], SPOT[0] + 30, SPOT[1] + 30)])
        building = add_feature(connection, "building", square, code="S")
    settle(database)
    first = join()
    database.execute("insert into city.unit (building_id, code) values (%(id)s, 'S-1')", {"id": building})
    first.poll()
    first.write_anew("building")
    second = join()
    for one in (first, second):
        one.tend()
        (layer,) = mapbox_vector_tile.decode(one.made(("building",), HOME).tile.plain()).values()
        assert layer["features"][0]["properties"]["units"] == 1


def test_what_was_read_again_is_in_the_file_that_is_written_then(join, database, monkeypatch, reads):
    first, second = join(), join()
    edit(database, "new")
    for one in (first, second):
        one.poll()
        one.tend()
    assert second.source.keeper.figures["own_bytes"] > 0
    first.write_anew("hydrant")
    for one in (first, second):
        one.tend()
        assert ask(one) == (["new"], True)
        assert one.source.keeper._kept["hydrant"].own_bytes == 0
    tokens = {one.source.keeper._kept["hydrant"].token for one in (first, second)}
    assert len(tokens) == 1
    before = len(reads)
    assert ask(join()) == (["new"], True)
    assert len(reads) == before


def test_a_read_that_began_over_the_file_before_is_not_put_over_the_next(join, database, monkeypatch):
    """Two cells are old, one of them is being read; the file that comes shows both, what is read only one."""
    first, second = join(), join()
    edit(database, "new")
    edit(database, "far new", "far")
    for one in (first, second):
        one.poll()
    first.tend()
    first.write_anew("hydrant")
    first.poll()
    token = second.source.keeper._kept["hydrant"].token

    def meanwhile(*arguments):
        found = read(*arguments)
        monkeypatch.setattr(reading, "read", read)
        while second.source.keeper.load():
            second.poll()
        assert second.source.keeper._kept["hydrant"].token != token
        return found

    monkeypatch.setattr(reading, "read", meanwhile)
    monkeypatch.setattr(keeper, "_CELLS_AT_ONCE", 1)
    second.time += 0.9
    second.source.keeper.refresh()
    second.poll()
    second.poll()
    assert ask(second) == (["new"], True)
    assert ask(second, FAR) == (["far new"], True)


def test_where_the_log_is_compacted_the_file_is_refused_and_the_layer_read_for_all(join, database, reads):
    first = join()
    edit(database, "new")
    settle(database)
    database.execute(COMPACT)
    first.poll()
    before = len(reads)
    late = join()
    assert len(reads) == before + _LAYERS
    assert ask(late) == (["new"], True)
    first.tend()
    assert ask(first) == (["new"], True)
    assert len(reads) == before + _LAYERS, "what was touched came with the file"


def test_a_touch_that_was_compacted_away_is_not_missed(join, settings, database):
    """Of two transactions on a cell the file saw the younger one, whose touch is the one that is left."""
    with psycopg.connect(settings.dsn) as writer:
        edit(writer, "late")
        database.execute(
            "insert into city.hydrant (code, geometry)"
            " select 'younger', geometry from city.hydrant where code = 'old'"
        )
        assert ask(join()) == (["old", "younger"], True)
        writer.commit()
    settle(database)
    database.execute(COMPACT)
    late = join()
    assert ask(late)[0] == ["late", "younger"]
    late.tend()
    assert ask(late) == (["late", "younger"], True)


def test_a_file_of_another_server_is_refused(join, monkeypatch, reads):
    first = join()
    at = sharing.missed
    monkeypatch.setattr(sharing, "missed", lambda *arguments: replace(at(*arguments), server="started again"))
    assert ask(join()) == (["old"], True)
    assert len(reads) == 2 * _LAYERS
    first.tend()
    assert ask(first) == (["old"], True)


def test_a_server_that_is_behind_makes_all_forget_and_nobody_begins_with_the_files(join, folder):
    first = join()
    earlier = read_news(first.database, None)
    first.source.keeper.on_tick(replace(earlier, snapshot=Snapshot(3, 3)))
    assert ask(first) == (["old"], False)
    assert not list(folder.rglob("*.head"))


def test_a_touch_of_the_layer_as_a_whole_is_read_once_for_all(join, database, reads):
    first, second = join(), join()
    database.execute("insert into twin.touch (collection) values ('hydrant')")
    for one in (first, second):
        one.poll()
        assert ask(one, FAR) == (["far"], False)
    before = len(reads)
    for one in (first, second, first):
        one.tend()
    assert len(reads) == before + 1
    for one in (first, second, join()):
        assert ask(one, FAR) == (["far"], True)
