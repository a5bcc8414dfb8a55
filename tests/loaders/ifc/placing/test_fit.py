"""Outlines are found again after any motion, and what fits twice is said to be ambiguous."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ifc.placing.fit import apply, fit, measure

ANGLE = shapely.Polygon([(0, 0), (30, 0), (30, 12), (14, 12), (14, 25), (0, 25)])


def motion(angle_deg: float, east: float, north: float) -> np.ndarray:
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return np.array([[cos, -sin, east], [sin, cos, north], [0.0, 0.0, 1.0]])


@settings(max_examples=40, deadline=None)
@given(
    st.floats(-180, 180), st.floats(400_000, 600_000), st.floats(2_400_000, 2_600_000), st.floats(0.3, 0.7)
)
def test_any_motion_is_found_again(angle: float, east: float, north: float, notch: float) -> None:
    shape = shapely.Polygon([(0, 0), (40, 0), (40, 18), (40 * notch, 18), (40 * notch, 30), (0, 30)])
    wanted = motion(angle, east, north)
    found = fit(shape, apply(wanted, shape))
    assert found.residual_m < 0.02
    assert found.overlap > 0.99
    assert not found.ambiguous
    here, there = (shapely.get_coordinates(apply(plane, shape)) for plane in (found.plane, wanted))
    assert np.abs(here - there).max() < 0.05
    assert abs((found.rotation_deg - angle + 180) % 360 - 180) < 0.2


def test_what_a_draughtsman_left_out_hardly_matters() -> None:
    wanted = motion(27, 511_000, 2_493_000)
    balcony = shapely.union(ANGLE, shapely.box(4, -1.2, 9, 0))
    found = fit(balcony, apply(wanted, ANGLE))
    assert np.abs(found.plane - wanted)[:2, 2].max() < 0.6
    assert abs(found.rotation_deg - 27) < 1.0
    assert 0.0 < found.residual_m < 1.0
    assert not found.ambiguous


def test_a_rectangle_fits_two_ways_round_unless_a_direction_is_stated() -> None:
    hall = shapely.box(0, 0, 40, 15)
    target = apply(motion(200, 100, 100), hall)
    assert fit(hall, target).ambiguous
    stated = fit(hall, target, [math.radians(195)])
    assert not stated.ambiguous
    assert stated.rotation_deg == pytest.approx(-160, abs=0.1)


def test_other_sizes_do_not_fit() -> None:
    found = fit(ANGLE, shapely.box(0, 0, 90, 8))
    assert found.residual_m > 5
    assert found.overlap < 0.5


def test_measure_moves_nothing() -> None:
    beside = measure(ANGLE, ANGLE, motion(0, 3, 0))
    assert beside.residual_m == pytest.approx(2.1, abs=0.4)
    assert np.array_equal(beside.plane, motion(0, 3, 0))
    assert measure(ANGLE, ANGLE, np.eye(3)).residual_m < 1e-9


def test_a_line_is_no_outline() -> None:
    with pytest.raises(ValueError, match="without area"):
        fit(shapely.Polygon(), ANGLE)
