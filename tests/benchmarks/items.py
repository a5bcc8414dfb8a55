"""Pages of features by box: ours against tipg, count and links in both answers.

The same boxes of about 500 m, pages of 100, contestants in turns; see `tiles` for how
CPU-seconds are reckoned. Ours also carries provenance and versions, tipg's plain table does not.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from pyproj import Transformer

from tests.benchmarks import tiles
from tests.benchmarks.server import Options, scratch_database

_PORTS = (8134, 8135, 8136)
_BOX_M = 500.0
_PAGES = 120


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: a contestant, its pages a CPU-second, and ours in relation."""
    rows = options.rows or 50_000
    side = int(rows**0.5)
    with scratch_database(options.settings) as settings, ExitStack() as stack:
        with psycopg.connect(settings.dsn, autocommit=True) as connection:
            for statement in tiles._SEED.split(";\n"):
                if statement.strip():
                    connection.execute(statement.encode(), {"rows": rows, "side": side}, prepare=False)
            connection.execute("vacuum analyze")
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        environment = {"DATABASE_URL": settings.dsn, "TWIN_STATE_DIR": str(settings.state_dir)}
        ours = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "8", "-w", "1"]
        ours += ["--log-level", "error", "--no-control-socket", "web.app:create_app()", "-b"]
        peer = [sys.executable, "-m", "uvicorn", "tipg.main:app", "--log-level", "error", "--port"]
        # a place is three parts to the shared driver: west,south / east / north
        asked = "items?limit=100&bbox={z},{x},{y}"
        field = [
            stack.enter_context(
                tiles._server(
                    "twin",
                    _PORTS[0],
                    f"/api/collections/building/{asked}",
                    ours,
                    environment,
                    scratch=scratch,
                )
            )
        ]
        peer_environment = {"DATABASE_URL": tiles._tcp_like(settings), "TIPG_DB_SCHEMAS": '["public"]'}
        for port, srid in zip(_PORTS[1:], (4547, 3857), strict=True):
            name, path = f"tipg, table in {srid}", f"/collections/public.peer_{srid}/{asked}"
            field.append(
                stack.enter_context(tiles._server(name, port, path, peer, peer_environment, scratch=scratch))
            )
        places = _boxes(side)
        sizes = {one.name: _look(one, places[0]) for one in field}
        spent: dict[str, list[float]] = {one.name: [] for one in field}
        waited: dict[str, list[float]] = {one.name: [] for one in field}
        for number in range(options.rounds + 1):
            for one in field[number % len(field) :] + field[: number % len(field)]:
                cpu_s, times_s = tiles._drive(one, places, settings)
                if number:
                    spent[one.name].append(len(places) / max(cpu_s, tiles._TICK_S))
                    waited[one.name] += times_s
    best = {name: max(rates) for name, rates in spent.items()}
    return [
        {
            "server": one.name,
            "pages/cpu-s": f"{best[one.name]:.0f}",
            "twin is": f"{best['twin'] / best[one.name]:.2f}x",
            "p50 ms": f"{np.quantile(waited[one.name], 0.5) * 1000:.1f}",
            "p95 ms": f"{np.quantile(waited[one.name], 0.95) * 1000:.1f}",
            **sizes[one.name],
        }
        for one in field
    ]


def _boxes(side: int) -> list[str]:
    random = np.random.default_rng(7)
    reach = 20 * side * 0.8
    east = random.uniform(508_000, 508_000 + reach, _PAGES)
    north = random.uniform(2_492_000, 2_492_000 + reach, _PAGES)
    to_degrees = Transformer.from_crs(4547, 4326, always_xy=True)
    low = np.column_stack(to_degrees.transform(east, north))
    high = np.column_stack(to_degrees.transform(east + _BOX_M, north + _BOX_M))
    return [f"{w:.6f},{s:.6f}/{e:.6f}/{n:.6f}" for (w, s), (e, n) in zip(low, high, strict=True)]


def _look(one: tiles.Contestant, place: str) -> dict[str, Any]:
    status, data = tiles._get(one, place)
    if data[:2] == b"\x1f\x8b":
        data = tiles.gzip.decompress(data)
    if status != 200:
        raise RuntimeError(f"{one.name} answers {status} for {place}: {data[:300]!r}")
    page = json.loads(data)
    return {
        "features": len(page["features"]),
        "matched": page.get("numberMatched"),
        "links": len(page["links"]),
        "bytes": len(data),
    }
