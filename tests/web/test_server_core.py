"""Which core a server that runs answers on, thread by thread."""

from __future__ import annotations

import os
import re
import socket
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.web.test_server import ask, environment, start, until, workers
from web import server

__all__ = ["environment", "start"]

_TILE = "/tiles/building/14/13384/7135.mvt"
_ALLOWED = re.compile(r"^Cpus_allowed_list:\s*(\S+)$", re.MULTILINE)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two cores"
)


def at_home(process) -> int:
    """How many threads of the one worker keep to a single core, whichever it is just now."""
    (worker,) = workers(process)
    texts = [path.read_text() for path in Path(f"/proc/{worker.pid}/task").glob("*/status")]
    return sum(_ALLOWED.search(text)[1].isdigit() for text in texts)


def test_kept_tiles_are_served_at_home_and_everything_else_where_there_is_room(start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening) as (process, _):

        def after(path: str) -> int:
            assert ask(listening, path)[0].split()[1] in {b"200", b"204"}
            return at_home(process)

        # others, which only hear or wait, stay at home; on a busy machine there is no home for a while
        until(lambda: after("/healthz") < after(_TILE))
        until(lambda: after(_TILE) > after("/healthz"))


def test_each_worker_has_a_number_of_its_own_and_who_comes_for_one_has_the_same(monkeypatch) -> None:
    given = []

    def spawned(self, idx, target, callback_loader):
        given.append((idx, callback_loader.args[-1]))

    monkeypatch.setattr(server.MPServer, "_spawn_worker", spawned)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        one, another = (server._Server("x:y", listening, interface="wsgi") for _ in range(2))
        for each in (one, another):
            for worker in (0, 1, 0):
                each._spawn_worker(worker, None, partial(print))
    first, second = given[0][1], given[3][1]
    assert given == [(0, first), (1, first + 1), (0, first), (0, second), (1, second + 1), (0, second)]
    assert second != first
