"""Chance is a function of seed, id and field, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sample_data.gen import chance

KEYS = st.text(min_size=1, max_size=20)


def test_check_values_of_the_specification() -> None:
    assert chance.u("B-000001", "floors") == 0.4087527193387149
    assert chance.u("H-0001", "p") == 0.026374392060631573


@given(KEYS, KEYS)
def test_a_draw_is_in_the_unit_interval_and_repeats(key: str, field: str) -> None:
    assert 0.0 <= chance.u(key, field) < 1.0
    assert chance.u(key, field) == chance.u(key, field)


@given(KEYS, st.integers(-50, 50), st.integers(0, 50))
def test_whole_numbers_keep_to_both_ends(key: str, low: int, span: int) -> None:
    assert low <= chance.whole(key, "n", low, low + span) <= low + span


def test_shares_follow_their_weights() -> None:
    draws = [chance.pick(f"k{i}", "w", {"a": 0.7, "b": 0.3}) for i in range(20_000)]
    assert abs(draws.count("a") / len(draws) - 0.7) < 0.01


def test_normal_has_mean_zero_and_deviation_one() -> None:
    draws = [chance.normal(f"k{i}", "z") for i in range(20_000)]
    mean = sum(draws) / len(draws)
    assert abs(mean) < 0.02
    assert abs(sum((x - mean) ** 2 for x in draws) / len(draws) - 1.0) < 0.02
