"""Ways along streets, worked out by hand."""

from __future__ import annotations

import pytest
from shapely import LineString, Point

from twin.queries.street_graph import CROSSING_M, StreetGraph

EAST_WEST = LineString([(0, 0), (200, 0)])
NORTH_SOUTH = LineString([(100, 0), (100, 100)])


def test_to_the_street_along_it_round_the_corner_and_off_it() -> None:
    graph = StreetGraph([EAST_WEST, NORTH_SOUTH], ["local", "local"])
    (route,) = graph.routes(Point(50, 10), [Point(103, 60)])
    assert route is not None
    # 10 to the street, 50 to the corner, 60 up, 3 off it
    assert route.length_m == pytest.approx(123)
    assert list(route.line.coords) == [(50, 10), (50, 0), (100, 0), (100, 60), (103, 60)]


def test_both_on_one_street_never_leave_it() -> None:
    (route,) = StreetGraph([EAST_WEST], ["local"]).routes(Point(150, 5), [Point(20, -2)])
    assert route is not None
    assert route.length_m == pytest.approx(5 + 130 + 2)


def test_streets_that_cross_in_their_middle_meet_there() -> None:
    across = LineString([(100, -80), (100, 80)])
    (route,) = StreetGraph([EAST_WEST, across], ["local", None]).routes(Point(60, 0), [Point(100, 70)])
    assert route is not None
    assert route.length_m == pytest.approx(40 + 70)


def test_no_street_leads_there() -> None:
    apart = LineString([(1000, 1000), (1100, 1000)])
    graph = StreetGraph([EAST_WEST, apart], ["local", "local"])
    assert graph.routes(Point(10, 1), [Point(1050, 1001)]) == [None]
    assert StreetGraph([], []).routes(Point(0, 0), [Point(1, 1)]) == [None]


@pytest.mark.parametrize(
    ("detour_m", "length_m"),
    [
        (30, 96),  # 96 + 40 for the crossing still beats 2 + 30 + 100 + 30 + 2
        (10, 124),  # 2 + 10 + 100 + 10 + 2 beats it
    ],
)
def test_an_arterial_is_crossed_only_when_it_is_worth_it(detour_m: float, length_m: float) -> None:
    straight = LineString([(0, 0), (0, 50), (0, 100)])
    arterial = LineString([(-200, 50), (5, 50)])  # ends before the way round
    around = LineString([(0, 0), (detour_m, 0), (detour_m, 100), (0, 100)])
    graph = StreetGraph([straight, arterial, around], ["local", "A1", "local"])
    (route,) = graph.routes(Point(0, 2), [Point(0, 98)])
    assert route is not None
    assert route.length_m == pytest.approx(length_m)
    assert CROSSING_M == 40
