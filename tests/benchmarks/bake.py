"""Baking a million buildings, zooms 12 to 16: ours against ogr2ogr and a loop of ST_AsMVT.

All read the same PostgreSQL and compress by gzip. The peers read a plain table in EPSG:3857 in
the order of space, which suits them best, with the attributes ours carries. What counts is
CPU-seconds of the process and of the database together. The loop asks for the tiles of that plain
table without limit and thinning; `--maker postgis` is the loop over our own tables, with the joins,
versions, access classes and limits of the dynamic tiles; "our table" is the loop somebody would write
over it: current public rows, transformed, no limit. ogr2ogr takes part when it is on PATH and
writes PMTiles (GDAL 3.8); older ones write MBTiles, whose tiles are the same. Our time holds the
start of Python and the loading of compiled kernels; compiling them, once a machine, is left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from isal import igzip

from tests.benchmarks.server import Options, scratch_database
from tests.benchmarks.spent import cpu_s
from tiles.address import TileCoord
from tiles.archive.plan import children
from tiles.vector.snapshot.jit import KERNELS, prepare
from twin.settings import Settings

_ROWS = 1_000_000
_ZOOMS = (12, 16)
"""Buildings show from zoom 12 on; at 10 and 11 only the peers would have something to do."""
_TILE: LiteralString = """
select st_asmvt(f, 'building', 4096, 'geometry', 'id') from (
    select id, code, name_zh, use, structure, floors_up, height_m, elev_base_m, year_built, risk,
        st_asmvtgeom(geometry, st_tileenvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) as geometry
    from public.peer_building
    where geometry && st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096)
) f
"""
_EXTENT: LiteralString = """
select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e)
from (select st_extent(geometry) as e from public.peer_building) f
"""
_MARGIN = 64.0 / 4096
_OF_OURS: LiteralString = """
select st_asmvt(f, 'building', 4096, 'geometry', 'id') from (
    select feature_id as id, code, name_zh, use, structure, floors_up, height_m, elev_base_m, year_built,
        risk, st_asmvtgeom(
            st_transform(geometry, 3857), st_tileenvelope(%(z)s, %(x)s, %(y)s), 4096, 64, true) as geometry
    from city.building
    where geometry && st_transform(st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096), 4547)
        and valid_to is null and superseded_at is null and visibility = 'public'
) f
"""


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: who, what it cost, and how many times as much as ours."""
    rows = options.rows or _ROWS
    with scratch_database(options.settings) as settings, tempfile.TemporaryDirectory() as scratch:
        _build(settings, rows)
        folder = Path(scratch)
        prepare(settings.state_dir / KERNELS)
        field = _field(replace(settings, state_dir=folder / "state"), settings, folder)
        best: dict[str, dict[str, Any]] = {}
        for number in range(options.rounds):
            turn = number % len(field)
            for name, bake in [*field[turn:], *field[:turn]]:
                found = _measured(settings, bake)
                if name not in best or found["cpu_s"] < best[name]["cpu_s"]:
                    best[name] = found
    ours = best["twin bake"]["cpu_s"]
    result = [
        {
            "what": name,
            "buildings": rows,
            **found,
            "buildings_per_cpu_s": round(rows / found["cpu_s"]),
            "times_ours": round(found["cpu_s"] / ours, 1),
        }
        for name, found in best.items()
    ]
    if not any(one["what"].startswith("ogr2ogr") for one in result):
        result.append({"what": "ogr2ogr", "buildings": "not on PATH, so not compared"})
    return result


def _field(ours: Settings, settings: Settings, folder: Path) -> list[tuple[str, Callable[[], Path]]]:
    ours.state_dir.mkdir()
    (ours.state_dir / KERNELS).symlink_to(settings.state_dir / KERNELS)
    contestants: list[tuple[str, Callable[[], Path]]] = [
        ("twin bake", lambda: _twin(ours)),
        ("twin bake --maker postgis", lambda: _twin(ours, "--maker", "postgis")),
        ("loop of ST_AsMVT, a plain table", lambda: _loop(settings, folder, _TILE)),
        ("loop of ST_AsMVT, our table", lambda: _loop(settings, folder, _OF_OURS)),
    ]
    program = shutil.which("ogr2ogr")
    if program is not None:
        said = subprocess.run([program, "--formats"], capture_output=True, text=True, check=True).stdout
        form = "PMTiles" if "PMTiles" in said else "MBTILES"
        contestants.append((f"ogr2ogr {form}", lambda: _ogr(program, settings, folder, form)))
    return contestants


def _measured(settings: Settings, bake: Callable[[], Path]) -> dict[str, Any]:
    before, began = cpu_s(settings), time.perf_counter()
    path = bake()
    return {
        "cpu_s": round(cpu_s(settings) - before, 2),
        "seconds": round(time.perf_counter() - began, 1),
        "mb": round(path.stat().st_size / 1e6, 1),
    }


def _twin(settings: Settings, *more: str) -> Path:
    environ = {
        **os.environ, "DATABASE_URL": settings.database_url or "", "TWIN_STATE_DIR": str(settings.state_dir)
    }  # fmt: skip
    words = ["bake", "city", "building", "--zooms", f"{_ZOOMS[0]}-{_ZOOMS[1]}", "--fresh", *more]
    subprocess.run([sys.executable, "-m", "twin", *words], env=environ, check=True, stdout=subprocess.DEVNULL)
    return settings.state_dir / "archives" / "city.pmtiles"


def _ogr(program: str, settings: Settings, folder: Path, form: str) -> Path:
    target = folder / f"peer.{form.lower()}"
    target.unlink(missing_ok=True)
    words = [
        program, "-f", form, str(target), f"PG:{settings.dsn}", "public.peer_building",
        "-nln", "building", "-dsco", f"MINZOOM={_ZOOMS[0]}", "-dsco", f"MAXZOOM={_ZOOMS[1]}",
    ]  # fmt: skip
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return target


def _loop(settings: Settings, folder: Path, statement: LiteralString) -> Path:
    """Every tile by one statement, from the top down: no tile below an empty one is asked for."""
    target = folder / "loop.tiles"
    with psycopg.connect(settings.dsn, autocommit=True) as connection, target.open("wb") as file:
        connection.execute("set max_parallel_workers_per_gather = 0")
        row = connection.execute(_EXTENT).fetchone()
        assert row is not None
        west, south, east, north = row
        level = [TileCoord(0, 0, 0)]
        while level:
            below: list[TileCoord] = []
            for coord in level:
                box = coord.mercator(_MARGIN)
                content = b""
                if coord.z < _ZOOMS[0]:
                    if box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south:
                        content = b"more"
                else:
                    tile = connection.execute(
                        statement, {"z": coord.z, "x": coord.x, "y": coord.y}
                    ).fetchone()
                    assert tile is not None
                    content = bytes(tile[0])
                    file.write(igzip.compress(content, 1))
                if content and coord.z < _ZOOMS[1]:
                    below += children(coord)
            level = below
    return target


def _build(settings: Settings, rows: int) -> None:
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    with psycopg.connect(settings.dsn, autocommit=True) as connection:
        for statement in text.split(";\n"):
            binds = {"rows": rows, "side": int(rows**0.5)} if "%" in statement else None
            connection.execute(statement.encode(), binds, prepare=False)
