"""A place that is not said is refused, and one that is said wrong is explained."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from loaders import offset
from loaders.place import Stated, outside, placement
from twin.errors import NotGeoreferenced

DEGREES = (114.131, 22.548)
# by PROJ's cs2cs and by PostGIS, independently of this code
METRES = (513_474.762, 2_494_488.614)
ZONED = (38_513_474.762, 2_494_488.614)


def _place(
    point: tuple[float, ...], file_crs: str | None = None, declared: str | None = None
) -> tuple[float, ...]:
    shapes = np.array([shapely.Point(point), None], dtype=object)
    way = placement(Stated(file_crs, declared), 4547, shapes)
    placed = way.apply(shapes)
    assert placed[1] is None
    return tuple(shapely.get_coordinates(placed, include_z=len(point) == 3)[0])


@pytest.mark.parametrize(
    ("point", "file_crs", "declared"),
    [
        (DEGREES, "EPSG:4326", None),
        (DEGREES, "EPSG:4490", None),
        (DEGREES, "OGC:CRS84", None),
        (DEGREES, None, "wgs84"),
        (DEGREES, None, "CGCS2000"),
        (METRES, "EPSG:4547", None),
        (ZONED, "EPSG:4526", None),
        (METRES, "EPSG:4326", "EPSG:4547"),
    ],
)
def test_the_golden_point(point: tuple[float, float], file_crs: str | None, declared: str | None) -> None:
    assert _place(point, file_crs, declared) == pytest.approx(METRES, abs=0.01)


def test_heights_are_kept() -> None:
    assert _place((*DEGREES, 12.5), "EPSG:4326")[2] == 12.5


@pytest.mark.parametrize(
    ("point", "file_crs", "declared", "said"),
    [
        (DEGREES, None, None, "states no coordinate reference system.*gcj02"),
        (METRES, None, None, "perhaps EPSG:4547"),
        (ZONED, None, None, "zone 38 in front, perhaps EPSG:4526"),
        (ZONED, "EPSG:4547", None, "carry zone 38.*EPSG:4526"),
        (METRES, "EPSG:4526", None, "have none.*EPSG:4547"),
        (METRES[::-1], "EPSG:4547", None, "only as north, east.*swap x and y"),
        (DEGREES[::-1], "EPSG:4326", None, "look like latitude, longitude"),
        (METRES, "EPSG:4538", None, "outside the area"),
        (METRES, "EPSG:4326", None, "has degrees"),
        (DEGREES, "EPSG:4547", None, "outside the area"),
        ((24.94, 60.17), "EPSG:4326", None, "outside the area of this city"),
        (DEGREES, "EPSG:999999", None, "not a coordinate reference system PROJ knows"),
        (METRES, None, "gcj02", "longitude, latitude in China"),
        ((24.94, 60.17), None, "bd09", "longitude, latitude in China"),
    ],
)
def test_what_cannot_be_is_explained(
    point: tuple[float, float], file_crs: str | None, declared: str | None, said: str
) -> None:
    with pytest.raises(NotGeoreferenced, match=said):
        _place(point, file_crs, declared)


_UNDEFINED = (
    'GEOGCS["Undefined geographic SRS",DATUM["unknown",SPHEROID["unknown",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)
_DRAWING = (
    'ENGCRS["site grid",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
)


@pytest.mark.parametrize(
    ("point", "file_crs", "said"),
    [
        (DEGREES, _UNDEFINED, "perhaps degrees"),
        (METRES, 'LOCAL_CS["Undefined Cartesian SRS",UNIT["metre",1]]', "perhaps EPSG:4547"),
        (METRES, _DRAWING, "perhaps EPSG:4547"),
    ],
)
def test_a_crs_that_says_nothing_is_none(point: tuple[float, float], file_crs: str, said: str) -> None:
    with pytest.raises(NotGeoreferenced, match=f"states no coordinate reference system.*{said}"):
        _place(point, file_crs)
    declared = "EPSG:4326" if point == DEGREES else "EPSG:4547"
    assert _place(point, file_crs, declared) == pytest.approx(METRES, abs=0.01)


def test_a_declaration_against_the_file_wins_and_is_said() -> None:
    sample = np.array([shapely.Point(DEGREES)], dtype=object)
    way = placement(Stated("EPSG:4326", "EPSG:4490"), 4547, sample)
    assert way.warnings == ["declared as EPSG:4490, although the file says EPSG:4326"]


def test_gcj02_is_undone_and_flagged() -> None:
    shown = offset.gcj02_from_wgs84(*DEGREES)
    sample = np.array([shapely.Point(float(shown[0]), float(shown[1]))], dtype=object)
    way = placement(Stated(None, "GCJ-02"), 4547, sample)
    assert way.facts["approximate"] is True
    assert tuple(shapely.get_coordinates(way.apply(sample))[0]) == pytest.approx(METRES, abs=0.01)


def test_the_shift_at_luohu_is_the_published_one() -> None:
    lon, lat = offset.gcj02_from_wgs84(*DEGREES)
    azimuth, _, distance = Geod(ellps="WGS84").inv(*DEGREES, float(lon), float(lat))
    assert (distance, azimuth) == pytest.approx((601.9, 119.8), abs=0.05)


def test_baidu_coordinates_of_a_landmark() -> None:
    # Diwang tower: Baidu's pair and the WGS 84 pair of the encyclopedia
    lon, lat = offset.wgs84_from_bd09(114.117076, 22.548921)
    assert (float(lon), float(lat)) == pytest.approx((114.10554, 22.54531), abs=2e-5)


@given(st.floats(75, 134), st.floats(18, 53))
def test_the_way_back_is_exact_all_over_china(lon: float, lat: float) -> None:
    back = offset.wgs84_from_gcj02(*offset.gcj02_from_wgs84(lon, lat))
    assert (float(back[0]), float(back[1])) == pytest.approx((lon, lat), abs=1e-9)


def test_what_lies_outside_of_the_storage_area_is_seen() -> None:
    shapes = np.array([shapely.Point(METRES), shapely.Point(METRES[::-1]), None], dtype=object)
    assert outside(shapely.bounds(shapes), 4547).tolist() == [False, True, False]
