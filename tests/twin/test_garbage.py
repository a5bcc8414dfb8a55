"""The collector of cycles runs less often within loads, and as before after the last of them."""

from __future__ import annotations

import gc

from twin.garbage import seldom_collected


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
