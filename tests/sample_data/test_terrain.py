"""The ground: tops and plain as specified, waters flat, nothing across the border."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio

from sample_data.gen import water
from sample_data.gen.config import config
from sample_data.gen.terrain import bare, terrain
from tests.sample_data.fix_city import TINY


@pytest.mark.parametrize("hill", config()["terrain"]["hill"], ids=lambda h: h["name"])
def test_hill_tops_are_exact(hill: dict) -> None:
    east, north = hill["at"]
    assert bare(np.array([east]), np.array([north]))[0] == pytest.approx(hill["top_m"], abs=0.01)


@pytest.mark.parametrize(
    ("place", "east", "north", "height_m"),
    [
        ("KK100", 510564.1, 2494120.9, 7.0),
        ("Guomao", 511798.5, 2493955.7, 6.4),
        ("port", 511655.5, 2492737.5, 3.7),
    ],
)
def test_plain_has_the_heights_of_the_specification(
    place: str, east: float, north: float, height_m: float
) -> None:
    assert bare(np.array([east]), np.array([north]))[0] == pytest.approx(height_m, abs=0.05)


def test_lakes_have_their_published_areas_and_lie_flat() -> None:
    assert water.reservoir().shape.area == pytest.approx(3.14e6, rel=0.002)
    assert water.honghu().shape.area == pytest.approx(61e4, rel=0.002)
    for lake in (water.reservoir(), water.honghu()):
        at = lake.shape.representative_point()
        assert terrain().height(at.x, at.y) == pytest.approx(lake.ground_m, abs=0.01)


def test_rivers_are_cut_into_the_ground() -> None:
    for river in (water.buji(), water.shenzhen()):
        at = river.centre.interpolate(0.6, normalized=True)
        assert terrain().height(at.x, at.y) < bare(np.array([at.x]), np.array([at.y]))[0] - 0.5


def test_nothing_is_known_south_of_the_border_or_off_the_grid() -> None:
    assert np.isnan(terrain().height(511_000.0, 2_491_600.0))
    assert np.isnan(terrain().height(500_000.0, 2_495_000.0))


def test_file_says_where_it_is_and_what_is_unknown() -> None:
    with rasterio.open(TINY / "terrain.tif") as file:
        assert (file.width, file.height) == (567, 334)
        assert file.crs.to_epsg() == 4547
        assert file.nodata == -9999.0
        assert file.bounds.left == 507_500.0
        assert file.bounds.top == pytest.approx(2_501_500.0)
        assert np.array_equal(file.read(1), terrain().z_m)
