"""The seeded city and places in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg
import shapely

from tests.benchmarks.server import Options, kept_database
from tiles.address import HALF_WORLD_M, TileCoord
from twin.crs import WEB_MERCATOR, WGS84, transformer
from twin.settings import Settings

_SQL = Path(__file__).parent / "city.sql"
_WEST_M, _SOUTH_M, _PLOT_M = 508_000, 2_492_000, 20


@contextmanager
def seeded(options: Options, rows: int) -> Iterator[tuple[Settings, int]]:
    """Settings of a database with a city of that many buildings, and how many features it has in all.

    Written once and found again, unless `city.sql` changed.
    """
    stamp = hashlib.blake2b(_SQL.read_bytes(), digest_size=9).hexdigest()
    with kept_database(
        options.settings, f"seeded_{rows}", stamp, lambda mine: _build(mine, rows), drop=options.drop
    ) as settings:
        with psycopg.connect(settings.dsn) as connection:
            counted = connection.execute("select count(*) from city.feature").fetchone()
        assert counted is not None
        yield settings, int(counted[0])


def _build(settings: Settings, rows: int) -> None:
    with psycopg.connect(settings.dsn, autocommit=True) as connection:
        for statement in _SQL.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                binds = {"rows": rows, "side": side(rows)} if "%" in statement else None
                connection.execute(statement.encode(), binds, prepare=False)


def side(rows: int) -> int:
    """Plots along a side of the square."""
    return int(rows**0.5)


def places(zoom: int, rows: int, count: int) -> list[str]:
    """Tiles in the square, `z/x/y`, the same ones for everybody."""
    random = np.random.default_rng(zoom)
    reach_m = _PLOT_M * side(rows)
    east = random.uniform(_WEST_M + 0.05 * reach_m, _WEST_M + 0.95 * reach_m, count)
    north = random.uniform(_SOUTH_M + 0.05 * reach_m, _SOUTH_M + 0.95 * reach_m, count)
    lon, lat = transformer(4547, WGS84).transform(east, north)
    x = ((lon + 180) / 360 * 2**zoom).astype(int)
    y = ((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * 2**zoom).astype(int)
    return [f"{zoom}/{a}/{b}" for a, b in zip(x, y, strict=True)]


def filled(zoom: int, rows: int) -> list[TileCoord]:
    """Every tile of a zoom that the square meets: it is built over everywhere."""
    reach_m = _PLOT_M * side(rows)
    square = shapely.segmentize(
        shapely.box(_WEST_M, _SOUTH_M, _WEST_M + reach_m, _SOUTH_M + reach_m), reach_m / 20
    )
    ground = shapely.transform(square, transformer(4547, WEB_MERCATOR).transform, interleaved=False)
    side_m = 2 * HALF_WORLD_M / (1 << zoom)
    west, south, east, north = ground.bounds
    columns = range(int((west + HALF_WORLD_M) / side_m), int((east + HALF_WORLD_M) / side_m) + 1)
    lines = range(int((HALF_WORLD_M - north) / side_m), int((HALF_WORLD_M - south) / side_m) + 1)
    tiles = [TileCoord(zoom, x, y) for x in columns for y in lines]
    return [one for one in tiles if ground.intersects(shapely.box(*one.mercator()))]
