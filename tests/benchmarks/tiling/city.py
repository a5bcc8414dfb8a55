"""The seeded city and places in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psycopg

from twin.crs import WGS84, transformer
from twin.settings import Settings

_SQL = Path(__file__).parent / "city.sql"
_WEST_M, _SOUTH_M, _PLOT_M = 508_000, 2_492_000, 20


def build(settings: Settings, rows: int) -> int:
    """Write a city of that many buildings; how many features it has in all."""
    with psycopg.connect(settings.dsn, autocommit=True) as connection:
        for statement in _SQL.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                binds = {"rows": rows, "side": side(rows)} if "%" in statement else None
                connection.execute(statement.encode(), binds, prepare=False)
        counted = connection.execute("select count(*) from city.feature").fetchone()
    assert counted is not None
    return int(counted[0])


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
