"""Sorting where no array may be made."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tiles.vector.snapshot.kernel.sort import order_of


@given(st.lists(st.integers(-50, 50), max_size=400))
def test_the_places_of_values_in_order(values):
    given_ = np.array(values, np.float64)
    order = np.full(len(values) + 3, -7, np.int64)
    order_of(given_, len(values), order)
    assert sorted(order[: len(values)]) == list(range(len(values)))
    assert (given_[order[: len(values)]] == np.sort(given_)).all()
    assert (order[len(values) :] == -7).all(), "nothing beyond"
