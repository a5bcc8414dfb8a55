"""Who looks at tiles meanwhile: is an answer stale, and when is an edit first seen."""

from __future__ import annotations

import gzip
import http.client
import random
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from queue import Empty

import mapbox_vector_tile

from tests.benchmarks.editing.session import Session
from tests.benchmarks.tiling.servers import Contestant

PROMISE_S = 1.0
"""An answer may miss what was confirmed less than this before it was asked for."""
_GIVE_UP_S = 5.0


class Window:
    """A connection to a server, through which one layer's heights are seen."""

    def __init__(self, server: Contestant) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def heights_m(self, place: str) -> Mapping[str, float]:
        """Height of every building of a tile by its code.

        Raises
        ------
        RuntimeError
            The server answers neither 200 nor 204.
        """
        path = self._server.address(("building",), place)
        try:
            answer = self._ask(path)
        except http.client.RemoteDisconnected:  # a server lets idle connections go
            self._connection.close()
            answer = self._ask(path)
        data = answer.read()
        if answer.status not in (200, 204):
            raise RuntimeError(f"{self._server.name} answers {answer.status} for {place}: {data[:200]!r}")
        return _heights_m(data)

    def _ask(self, path: str) -> http.client.HTTPResponse:
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        return self._connection.getresponse()


@lru_cache(maxsize=1024)
def _heights_m(data: bytes) -> Mapping[str, float]:
    """What a tile says; between two edits the same bytes come, and decoding takes longer than asking."""
    plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    layers = mapbox_vector_tile.decode(plain) if plain else {}
    return {
        feature["properties"]["code"]: feature["properties"]["height_m"]
        for layer in layers.values()
        for feature in layer["features"]
    }


def check(
    servers: Sequence[Contestant], tiles: Mapping[str, Sequence[str]], session: Session, seed: int
) -> None:
    """Ask for tiles of watched buildings in turn, of any server, and hold each answer against the record.

    Parameters
    ----------
    tiles : mapping
        Codes of the watched buildings whose middle is in each tile, by its `z/x/y`.
    """
    chance = random.Random(seed)
    windows = [Window(one) for one in servers]
    places = list(tiles)
    while not session.stop.is_set():
        place = chance.choice(places)
        asked = time.monotonic()
        shown = chance.choice(windows).heights_m(place)
        owed = {code: session.record.owed(code, asked - PROMISE_S) for code in tiles[place]}
        stale = any(shown.get(code, 0.0) < value for code, value in owed.items())
        with session.lock:
            session.checked += 1
            session.stale += stale


def follow(servers: Sequence[Contestant], place_of: Mapping[str, str], session: Session) -> None:
    """Take a fresh commit and ask one of the servers again and again until it shows."""
    windows = [Window(one) for one in servers]
    turn = 0
    while not session.stop.is_set():
        try:
            code, value, at = session.fresh.get(timeout=0.2)
        except Empty:
            continue
        turn += 1
        took_s = float("inf")
        while (asked := time.monotonic()) - at < _GIVE_UP_S:
            if windows[turn % len(windows)].heights_m(place_of[code]).get(code, 0.0) >= value:
                took_s = asked - at
                break
            time.sleep(0.01)
        with session.lock:
            session.visible_s.append(took_s)
