"""Vector tiles of a seeded city: ours from memory, from PostGIS and from the cache, against tipg and Martin.

All servers read the same PostgreSQL and answer the same list of tiles; contestants take
turns in every round. What counts is tiles per CPU-second of server and database together,
which is much steadier on a shared machine than tiles per second. tipg is a requirement of
the benchmarks; Martin takes part when its binary is on PATH. Peers read plain tables in
EPSG:3857 in the order of space, which suits them best, with fewer attributes than our tiles
carry; versions, access classes and exact freshness are extra work of ours.

Before anything is timed, tiles from memory are held against those of PostGIS. Look at
`features` too: tipg stops at 10,000 a tile, ours thins what is over 500,000 bytes and says so.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.server import Options, scratch_database
from tests.benchmarks.tiling.city import build, places
from tests.benchmarks.tiling.parity import agree
from tests.benchmarks.tiling.servers import TICK_S, Contestant, drive, field, look, wait_for_memory
from twin.settings import Settings

_ROWS = 1_000_000
_CASES: tuple[tuple[tuple[str, ...], int, int], ...] = (
    (("building",), 14, 8),
    (("building",), 15, 30),
    (("building",), 16, 100),
    (("building",), 17, 150),
    (("road",), 14, 30),
    (("utility_line",), 15, 30),
    (("sensor",), 15, 60),
    (("building", "road", "utility_line", "sensor"), 16, 60),
)
"""Layers, zoom, tiles."""
_MB_OF_A_MILLION = 3072


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: parity, the load, then a contestant with layers at a zoom and its rate."""
    rows = options.rows or _ROWS
    snapshot_mb = max(512, _MB_OF_A_MILLION * rows // 1_000_000)
    with scratch_database(options.settings) as settings, ExitStack() as stack:
        features = build(settings, rows)
        result = agree(settings, rows, snapshot_mb, 20 if options.quick else 100)
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        running: list[Contestant] = [
            stack.enter_context(starting)  # type: ignore[arg-type]
            for starting in field(settings, scratch, snapshot_mb=snapshot_mb, warm=not options.quick)
        ]
        loaded = wait_for_memory(running[0], features)
        load = " ".join(f"{value:.1f}" for value in os.getloadavg())
        result.append(
            {"what": "load", "buildings": rows, "features": features, "load_average": load, **loaded}
        )
        for case in _CASES:
            able = [one for one in running if one.together or len(case[0]) == 1]
            result += _measure(able, case, rows, options, settings)
    return result


def _measure(
    running: list[Contestant],
    case: tuple[tuple[str, ...], int, int],
    rows: int,
    options: Options,
    settings: Settings,
) -> list[dict[str, Any]]:
    layers, zoom, count = case
    asked = places(zoom, rows, count)
    seen = {one.name: look(one, layers, asked[0]) for one in running}
    spent: dict[str, list[float]] = {one.name: [] for one in running}
    waited: dict[str, list[float]] = {one.name: [] for one in running}
    for number in range(options.rounds + 1):
        first = number % len(running)
        for one in running[first:] + running[:first]:
            cpu_s, times_s = drive(one, layers, asked * one.times, settings)
            if number:  # the first round warms pools, plans and caches
                spent[one.name].append(len(times_s) / max(cpu_s, TICK_S))
                waited[one.name] += times_s
    # of the steady figures the best: what disturbs a run only ever makes it slower
    best = {name: max(rates) for name, rates in spent.items()}
    return [
        {
            "what": "tiles",
            "layers": ",".join(layers),
            "zoom": zoom,
            "server": one.name,
            "tiles_per_cpu_s": round(best[one.name], 1),
            "worst_round": round(min(spent[one.name]), 1),
            "memory_is": round(best["twin, memory"] / best[one.name], 2),
            "p50_ms": round(np.quantile(waited[one.name], 0.5) * 1000, 1),
            "p99_ms": round(np.quantile(waited[one.name], 0.99) * 1000, 1),
            "features": seen[one.name][0],
            "bytes": seen[one.name][1],
        }
        for one in running
    ]
