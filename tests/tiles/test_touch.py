"""The index finds exactly the boxes a cell lies in."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tiles.touch import CellBox, CellIndex

_CELLS = st.integers(-5000, 5000)
_SIDES = st.one_of(st.integers(0, 6), st.integers(0, 3000))


@st.composite
def _boxes(draw: st.DrawFn) -> CellBox:
    west, south = draw(_CELLS), draw(_CELLS)
    return CellBox(west, south, west + draw(_SIDES), south + draw(_SIDES))


@settings(deadline=None)
@given(
    st.lists(st.tuples(_boxes(), st.sets(st.sampled_from("abc"), min_size=1)), max_size=30),
    st.lists(st.tuples(st.sampled_from("abc"), _CELLS, _CELLS), min_size=1, max_size=30),
    st.sets(st.integers(0, 29)),
)
def test_finds_what_a_full_search_finds(filed, touches, removed):
    index = CellIndex[int]()
    for number, (box, names) in enumerate(filed):
        index.add(number, frozenset(names), box)
    for number in removed:
        index.remove(number)
    left = {n: f for n, f in enumerate(filed) if n not in removed}
    corners = [("a", box.west, box.south) for box, _ in filed] + [
        ("b", box.east, box.north) for box, _ in filed
    ]
    for name, e, n in [*touches, *corners]:
        want = {number for number, (box, names) in left.items() if name in names and box.holds(e, n)}
        assert index.concerned(name, e, n) == want
    assert index.concerned("a", None, None) == {n for n, (_, names) in left.items() if "a" in names}
    assert len(index) == len(left)


def test_forgets_without_trace():
    index = CellIndex[str]()
    index.add("tile", frozenset({"road"}), CellBox(-1, -1, 4000, 9))
    index.remove("tile")
    index.remove("tile")
    assert not index._buckets
    assert not index._collections


def test_cells_of_a_box_are_floored_below_zero_too():
    assert CellBox.of((-0.5, 0.0, 249.9, 250.0)) == CellBox(-1, 0, 0, 1)
    assert CellBox.of((-0.5, 0.0, 999.9, 1000.0), 1000.0) == CellBox(-1, 0, 0, 1)
