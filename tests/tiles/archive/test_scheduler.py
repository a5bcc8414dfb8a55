"""Workers of Dask make the same archive; without Dask the command says what to install."""

from __future__ import annotations

import builtins
import subprocess
import sys

import pytest

from tiles.address import TileCoord
from tiles.archive.plan import Chunk
from tiles.archive.request import BakeRequest, recipe
from tiles.archive.scheduler import make_part, on_workers
from twin.errors import SetupError, Unavailable

_NAMES = ("building", "road", "hydrant")


@pytest.fixture
def cluster(town, state, monkeypatch):
    """A scheduler with two workers in this process, which read the environment as any would."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("DATABASE_URL", town.settings.database_url)
    monkeypatch.setenv("TWIN_STATE_DIR", str(state))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp",
        host="127.0.0.1",
    ) as running:  # fmt: skip
        yield running


def test_the_same_bytes_from_workers(town, baked, cluster, monkeypatch):
    monkeypatch.setattr("tiles.archive.plan._MB", 80_000)
    here = baked(town.database, town.settings, _NAMES, (12, 15), chunk_mb=1)
    data = here.path.read_bytes()
    there = baked(
        town.database, town.settings, _NAMES, (12, 15), chunk_mb=1,
        runner=on_workers(cluster.scheduler_address),
    )  # fmt: skip
    assert there.chunks == here.chunks > 4
    assert there.path.read_bytes() == data


def test_a_worker_of_another_database_or_version_refuses(town, state, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", town.settings.database_url)
    monkeypatch.setenv("TWIN_STATE_DIR", str(state))
    request = BakeRequest.checked(name="x", names=_NAMES, min_zoom=12, max_zoom=13, maker="postgis")
    chunk = Chunk(TileCoord(12, 3345, 1783), True, 1)
    rules = recipe(_NAMES, request.access, 12, 13)
    with pytest.raises(SetupError, match="another database"):
        make_part(request.as_dict(), chunk, "1/2/3", rules)
    with pytest.raises(SetupError, match="another version"):
        make_part(request.as_dict(), chunk, "1/2/3", "0")


def test_no_scheduler_there(town, baked):
    pytest.importorskip("distributed")
    with pytest.raises(Unavailable, match="no Dask scheduler"):
        baked(
            town.database, town.settings, _NAMES, (12, 13),
            runner=on_workers("tcp://127.0.0.1:1", connect_s=1),
        )  # fmt: skip


def test_without_dask_the_command_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **values):
        if name == "distributed":
            raise ImportError(name)
        return real(name, *rest, **values)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SetupError, match=r"city-twin\[dask\]"):
        on_workers("tcp://127.0.0.1:8786")


def test_nobody_who_does_not_ask_loads_dask_or_numba():
    program = (
        "import sys, web.app, tiles.archive.command;"
        "print([name for name in ('distributed', 'dask', 'numba') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
