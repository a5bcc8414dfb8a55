"""Ways out: the flow agrees with what is left when doors are locked one after the other."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.ifc.check.graph import OUT, PERHAPS, Edge, RoomGraph

_ROOMS = 5
_ENDS = st.integers(0, _ROOMS - 1)
_DOORS = st.lists(
    st.tuples(_ENDS, st.one_of(_ENDS, st.just(OUT))).filter(lambda pair: pair[0] != pair[1]), max_size=9
)


def _gets_out(doors: list[tuple[int, int]], start: int) -> bool:
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for a, b in doors:
            for one, other in ((a, b), (b, a)):
                if one == here and other not in seen:
                    seen.add(other)
                    todo.append(other)
    return OUT in seen


def _fewest_locks(doors: list[tuple[int, int]], start: int) -> int:
    """Fewest doors to lock so that nobody gets out; the start's own inner doors cannot be locked."""
    lockable = [i for i, pair in enumerate(doors) if start not in pair or OUT in pair]
    for count in range(len(lockable) + 1):
        for locked in combinations(lockable, count):
            if not _gets_out([pair for i, pair in enumerate(doors) if i not in locked], start):
                return count
    return len(doors) + 1


@settings(max_examples=150, deadline=None)
@given(doors=_DOORS, least=st.integers(1, 4))
def test_ways_out_are_as_many_as_doors_must_be_locked(doors: list[tuple[int, int]], least: int) -> None:
    # Menger's theorem: independent ways = smallest cut
    graph = RoomGraph(rooms=[], edges=[Edge(a, b, 1) for a, b in doors])
    expected = min(least, _fewest_locks(doors, 0))
    assert graph.ways_out(0, {}, least) == (expected, expected)


def test_what_the_model_does_not_tell_is_possible_and_not_certain() -> None:
    graph = RoomGraph(rooms=[], edges=[Edge(0, 1, 1), Edge(1, PERHAPS, 1), Edge(1, OUT, 1)])
    assert graph.ways_out(0, {}, 3) == (1, 2)


def test_stairs_count_as_often_as_there_are_doors_to_them() -> None:
    both = [Edge(0, 1, 1), Edge(1, 2, 1), Edge(1, 2, 1)]
    assert RoomGraph(rooms=[], edges=both).ways_out(0, {2: (2, 2)}, 2) == (2, 2)
    assert RoomGraph(rooms=[], edges=both).ways_out(0, {2: (1, 2)}, 2) == (1, 2)
    assert RoomGraph(rooms=[], edges=both[:2]).ways_out(0, {2: (2, 2)}, 2) == (1, 1)
