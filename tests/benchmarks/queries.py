"""Questions to a city of a million buildings: in the database, over HTTP, tipg and pygeoapi beside ours.

`python -m tests.benchmarks queries` asks the seeded city of the tile suite, with hydrants, fire
records and the newest readings of 100,000 sensors on top (written once and found again; `--rows`
scales it, `--quick` is a fiftieth). Each kind of question is asked at the same 200 random places
by everybody.

*database*: the time of the statements a question sends, from sending to the last row, on one
connection, asked through the functions the server calls. *http*: one connection to a running
server, gzip taken, which is everything: parsing, pool, statements, JSON, tag, compression. What
tipg and pygeoapi are asked is the same page with the same count and links, from a plain table in
EPSG:3857 in the order of space with fewer columns; versions, access circles and provenance are extra
work of ours. tipg is a requirement of the benchmarks; pygeoapi runs in the environment of peers that do
not fit beside us (`requirements/peers.lock`), made once beside the state. Who does not run is named.
CPU-seconds are those of the server and of the database together, as in `tiles`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import psycopg

from tests.benchmarks.querying.city import boxes, points, seeded
from tests.benchmarks.querying.field import ITEMS, field
from tests.benchmarks.server import Options
from tests.benchmarks.tiling.client import Answers, ask_all
from tests.benchmarks.tiling.cost import ran, spent_s
from tests.benchmarks.tiling.servers import Contestant
from twin.catalogue import collection
from twin.database.connection import Database
from twin.queries.hydrants import hydrants_nearest
from twin.queries.items import ItemQuery, counted_items
from twin.queries.safety import buildings_lacking
from twin.queries.sensors import sensor_states
from twin.settings import Settings

_ROWS, _ROWS_QUICK, _PROBES = 1_000_000, 20_000, 200
_WARM = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question.

    Attributes
    ----------
    name : str
        For the report.
    ask : list of callable
        What the server does for each place.
    paths : list of str
        The same questions over HTTP.
    peers : dict of str to list of str
        The same questions to each peer that knows them.
    """

    name: str
    ask: list[Callable[[Database], object]]
    paths: list[str]
    peers: dict[str, list[str]]


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: a question, who answers, and how long that takes."""
    rows = options.rows or (_ROWS_QUICK if options.quick else _ROWS)
    with seeded(options, rows) as settings, ExitStack() as stack:
        kinds = list(_kinds(rows))
        in_database = {kind.name: times for kind, times in _in_database(settings, kinds)}
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        there = field(settings, scratch, stack)
        result: list[dict[str, Any]] = [
            {"question": "every page", "server": f"{name}: not run, for {reason}"}
            for name, reason in there.absent.items()
        ]
        for kind in kinds:
            result += _over_http(kind, in_database[kind.name], there.servers, settings, options.rounds)
        return result


def _kinds(rows: int) -> Iterator[Kind]:
    for layer, side_m, limit, equal in (
        ("building", 500.0, 100, {}),
        ("building", 2000.0, 100, {}),
        ("building", 5000.0, 100, {}),
        ("building", 500.0, 50, {"use": "R"}),
        ("building", 2000.0, 50, {"use": "R", "structure": "steel"}),
        ("building", 5000.0, 50, {"use": "R", "structure": "steel"}),
        ("utility_line", 500.0, 100, {}),
    ):
        found = collection(layer)
        queries, tails = [], []
        for box in boxes(rows, _PROBES, side_m, seed=round(side_m) + limit):
            west, south, east, north = (round(float(value), 6) for value in box)
            queries.append(ItemQuery(limit=limit, bbox=(west, south, east, north), equal=equal))
            words = "".join(f"&{name}={value}" for name, value in equal.items())
            tails.append(f"?limit={limit}&bbox={west},{south},{east},{north}{words}")
        told = " and ".join(equal)
        yield Kind(
            f"{layer}, page of {limit}, {side_m:g} m box" + (f", by {told}" if told else ""),
            [lambda db, q=query, c=found: counted_items(db, c, q) for query in queries],  # type: ignore[misc]
            [f"/api/collections/{layer}/items{tail}" for tail in tails],
            {name: [path.format(layer=layer) + tail for tail in tails] for name, path in ITEMS.items()},
        )
    everywhere = [(round(float(x), 6), round(float(y), 6)) for x, y in points(rows, _PROBES, seed=3)]
    yield Kind(
        "buildings within 500 m and their sprinklers",
        [lambda db, at=place: buildings_lacking(db, "sprinkler", at, 500.0) for place in everywhere],  # type: ignore[misc]
        [f"/api/buildings/lacking?protection=sprinkler&lon={x}&lat={y}&within_m=500" for x, y in everywhere],
        {},
    )
    yield Kind(
        "nearest hydrants and the ways to them",
        [lambda db, at=place: hydrants_nearest(db, at) for place in everywhere],  # type: ignore[misc]
        [f"/api/hydrants/nearest?lon={x}&lat={y}" for x, y in everywhere],
        {},
    )
    for side_m in (500.0, 1000.0, 2000.0):
        views = [
            tuple(round(float(value), 6) for value in box)
            for box in boxes(rows, _PROBES, side_m, seed=round(side_m))
        ]
        yield Kind(
            f"sensors and what they say, {side_m:g} m view",
            [lambda db, box=view: sensor_states(db, bbox=box) for view in views],  # type: ignore[misc]
            [f"/api/sensors/states?bbox={','.join(map(str, view))}" for view in views],
            {},
        )


def _in_database(settings: Settings, kinds: list[Kind]) -> Iterator[tuple[Kind, list[float]]]:
    database = Database.from_settings(settings, "benchmark")
    try:
        with _clocked() as spent:
            for kind in kinds:
                for ask in kind.ask[:_WARM]:
                    ask(database)
                times = []
                for ask in kind.ask:
                    spent.clear()
                    ask(database)
                    times.append(sum(spent))
                yield kind, times
    finally:
        database.close()


@contextmanager
def _clocked() -> Iterator[list[float]]:
    """Seconds of every statement psycopg sends meanwhile."""
    spent: list[float] = []
    plain = psycopg.Cursor.execute

    def execute(self: Any, *given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return plain(self, *given, **named)
        finally:
            spent.append(time.perf_counter() - began)

    with patch.object(psycopg.Cursor, "execute", execute):
        yield spent


def _over_http(
    kind: Kind, in_database: list[float], servers: list[Contestant], settings: Settings, rounds: int
) -> Iterator[dict[str, Any]]:
    ours, *peers = servers
    asks = [(ours, kind.paths)] + [(one, kind.peers[one.name]) for one in peers if one.name in kind.peers]
    waited: dict[str, list[float]] = {one.name: [] for one, _ in asks}
    rates: dict[str, list[float]] = {one.name: [] for one, _ in asks}
    sizes: dict[str, Answers] = {}
    for number in range(rounds + 1):
        for one, paths in asks[number % len(asks) :] + asks[: number % len(asks)]:
            asked = paths if number else paths[:_WARM]
            before = ran(one.process.pid, settings)
            answers = ask_all(one.port, asked, 1)
            cost_s = spent_s(before, ran(one.process.pid, settings))
            if number:
                waited[one.name] += answers.times_s
                rates[one.name].append(len(asked) / cost_s)
                sizes[one.name] = answers
    for one, _ in asks:
        own = in_database if one is ours else None
        yield {
            "question": kind.name,
            "server": one.name,
            **({} if own is None else {"db p50 ms": _ms(own, 0.5), "db p95 ms": _ms(own, 0.95)}),
            "http p50 ms": _ms(waited[one.name], 0.5),
            "http p95 ms": _ms(waited[one.name], 0.95),
            "answers/cpu-s": f"{max(rates[one.name]):.0f}",
            "twin is": f"{max(rates[ours.name]) / max(rates[one.name]):.2f}x",
            "mean bytes": round(float(np.mean(sizes[one.name].sizes))),
        }


def _ms(times_s: list[float], share: float) -> str:
    return f"{np.quantile(times_s, share) * 1000:.2f}"
