"""The server with 500 open event streams: granian, as the product starts it, against gunicorn's threads.

Both run the same application with one process. Tiles of four zooms are asked for by a Zipf law over
64 connections, by themselves and while 500 clients listen to `/live` and somebody edits once a
second. *told* is how long after the commit a client heard of it, over all clients and edits. gunicorn
takes part when it is installed; what counts is tiles per CPU-second of the server.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from tests.benchmarks.editing.streams import Streams
from tests.benchmarks.server import Options, copied_database
from tests.benchmarks.tiling.city import places, seeded
from tests.benchmarks.tiling.client import ask_all
from tests.benchmarks.tiling.cost import server_cpu_s
from tests.benchmarks.tiling.servers import Contestant, serve, wait_for_memory
from twin.settings import Settings

_ROWS = 20_000
_STREAMS, _CONNECTIONS, _FEW = 500, 64, 4
_ZOOMS, _PLACES, _REQUESTS, _ZIPF = (14, 15, 16, 17), 100, 2000, 1.1
_SECONDS = 15.0
_THREADS = 564
"""As many as the product has: a stream holds one, tiles share 64."""
_EDIT = """
update city.road set width_m = %(value)s
where feature_id = (select min(feature_id) from city.road) and valid_to is null and superseded_at is null
"""


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: a server alone with tiles, and with the streams."""
    result = []
    with (
        seeded(options, options.rows or _ROWS) as (original, features),
        copied_database(original, "served") as settings,
        tempfile.TemporaryDirectory() as folder,
    ):
        with psycopg.connect(settings.dsn) as connection:
            connection.execute("alter table city.road enable trigger user")
        paths = _mix(options.rows or _ROWS)
        for _ in range(options.rounds):
            for server in _field(settings, Path(folder)):
                with server as one:
                    wait_for_memory(one, features)
                    result += _measured(one, paths, settings)
    if find_spec("gunicorn") is None:
        result.append({"server": "gunicorn: not installed, so not compared"})
    return result


def _field(settings: Settings, scratch: Path) -> Iterator[AbstractContextManager[Contestant]]:
    told = {
        "DATABASE_URL": settings.dsn,
        "TWIN_STORAGE_SRID": str(settings.storage_srid),
        "TWIN_STATE_DIR": str(settings.state_dir),
    }
    path = "/tiles/{layers}/{z}/{x}/{y}.mvt"
    own = [sys.executable, "-m", "twin", "serve", "--port"]
    yield serve("granian", path, own, told, scratch=scratch)
    if find_spec("gunicorn") is not None:
        words = f"--worker-class gthread --threads {_THREADS} --worker-connections 1064 --log-level error"
        # nobody ends its streams
        words += " --graceful-timeout 2"
        gunicorn = [sys.executable, "-m", "gunicorn", *words.split(), "--no-control-socket"]
        command = [*gunicorn, "web.app:create_app()", "-b"]
        yield serve("gunicorn gthread", path, command, told, scratch=scratch)


def _mix(rows: int) -> list[tuple[tuple[str, ...], str]]:
    """Tiles of several zooms, some much more wanted than others."""
    random = np.random.default_rng(7)
    wanted = [place for zoom in _ZOOMS for place in places(zoom, rows, _PLACES)]
    share = 1 / np.arange(1, len(wanted) + 1) ** _ZIPF
    order = random.permutation(len(wanted))
    chosen = random.choice(order, _REQUESTS, p=share / share.sum())
    return [(("building", "road"), wanted[i]) for i in chosen]


def _measured(
    one: Contestant, tiles: list[tuple[tuple[str, ...], str]], settings: Settings
) -> list[dict[str, Any]]:
    paths = [one.address(*each) for each in tiles]
    ask_all(one.port, sorted(set(paths)), _FEW)
    rows = [{"server": one.name, "streams": 0, **_tiles(one, paths)}]
    with ExitStack() as stack:
        streams = Streams(one.port, _STREAMS)
        stack.callback(streams.close)
        time.sleep(3)
        edits: list[float] = []
        stop = threading.Event()
        editor = threading.Thread(target=_edit, args=(settings.dsn, edits, stop))
        editor.start()
        figures = _tiles(one, paths)
        stop.set()
        editor.join(30)
        time.sleep(2)
        told_s = np.array([
            at - edit for heard in streams.heard_at for at, edit in zip(heard, edits, strict=False)
        ])  # fmt: skip
        rows.append({
            "server": one.name, "streams": streams.greeted, **figures,
            "told": f"{len(told_s)} of {len(edits) * _STREAMS}",
            "told_p50_s": round(float(np.median(told_s)), 3),
            "told_p99_s": round(float(np.quantile(told_s, 0.99)), 3),
        })  # fmt: skip
    return rows


def _tiles(one: Contestant, paths: list[str]) -> dict[str, Any]:
    times_ms: list[float] = []
    refused = 0
    began, before = time.monotonic(), server_cpu_s(one.process.pid)
    while time.monotonic() - began < _SECONDS:
        answers = ask_all(one.port, paths, _CONNECTIONS)
        times_ms += (1000 * t for t in answers.times_s)
        refused += answers.refused
    took_s, cost_s = time.monotonic() - began, server_cpu_s(one.process.pid) - before
    return {
        "tiles_per_s": round(len(times_ms) / took_s), "tiles_per_cpu_s": round(len(times_ms) / cost_s),
        "p50_ms": round(float(np.median(times_ms)), 2),
        "p99_ms": round(float(np.quantile(times_ms, 0.99)), 2), "refused": refused,
    }  # fmt: skip


def _edit(dsn: str, edits: list[float], stop: threading.Event) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        value = 1.0
        while not stop.is_set():
            value += 1
            connection.execute(_EDIT.encode(), {"value": value})
            edits.append(time.monotonic())
            stop.wait(1.0)
