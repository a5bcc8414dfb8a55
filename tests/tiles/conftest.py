"""A small seeded town around Luohu, written by plain SQL; kernels compiled once a checkout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from tiles.vector.snapshot.jit import KERNELS, keep_compiled_in, prepare
from twin.database.connection import Connection, Database
from twin.settings import Settings

_state = Settings.from_env().state_dir
_STATE = _state.with_name(f"{_state.name}-test")
# before any module of tests imports a kernel
keep_compiled_in(_STATE / KERNELS)


@pytest.fixture(scope="session")
def kernels_state() -> Path:
    """State directory in which the kernels are compiled, by a child if they are not yet."""
    prepare(_STATE / KERNELS)
    return _STATE


EAST_M, NORTH_M = 513_400.0, 2_494_400.0
"""South-west corner of the town, EPSG:4547; it lies across the corner of four cells."""


@dataclass(frozen=True)
class Town:
    """What was written, to compare tiles with."""

    database: Database
    settings: Settings
    geometries: dict[str, dict[int, BaseGeometry]]
    values: dict[int, dict[str, Any]]


def add(connection: Connection, collection: str, geometry: BaseGeometry | None, **values: Any) -> int:
    """Insert one feature as a GIS user would; its id."""
    names = "".join(f', "{name}"' for name in values)
    binds = "".join(f", %({name})s" for name in values)
    row = connection.execute(
        f"insert into city.{collection} (geometry{names})"
        f" values (st_setsrid(%(geometry)s::geometry, 4547){binds}) returning feature_id",
        {"geometry": None if geometry is None else shapely.to_wkb(geometry, hex=True), **values},
    ).fetchone()
    assert row is not None
    return int(row["feature_id"])


@pytest.fixture(scope="session")
def add_feature() -> Callable[..., int]:
    """`add_feature(connection, collection, geometry, **columns) -> id`."""
    return add


@pytest.fixture(scope="module")
def town(
    new_database: Callable[[], AbstractContextManager[str]], server_settings: Settings
) -> Iterator[Town]:
    """Streets of blocks with courtyards, towers, twins, a lake with an island, pipes and hydrants."""
    with new_database() as url:
        settings = replace(server_settings, database_url=url)
        database = Database.from_settings(settings, application="test")
        try:
            yield _build(database, settings)
        finally:
            database.close()


def _build(database: Database, settings: Settings) -> Town:
    random = np.random.default_rng(20261121)
    geometries: dict[str, dict[int, BaseGeometry]] = {}
    values: dict[int, dict[str, Any]] = {}

    def put(collection: str, geometry: BaseGeometry, **columns: Any) -> int:
        id = add(connection, collection, geometry, **columns)
        geometries.setdefault(collection, {})[id] = geometry
        values[id] = columns
        return id

    with database.transaction() as connection:
        for i in range(240):
            e, n = EAST_M + (i % 20) * 60, NORTH_M + (i // 20) * 60
            width, depth = random.uniform(12, 50, 2)
            outline = shapely.box(e, n, e + width, n + depth)
            if i % 7 == 0:
                outline = outline - shapely.box(e + 4, n + 4, e + width - 4, n + depth - 4)
            if i % 11 == 0:
                outline = outline.union(shapely.box(e + 52, n, e + 58, n + 8))
            outline = shapely.affinity.rotate(outline, float(random.uniform(-20, 20)), "center")
            building = put(
                "building", _multi(outline),
                code=f"44030300{i:04d}", name_zh=f"翠竹{i}栋", use="R" if i % 3 else "C",
                height_m=None if i % 13 == 0 else float(round(random.uniform(6, 100), 1)),
                elev_base_m=4.5, floors_up=int(random.integers(1, 33)), z_min_m=4.5,
            )  # fmt: skip
            if i < 3:
                for floor in (-1, 1, 2):
                    put(
                        "storey", _multi(outline), building_id=building, floor_no=floor,
                        label=f"{floor}层", z_min_m=4.5 + 3.0 * floor, z_max_m=7.5 + 3.0 * floor,
                    )  # fmt: skip
        for i in range(20):
            wave = np.linspace(0, 1300, 160)
            line = np.c_[EAST_M + wave, NORTH_M - 6 + i * 60 + 3 * np.sin(wave / 40 + i)]
            put("road", shapely.MultiLineString([line]), name_zh=f"人民路{i}", **{"class": "secondary"})
            deep = np.c_[line, np.full(len(line), 2.5)]
            put("utility_line", shapely.MultiLineString([deep]), code=f"WS{i}", kind="sewage", dn_mm=400)
            put("hydrant", shapely.Point(*line[80]), code=f"XHS{i}", state="ok", flow_lps=15.0)
        lake = shapely.Point(EAST_M + 600, NORTH_M + 1100).buffer(250, 48)
        island = shapely.Point(EAST_M + 620, NORTH_M + 1110).buffer(60, 24)
        put("water_body", _multi(lake - island), name_zh="洪湖", kind="lake")
    return Town(database, settings, geometries, values)


def _multi(geometry: BaseGeometry) -> BaseGeometry:
    return geometry if geometry.geom_type == "MultiPolygon" else shapely.MultiPolygon([geometry])
