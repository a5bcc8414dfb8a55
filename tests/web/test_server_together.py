"""Several workers of one server: what they share, and what is left of it when the server is gone."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tests.web.test_server import PATIENCE_S, ask, environment, start, until, workers
from tiles.shared import IN_MEMORY

__all__ = ["environment", "start"]

_TILE = "/tiles/building/14/13384/7135.mvt"
_TAKEN = re.compile(rb"twin_tile_cache_(misses|shared)_total (\d+)")


def folders(process, environment) -> list[Path]:
    """Where the workers of a server keep what they share."""
    places = (IN_MEMORY, Path(environment["TWIN_STATE_DIR"]))
    return [found for place in places for found in place.glob(f"twin-tiles-{process.pid}-*")]


def test_a_tile_one_worker_made_is_taken_by_the_other(start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening, "--workers", "2"):
        told: set[tuple[bytes, bytes]] = set()

        def both() -> bool:
            # each connection meets one of the two
            for _ in range(8):
                assert ask(listening, _TILE)[0].split()[1] in {b"200", b"204"}
            lines = b"\n".join(ask(listening, "/metrics"))
            misses, shared = (count for _, count in sorted(_TAKEN.findall(lines)))
            told.add((misses, shared))
            return {(b"1", b"0"), (b"0", b"1")} <= told

        until(both)
        assert told <= {(b"0", b"0"), (b"1", b"0"), (b"0", b"1")}


def test_one_worker_shares_with_nobody(start, environment) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening) as (process, _):
        assert not folders(process, environment)
        assert b"twin_shared_tile_cache" not in b"\n".join(ask(listening, "/metrics"))


@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_what_was_shared_goes_with_the_server(start, environment, end: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with start(listening, "--workers", "2") as (process, _):
            shared = folders(process, environment)
            assert len(shared) == 2, "tiles, and copies of layers"
            serving = workers(process)
            getattr(process, end)()
            process.wait(PATIENCE_S)
        until(lambda: not any(one.is_running() for one in serving))
        assert not any(folder.exists() for folder in shared)
