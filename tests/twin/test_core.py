"""Which cores the threads of a server may use."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from twin.core import calmest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two cores"
)


def told(script: str) -> list[str]:
    """What a process of its own prints, by lines; a process takes its core for life."""
    text = "import os, threading\nfrom twin import core\n" + textwrap.dedent(script)
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.split("\n")[:-1]


def test_a_thread_is_at_home_or_roams_and_takes_what_it_starts_with_it() -> None:
    said = told("""
        everywhere = os.sched_getaffinity(0)
        home = {core.take(0)}
        def look(name):
            print(name, os.sched_getaffinity(0) == home, os.sched_getaffinity(0) == everywhere)
        def started(name):
            thread = threading.Thread(target=look, args=(name,))
            thread.start()
            thread.join()
        look("taken")
        started("its child")
        with core.roaming():
            look("roaming")
            started("child of a roaming one")
        look("behind it")
        core.roam()
        with core.roaming():
            look("roaming within")
        look("roaming still")
        core.settle()
        look("settled")
    """)
    assert said == [
        "taken True False",
        "its child True False",
        "roaming False True",
        "child of a roaming one False True",
        "behind it True False",
        "roaming within False True",
        "roaming still False True",
        "settled True False",
    ]


def test_servers_have_different_numbers_and_leave_them_when_they_end() -> None:
    take = [sys.executable, "-c", "from twin.core import lowest_free as f; print(f(), flush=True); input()"]
    found = []
    for _ in range(2):
        running = [
            subprocess.Popen(take, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
        ]
        try:
            found.append({int(one.stdout.readline()) for one in running})
        finally:
            for one in running:
                one.kill()
                one.communicate()
    assert [len(each) for each in found] == [3, 3], found
    assert max(found[1]) < 1000, "they are free again"


def test_numbers_go_round_the_cores() -> None:
    several = sorted(os.sched_getaffinity(0))
    numbers = range(2 * len(several))
    # each in a process of its own: it is for life
    assert [told(f"print(core.take({number}))") for number in numbers] == [
        [str(one)] for one in several + several
    ]


@pytest.mark.parametrize(("home", "others", "own", "expected"), [
    (0, {0: 0.1, 1: 0.0}, 0.8, 0),
    (0, {0: 0.6, 1: 0.1}, 0.8, 1),
    (1, {0: 0.3, 1: 0.5}, 0.8, 1),
    (1, {0: 0.9, 1: 0.6}, 0.1, None),
    (1, {0: 0.9, 1: 0.6}, 0.01, 1),
    (0, {0: 0.9, 1: 0.1}, 0.01, 0),
    (None, {0: 0.9, 1: 0.6}, 0.01, None),
    (None, {0: 0.9, 1: 0.4}, 0.01, 1),
])  # fmt: skip
def test_home_is_where_others_leave_room(home, others, own, expected) -> None:
    assert calmest(home, others, own) == expected


def test_home_moves_and_takes_its_threads_along() -> None:
    """Also those that wait and never say anything; who roams goes on roaming."""
    said = told("""
        import time
        first, other = sorted(os.sched_getaffinity(0))[:2]
        everywhere = os.sched_getaffinity(0)
        core.take(0)
        ends, asked = threading.Event(), threading.Event()
        def settles():
            core.settle()
            asked.wait()
            core.settle()
            time.sleep(0.1)
        waits = threading.Thread(target=ends.wait)
        again = threading.Thread(target=settles)
        rover = threading.Thread(target=lambda: (core.roam(), ends.wait()))
        for one in (waits, again, rover):
            one.start()
        time.sleep(0.2)
        def where():
            return [os.sched_getaffinity(each.native_id) for each in (waits, again, rover)]
        print(where() == [{first}, {first}, everywhere])
        core._go(other)
        print(where() == [{other}, {other}, everywhere], os.sched_getaffinity(0) == {other})
        core._go(None)
        print(where() == [everywhere] * 3, os.sched_getaffinity(0) == everywhere)
        core._go(other)
        print(where()[2] == everywhere, os.sched_getaffinity(0) == {other})
        asked.set()
        time.sleep(0.05)
        print(where()[1] == {other})
        ends.set()
    """)
    assert said == ["True", "True True", "True True", "True True", "True"]


def test_who_took_nothing_is_left_alone() -> None:
    said = told("""
        everywhere = os.sched_getaffinity(0)
        core.settle()
        print(os.sched_getaffinity(0) == everywhere)
        with core.roaming():
            print(os.sched_getaffinity(0) == everywhere)
    """)
    assert said == ["True", "True"]


def test_one_core_is_not_taken() -> None:
    only = min(os.sched_getaffinity(0))
    assert told(f"""
        os.sched_setaffinity(0, {{{only}}})
        print(core.take(0))
        core.settle()
        print(os.sched_getaffinity(0))
    """) == ["None", str({only})]


def test_cores_that_were_taken_away_are_no_error() -> None:
    assert told("""
        core.take(0)
        core._core.everywhere = {4095}
        core.roam()
        core.settle()
        print("goes on")
    """) == ["goes on"]
