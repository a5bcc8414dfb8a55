"""The collector of cycles runs less often within loads, and as before after the last of them.

What a server has once it is loaded is not looked at again.
"""

from __future__ import annotations

import gc
import weakref

import pytest

from twin.garbage import keep_what_is_there, seldom_collected


def test_two_loads_at_once_leave_the_collector_as_it_was() -> None:
    before = gc.get_threshold()
    first, second = seldom_collected(), seldom_collected()
    first.__enter__()
    second.__enter__()
    assert gc.get_threshold()[0] > before[0]
    # the first ends first: the second still runs
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] > before[0]
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


class _Ring:
    """Refers to itself, so that only the collector can remove it."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def unfrozen():
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("unfrozen")
def test_what_is_there_is_kept_and_what_comes_later_is_collected() -> None:
    before = _Ring()
    gone, there = weakref.ref(_Ring()), weakref.ref(before)
    keep_what_is_there()
    assert gone() is None, "what was garbage by then goes first"
    assert gc.get_freeze_count() > 1000
    assert not any(one is before for one in gc.get_objects())
    del before
    later = weakref.ref(_Ring())
    gc.collect()
    assert later() is None
    assert there() is not None, "it is not looked at again"
