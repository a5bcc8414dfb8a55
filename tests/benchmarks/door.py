"""A warm tile by the door and by Flask's own path: answers per CPU-second, in this process.

Without a socket, so that what is compared is our own work: parse, validity, headers, bytes.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.server import Options, scratch_database
from twin.database.connection import Database
from web.app import create_app
from web.door import Door

_CALLS = 5_000
_PATH = "/tiles/hydrant/16/53544/28552.mvt"
_HYDRANTS = """
insert into city.hydrant (code, state, geometry)
select 'H' || i, 'ok', st_setsrid(st_makepoint(513200 + i %% 20 * 20, 2494300 + i / 20 * 20), 4547)
from generate_series(1, 400) i
"""


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: a path, its answers per CPU-second, and ours in relation."""
    with scratch_database(options.settings) as settings:
        database = Database.from_settings(settings, bounded=False)
        database.execute(_HYDRANTS, {})
        database.close()
        app = create_app(settings)
        try:
            door = app.wsgi_app
            if not isinstance(door, Door):
                raise RuntimeError("there is no door")
            _warm(door, app.extensions["twin"].tiles)
            best: dict[str, float] = {}
            for _ in range(options.rounds):
                for name, way in (("by the door", door), ("by Flask", door._inner)):
                    best[name] = max(best.get(name, 0.0), _rate(way))
        finally:
            app.extensions["twin"].close()
    return [
        {
            "path": name,
            "answers_per_cpu_s": round(rate),
            "us_an_answer": round(1e6 / rate, 1),
            "the_door_is": f"{best['by the door'] / rate:.1f}x",
        }
        for name, rate in best.items()
    ]


def _warm(door: Door, tiles: Any) -> None:
    end = time.monotonic() + 20
    while not tiles.cached[0]:
        if time.monotonic() > end:
            raise RuntimeError("the tile is never kept")
        _ask(door)
        time.sleep(0.05)


def _rate(way: Callable[..., Any]) -> float:
    _ask(way)
    started = time.thread_time()
    for _ in range(_CALLS):
        _ask(way)
    return _CALLS / (time.thread_time() - started)


def _ask(way: Callable[..., Any]) -> bytes:
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": _PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "HTTP_HOST": "127.0.0.1:8080",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    data = b"".join(way(environ, lambda status, headers: said.append(status)))
    if said != ["200 OK"]:
        raise RuntimeError(f"the tile was answered with {said}")
    return data
