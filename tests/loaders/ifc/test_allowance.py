"""How long a model may take."""

from __future__ import annotations

from loaders.ifc.allowance import Allowance


def test_a_small_model_ends_within_half_a_minute_whatever_its_children_do() -> None:
    allowance = Allowance(3_000_000, most_s=600)
    total = 0
    for share in (1.0, *[0.5] * 15, 1.0):  # reading, the rungs of the ladder, the derived shapes
        if allowance.over:
            break
        processor_s = allowance.step(share)["processor_s"]
        allowance.spend(processor_s)
        total += processor_s
    assert total <= 26


def test_a_step_leaves_something_to_the_next_ones() -> None:
    allowance = Allowance(1_000_000, most_s=600)
    allowance.spend(4.0)
    assert allowance.step(0.5) == {"seconds": 40, "processor_s": 10}
    assert allowance.step() == {"seconds": 80, "processor_s": 20}


def test_a_large_model_and_one_from_an_archive_may_take_longer() -> None:
    assert Allowance(25_000_000, most_s=600).step()["processor_s"] == 124
    assert Allowance(500_000_000, most_s=600).step() == {"seconds": 600, "processor_s": 600}
    packed = Allowance(2_000_000, most_s=600)
    packed.unpacked(25_000_000)
    assert packed.step()["processor_s"] == 124


def test_what_is_used_up_still_gives_a_step_two_seconds() -> None:
    allowance = Allowance(1, most_s=600)
    allowance.spend(100.0)
    assert allowance.over
    assert allowance.step(0.5) == {"seconds": 8, "processor_s": 2}
    assert Allowance(1, most_s=1).step()["processor_s"] == 1


def test_boxes_and_derived_shapes_get_a_third_whatever_was_stuck_before() -> None:
    # two seconds are not enough to open a file of 25 MB again, and all that was meshed would be lost
    allowance = Allowance(25_000_000, most_s=600)
    allowance.spend(200.0)
    assert allowance.last() == {"seconds": 600, "processor_s": 42}
    small = Allowance(1_000_000, most_s=600)
    assert small.last()["processor_s"] == 24, "all of it, where nothing was stuck"
    small.spend(30.0)
    assert small.last() == {"seconds": 128, "processor_s": 8}
    assert Allowance(1, most_s=3).last()["processor_s"] == 3
