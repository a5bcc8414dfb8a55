"""Memory does not follow the size of a file: what grows is the keys that were seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from loaders.gis.chunk import CHUNK_BYTES
from tests.conftest import DatabaseFactory

pytestmark = pytest.mark.long

_ROOT = Path(__file__).resolve().parents[3]
_CHUNK_MB = CHUNK_BYTES / 2**20
_STEP_ROWS = 20_000
_KEY_BYTES = 200
"""A text of nine letters takes 58, its place in a set of Python at most 64, and 32 more while that grows."""


@dataclass(frozen=True)
class _Peak:
    """Rows written, and most memory of who loads and of the child that reads, MB."""

    rows: int
    parent_mb: float
    child_mb: float


def _file(path: Path, rows: int, corners: int) -> Path:
    """Rings of so many corners on a grid; a corner is 16 bytes."""
    angle = np.linspace(0, 2 * np.pi, corners + 1)
    ring = 9 * np.column_stack([np.cos(angle), np.sin(angle)])
    ring[-1] = ring[0]
    for start in range(0, rows, _STEP_ROWS):
        number = np.arange(start, min(rows, start + _STEP_ROWS))
        middle = np.column_stack([505_000 + 22.0 * (number % 600), 2_490_000 + 22.0 * (number // 600)])
        frame = geopandas.GeoDataFrame(
            {"code": [f"C{n:08d}" for n in number], "label": [f"{n % 33}F" for n in number]},
            geometry=shapely.polygons(middle[:, None, :] + ring),
            crs="EPSG:4547",
        )
        frame.to_file(path, engine="pyogrio", mode="a" if start else "w")
    return path


def _loaded(path: Path, new_database: DatabaseFactory) -> _Peak:
    with new_database() as url:
        run = subprocess.run(
            [sys.executable, "-m", "tests.loaders.gis.peak", str(path)],
            cwd=_ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True,
            timeout=800, check=True,
        )  # fmt: skip
    path.unlink()
    return _Peak(**json.loads(run.stdout))


@pytest.mark.timeout(900)
def test_four_times_the_rows_are_their_keys_more_memory(
    tmp_path: Path, new_database: DatabaseFactory
) -> None:
    """60,000 and 240,000 rows: three chunks, more than are held at once, and twelve."""
    small = _loaded(_file(tmp_path / "small.gpkg", 60_000, 4), new_database)
    large = _loaded(_file(tmp_path / "large.gpkg", 240_000, 4), new_database)
    assert (small.rows, large.rows) == (60_000, 240_000)
    assert large.parent_mb - small.parent_mb < 180_000 * _KEY_BYTES / 2**20, (small, large)
    # the reader keeps nothing of a row
    assert large.child_mb < small.child_mb + _CHUNK_MB, (small, large)


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory, new_database: DatabaseFactory) -> _Peak:
    """What ten small rows take: the program itself and its libraries."""
    return _loaded(_file(tmp_path_factory.mktemp("idle") / "idle.gpkg", 10, 4), new_database)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "rows"), [("small.fgb", 2_500), ("large.gpkg", 10_000)])
def test_large_rows_come_fewer_at_a_time(
    tmp_path: Path, new_database: DatabaseFactory, idle: _Peak, name: str, rows: int
) -> None:
    """50 MB and 200 MB in rows of 20 kB: as one chunk of so many rows the large one took 1.3 GB."""
    peak = _loaded(_file(tmp_path / name, rows, 1_280), new_database)
    assert peak.rows == rows
    # 13 seen; see `CHUNK_BYTES`
    assert peak.parent_mb - idle.parent_mb < 16 * _CHUNK_MB, (idle, peak)
    # a chunk as GDAL has it, growing, as Arrow has it, joined, and as it is written
    assert peak.child_mb - idle.child_mb < 8 * _CHUNK_MB, (idle, peak)
