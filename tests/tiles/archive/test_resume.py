"""A bake that ends in the middle, by whatever, goes on where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from tests.tiles.archive.test_bake import _all
from tiles.archive.bake import run_here
from tiles.archive.lineage import touched_since
from tiles.source import PUBLIC
from tiles.vector.source import PostgisSource
from twin.database.connection import Database
from twin.errors import Conflict, NotFound

_NAMES = ("building", "road", "hydrant")


@pytest.fixture
def small_chunks(monkeypatch):
    """Cut the town into many."""
    monkeypatch.setattr("tiles.archive.plan._MB", 80_000)


class Stopped(Exception):
    pass


def _stopping(after):
    """Make some chunks, then fail."""

    def run(job, missing, finished):
        run_here(job, missing[:after], finished)
        raise Stopped

    return run


def test_what_was_finished_is_not_made_again(town, baked, small_chunks):
    whole = baked(town.database, town.settings, _NAMES, chunk_mb=1, name="whole")
    with pytest.raises(Stopped):
        baked(town.database, town.settings, _NAMES, chunk_mb=1, runner=_stopping(5))
    heard = []
    done = baked(town.database, town.settings, _NAMES, chunk_mb=1, progress=lambda *said: heard.append(said))
    assert done.resumed == 5
    assert heard[0][:2] == (5, done.chunks)
    assert heard[-1][:2] == (done.chunks, done.chunks)
    assert done.path.read_bytes() == whole.path.read_bytes()
    assert sorted(one.name for one in done.path.parent.iterdir() if "parts" in one.name) == []


def test_another_request_begins_anew(town, baked, small_chunks):
    with pytest.raises(Stopped):
        baked(town.database, town.settings, _NAMES, chunk_mb=1, runner=_stopping(5))
    assert baked(town.database, town.settings, ("building",), chunk_mb=1).resumed == 0
    with pytest.raises(Stopped):
        baked(town.database, town.settings, _NAMES, chunk_mb=1, runner=_stopping(5))
    assert baked(town.database, town.settings, _NAMES, chunk_mb=1, fresh=True).resumed == 0


def test_a_bake_that_fails_leaves_the_old_archive(town, baked, monkeypatch):
    old = baked(town.database, town.settings, _NAMES).path
    before = old.read_bytes()
    monkeypatch.setattr("tiles.archive.bake.ArchiveWriter.finish", _fail)
    with pytest.raises(Stopped):
        baked(town.database, town.settings, _NAMES, (12, 14))
    assert old.read_bytes() == before


def _fail(*args, **values):
    raise Stopped


def test_the_oldest_snapshot_rules_a_bake_that_was_resumed(town, baked, small_chunks):
    with pytest.raises(Stopped):
        baked(town.database, town.settings, _NAMES, chunk_mb=1, runner=_stopping(5))
    town.database.execute("update city.hydrant set state = 'broken' where code = 'XHS3'")
    done = baked(town.database, town.settings, _NAMES, chunk_mb=1)
    # the edit may be in some chunks and not in others: its cell is not served from the archive
    stale, _ = touched_since(town.database, {"hydrant"}, done.horizon)
    assert stale.cells
    again = baked(town.database, town.settings, _NAMES, chunk_mb=1)
    stale, _ = touched_since(town.database, {"hydrant"}, again.horizon)
    assert not stale.cells


def test_two_at_once_are_refused(town, baked):
    def run(job, missing, finished):
        with pytest.raises(Conflict, match="another process"):
            baked(town.database, town.settings, _NAMES)
        run_here(job, missing, finished)

    assert baked(town.database, town.settings, _NAMES, runner=run).tiles


def test_nothing_there_is_said(town, baked):
    with pytest.raises(NotFound, match="rail"):
        baked(town.database, town.settings, ("rail",))
    with pytest.raises(NotFound, match="region"):
        baked(town.database, town.settings, _NAMES, region=(10.0, 50.0, 11.0, 51.0))


def _command(settings, state, *words):
    environ = {**os.environ, "DATABASE_URL": settings.database_url, "TWIN_STATE_DIR": str(state)}
    return [sys.executable, "-m", "twin", "bake", *words], environ


def test_the_command_killed_in_the_middle_goes_on(town, state):
    # small chunks by the slower maker: many parts, with time between them
    words = ("town", *_NAMES, "--zooms", "12-16", "--chunk-mb", "1", "--maker", "postgis", "--json")
    command, environ = _command(town.settings, state, *words)
    parts = state / "archives" / "town.pmtiles.parts"
    environ["PYTHONPATH"] = "."
    program = "import tiles.archive.plan as p; p._MB = 60_000\nfrom twin.cli import main; main()"
    command = [sys.executable, "-c", program, *command[3:]]
    running = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while len(list(parts.glob("*.part"))) < 3:
        assert running.poll() is None, running.stderr.read()
        assert time.monotonic() < until
        time.sleep(0.005)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert not (state / "archives" / "town.pmtiles").exists()
    kept = len(list(parts.glob("*.part")))
    again = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    said = json.loads(again.stdout)
    assert said["resumed"] == kept
    assert 3 <= kept < said["chunks"]
    tiles = _all(state / "archives" / "town.pmtiles")
    assert len(tiles) == said["tiles"]
    postgis = PostgisSource(town.database, ordered=True)
    for coord, data in tiles.items():
        assert postgis.make(_NAMES, coord, PUBLIC).tile.data == data


def test_memory_is_that_of_a_chunk_and_not_of_the_city(new_database, server_settings, state):
    """Four times the rows in the same chunks: the peak grows by less than a quarter of what they take."""
    peaks = []
    for rows in (40_000, 160_000):
        with new_database() as url:
            settings = replace(server_settings, database_url=url)
            database = Database.from_settings(settings, bounded=False)
            try:
                with database.transaction() as connection:
                    connection.execute("set local session_replication_role = replica")
                    connection.execute(
                        "insert into city.feature (collection, source, source_key)"
                        " select 'hydrant', 'test', i::text from generate_series(1, %s) i",
                        (rows,),
                    )
                    connection.execute(
                        "insert into city.hydrant (feature_id, geometry) select id,"
                        " st_setsrid(st_makepoint(505000 + id % 200 * 100, 2480000 + id / 200 * 25), 4547)"
                        " from city.feature"
                    )
            finally:
                database.close()
            command, environ = _command(
                settings, state, f"peak{rows}", "hydrant", "--zooms", "15-15", "--chunk-mb", "4", "--json"
            )
            program = (
                "import resource, sys\nfrom twin.cli import main\n"
                "try:\n    main()\nfinally:\n"
                "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
            )
            command = [sys.executable, "-c", program, *command[3:]]
            done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
            assert json.loads(done.stdout)["tiles"] > 100
            peaks.append(int(done.stderr.split()[-1]) * 1024)
    # 120,000 rows more would be 30 MB in one copy, and twice that while it is read
    assert peaks[1] - peaks[0] < 12_000_000, peaks
