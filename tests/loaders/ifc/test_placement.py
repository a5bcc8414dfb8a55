"""Golden coordinates: from model metres to EPSG:4547 by each level of georeference."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from loaders.ifc.georeference import degrees
from loaders.ifc.placement import storage_matrix


def _georeference(**values: Any) -> dict[str, Any]:
    return {
        "level": "map-conversion",
        "crs": "EPSG:4547",
        "origin": (512000.0, 2494000.0, 5.0),
        "anchor": (0.0, 0.0, 0.0),
        "x_axis": (1.0, 0.0),
        "scale": 1.0,
        "reason": None,
    } | values


def _at(georeference: dict[str, Any], point: tuple[float, float, float]) -> list[float]:
    matrix, reason = storage_matrix(georeference, 4547)
    assert matrix is not None, reason
    return (matrix @ np.array([*point, 1.0]))[:3].tolist()


def test_the_same_crs_rotates_and_shifts() -> None:
    angle = math.radians(12)
    found = _at(_georeference(x_axis=(math.cos(angle), math.sin(angle))), (10.0, 4.0, 3.0))
    expected = (
        512000 + 10 * math.cos(angle) - 4 * math.sin(angle),
        2494000 + 10 * math.sin(angle) + 4 * math.cos(angle),
        8.0,
    )
    assert found == pytest.approx(expected, abs=1e-9)


def test_a_neighbouring_zone_agrees_with_proj_to_a_millimetre() -> None:
    to_zone = Transformer.from_crs(4547, 4548, always_xy=True)
    back = Transformer.from_crs(4548, 4547, always_xy=True)
    east, north = to_zone.transform(512000.0, 2494000.0)
    found = _at(_georeference(crs="EPSG:4548", origin=(east, north, 5.0)), (80.0, 60.0, 0.0))
    assert found[:2] == pytest.approx(back.transform(east + 80.0, north + 60.0), abs=0.001)


def test_latitude_and_longitude_turn_by_true_north_and_grid_convergence() -> None:
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(512000.0, 2494000.0)
    place = _georeference(
        level="site-lat-lon", crs="EPSG:4326", origin=(lon, lat, 5.0), anchor=(2.0, 1.0, 0.0)
    )
    assert _at(place, (2.0, 1.0, 0.0)) == pytest.approx((512000.0, 2494000.0, 5.0), abs=0.001)
    east, north, _ = _at(place, (2.0, 101.0, 0.0))
    # convergence at 0.117 degrees east of the central meridian: dl * sin(lat)
    expected = math.radians(lon - 114.0) * math.sin(math.radians(lat))
    assert math.atan2(512000.0 - east, north - 2494000.0) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"level": "needs-placing", "reason": "nobody knows"}, "nobody knows"),
        ({"level": "site-lat-lon", "crs": "EPSG:4326", "origin": (8.43, 49.1, 0.0)}, "outside the area"),
        ({"origin": (1024000.0, 4988000.0, 0.0)}, "outside the area"),
    ],
)
def test_no_place(values: dict[str, Any], reason: str) -> None:
    matrix, said = storage_matrix(_georeference(**values), 4547)
    assert matrix is None
    assert said is not None
    assert reason in said


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((22, 32, 52, 800000), 22.5480),
        ((114, 7, 51, 600000), 114.1310),
        ((-87, -38, -21, -840000), -87.63940),
        ((0, -8, 0), -8 / 60),
        ((24, 28, 0), 24.4666667),
    ],
)
def test_degrees(parts: tuple[int, ...], expected: float) -> None:
    assert degrees(parts) == pytest.approx(expected, abs=1e-6)


def test_no_degrees() -> None:
    assert degrees(None) is None
