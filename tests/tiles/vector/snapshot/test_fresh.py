"""Never stale from memory either: every way a commit can pass a copy by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
import shapely

from tests.tiles.vector.snapshot.asking import AWAY, FAR, HOME, ask, edit, settle
from tiles.log_age import FRESH_S
from tiles.source import Context
from tiles.vector.snapshot import keeper, reading
from tiles.vector.snapshot.reading import read
from tiles.vector.snapshot.touched import Touched
from twin.live.feed import read_news
from twin.live.snapshot import Snapshot


def test_what_is_loaded_is_served_from_memory(process):
    assert ask(process) == (["old"], True)


def test_a_touched_cell_goes_to_postgis_until_it_is_read_again(process, database):
    edit(database, "new")
    process.poll()
    assert ask(process) == (["new"], False)
    assert ask(process, FAR) == (["far"], True), "the rest of the layer stays in memory"
    assert process.tend()
    assert ask(process) == (["new"], True)


def test_a_transaction_that_commits_after_the_copy_was_read(process, settings):
    with psycopg.connect(settings.dsn) as late:
        late.execute("update city.hydrant set code = 'late' where code = 'old'")
        for _ in range(3):
            process.poll()
            process.tend()
        assert ask(process) == (["old"], True)
        late.commit()
    process.poll()
    assert ask(process) == (["late"], False)
    process.tend()
    assert ask(process) == (["late"], True)


def test_one_cell_is_read_while_another_transaction_on_it_runs(process, settings, database):
    """The snapshot of the refresh sees the one and not the other: the cell stays touched for the other."""
    with psycopg.connect(settings.dsn) as late:
        late.execute(
            "insert into city.hydrant (code, geometry)"
            " select 'late', geometry from city.hydrant where code = 'old'"
        )
        edit(database, "new")
        process.poll()
        process.tend()
        assert ask(process) == (["new"], True)
        late.commit()
    process.poll()
    assert ask(process) == (["late", "new"], False)
    process.tend()
    assert ask(process) == (["late", "new"], True)


def test_a_commit_between_reading_and_putting_in_place(process, database, monkeypatch):
    read = keeper._read

    def slow(*arguments):
        made = read(*arguments)
        edit(database, "newer", "new")
        return made

    edit(database, "new")
    process.poll()
    monkeypatch.setattr(keeper, "_read", slow)
    process.time += 0.9
    process.read()
    assert ask(process)[0] == ["new"], "as of the last poll, which does not know better"
    process.poll()
    assert ask(process) == (["newer"], False)


def test_of_a_touched_cell_only_what_was_written_since_is_read(process, database, monkeypatch):
    database.execute(
        "insert into city.hydrant (code, geometry) select 'n' || i, st_translate(geometry, i, 0)"
        " from city.hydrant, generate_series(1, 20) i where code = 'old'"
    )
    settle(database)
    process.poll()
    process.tend()
    looks = []

    def spied(*arguments):
        looks.append(read(*arguments))
        return looks[-1]

    monkeypatch.setattr(reading, "read", spied)
    for code in ("n3", "n7"):
        edit(database, f"{code} new", code)
        settle(database)
        process.poll()
        process.tend()
        assert (len(looks[-1].rows), len(looks[-1].unchanged)) == (1, 20)
    codes, from_memory = ask(process)
    assert from_memory
    assert codes == sorted({"old", *(f"n{i}" for i in range(1, 21)), "n3 new", "n7 new"} - {"n3", "n7"})
    database.execute("delete from city.hydrant where code = 'n5'")
    process.poll()
    process.tend()
    assert ask(process) == (sorted({*codes} - {"n5"}), True)


def test_a_rolled_back_edit_changes_nothing(process, database):
    with pytest.raises(RuntimeError), database.transaction() as connection:
        edit(connection, "never")
        raise RuntimeError
    process.poll()
    process.tend()
    assert ask(process) == (["old"], True)


def test_a_row_that_moves_leaves_one_place_and_comes_to_the_other(process, database):
    database.execute(
        "update city.hydrant set geometry = st_setsrid(st_makepoint(%(e)s, %(n)s), 4547) where code = 'old'",
        {"e": AWAY[0] + 3, "n": AWAY[1]},
    )
    process.poll()
    assert (ask(process), ask(process, FAR)) == (([], False), (["far", "old"], False))
    process.tend()
    assert (ask(process), ask(process, FAR)) == (([], True), (["far", "old"], True))


@pytest.mark.parametrize("how", ["delete from city.hydrant where code = 'old'",
    "update city.hydrant set visibility = 'fire' where code = 'old'",
    "update city.hydrant set geometry = null where code = 'old'"])  # fmt: skip
def test_what_is_closed_hidden_or_without_a_place_is_gone(process, database, how):
    database.execute(how)
    process.poll()
    assert ask(process) == ([], False)
    process.tend()
    assert ask(process) == ([], True)


def test_a_touch_of_the_layer_as_a_whole_takes_the_layer_out(process, database):
    database.execute("insert into twin.touch (collection) values ('hydrant')")
    process.poll()
    assert ask(process, FAR) == (["far"], False)
    process.tend()
    assert ask(process, FAR) == (["far"], True)


def test_others_and_the_past_are_asked_of_postgis(process):
    for context in (Context(("fire", "public")), Context(moment=datetime.now(UTC))):
        before = process.source.encoded
        process.source.make(("hydrant",), HOME, context)
        assert process.source.encoded == before


def test_a_log_that_is_not_read_serves_nothing_from_memory(process, database):
    process.time += FRESH_S + 1
    edit(database, "new")
    assert ask(process) == (["new"], False)


def test_a_tile_that_geos_cannot_repair_is_left_to_postgis(process, monkeypatch):
    def fails(*_):
        raise shapely.errors.GEOSException("overlay")

    monkeypatch.setattr("tiles.vector.snapshot.source.fitted", fails)
    assert ask(process) == (["old"], False)


def test_a_touch_that_could_not_be_noted_takes_every_copy_out(process, database, monkeypatch):
    """The feed goes on to the next tick and tells no touch twice."""
    edit(database, "new")
    with monkeypatch.context() as patched:
        patched.setattr(Touched, "add", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            process.poll()
    process.poll()
    assert ask(process) == (["new"], False)
    process.tend()
    assert ask(process) == (["new"], True)


def test_the_copy_that_waits_is_counted_beside_the_one_in_use(process, database):
    edit(database, "new")
    process.poll()
    alone = process.source.keeper.figures["bytes"]
    with database.transaction() as connection:
        # the refresh sees this commit before the log is read again, so it waits for that
        connection.execute("select pg_current_xact_id()")
    process.time += 0.9
    process.read()
    assert process.source.keeper.figures["bytes"] > alone
    process.poll()
    assert ask(process) == (["new"], True)


def test_another_server_that_is_behind_makes_it_forget(process):
    earlier = read_news(process.database, None)
    process.source.keeper.on_tick(replace(earlier, snapshot=Snapshot(3, 3)))
    assert set(process.source.keeper.states().values()) == {"waiting"}
    assert ask(process) == (["old"], False)
