"""Formulas of the feeds against numbers of a separate calculation in plain Python.

The numbers stand for device "G-1" at 7.5 m; that calculation shares no line with the
product: it has its own blake2b draws, its own noise and its own clock.
"""

from __future__ import annotations

import numpy as np
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
    "manhole": (183.629367, 170.539158, 176.392435),
    "manhole_tilt": (1.600456, 1.687239, 1.577597),
    "manhole_h2s": (0.367296, 0.454080, 0.344438),
    "ebike_charger": (35.536500, 34.260977, 36.268886),
    "ebike_power": (0.351390, 0.0, 0.0),
    "river_level": (1.958363, 1.391802, 0.456552),
    "rain": (0.0, 0.0, 0.0),
    "ponding": (0.0, 0.0, 0.0),
}

POWER_12_000_M2 = {
    "R": (157.034089, 124.617433, 172.843544),
    "RV": (157.034089, 124.617433, 172.843544),
    "O": (248.848375, 478.806737, 132.077842),
    "C": (141.837241, 498.225010, 884.562659),
    "E": (617.371922, 622.448757, 92.879079),
    "H": (408.415271, 277.707907, 326.593170),
    "M": (503.395567, 507.535141, 502.305224),
    "U": (248.848375, 478.806737, 132.077842),  # as all uses without a profile of their own
}
STREET_NOISE = {
    "A1": (64.346893, 63.504045, 63.788726),
    "A2": (61.346893, 60.504045, 60.788726),
    "A3": (58.346893, 57.504045, 57.788726),
    "local": (52.346893, 51.504045, 51.788726),
    "lane": (52.346893, 51.504045, 51.788726),
}


@pytest.mark.parametrize("kind", GOLDEN)
def test_a_reading_is_the_number_worked_out_beforehand(kind: str) -> None:
    fleet = Fleet([FeedDevice("G-1", kind, 60, z_m=7.5)])
    read = [float(fleet.values(t_s)[0]) for t_s in (MORNING, NOON, SATURDAY)]
    assert read == pytest.approx(GOLDEN[kind], abs=2e-6)


@pytest.mark.parametrize("use", POWER_12_000_M2)
def test_a_meter_follows_the_use_and_the_area_of_its_building(use: str) -> None:
    fleet = Fleet([FeedDevice("G-1", "power_meter", 300, use=use, area_m2=12_000.0)])
    read = [float(fleet.values(t_s)[0]) for t_s in (MORNING, NOON, SATURDAY)]
    assert read == pytest.approx(POWER_12_000_M2[use], abs=2e-6)


@pytest.mark.parametrize("road_class", STREET_NOISE)
def test_a_street_is_as_loud_as_its_class(road_class: str) -> None:
    fleet = Fleet([FeedDevice("G-1", "noise", 60, road_class=road_class)])
    read = [float(fleet.values(t_s)[0]) for t_s in (MORNING, NOON, SATURDAY)]
    assert read == pytest.approx(STREET_NOISE[road_class], abs=2e-6)


def test_what_a_meter_or_a_station_needs_is_not_guessed() -> None:
    fleet = Fleet([FeedDevice("M-1", "power_meter", 300, use="O"), FeedDevice("N-1", "noise", 60)])
    assert np.isnan(fleet.values(NOON)).all()


def test_a_charger_draws_at_most_400_w_and_stands_free_at_times() -> None:
    fleet = Fleet([FeedDevice(f"C-{n}", "ebike_power", 120) for n in range(60)])
    read = np.concatenate([fleet.values(MORNING + 3600 * hours) for hours in range(24)])
    assert read.min() == 0.0 and 0.35 < read.max() <= 0.4
    assert 0.3 < (read > 0).mean() < 0.6  # six tenths of a presence of 0.48 to 0.92


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
