"""What was touched lately decides whether a tile is good, whoever made it and whenever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiles.history import History
from tiles.source import Made
from tiles.tile import MVT, Tile
from tiles.touch import CellBox
from twin.live.snapshot import Snapshot
from twin.live.tick import Tick, Touch

HERE, THERE = (5, 5), (9, 9)
AROUND_HERE = CellBox(5, 5, 6, 6)


def tick(snapshot, *touches):
    return Tick(
        Snapshot.parse(snapshot), tuple(Touch("hydrant", *cell, xid) for cell, xid in touches), (), (), (), 0
    )


def made(snapshot, cells=AROUND_HERE, collections=("hydrant",)):
    return Made(Tile(b"x", MVT, "e"), Snapshot.parse(snapshot), frozenset(collections), cells)


@pytest.fixture
def history():
    told = History()
    told.hear(tick("100:100:"))
    return told


def test_before_anything_was_heard_nobody_knows():
    assert not History().holds(made("100:100:"))
    assert History().holds(made("100:100:", cells=None))


def test_a_tile_older_than_what_is_remembered_is_not_good(history):
    assert not history.holds(made("99:99:"))
    assert history.holds(made("100:100:"))


def test_ticks_without_touches_make_no_tile_old(history):
    for xid in range(101, 200):
        history.hear(tick(f"{xid}:{xid}:"))
    assert history.holds(made("100:100:"))
    assert not history.holds(made("99:99:"))


def test_a_touch_makes_the_tiles_of_its_cell_and_collection_old(history):
    history.hear(tick("102:102:", (HERE, 101)))
    assert not history.holds(made("100:100:"))
    assert history.holds(made("102:102:"))
    assert history.holds(made("100:100:", cells=CellBox(9, 9, 9, 9)))
    assert history.holds(made("100:100:", collections=("tree",)))


def test_a_touch_of_a_whole_collection_makes_all_its_tiles_old(history):
    history.hear(tick("102:102:", ((None, None), 101)))
    assert not history.holds(made("100:100:", cells=CellBox(9, 9, 9, 9)))


def test_a_transaction_that_commits_late_makes_those_old_that_saw_later_ones(history):
    history.hear(tick("101:105:101", (THERE, 103)))
    late = made("101:105:101")
    assert history.holds(late)
    history.hear(tick("106:106:", (HERE, 101)))
    assert not history.holds(late)
    assert history.holds(made("105:106:105"))


def test_what_is_remembered_has_an_end(history):
    for xid in range(101, 20_101):
        history.hear(tick(f"{xid + 1}:{xid + 1}:", (THERE, xid)))
    assert len(history) <= 2_000
    assert not history.holds(made("200:200:"))
    assert history.holds(made("19000:19000:"))


def test_a_server_that_is_behind_starts_anew(history):
    history.hear(tick("200:200:", (HERE, 150)))
    history.hear(tick("120:120:"))
    assert not history.holds(made("119:119:"))
    assert history.holds(made("120:120:"))


@st.composite
def commits(draw):
    """Transactions 100, 101 ...: when each commits, and the cell it touches."""
    count = draw(st.integers(1, 8))
    order = draw(st.permutations(range(100, 100 + count)))
    return [(xid, draw(st.sampled_from([HERE, THERE]))) for xid in order]


@given(commits(), st.data())
def test_it_agrees_with_who_knows_every_commit(order, data):
    """Played commit by commit; ids are given out beforehand, so that every order is one of late commits."""
    top = 100 + len(order)

    def seen_after(steps):
        running = [xid for xid, _ in order[steps:]]
        return f"{min(running, default=top)}:{top}:{','.join(map(str, sorted(running)))}"

    polls = sorted(data.draw(st.sets(st.integers(0, len(order)), min_size=1)))
    history, last = History(), 0
    for number, poll in enumerate(polls):
        news = [(cell, xid) for xid, cell in order[last:poll]] if number else []
        history.hear(tick(seen_after(poll), *news))
        last = poll
    for steps in range(len(order) + 1):
        missed = [cell for _, cell in order[steps : polls[-1]]]
        before = steps < polls[0]
        # older than the first poll: it may have missed what was never told
        assert history.holds(made(seen_after(steps))) == (not before and HERE not in missed)
