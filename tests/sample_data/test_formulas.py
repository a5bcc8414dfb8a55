"""Formulas of the feeds against numbers of a separate calculation in plain Python.

The numbers stand for device "G-1" at 7.5 m; that calculation shares no line with the
product: it has its own blake2b draws, its own noise and its own clock.
"""

from __future__ import annotations

import pytest

from sample_data.feeds.feed import FeedDevice, Fleet

MORNING = 1_694_044_800.0  # Thursday 2023-09-07 08:00 +08, a slot of the noise begins
NOON = MORNING + 16_300.0  # 12:31:40, a third into a slot
SATURDAY = MORNING + 2 * 86_400 + 37_080.0  # 2023-09-09 18:18 +08

GOLDEN = {
    "main_pressure": (0.262841, 0.288659, 0.269090),
    "hydrant_pressure": (0.252841, 0.278659, 0.259090),
    "air_o3": (63.463450, 101.782257, 68.253105),
    "air_temp": (25.437203, 30.452157, 29.455830),
    "smoke": (0.083648, 0.127040, 0.072219),
    "manhole_ch4": (0.668241, 0.885200, 0.611095),
    "tilt": (-2.100575, -1.927008, -2.172572),
    "air": (32.224039, 25.472716, 15.999308),
    "air_no2": (40.563099, 31.573081, 38.291355),
    "noise": (64.346893, 63.504045, 63.788726),
    "manhole": (183.629367, 170.539158, 176.392435),
    "river_level": (1.958363, 1.391802, 0.456552),
    "rain": (0.0, 0.0, 0.0),
    "ponding": (0.0, 0.0, 0.0),
}


@pytest.mark.parametrize("kind", GOLDEN)
def test_a_reading_is_the_number_worked_out_beforehand(kind: str) -> None:
    fleet = Fleet([FeedDevice("G-1", kind, 60, z_m=7.5)])
    read = [float(fleet.values(t_s)[0]) for t_s in (MORNING, NOON, SATURDAY)]
    assert read == pytest.approx(GOLDEN[kind], abs=2e-6)


def test_hours_without_sun_make_no_ozone() -> None:
    fleet = Fleet([FeedDevice("G-1", "air_o3", 60)])
    night = [float(fleet.values(MORNING + hours * 3600)[0]) for hours in range(15, 22)]  # 23:00 to 05:00
    assert all(abs(value - 60.0) <= 3 * 2 * 1.7320508 for value in night)


def test_a_lift_fails_once_in_forty_days_for_half_an_hour() -> None:
    fleet = Fleet([FeedDevice(f"L-{n}", "lift", 60) for n in range(200)])
    days, step_s = 12, 900
    faults = sum(
        int((fleet.values(MORNING + n * step_s) == 3.0).sum()) for n in range(days * 86_400 // step_s)
    )
    # each fault lasts two steps of a quarter of an hour
    assert faults / 2 / (200 * days) == pytest.approx(1 / 40, rel=0.25)
