"""Buildings whose base nobody states stand on the terrain; those that state one stay on it."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from loaders.gis.load import load_gis
from loaders.gis.mapping import FieldMapping, parse_mapping
from loaders.raster.load import load_raster
from twin.database.connection import Database
from twin.settings import Settings

WEST, NORTH = 513_000.0, 2_496_000.0


def _mapping(**solid: object) -> FieldMapping:
    return parse_mapping(
        {
            "source": {"name": "ground/houses", "collection": "building"},
            "key": {"from": "id"},
            "columns": {"code": "id", "height_m": "height", "elev_base_m": "base"},
            "solid": {"base": "elev_base_m", "height": "height_m", **solid},
        },
        "test",
    )


@pytest.fixture
def slope(database: Database, settings: Settings, tmp_path: Path) -> None:
    """Rises 0.05 m a metre to the south, from 10 m."""
    rows = np.mgrid[0:100, 0:100][0]
    path = tmp_path / "slope.tif"
    profile = {"driver": "GTiff", "count": 1, "height": 100, "width": 100, "dtype": "float32"}
    with rasterio.open(
        path, "w", crs="EPSG:4547", transform=from_origin(WEST, NORTH, 10, 10), nodata=-9999, **profile
    ) as file:
        file.write((10 + 0.05 * (rows + 0.5) * 10).astype("float32"), 1)
    load_raster(path, database, settings)


@pytest.fixture
def houses(tmp_path: Path) -> Path:
    """On the slope without a base, on it with one, and beyond the edge of the terrain."""
    path = tmp_path / "houses.gpkg"
    places = [(WEST + 200, NORTH - 220), (WEST + 300, NORTH - 220), (WEST + 5_000, NORTH - 220)]
    geopandas.GeoDataFrame(
        {"id": ["SILENT", "STATED", "BEYOND"], "height": [12.0, 12.0, 12.0], "base": [np.nan, 33.0, np.nan]},
        geometry=[shapely.box(e, n, e + 20, n + 20) for e, n in places],
        crs="EPSG:4547",
    ).to_file(path)
    return path


def _bases(database: Database) -> dict[str, tuple[float | None, float | None, bool]]:
    rows = database.rows(
        "select code, elev_base_m, z_max_m, solid is not null as solid from city_now.building"
    )
    return {row["code"]: (row["elev_base_m"], row["z_max_m"], row["solid"]) for row in rows}


@pytest.mark.usefixtures("slope")
def test_a_silent_base_is_the_lowest_ground(houses: Path, database: Database, settings: Settings) -> None:
    report = load_gis(houses, database, settings, mapping=_mapping(ground=True))
    bases = _bases(database)
    # its north edge lies 200 m down the slope, and lowest
    assert bases["SILENT"][:2] == pytest.approx((20.0, 32.0), abs=0.01)
    assert bases["SILENT"][2]
    assert bases["STATED"] == (33.0, 45.0, True)
    assert bases["BEYOND"] == (None, None, False), "unknown is not zero"
    said = [warning for warning in report.warnings if "elev_base_m" in warning]
    assert said == [
        "building.elev_base_m from the terrain: 1 value nobody states",
        "building.elev_base_m unknown: 1 value nobody states, and no terrain lies there: no solid",
    ]


@pytest.mark.usefixtures("slope")
def test_only_where_the_mapping_asks_for_it(houses: Path, database: Database, settings: Settings) -> None:
    load_gis(houses, database, settings, mapping=_mapping())
    assert _bases(database)["SILENT"] == (None, None, False)


def test_floors_stand_in_for_a_height_nobody_states(
    slope: None, database: Database, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "建筑.gpkg"
    east = WEST + 200 + 40.0 * np.arange(4)
    geopandas.GeoDataFrame(
        {"编号": ["A", "B", "C", "D"], "高度": [10.0, np.nan, np.nan, np.nan], "层数": [9, 4, None, 0]},
        geometry=shapely.box(east, NORTH - 220, east + 20, NORTH - 200),
        crs="EPSG:4547",
    ).to_file(path)
    report = load_gis(path, database, settings)
    found = database.rows(
        "select code, height_m, z_max_m - z_min_m as rise, st_isclosed(solid) as closed"
        " from city_now.building order by code"
    )
    assert [(row["code"], row["height_m"], row["rise"], row["closed"]) for row in found] == [
        ("A", 10.0, pytest.approx(10.0), True),
        ("B", None, pytest.approx(12.0), True),
        ("C", None, None, None),
        ("D", None, None, None),
    ]
    assert any("height: 1 value taken as floors of 3 m" in warning for warning in report.warnings)
