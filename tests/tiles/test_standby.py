"""A server on a standby that is behind: as old as the standby, never older, and right after a failover.

What the standby gives up for its primary's changes is asked again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import mapbox_vector_tile
import psycopg
import pytest

from tests.standby import standby
from tests.tiles.vector.snapshot.asking import HOME, SPOT
from tiles.catalog import FRESH_S, Catalog
from twin.database.account import cluster_account
from twin.database.cluster import Cluster
from twin.database.connection import Database
from twin.database.schema import migrate
from twin.database.short import ask
from twin.errors import DatabaseUnavailable
from twin.live.feed import Feed
from twin.queries.standby import behind_s
from twin.settings import Settings

_BEHIND_S = 0.7


@dataclass
class Pair:
    """A primary, and a standby that applies what it hears some time later."""

    primary: Settings
    standby: Settings


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    # not pytest's own folder: it is closed to the account PostgreSQL runs under
    folder = Path(tempfile.mkdtemp(prefix="twin-primary-"))
    folder.chmod(0o755)
    pg_bin = os.environ.get("TWIN_PG_BIN", "")
    primary = replace(Settings.from_env({}), state_dir=folder / "primary", pg_bin=pg_bin)
    if os.geteuid() == 0:
        shutil.chown(folder, cluster_account().pw_uid)
    cluster = Cluster(primary)
    cluster.ensure()
    try:
        migrate(primary.dsn, primary)
        with standby(primary, _BEHIND_S) as behind:
            yield Pair(primary, replace(behind, state_dir=folder / "state"))
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _height(tile):
    if tile.empty:
        return None
    (layer,) = mapbox_vector_tile.decode(tile.plain()).values()
    return layer["features"][0]["properties"]["flow_lps"]


_EDIT = "update city.hydrant set flow_lps = %s where valid_to is null and superseded_at is null"


def _write(dsn, stop, committed):
    """Edits of one hydrant; now and then another transaction that began before commits after it."""
    value = 0.0
    with psycopg.connect(dsn) as connection, psycopg.connect(dsn) as late:
        while not stop.is_set():
            value += 1
            late.execute("insert into twin.touch (collection, cell_e, cell_n) values ('road', 1, 1)")
            begun = late.execute("select pg_current_xact_id()::text").fetchone()
            connection.execute(_EDIT, (value,))
            own = connection.execute("select pg_current_xact_id()::text").fetchone()
            connection.commit()
            committed["value"] = value
            committed["xids"].add(int(own[0]))
            stop.wait(0.25)
            late.commit()
            committed["xids"].add(int(begun[0]))


def test_what_a_standby_gives_up_for_its_primary_is_asked_again(pair):
    """A row is removed for good while somebody reads who still sees it: the standby cancels the reader."""
    with psycopg.connect(pair.standby.dsn, autocommit=True) as connection:
        connection.execute("alter system set max_standby_streaming_delay = 0")
        connection.execute("select pg_reload_conf()")
    with psycopg.connect(pair.primary.dsn, autocommit=True) as connection:
        connection.execute("create table public.looked_at as select 1 as number")
    database = Database.from_settings(pair.standby, application="reader")
    number = "select number from public.looked_at"
    slowly = f"{number}, pg_sleep(2)"
    given_up = "select confl_snapshot from pg_stat_database_conflicts where datname = current_database()"
    with ThreadPoolExecutor(3) as pool:
        try:
            # the table may not be there yet
            _until(lambda: database.scalar("select to_regclass('public.looked_at') is not null"))
            _until(lambda: database.scalar(number) == 1)
            by_psycopg, by_libpq = pool.submit(database.scalar, slowly), pool.submit(_ask, database, slowly)
            inside = pool.submit(_in_a_transaction, database, slowly)
            _until(lambda: database.scalar(_SLEEPING) == 3)
            with psycopg.connect(pair.primary.dsn, autocommit=True) as connection:
                connection.execute("update public.looked_at set number = 2")
                connection.execute("vacuum public.looked_at")
            assert by_psycopg.result(30) == 2
            assert by_libpq.result(30) == (2).to_bytes(4)
            with pytest.raises(DatabaseUnavailable, match="ask again"):
                inside.result(30)
            _until(lambda: database.scalar(given_up) >= 3)
        finally:
            database.close()


_SLEEPING = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"


def _ask(database, sql):
    with database.statement() as connection:
        return ask(connection, sql, {})[0]


def _in_a_transaction(database, sql):
    with database.transaction() as connection:
        return connection.execute(sql).fetchall()


@pytest.mark.timeout(120)
def test_a_standby_that_is_behind_shows_what_it_has_and_misses_nothing(pair):
    with psycopg.connect(pair.primary.dsn) as connection:
        connection.execute(
            "insert into city.hydrant (code, flow_lps, geometry)"
            " values ('H', 0, st_setsrid(st_makepoint(%s, %s), 4547))", SPOT
        )  # fmt: skip
    database = Database.from_settings(pair.standby, application="reader")
    catalog, feed, heard = Catalog(database, pair.standby), Feed(database, 0.05), set()
    feed.listen(catalog.on_tick)
    feed.listen(lambda tick: heard.update(touch.xid for touch in tick.touches))
    own = "select max(flow_lps) from city_now.hydrant"
    stop, committed = threading.Event(), {"value": 0.0, "xids": set()}
    writer = threading.Thread(target=_write, args=(pair.primary.dsn, stop, committed))
    behind = checked = said_s = 0
    had = []  # what the standby itself had, and when
    try:
        _until(lambda: database.scalar(own) == 0)
        feed.start()
        _until(lambda: catalog.fresh)
        writer.start()
        until = time.monotonic() + 4
        while time.monotonic() < until:
            there, newest = database.scalar(own), committed["value"]
            had.append((time.monotonic(), there))
            asked = time.monotonic()
            shown = _height(catalog.tile(("hydrant",), HOME))
            assert shown >= max((value for at, value in had if at <= asked - FRESH_S), default=0.0)
            checked += 1
            behind += there < newest
            said_s = max(said_s, behind_s(database))
            time.sleep(0.01)
        stop.set()
        writer.join(30)
        _until(lambda: _height(catalog.tile(("hydrant",), HOME)) == committed["value"])
        _until(lambda: heard >= committed["xids"])
        assert checked > 50
        assert said_s > _BEHIND_S / 2, "it says so itself"
        assert behind > 20, "the standby was behind, so there was something to get wrong"
        assert catalog.counts.hits > 20, "tiles are kept on a standby too"
        _promoted(database, catalog)
    finally:
        stop.set()
        feed.stop()
        database.close()


def _promoted(database, catalog):
    """The standby becomes the primary: tiles are kept from then on, and as exactly as ever."""
    assert database.scalar("select pg_promote(true, 30)")
    assert behind_s(database) is None
    hits = catalog.counts.hits + 2
    _until(lambda: catalog.fresh and catalog.tile(("hydrant",), HOME) and catalog.counts.hits > hits)
    database.execute(_EDIT.replace("%s", "%(value)s"), {"value": -7.0})
    at = time.monotonic()
    _until(lambda: _height(catalog.tile(("hydrant",), HOME)) == -7.0)
    assert time.monotonic() - at < FRESH_S + 1


def _until(holds, patience_s=30.0):
    deadline = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
