"""The whole server with copies in memory: over HTTP, with its threads, beside what PostGIS makes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace

import psycopg
import pytest
import shapely

from tests.tiles.vector.snapshot.parity import Parity
from tests.web.test_server import ask, environment, start, until, workers
from tiles.address import TileCoord
from tiles.source import PUBLIC
from tiles.vector.snapshot.jit import KERNELS, keep_compiled_in, prepare
from tiles.vector.source import PostgisSource
from web.app import create_app

__all__ = ["environment", "start"]

_PLACE = "16/53544/28552"


@pytest.fixture
def app(settings, database, add_feature, kernels_state):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(513_474.76, 2_494_488.61), code="old")
    application = create_app(replace(settings, snapshot_mb=64, state_dir=kernels_state))
    yield application
    application.extensions["twin"].close()


def _until(question, limit_s=30.0):
    end = time.monotonic() + limit_s
    while not question():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_tile_is_encoded_from_memory_follows_an_edit_and_is_counted(app, database):
    client = app.test_client()

    def figure(name):
        lines = dict(
            line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line[0] != "#"
        )
        return float(lines[f"twin_snapshot_{name}"])

    assert client.get(f"/tiles/hydrant/{_PLACE}.mvt").status_code == 200, "while nothing is loaded yet"
    _until(lambda: figure("layers") > 20)
    assert figure("rows") == 1
    assert 0 < figure("bytes") < 64e6
    before = figure("tiles_total")
    answer = client.get(f"/tiles/hydrant,road/{_PLACE}.mvt")
    assert figure("tiles_total") == before + 1
    parity = Parity()
    coord = TileCoord(*map(int, _PLACE.split("/")))
    parity.compare(
        "http", answer.data, PostgisSource(database).make(("hydrant",), coord, PUBLIC).tile.plain()
    )
    assert (parity.features, parity.wrong) == (1, [])
    database.execute("update city.hydrant set code = 'new'")
    time.sleep(1.0)
    assert b"new" in client.get(f"/tiles/hydrant,road/{_PLACE}.mvt").data
    _until(lambda: figure("touched_cells") == 0)
    assert b"new" in client.get(f"/tiles/hydrant,pole/{_PLACE}.mvt").data
    assert figure("passed_on_total") >= 1


def test_workers_share_their_copies_and_one_that_comes_again_takes_them(
    start, environment, kernels_state, monkeypatch
):
    """A city of one hydrant, and a worker that is killed."""
    monkeypatch.setitem(environment, "TWIN_SNAPSHOT_MB", "64")
    monkeypatch.setitem(environment, "TWIN_STATE_DIR", str(kernels_state))
    told = {}

    def ready():
        lines = b"\n".join(ask(listening, "/metrics")).decode().splitlines()
        figures = dict(
            line.rsplit(" ", 1) for line in lines if line.startswith(("twin_snapshot", "twin_process"))
        )
        told[int(float(figures["twin_process_id"]))] = figures
        serving = [told.get(one.pid, {}) for one in workers(process)]
        return len(serving) == 2 and all(float(one.get("twin_snapshot_layers", 0)) > 20 for one in serving)

    def change(code):
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            connection.execute("update city.hydrant set code = %s", (code,))
        time.sleep(1.0)
        for _ in range(8):
            assert code.encode() in b"\n".join(ask(listening, f"/tiles/hydrant/{_PLACE}.mvt"))

    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute(
            "insert into city.hydrant (geometry)"
            " values (st_setsrid(st_makepoint(513474.76, 2494488.61), 4547))"
        )
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening, "--workers", "2") as served:
        process, _ = served
        until(ready)
        one, other = (told[each.pid] for each in workers(process))
        assert float(one["twin_snapshot_shared_bytes"]) == float(other["twin_snapshot_shared_bytes"]) > 0
        assert float(one["twin_snapshot_own_bytes"]) == float(other["twin_snapshot_own_bytes"]) == 0
        assert float(one["twin_snapshot_limit_bytes"]) == 64 << 20
        change("first")
        # one that dies at once would end the server
        victim = workers(process)[0]
        time.sleep(max(0.0, 6 - (time.time() - victim.create_time())))
        victim.kill()
        until(lambda: victim.pid not in {one.pid for one in workers(process)} and ready())
        change("second")


def test_without_memory_there_is_none(settings, database):
    application = create_app(replace(settings, snapshot_mb=0))
    try:
        assert application.extensions["twin"].snapshot is None
        assert "twin_snapshot" not in application.test_client().get("/metrics").text
    finally:
        application.extensions["twin"].close()


def test_starting_the_server_does_not_bring_the_compiler():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, web.app; print('numba' in sys.modules)"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "False", done.stderr


_NO_COMPILER = """
import threading
from web.app import create_app
app = create_app()
print(app.test_client().get("/tiles/hydrant/16/53544/28552.mvt").status_code)
for thread in threading.enumerate():
    if thread.name == "snapshot":
        thread.join(20)
print("layers", app.extensions["twin"].snapshot.keeper.figures["layers"])
app.extensions["twin"].close()
"""


def test_a_server_whose_compiler_does_not_work_serves_from_postgis(app, settings, tmp_path):
    (tmp_path / "numba.py").write_text("raise ImportError('no code for this processor')")
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "DATABASE_URL": settings.dsn,
        "TWIN_STATE_DIR": str(tmp_path / "state"),
        "TWIN_SNAPSHOT_MB": "64",
    }
    done = subprocess.run(
        [sys.executable, "-c", _NO_COMPILER], env=environment, capture_output=True, text=True, check=False
    )
    assert "no code for this processor" in done.stdout + done.stderr
    assert "200" in done.stdout.splitlines(), done.stderr
    assert "layers 0" in done.stdout.splitlines(), done.stderr


def test_machine_code_that_cannot_be_read_is_not_used_and_made_anew_the_next_time(tmp_path, kernels_state):
    folder = tmp_path / KERNELS
    shutil.copytree(kernels_state / KERNELS, folder)
    own = keep_compiled_in(folder)
    try:
        for index in own.rglob("*.nbi"):
            index.write_bytes(index.read_bytes()[:200])
        code = "import sys, pathlib, tiles.vector.snapshot.jit as j; j.prepare(pathlib.Path(sys.argv[1]))"
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False
        )
        assert done.returncode != 0
        assert not (own / "ready").exists()
    finally:
        keep_compiled_in(kernels_state / KERNELS)


def test_machine_code_others_could_have_written_is_not_run(tmp_path, kernels_state):
    folder = tmp_path / KERNELS
    folder.mkdir(mode=0o700)
    folder.chmod(0o777)
    with pytest.raises(PermissionError, match="others"):
        prepare(folder)
    keep_compiled_in(kernels_state / KERNELS)


def test_compiling_ends_when_it_is_told(tmp_path, kernels_state):
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert prepare(tmp_path / KERNELS, stop) is False
    assert time.monotonic() - began < 10
    # and the folder of kernels this process had is its own again
    keep_compiled_in(kernels_state / KERNELS)
