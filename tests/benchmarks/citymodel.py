"""Loading a generated CityGML file of gabled houses, each with a solid and seven surfaces.

Ours (solids checked and repaired, meanings of faces, footprints, versions, indexes, touch
log) against `ogr2ogr`, which makes a bare table with one spatial index, checks nothing and
keeps no meaning of a face: once with the links of the solids followed, as ours does, once
without, when the solids have no faces. The last line is our reading alone.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loaders.citymodel.load import load_city_model
from loaders.isolate import run_isolated
from tests.benchmarks.server import Options, scratch_database
from tests.loaders.citymodel.author import building, citygml
from twin.database.connection import Database
from twin.settings import Settings

_ROW_HOUSES = 200


def run(options: Options) -> list[dict[str, Any]]:
    """Rows for the report: seconds of each, buildings a second, ratio to ours."""
    rows = options.rows or 5_000
    with tempfile.TemporaryDirectory() as folder, scratch_database(options.settings) as settings:
        file = Path(folder) / "houses.gml"
        members = (building(f"B{n}", shift=20.0 * (n % _ROW_HOUSES)) for n in range(rows))
        file.write_text(citygml("".join(members)), encoding="utf-8")
        database = Database.from_settings(settings, "benchmark", bounded=False)
        contestants: dict[str, Callable[[int], None]] = {
            "twin load": lambda n: _ours(file, database, settings, n),
        }
        if shutil.which("ogr2ogr"):
            contestants["ogr2ogr, links resolved"] = lambda n: _ogr2ogr(file, settings.dsn, n, "NONE")
            contestants["ogr2ogr, links left alone"] = lambda n: _ogr2ogr(file, settings.dsn, n, "ALL")
        if not options.quick:
            contestants["reading alone, in the child"] = lambda n: _read(file, settings)
        seconds: dict[str, list[float]] = {name: [] for name in contestants}
        try:
            for number in range(options.rounds):
                names = list(contestants)
                for name in names[number % len(names) :] + names[: number % len(names)]:
                    # else the houses of the round before would be compared as suggestions
                    database.execute("truncate city.building, city.feature, twin.touch cascade")
                    started = time.monotonic()
                    contestants[name](number)
                    seconds[name].append(time.monotonic() - started)
        finally:
            database.close()
    ours = min(seconds["twin load"])
    return [
        {
            "what": name,
            "seconds": round(min(times), 2),
            "buildings/s": round(rows / min(times)),
            "times ours": round(min(times) / ours, 2),
        }
        for name, times in seconds.items()
    ]


def _ours(file: Path, database: Database, settings: Settings, number: int) -> None:
    report = load_city_model(file, database, settings, source=f"round-{number}")
    if any("no solid" in warning for warning in report.warnings):
        raise RuntimeError("the generated houses are solids")


def _ogr2ogr(file: Path, dsn: str, number: int, skip: str) -> None:
    subprocess.run(
        [
            *("ogr2ogr", "-q", "-f", "PostgreSQL", f"PG:{dsn}", str(file), "-nln", f"peer_{skip}_{number}"),
            *("--config", "PG_USE_COPY", "YES", "--config", "GML_SKIP_RESOLVE_ELEMS", skip),
        ],
        check=True,
    )


def _read(file: Path, settings: Settings) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run_isolated(
            "loaders.citymodel.read:read",
            {"path": str(file), "declared": None},
            memory_mb=settings.load_memory_mb,
            seconds=settings.load_seconds,
            scratch=Path(folder),
        )
