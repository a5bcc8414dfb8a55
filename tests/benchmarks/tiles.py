"""Vector tiles of a seeded city: ours from memory, from PostGIS and from the cache, against peers.

`python -m tests.benchmarks tiles --size 1.0` is 1,000,000 buildings, 300,000 roads, 2,000,000 pipes
and 200,000 sensors, written once and found again by the next run (`--drop` drops them); `--quick`
is a fiftieth. All servers read the same PostgreSQL and answer the same lists of tiles; contestants
take turns in every round. What counts is tiles per CPU-second of server and database together,
which is much steadier on a shared machine than tiles per second. tipg is a requirement of the
benchmarks; Martin and pg_tileserv take part when their binaries are on PATH. Peers read plain
tables in EPSG:3857 in the order of space, which suits them best, with fewer attributes than our
tiles carry; versions, access classes and exact freshness are extra work of ours.

Four ways of asking. *cold*: nobody keeps a tile. *warm*: every tile was asked for before, and
those with a cache may keep it. *plain*: warm, by a caller who takes no gzip; Martin keeps tiles
plain and packs every answer, ours keeps them packed. *mix*: caches again, and tiles of four zooms
by a Zipf law, other ones in every round, so that some are new and most are not.

The figures and their picture are written into the state folder; what the documentation shows comes of
a second step, as `tests/benchmarks/tiling/page.py` says. pygeoapi is asked for pages of features, in
`queries`.

Before anything is timed, tiles from memory and from rows are held against those of ST_AsMVT: a
hundred of every zoom from 10 to 18, or all there are, whole however large they are. Look at
`features` too: tipg stops at 10,000 a tile, ours thins what is over 500,000 bytes and says so.
"""

from __future__ import annotations

import os
import platform
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from tests.benchmarks.server import Options
from tests.benchmarks.tiling.city import places, seeded
from tests.benchmarks.tiling.client import ask_all
from tests.benchmarks.tiling.cost import ran, spent_s
from tests.benchmarks.tiling.page import plot
from tests.benchmarks.tiling.parity import agree
from tests.benchmarks.tiling.servers import (
    Contestant,
    field,
    look,
    missing,
    wait_for_kernels,
    wait_for_memory,
)
from twin.settings import Settings

__all__ = ["plot", "run"]
_ROWS, _ROWS_QUICK = 1_000_000, 20_000
_ALL = ("building", "road", "utility_line", "sensor")
_COLD: tuple[tuple[tuple[str, ...], int, int], ...] = (
    (("building",), 14, 8),
    (("building",), 15, 30),
    (("building",), 16, 200),
    (("building",), 17, 600),
    (("road",), 14, 60),
    (("utility_line",), 15, 40),
    (("sensor",), 15, 400),
    (_ALL, 16, 100),
)
"""Layers, zoom, tiles; over `_FEW` connections. So many that the fastest is asked for a third of a second: of
a shorter question the larger part is how long threads, caches and the processor's clock take to wake up."""
_FEW, _CONNECTIONS = 8, (1, 8, 64)
_WARM_ZOOM, _WARM_TILES, _WARM_REQUESTS = 16, 100, 2000
_MIX_ZOOMS, _MIX_PLACES, _MIX_REQUESTS, _ZIPF = (14, 15, 16, 17), 500, 600, 1.1
_MB_OF_A_MILLION = 3072


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: where it ran, parity, the load, then what was asked, of whom, and the rate."""
    rows = options.rows or (_ROWS_QUICK if options.quick else _ROWS)
    snapshot_mb = max(512, _MB_OF_A_MILLION * rows // 1_000_000)
    with seeded(options, rows) as (settings, features), ExitStack() as stack:
        mine = replace(options, settings=settings)
        result = [_setting(settings, rows, features, options)]
        result += agree(settings, rows, snapshot_mb)
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running = [stack.enter_context(starting) for starting in field(settings, scratch, snapshot_mb)]
        for one in running:
            if one.name == "twin, PostGIS":
                wait_for_kernels(one)
            elif one.name in ("twin, memory", "twin, cached"):
                result.append({"what": "load", "server": one.name, **wait_for_memory(one, features)})
        cold = [one for one in running if not one.cached]
        for layers, zoom, count in _COLD:
            asked = [(layers, place) for place in places(zoom, rows, count)]
            many = _CONNECTIONS if layers == _ALL else (_FEW,)
            for connections in many:
                result += _measure(cold, "cold", [asked], connections, mine)
        keeping = [one for one in running if one.cached]
        warm = [(_ALL, place) for place in places(_WARM_ZOOM, rows, _WARM_TILES)]
        warm *= _WARM_REQUESTS // _WARM_TILES
        for connections in _CONNECTIONS:
            result += _measure(keeping, "warm", [warm], connections, mine)
        result += _measure(keeping, "plain", [warm], _CONNECTIONS[-1], mine)
        # the first round, which fills the caches, is not counted; those after it repeat most of it
        mixes = [_mix(rows, turn) for turn in range((options.rounds + 1) * len(_CONNECTIONS))]
        for turn, connections in enumerate(_CONNECTIONS):
            lists = mixes[turn :: len(_CONNECTIONS)]
            result += _measure(keeping, "mix", lists, connections, mine)
        return result


Asked = list[tuple[tuple[str, ...], str]]
"""Layers and place of each request."""


def _mix(rows: int, turn: int) -> Asked:
    """Requests by a Zipf law over the same places, drawn anew."""
    all_places = [place for zoom in _MIX_ZOOMS for place in places(zoom, rows, _MIX_PLACES)]
    ranked = np.random.default_rng(0).permutation(len(all_places))
    weight = 1 / np.arange(1, len(all_places) + 1) ** _ZIPF
    drawn = np.random.default_rng(turn + 1).choice(ranked, _MIX_REQUESTS, p=weight / weight.sum())
    return [(_ALL, all_places[number]) for number in drawn]


def _measure(
    running: list[Contestant],
    way: str,
    lists: list[Asked],
    connections: int,
    options: Options,
) -> list[dict[str, Any]]:
    """Ask everybody, in turns; round `i` asks for list `i`, or for the only one."""
    layers = lists[0][0][0]
    running = [one for one in running if one.together or len(layers) == 1]
    seen = {one.name: look(one, *lists[0][0]) for one in running}
    rates: dict[str, list[float]] = {one.name: [] for one in running}
    speeds: dict[str, list[float]] = {one.name: [] for one in running}
    waited: dict[str, list[float]] = {one.name: [] for one in running}
    sent: dict[str, float] = {}
    refused = dict.fromkeys(rates, 0)
    for number in range(options.rounds + 1):
        first = number % len(running)
        for one in running[first:] + running[:first]:
            paths = [one.address(*each) for each in lists[number % len(lists)]]
            before = ran(one.process.pid, options.settings)
            answers = ask_all(one.port, paths, connections, "identity" if way == "plain" else "gzip")
            cost_s = spent_s(before, ran(one.process.pid, options.settings))
            if number:  # the first round warms pools, plans and caches
                rates[one.name].append(len(answers.times_s) / cost_s)
                speeds[one.name].append(len(answers.times_s) / answers.wall_s)
                refused[one.name] += answers.refused
                waited[one.name] += answers.times_s
                sent[one.name] = float(np.mean(answers.sizes))
    ours = running[0].name
    return [
        {
            "what": way,
            "layers": ",".join(layers),
            "zoom": lists[0][0][1].partition("/")[0] if way != "mix" else "14-17",
            "connections": connections,
            "server": one.name,
            # of the steady figures the best: what disturbs a run only ever makes it slower
            "tiles_per_cpu_s": _short(max(rates[one.name])),
            "worst_round": _short(min(rates[one.name])),
            "ours_is": round(max(rates[ours]) / max(rates[one.name]), 2),
            "tiles_per_s": _short(max(speeds[one.name])),
            "refused": refused[one.name],
            **{
                f"p{share}_ms": _short(1000 * np.quantile(waited[one.name], share / 100))
                for share in (50, 95, 99)
            },
            "mean_bytes": round(sent[one.name]),
            "features_of_first": seen[one.name][0],
        }
        for one in running
    ]


def _short(value: float) -> float:
    """Three figures: more were not measured."""
    return float(f"{value:.3g}")


def _setting(settings: Settings, rows: int, features: int, options: Options) -> dict[str, Any]:
    with psycopg.connect(settings.dsn) as connection:
        versions = connection.execute(
            "select current_setting('server_version'), postgis_lib_version(),"
            " pg_database_size(current_database())"
        ).fetchone()
    assert versions is not None
    return {
        "what": "setting",
        "date": datetime.now(UTC).date().isoformat(),
        "buildings": rows,
        "features": features,
        "database_gb": round(versions[2] / 1e9, 1),
        "rounds": options.rounds,
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "load_average": " ".join(f"{value:.1f}" for value in os.getloadavg()),
        "postgresql": str(versions[0]).split()[0],
        "postgis": versions[1],
        "python": platform.python_version(),
        "absent": missing(),
    }
