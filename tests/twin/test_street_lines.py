"""Streets as arrays, held against what GEOS says of the same pieces."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiLineString

from twin.queries.street_lines import StreetLines

CORNER = np.array([505_000, 2_493_000])


def random_lines(seed: int) -> list[LineString]:
    chance = np.random.default_rng(seed)
    begin = chance.uniform(0, 800, (40, 2)) + CORNER
    return [
        LineString(
            np.vstack([one, one + np.cumsum(chance.normal(0, 90, (chance.integers(1, 5), 2)), axis=0)])
        )
        for one in begin
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_piece_and_the_way_along_it_are_those_of_geos(seed: int) -> None:
    found = StreetLines.of(random_lines(seed), [None] * 40)
    pieces = np.array([LineString(found.corners(i)) for i in range(len(found.length_m))])
    assert found.length_m == pytest.approx(shapely.length(pieces))
    places = np.random.default_rng(seed).uniform(-50, 850, (25, 2)) + CORNER
    numbers, along_m = found.nearest(places)
    points = shapely.points(places)
    for point, number, along in zip(points, numbers.tolist(), along_m.tolist(), strict=True):
        assert pieces[number].distance(point) == pytest.approx(shapely.distance(pieces, point).min())
        assert along == pytest.approx(pieces[number].project(point), abs=1e-6)
        assert np.allclose(found.part(number, 0.0, along)[-1], pieces[number].interpolate(along).coords[0])


def test_each_crossing_knows_its_pieces() -> None:
    """Two that cross, one that goes back to where it began, and one apart."""
    lines = [
        LineString([(0, 0), (200, 0)]),
        MultiLineString([[(100, -50), (100, 50)], [(900, 0), (950, 0)]]),
        LineString([(200, 0), (260, 0), (260, 60), (200, 0.4)]),  # within a metre is together
    ]
    found = StreetLines.of(lines, ["local", "A1", None])
    assert sorted(found.length_m.tolist()) == pytest.approx(sorted(
        [100, 100, 50, 50, 50, 60 + 60 + np.hypot(60, 59.6)]
    ))  # fmt: skip
    first, pieces = found.meeting()
    met = [sorted(pieces[a:b].tolist()) for a, b in pairwise(first)]
    for node, here in enumerate(met):
        assert here == sorted(
            np.repeat(np.arange(len(found.ends)), (found.ends == node).sum(axis=1)).tolist()
        )
    assert sorted(map(len, met)) == [1, 1, 1, 1, 1, 3, 4]
    assert found.length_m[found.arterial].tolist() == pytest.approx([50, 50, 50])


@pytest.mark.parametrize("seed", range(4))
def test_ends_within_a_metre_are_one_crossing_wherever_they_lie(seed: int) -> None:
    """Two digitised the same corner, each a little off; and where no end is near, none is joined."""
    chance = np.random.default_rng(seed)
    corners = CORNER + chance.uniform(0, 3_000, (60, 2))
    turn = chance.uniform(0, 2 * np.pi, (60, 2))
    off = np.stack([np.cos(turn), np.sin(turn)], axis=2) * 0.49
    lines = [LineString([c + off[i, k], c + off[i, k] * 30]) for i, c in enumerate(corners) for k in (0, 1)]
    found = StreetLines.of(lines, [None] * len(lines))
    places = shapely.points(found.xy[np.concatenate([found.first[:-1], found.first[1:] - 1])])
    crossing = found.ends.T.ravel()
    one, other = shapely.STRtree(places).query(places, predicate="dwithin", distance=1.0)
    assert (crossing[one] == crossing[other]).all()
    assert len(one) >= len(places) + 2 * len(corners)
    away = shapely.STRtree(places).query(places, predicate="dwithin", distance=4.0)
    together = {(a, b) for a, b in zip(*map(np.ndarray.tolist, away), strict=True)}
    for number in np.unique(crossing):
        here = np.flatnonzero(crossing == number).tolist()
        assert all((a, b) in together for a in here for b in here)
