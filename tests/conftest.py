"""A real PostGIS for every test that asks for one.

A private cluster of the tests' own, or the server of `DATABASE_URL` as it is. Once a
session a template is migrated, and each test gets a clone of it.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import hypothesis
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.order import for_processes
from twin.database.cluster import Cluster
from twin.database.connection import Database
from twin.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"twin_test_(\d+)_")
_numbers = itertools.count(1)

# a machine with other work on it is slow, which is no fault of what is tried
hypothesis.settings.register_profile("whenever", deadline=None)
hypothesis.settings.load_profile("whenever")

DatabaseFactory = Callable[[], AbstractContextManager[str]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the files, say which come first; alone the order is as always."""
    if hasattr(config, "workerinput"):
        items[:] = for_processes(items)


@pytest.fixture(scope="session")
def server_settings() -> Iterator[Settings]:
    """Settings of the running server the test databases live in.

    A private cluster beside the project's own, kept from run to run, and one for each
    process of tests: what a snapshot holds back (a long transaction keeps touches from
    being settled) is the same for all databases of a cluster. Nothing in it has
    to survive a power cut, so it does not wait for the disk: with two busy cores a clone
    takes a tenth of the time. What survives a crash is tried on clusters of its own
    (tests/twin/test_cluster.py).
    """
    settings = Settings.from_env()
    if settings.database_url is None:
        settings = replace(
            settings, state_dir=settings.state_dir.with_name(f"{settings.state_dir.name}-test{_process()}")
        )
    # the maker of tiles from memory has tests of its own; elsewhere it would compile and load beside them
    settings = replace(settings, snapshot_mb=0)
    ours = settings.database_url is None and not Cluster(settings).running()
    if settings.database_url is None:
        Cluster(settings).ensure()
        with _admin(settings) as admin:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                admin.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
            admin.execute("select pg_reload_conf()")
    # Held all session long: whoever else would stop an idle cluster sees that we are here.
    with _admin(settings):
        _drop_leftovers(settings)
        yield settings
    if ours:
        Cluster(settings).stop_if_idle()


@pytest.fixture(scope="session")
def template(server_settings: Settings) -> Iterator[str]:
    """Name of a migrated, empty database, made once a session."""
    from twin.database.schema import migrate

    name = f"twin_test_{os.getpid()}_template"
    with _admin(server_settings) as admin:
        admin.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    try:
        migrate(database_url(server_settings, name), server_settings)
        yield name
    finally:
        _drop(server_settings, name)


@pytest.fixture(scope="session")
def new_database(server_settings: Settings, template: str) -> DatabaseFactory:
    """Return a maker of fresh city databases: `with new_database() as url:`.

    For tests that need several, or one a module; most want `database`.
    """

    @contextmanager
    def clone() -> Iterator[str]:
        name = f"twin_test_{os.getpid()}_{next(_numbers)}"
        with _admin(server_settings) as admin:
            # Copying files beats replaying them through the log by 3 to 1 (PostgreSQL 15 and newer).
            strategy = sql.SQL("strategy file_copy" if admin.info.server_version >= 150000 else "")
            statement = sql.SQL("create database {} template {} {}")
            admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template), strategy))
        try:
            yield database_url(server_settings, name)
        finally:
            _drop(server_settings, name)

    return clone


@pytest.fixture
def settings(new_database: DatabaseFactory, server_settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Settings whose `dsn` is a fresh, migrated, empty database of this test alone."""
    with new_database() as url:
        yield replace(server_settings, database_url=url, state_dir=tmp_path / "state")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """A fresh, migrated, empty city database of this test alone."""
    opened = Database.from_settings(settings, application="test")
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files beside the checkout; skips aloud where there is none."""
    folder = Path(os.environ.get("TWIN_SHARED_DATA") or _ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no real test files: set TWIN_SHARED_DATA to their folder")
    return folder


def _process() -> str:
    """Nothing for the first or only process of tests, a number for each other."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw").lstrip("0")


def database_url(settings: Settings, name: str) -> str:
    """URL of another database on the same server."""
    parts = {key: str(value) for key, value in conninfo_to_dict(settings.dsn).items() if value}
    parts.pop("dbname", None)
    return f"postgresql:///{quote(name)}?{urlencode(parts, quote_via=quote)}"


@contextmanager
def _admin(settings: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url(settings, "postgres"), autocommit=True) as connection:
        yield connection


def _drop(settings: Settings, name: str) -> None:
    with _admin(settings) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _drop_leftovers(settings: Settings) -> None:
    """Drop what killed test runs of this machine left behind."""
    with _admin(settings) as admin:
        names = [row[0] for row in admin.execute("select datname from pg_database").fetchall()]
    for name in names:
        match = _NAME.match(name)
        if match and not _alive(int(match[1])):
            _drop(settings, name)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
