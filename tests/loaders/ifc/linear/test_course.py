"""Stretches and courses: closed forms, series and a dense resampling as judges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ifc.linear.bend import TURNS, Bend
from loaders.ifc.linear.course import Course
from loaders.ifc.linear.grade import Grade


def fresnel(length: float, rate: float) -> tuple[float, float]:
    """End of a clothoid from the origin along x with curvature `rate * s`: the power series."""
    x = y = 0.0
    for n in range(30):
        t = rate / 2
        x += (-1) ** n * t ** (2 * n) * length ** (4 * n + 1) / ((4 * n + 1) * math.factorial(2 * n))
        y += (-1) ** n * t ** (2 * n + 1) * length ** (4 * n + 3) / ((4 * n + 3) * math.factorial(2 * n + 1))
    return x, y


@given(st.floats(-3, 3), st.floats(5, 2_000), st.floats(1, 900), st.sampled_from((-1, 1)), st.floats(0, 1))
def test_an_arc_stays_on_its_circle(
    heading: float, radius: float, length: float, way: int, share: float
) -> None:
    bend = Bend("CIRCULARARC", 10.0, -4.0, heading, length, way / radius, way / radius)
    (point,) = bend.points(np.array([share * length]))
    centre = np.array([10.0 - way * radius * math.sin(heading), -4.0 + way * radius * math.cos(heading)])
    turned = heading + way * share * length / radius
    expected = centre + way * radius * np.array([math.sin(turned), -math.cos(turned)])
    assert np.abs(point - expected).max() < 1e-6


@given(st.floats(10, 300), st.floats(100, 5_000), st.sampled_from((-1, 1)))
def test_a_clothoid_ends_where_the_fresnel_series_does(length: float, radius: float, way: int) -> None:
    bend = Bend("CLOTHOID", 0.0, 0.0, 0.0, length, 0.0, way / radius)
    (point,) = bend.points(np.array([length]))
    x, y = fresnel(length, 1 / (radius * length))
    assert point == pytest.approx((x, way * y), abs=1e-8)


@pytest.mark.parametrize("kind", sorted(set(TURNS) - {"LINE", "CIRCULARARC"}))
def test_every_transition_turns_by_half_of_both_curvatures(kind: str) -> None:
    """Each is point-symmetric about its middle, so it turns like the mean curvature does."""
    bend = Bend(kind, 0.0, 0.0, 0.3, 80.0, 1 / 500, -1 / 300)
    assert bend.headings(np.array([80.0]))[0] == pytest.approx(0.3 + 80 * (1 / 500 - 1 / 300) / 2)
    at = np.array([0.0, 1e-5, 80.0 - 1e-5, 80.0])
    h = bend.headings(at)
    assert (h[1] - h[0]) / 1e-5 == pytest.approx(1 / 500, rel=1e-3)
    assert (h[3] - h[2]) / 1e-5 == pytest.approx(-1 / 300, rel=1e-3)


@given(st.floats(10, 400), st.floats(-0.12, 0.12), st.floats(-0.12, 0.12))
def test_profiles_meet_both_slopes(length: float, first: float, last: float) -> None:
    for kind in ("PARABOLICARC", "CIRCULARARC"):
        grade = Grade(kind, 20.0, length, 7.0, first, last)  # type: ignore[arg-type]
        heights, slopes = grade.heights(np.array([20.0, 20.0 + length]))
        assert heights[0] == pytest.approx(7.0)
        assert slopes == pytest.approx([first, last], abs=1e-9)
        if kind == "PARABOLICARC":
            assert heights[1] == pytest.approx(7.0 + length * (first + last) / 2)


def test_a_vertical_arc_stays_on_its_circle() -> None:
    grade = Grade("CIRCULARARC", 0.0, 100.0, 10.0, 0.5, 0.0)
    at = np.linspace(0, 100, 21)
    heights, _ = grade.heights(at)
    # sin of the slope angle falls from 0.4472136 to 0 over 100 m
    radius = 100 / math.sin(math.atan(0.5))
    centre = (100.0, heights[-1] - radius)
    assert np.hypot(at - centre[0], heights - centre[1]) == pytest.approx(np.full(21, radius))


def _course(radius: float, length: float, sag: float) -> Course:
    return Course(
        (
            Bend("LINE", 0.0, 0.0, 0.2, 40.0),
            Bend("CIRCULARARC", 40 * math.cos(0.2), 40 * math.sin(0.2), 0.2, length, 1 / radius, 1 / radius),
        ),
        (Grade("CONSTANTGRADIENT", 0.0, 30.0, 5.0, 0.03, 0.03),
         Grade("PARABOLICARC", 30.0, length + 10.0, 5.9, 0.03, 0.03 - sag)),
    )  # fmt: skip


@settings(deadline=None)  # the clock of a busy machine is no bound on a curve
@given(st.floats(30, 2_000), st.floats(20, 300), st.floats(0.0, 0.1), st.sampled_from((0.005, 0.01, 0.1)))
def test_no_chord_leaves_its_curve_by_more_than_the_bound(
    radius: float, length: float, sag: float, chord: float
) -> None:
    course = _course(radius, length, sag)
    stops = course.distances(chord)
    assert stops[0] == 0.0 and stops[-1] == pytest.approx(course.length_m)
    shares = np.linspace(0, 1, 9)
    low, high = stops[:-1, None], stops[1:, None]
    dense = (low + (high - low) * shares).reshape(-1)
    true = np.column_stack([course.plan(dense)[0], course.profile(dense)[0]]).reshape(len(stops) - 1, 9, 3)
    line = course.line(chord)
    a, b = line[:-1, None], line[1:, None]
    along = b - a
    t = ((true - a) * along).sum(axis=2, keepdims=True) / (along**2).sum(axis=2, keepdims=True)
    assert np.linalg.norm(true - (a + t * along), axis=2).max() <= chord * 1.01


def test_heights_are_unknown_where_no_stretch_tells_them() -> None:
    course = Course(
        (Bend("LINE", 0.0, 0.0, 0.0, 100.0),), (Grade("CONSTANTGRADIENT", 20.0, 30.0, 1.0, 0.1, 0.1),)
    )
    heights, _ = course.profile(np.array([0.0, 20.0, 35.0, 50.0, 51.0]))
    assert heights.tolist()[1:4] == pytest.approx([1.0, 2.5, 4.0])
    assert np.isnan(heights[[0, 4]]).all()
    assert np.isnan(course.line()[0, 2]) and np.isnan(course.line()[-1, 2])


def test_a_frame_stands_left_of_the_line_and_square_above_it() -> None:
    course = Course(
        (Bend("LINE", 100.0, 200.0, math.pi / 2, 50.0),),
        (Grade("CONSTANTGRADIENT", 0.0, 50.0, 10.0, 0.75, 0.75),),
    )
    frame = course.frame(20.0, lateral_m=3.0, vertical_m=2.0)
    # northwards: left is west; 20 m at 3 in 4 rises 15 m; square above leans back by 3 in 5
    assert frame[:3, 3] == pytest.approx([97.0, 220.0 - 1.2, 25.0 + 1.6])
    assert frame[:3, 0] == pytest.approx([0.0, 0.8, 0.6])
    assert frame[:3, 1] == pytest.approx([-1.0, 0.0, 0.0])
    assert np.linalg.det(frame[:3, :3]) == pytest.approx(1.0)


def test_stretches_that_do_not_meet_are_counted() -> None:
    bends = (Bend("LINE", 0.0, 0.0, 0.0, 10.0), Bend("LINE", 10.5, 0.0, 0.0, 10.0))
    assert Course(bends).gaps() == 1
    assert Course((bends[0], Bend("LINE", 10.0, 0.001, 0.0, 10.0))).gaps() == 0
