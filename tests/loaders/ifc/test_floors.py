"""Floor numbers: from names that agree, else from the order; never 0."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ifc.floors import label, number_floors


@pytest.mark.parametrize(
    ("storeys", "numbers", "labels"),
    [
        ([("B2", -8), ("B1", -4), ("1F", 0), ("2F", 4)], [-2, -1, 1, 2], ["B2", "B1", "1F", "2F"]),
        (
            [("地下二层", -8), ("地下一层", -4), ("首层", 0), ("二层", 4), ("十三层", 40), ("屋面层", 43)],
            [-2, -1, 1, 2, 13, 14],
            ["B2", "B1", "1F", "2F", "13F", "RF"],
        ),
        ([("-1F", -3.3), ("13层", 39), ("14F", 42)], [-1, 13, 14], ["B1", "13F", "14F"]),
        ([("Keller", -3), ("EG", 0), ("1. OG", 3), ("2. OG", 6)], [-1, 1, 2, 3], ["B1", "1F", "2F", "3F"]),
        ([("Level 0", 0), ("Level 1", 3), ("Roof", 6)], [1, 2, 3], ["1F", "2F", "RF"]),
        # names that contradict the elevations are not believed
        ([("3F", 0), ("2F", 3), ("1F", 6)], [1, 2, 3], ["1F", "2F", "3F"]),
        ([("foundation", -1.5), ("Wohnen", 0), ("Galerie", 2.6)], [-1, 1, 2], ["B1", "1F", "2F"]),
        # all below zero: the highest one stands on the ground
        ([("a", -7), ("b", -4)], [-1, 1], ["B1", "1F"]),
        ([("only", 0)], [1], ["1F"]),
    ],
)
def test_known_buildings(storeys: list[tuple[str, float]], numbers: list[int], labels: list[str]) -> None:
    floors = number_floors(storeys)
    assert [floor.floor_no for floor in floors] == numbers
    assert [floor.label for floor in floors] == labels


def test_the_ground_may_lie_anywhere() -> None:
    assert [f.floor_no for f in number_floors([("a", 96.0), ("b", 100.0), ("c", 104.0)], 100.0)] == [-1, 1, 2]


_NAME = st.one_of(
    st.text(max_size=12),
    st.integers(-3, 40).map(lambda n: f"{n}F"),
    st.integers(1, 9).map(lambda n: f"B{n}"),
    st.sampled_from(["屋顶", "首层", "三十三层", "Roof", "EG", "1. OG", "", "0", "十"]),
)


@given(st.lists(st.tuples(_NAME, st.floats(-60, 600)), max_size=40), st.floats(-50, 50))
def test_whatever_the_names_floors_are_an_address(storeys: list[tuple[str, float]], ground_m: float) -> None:
    floors = number_floors(storeys, ground_m)
    numbers = [floor.floor_no for floor in floors]
    assert 0 not in numbers
    assert len(set(numbers)) == len(numbers)
    by_height = [numbers[i] for i in sorted(range(len(storeys)), key=lambda i: storeys[i][1])]
    assert by_height == sorted(by_height)


@given(st.integers(-9, 120).filter(bool))
def test_a_label_is_read_back_as_its_number(floor_no: int) -> None:
    assert number_floors([(label(floor_no), 0.0)])[0].floor_no == floor_no
