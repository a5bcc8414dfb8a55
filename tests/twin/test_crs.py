"""Golden points: an axis swapped or a zone mixed up is a city in the sea."""

from __future__ import annotations

import pytest

from twin.crs import CGCS2000, WGS84, crs, transformer
from twin.errors import NotGeoreferenced

LUOHU = (114.131, 22.548)
# computed with PROJ and PostGIS independently; the axes of the authority are north, east
EAST_M, NORTH_M = 513474.76, 2494488.61


def test_luohu_in_the_storage_crs() -> None:
    east, north = transformer(WGS84, 4547).transform(*LUOHU)
    assert (east, north) == pytest.approx((EAST_M, NORTH_M), abs=0.01)


def test_and_back() -> None:
    lon, lat = transformer(4547, CGCS2000).transform(EAST_M, NORTH_M)
    assert (lon, lat) == pytest.approx(LUOHU, abs=1e-7)


def test_the_zone_prefixed_twin_of_the_same_grid() -> None:
    east, north = transformer(WGS84, 4526).transform(*LUOHU)
    assert (east, north) == pytest.approx((38_000_000 + EAST_M, NORTH_M), abs=0.01)


@pytest.mark.parametrize("name", ["EPSG:999999", "nonsense", ""])
def test_what_proj_does_not_know_is_refused(name: str) -> None:
    with pytest.raises(NotGeoreferenced, match="EPSG:4547"):
        crs(name)
