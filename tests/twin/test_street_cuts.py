"""Lines cut where they meet, held against GEOS."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from twin.queries.street_cuts import NEAR_M, Pieces, pieces

CORNER = np.array([505_000.0, 2_493_000.0])


def line_of(*corners: tuple[float, float]) -> LineString:
    return LineString(np.array(corners) + CORNER)


def as_lines(found: Pieces) -> list[LineString]:
    return [LineString(found.xy[a:b]) for a, b in zip(found.first[:-1], found.first[1:], strict=True)]


def ends(lines: list[LineString]) -> np.ndarray:
    """Where pieces end, each place once, rounded to a millimetre."""
    places = np.array([line.coords[i] for line in lines for i in (0, -1)])
    return np.unique(np.round(places - CORNER, 3) + 0.0, axis=0)


def noded(lines: list[LineString]) -> list[LineString]:
    return list(shapely.get_parts(shapely.node(shapely.multilinestrings(lines))))


def check(lines: list[LineString], found: Pieces) -> None:
    """Pieces are of their lines, whole and in order."""
    made = as_lines(found)
    assert list(found.line) == sorted(found.line)
    for number, line in enumerate(lines):
        own = [one for one, of in zip(made, found.line, strict=True) if of == number]
        assert sum(one.length for one in own) == pytest.approx(line.length, abs=1e-5)
        assert own[0].coords[0] == line.coords[0]
        assert own[-1].coords[-1] == line.coords[-1]
        assert all(a.coords[-1] == b.coords[0] for a, b in pairwise(own))


@pytest.mark.parametrize("seed", range(12))
def test_lines_anywhere_are_cut_where_geos_cuts_them(seed: int) -> None:
    chance = np.random.default_rng(seed)
    begin = chance.uniform(0, 800, (60, 2)) + CORNER
    lines = [
        LineString(
            np.vstack([one, one + np.cumsum(chance.normal(0, 90, (chance.integers(1, 6), 2)), axis=0)])
        )
        for one in begin
    ]
    found = pieces(np.array(lines))
    check(lines, found)
    theirs = noded(lines)
    assert len(found.line) == len(theirs)
    ours, geos = ends(as_lines(found)), ends(theirs)
    assert ours == pytest.approx(geos, abs=2 * NEAR_M)


corner = st.tuples(st.integers(0, 6), st.integers(0, 6))
path = st.lists(corner, min_size=2, max_size=5)


@given(st.lists(path, min_size=1, max_size=8))
def test_on_a_grid_nothing_that_touches_stays_whole(paths: list[list[tuple[int, int]]]) -> None:
    """Crossings in corners, ends on ways, lines on each other and back on themselves."""
    lines = [LineString(np.array(one) * 10.0 + CORNER) for one in paths if len(set(one)) > 1]
    if not lines:
        return
    found = pieces(np.array(lines))
    check(lines, found)
    theirs = {tuple(place) for place in ends(noded(lines))}
    assert theirs <= {tuple(place) for place in ends(as_lines(found))}
    # what is left lies on another, or meets it at ends of both
    made = as_lines(found)
    tips = [shapely.MultiPoint([one.coords[0], one.coords[-1]]) for one in made]
    for i, one in enumerate(made):
        for j in range(i + 1, len(made)):
            shared = shapely.get_parts(one.intersection(made[j]))
            for point in shared[shapely.get_type_id(shared) == shapely.GeometryType.POINT]:
                assert max(point.distance(tips[i]), point.distance(tips[j])) < NEAR_M


def test_what_ends_a_hair_before_a_street_meets_it() -> None:
    """Coordinates that were computed are off by what a number can hold, which is no gap in a street."""
    lines = [
        line_of((0, 0), (100, 0)),
        line_of((100 / 3, 1e-9), (100 / 3, 50)),
        line_of((100 / 3, -50), (100 / 3, -1e-9)),
    ]
    assert sorted(round(line.length, 3) for line in as_lines(pieces(np.array(lines)))) == [
        33.333, 50, 50, 66.667,
    ]  # fmt: skip
    assert len(noded(lines)) == 3, "GEOS sees a gap"


def test_a_corner_on_a_way_cuts_both() -> None:
    found = pieces(np.array([line_of((0, 0), (100, 0)), line_of((20, 30), (50, 0), (80, 30))]))
    assert [len(line.coords) for line in as_lines(found)] == [2, 2, 2, 2]
    assert found.line.tolist() == [0, 0, 1, 1]


def test_a_line_back_on_itself_is_cut_where_it_turns_and_where_it_began() -> None:
    found = pieces(np.array([line_of((0, 0), (50, 0), (-30, 0))]))
    assert [line.length for line in as_lines(found)] == [50, 50, 30]


def test_nothing_is_cut_into_nothing() -> None:
    found = pieces(np.zeros(0, dtype=object))
    assert (len(found.xy), found.first.tolist(), len(found.line)) == (0, [0], 0)
