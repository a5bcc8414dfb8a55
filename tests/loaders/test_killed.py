"""A loader that is killed outright leaves nothing half done, no child, and the way free for the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from loaders.gis.load import load_gis
from loaders.ifc.load import load_ifc
from tests.loaders.gis.author import houses
from tests.loaders.ifc.author import house
from twin.database.connection import Database
from twin.settings import Settings

_PATIENCE_S = 60
_ROLES = ("building", "storey", "space", "element", "opening", "equipment")
_WAITING = (
    "select 1 from pg_locks where not granted and relation = %s::regclass"
    " and database = (select oid from pg_database where datname = current_database())"
)


@contextmanager
def _blocked(settings: Settings, table: str) -> Iterator[psycopg.Connection]:
    """Nobody writes to a table as long as this lasts."""
    with psycopg.connect(settings.dsn) as connection:
        connection.execute(f"lock table {table} in share mode")
        yield connection
        connection.rollback()


def _kill_at(settings: Settings, file: Path, table: str) -> None:
    """Run `twin load FILE` until it is about to write to a table, and kill it with signal 9."""
    environment = {**os.environ, "DATABASE_URL": settings.dsn}
    with _blocked(settings, table) as connection:
        loader = subprocess.Popen(
            [sys.executable, "-m", "twin", "load", str(file)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(lambda: connection.execute(_WAITING, (table,)).fetchone() is not None, loader)
            children = _children(loader.pid)
        finally:
            loader.send_signal(signal.SIGKILL)
            loader.wait()
    _wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))
    with psycopg.connect(settings.dsn, autocommit=True) as connection:
        _wait(lambda: connection.execute(_OTHERS).fetchone() == (0,))


_OTHERS = (
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and pid <> pg_backend_pid() and application_name = 'twin load'"
)


def _wait(met: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while not met():
        assert time.monotonic() < ends, "it did not happen in time"
        assert process is None or process.poll() is None, "the loader ended before it wrote"
        time.sleep(0.02)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _rows(database: Database) -> dict[str, int]:
    found = {role: database.scalar(f"select count(*) from city.{role}") for role in _ROLES}
    return {**found, "feature": database.scalar("select count(*) from city.feature")}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    made = house()
    made.georeference()
    return made.write(tmp_path / "house.ifc")


def test_gis_leaves_no_row(database: Database, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "houses.gpkg"
    houses(15_000).to_file(file)
    _kill_at(settings, file, "city.building")
    assert set(_rows(database).values()) == {0}
    assert load_gis(file, database, settings).counts["building"].written == 15_000


def test_a_model_killed_in_its_first_step_leaves_no_row(
    database: Database, settings: Settings, model: Path
) -> None:
    _kill_at(settings, model, "twin.model")
    assert set(_rows(database).values()) == {0}
    assert database.scalar("select count(*) from twin.model") == 0
    assert load_ifc(model, database, settings).status == "done"


def test_a_model_killed_in_its_second_step_keeps_its_meaning(
    database: Database, settings: Settings, model: Path
) -> None:
    _kill_at(settings, model, "twin.mesh")
    assert _rows(database) == {
        "building": 1, "storey": 3, "space": 3, "element": 15, "opening": 1, "equipment": 1, "feature": 24,
    }  # fmt: skip
    half = "select count(*) from city_now.element where geometry is not null"
    assert database.scalar(half) == 0
    assert database.scalar("select count(*) from twin.placement") == 0
    assert database.row("select semantics_at is not null as meaning, shapes_at from twin.model") == {
        "meaning": True, "shapes_at": None,
    }  # fmt: skip
    assert load_ifc(model, database, settings).status == "done"
    assert database.scalar(half) == 15
    assert _rows(database)["feature"] == 24
