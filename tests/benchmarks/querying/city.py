"""The seeded city with what is asked for and no tile shows, and places in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg

from tests.benchmarks.server import Options, kept_database
from tests.benchmarks.tiling import city as tiling
from twin.crs import WGS84, transformer
from twin.settings import Settings

_FILES = (Path(tiling.__file__).with_name("city.sql"), Path(__file__).with_name("city.sql"))
_WEST_M, _SOUTH_M, _PLOT_M = 508_000, 2_492_000, 20


@contextmanager
def seeded(options: Options, rows: int) -> Iterator[Settings]:
    """Settings of a database with a city of that many buildings; written once and found again."""
    stamp = hashlib.blake2b(b"".join(file.read_bytes() for file in _FILES), digest_size=9).hexdigest()
    with kept_database(
        options.settings, f"asked_{rows}", stamp, lambda mine: fill(mine, rows), drop=options.drop
    ) as settings:
        yield settings


def fill(settings: Settings, rows: int) -> None:
    """Write the city into a migrated, empty database."""
    with psycopg.connect(settings.dsn, autocommit=True) as connection:
        for file in _FILES:
            for statement in file.read_text(encoding="utf-8").split(";\n"):
                if statement.strip():
                    binds = {"rows": rows, "side": tiling.side(rows)} if "%" in statement else None
                    connection.execute(statement.encode(), binds, prepare=False)


def points(rows: int, count: int, seed: int) -> npt.NDArray[np.float64]:
    """Random places in the middle nine tenths of the city: lon, lat, shape (count, 2)."""
    random = np.random.default_rng(seed)
    reach_m = _PLOT_M * tiling.side(rows)
    east = random.uniform(_WEST_M + 0.05 * reach_m, _WEST_M + 0.95 * reach_m, count)
    north = random.uniform(_SOUTH_M + 0.05 * reach_m, _SOUTH_M + 0.95 * reach_m, count)
    return np.column_stack(transformer(4547, WGS84).transform(east, north))


def boxes(rows: int, count: int, side_m: float, seed: int) -> npt.NDArray[np.float64]:
    """Boxes of about so many metres a side: west, south, east, north in degrees, shape (count, 4)."""
    low = points(rows, count, seed)
    east, north = transformer(WGS84, 4547).transform(low[:, 0], low[:, 1])
    high = np.column_stack(transformer(4547, WGS84).transform(east + side_m, north + side_m))
    return np.hstack((low, high))
