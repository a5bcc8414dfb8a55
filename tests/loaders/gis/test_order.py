"""Rows near each other on the ground are written near each other."""

from __future__ import annotations

import numpy as np
import shapely

from loaders.gis.order import in_space


def _points(n: int) -> np.ndarray:
    return shapely.points(np.random.default_rng(7).uniform(0, 1000, (n, 2)))


def test_the_way_through_all_rows_is_short():
    shapes = _points(2000)
    order = in_space(shapes, [str(i) for i in range(2000)])
    assert order is not None and sorted(order.tolist()) == list(range(2000))
    xy = shapely.get_coordinates(shapes[order])
    # along the curve a step is about the mean distance between neighbours, 1000 / sqrt(2000) m; at random 520
    assert np.hypot(*np.diff(xy, axis=0).T).mean() < 3 * 1000 / 2000**0.5


def test_what_has_no_place_comes_last():
    shapes = _points(600)
    shapes[[3, 99]] = None
    shapes[[7]] = shapely.Point()
    order = in_space(shapes, [*range(600)])
    assert order is not None and sorted(order.tolist()) == list(range(600))
    assert set(order[-3:].tolist()) == {3, 7, 99}


def test_the_first_of_two_rows_with_one_key_stays_the_first():
    assert in_space(_points(600), ["same", "same", *map(str, range(598))]) is None


def test_few_rows_and_rows_without_shapes_stay_as_they_are():
    assert in_space(_points(20), [*range(20)]) is None
    assert in_space(None, [*range(600)]) is None
    assert in_space(np.full(600, None), [*range(600)]) is None
