"""Which core a server that runs answers on, thread by thread."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.web.test_server import ask, environment, start, until, workers

__all__ = ["environment", "start"]

_TILE = "/tiles/building/14/13384/7135.mvt"
_ALLOWED = re.compile(r"^Cpus_allowed_list:\s*(\S+)$", re.MULTILINE)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two cores"
)


def cores(process) -> Counter[str]:
    """How many threads of the one worker may run where."""
    (worker,) = workers(process)
    texts = (path.read_text() for path in Path(f"/proc/{worker.pid}/task").glob("*/status"))
    return Counter(found[1] for text in texts if (found := _ALLOWED.search(text)))


def test_kept_tiles_are_served_at_home_and_everything_else_where_there_is_room(start) -> None:
    everywhere = _ALLOWED.search(Path("/proc/self/status").read_text())[1]
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening) as (process, _):
        # `start` asked Flask's side, so whoever answers roams until it meets a kept tile
        before = cores(process)
        (home,) = before.keys() - {everywhere}
        assert home.isdigit(), before

        def settled() -> bool:
            assert ask(listening, _TILE)[0].split()[1] in {b"200", b"204"}
            return cores(process)[home] > before[home]

        until(settled)

        def roams() -> bool:
            assert ask(listening, "/healthz")[0].split()[1] == b"200"
            return cores(process)[home] == before[home]

        until(roams)


def homes(process) -> set[str]:
    """Single cores that threads of workers keep to."""
    tasks = [Path(f"/proc/{one.pid}/task") for one in workers(process)]
    texts = [path.read_text() for task in tasks for path in task.glob("*/status")]
    return {found for text in texts if (found := _ALLOWED.search(text)[1]).isdigit()}


def test_two_workers_have_a_core_each_and_who_comes_for_one_takes_its_core(start) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        start(listening, "--workers", "2") as (process, _),
    ):
        until(lambda: len(homes(process)) == 2)
        left = set(workers(process))
        process.send_signal(signal.SIGHUP)
        until(lambda: len(now := workers(process)) == 2 and not left & set(now))
        until(lambda: len(homes(process)) == 2)
