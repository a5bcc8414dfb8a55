"""What the summaries of the city hold is told by the server, also while it reads the city."""

from __future__ import annotations

import socket
import threading

import psycopg

from tests.web.test_server import ask, environment, start, until
from tiles.solids.summary import CALLERS, CLOSE

__all__ = ["environment", "start"]

_TILESET = "/3dtiles/city/tileset.json"
_TOWN = """
insert into city.building (geometry, elev_base_m, height_m)
select st_multi(st_expand(st_setsrid(
    st_makepoint(512050 + 400 * (i % 20), 2492050 + 400 * (i / 20)), 4547), 9)), 4, 30
from generate_series(0, 399) i
"""
_WAITING = """
select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    and application_name = 'twin web'
"""


def test_memory_of_the_summaries_is_told_and_telling_waits_for_no_reading(start, environment) -> None:
    """The city is locked by somebody, so that reading it waits; who scrapes does not."""
    answers: list[list[bytes]] = []
    with (
        psycopg.connect(environment["DATABASE_URL"]) as other,
        psycopg.connect(environment["DATABASE_URL"], autocommit=True) as watching,
        socket.create_server(("127.0.0.1", 0)) as listening,
        start(listening),
    ):
        watching.execute(_TOWN)
        empty = _figures(listening)
        assert (empty["summaries"], empty["bytes"], empty["squares"]) == (0, 0, 0)

        other.execute("lock table city.building in access exclusive mode")
        reading = threading.Thread(target=lambda: answers.append(ask(listening, _TILESET)))
        reading.start()
        until(lambda: watching.execute(_WAITING).fetchone())
        during = _figures(listening)
        assert watching.execute(_WAITING).fetchone(), "the city was still being read"
        assert (during["summaries"], during["squares"]) == (1, 0)
        other.rollback()
        reading.join()
        assert answers[0][0] == b"HTTP/1.1 200 OK"

        after = _figures(listening)
        assert (after["summaries"], after["squares"]) == (1, 64)
        assert after["summaries_limit"] == CALLERS
        assert after["close_squares_limit"] == CALLERS * CLOSE
        # a building a square of 100 m, as a row of 137 bytes, and the leaves beside them
        assert 400 * 137 < after["bytes"] < 2 * 400 * 137 + 10_000
        assert (after["close_squares"], after["close_bytes"]) == (0, 0)

        # what was touched is read more finely
        watching.execute(
            "update city.building set height_m = 31"
            " where feature_id = (select min(feature_id) from city.building)"
        )

        def renewed() -> bool:
            ask(listening, _TILESET)
            return _figures(listening)["close_squares"] > 0

        until(renewed)
        edited = _figures(listening)
        assert edited["close_squares"] == 1
        assert 0 < edited["close_bytes"] < 10_000
        assert edited["bytes"] >= after["bytes"] + edited["close_bytes"]


def _figures(listening: socket.socket) -> dict[str, float]:
    lines = b"\n".join(ask(listening, "/metrics")).decode().splitlines()
    found = (line.rsplit(" ", 1) for line in lines if line.startswith("twin_solid_"))
    return {name.removeprefix("twin_solid_"): float(value) for name, value in found}
