"""The millimetre trap: units and the area of use decide, and whatever was odd is said."""

from __future__ import annotations

from typing import Any

import pytest

from loaders.ifc.mapscale import inside_area_of_use, map_scale
from twin.crs import crs

LUOHU = {"eastings": 510986.636, "northings": 2492936.304, "height": 4.4}


def _read(length_m: float, **values: Any) -> Any:
    return map_scale({"map_unit": None, "scale": None} | LUOHU | values, crs("EPSG:4547"), length_m)


@pytest.mark.parametrize(
    ("length_m", "values", "scale", "warnings", "approximate"),
    [
        (1.0, {"map_unit": 1.0, "scale": 1.0}, 1.0, 0, False),
        (1.0, {}, 1.0, 0, False),
        # a surveyor's combined factor is real
        (1.0, {"map_unit": 1.0, "scale": 0.99965}, 0.99965, 0, False),
        (0.001, {"map_unit": 1.0, "scale": 0.001}, 1.0, 0, False),
        # the trap: millimetres, a map in metres, and no or a wrong scale
        (0.001, {"map_unit": 1.0, "scale": 1.0}, 1.0, 1, True),
        (0.001, {"map_unit": 1.0}, 1.0, 1, True),
        # no map unit, the scale leads to metres
        (0.001, {"scale": 0.001}, 1.0, 0, False),
        # no map unit: the project's millimetres would be off the map, metres are meant
        (0.001, {}, 1.0, 1, False),
        (0.3048, {"map_unit": 1.0, "scale": 0.3048}, 1.0, 0, False),
    ],
)
def test_readings(
    length_m: float, values: dict[str, Any], scale: float, warnings: int, approximate: bool
) -> None:
    found = _read(length_m, **values)
    assert found.reason is None
    assert (found.east, found.north, found.up) == pytest.approx((510986.636, 2492936.304, 4.4))
    assert found.scale == pytest.approx(scale)
    assert (len(found.warnings), found.approximate) == (warnings, approximate)


def test_eastings_in_millimetres() -> None:
    found = _read(0.001, eastings=510986636.0, northings=2492936304.0, height=4400.0)
    assert (found.east, found.north, found.up) == pytest.approx((510986.636, 2492936.304, 4.4))


def test_a_scale_nobody_can_explain_is_for_a_person() -> None:
    assert "decided by a person" in _read(1.0, map_unit=1.0, scale=0.5).reason


@pytest.mark.parametrize(
    "values",
    [{"eastings": 2492936.304, "northings": 510986.636}, {"eastings": 0.0, "northings": 0.0}],
)
def test_swapped_axes_and_placeholders_are_for_a_person(values: dict[str, float]) -> None:
    assert "outside the area" in _read(1.0, map_unit=1.0, scale=1.0, **values).reason


def test_area_of_use() -> None:
    assert inside_area_of_use(crs(4547), 513474.76, 2494488.61)
    assert not inside_area_of_use(crs(4547), 38513474.76, 2494488.61)
