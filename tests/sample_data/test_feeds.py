"""Readings are pure functions: same device, same moment, same number."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sample_data.feeds import profiles
from sample_data.feeds.chance import noise, offline
from sample_data.feeds.device_types import DEVICE_TYPES
from sample_data.feeds.feed import FeedDevice, Fleet, read_devices, state
from sample_data.feeds.values import FORMULAS
from twin.errors import InvalidInput, SourceUnreadable

MOMENTS = st.floats(1_600_000_000, 1_900_000_000)


def one_of_each(number: int = 3) -> list[FeedDevice]:
    return [
        FeedDevice(f"{code}-{n}", code, kind.period_s, 4.0 + n, 114.1, 22.5,
                   attention=kind.attention, alarm=kind.alarm, direction=kind.direction,
                   use="O", area_m2=9_000.0, road_class="A2")
        for code, kind in DEVICE_TYPES.items()
        for n in range(number)
    ]  # fmt: skip


def test_every_kind_has_a_formula_and_the_other_way_round() -> None:
    assert set(FORMULAS) == set(DEVICE_TYPES)


@settings(max_examples=25, deadline=None)
@given(MOMENTS)
def test_a_value_depends_on_device_and_time_alone(t_s: float) -> None:
    devices = one_of_each()
    forward, backward = Fleet(devices), Fleet(devices[::-1])
    values = forward.values(t_s)
    assert np.array_equal(values, backward.values(t_s)[::-1])
    assert np.isfinite(values).all()


@settings(max_examples=40, deadline=None)
@given(MOMENTS)
def test_a_quiet_city_raises_no_alarm(t_s: float) -> None:
    fleet = Fleet(one_of_each())
    quiet = {"lift", "noise"}  # lifts do fail, and a main road at rush hour is loud
    for device, value in zip(fleet.devices, fleet.values(t_s), strict=True):
        if device.type not in quiet:
            assert state(value, device.attention, device.alarm, device.direction) == 0, (device.id, value)


def test_only_the_kinds_asked_for_are_computed() -> None:
    fleet = Fleet(one_of_each())
    values = fleet.values(1.7e9, ["rain"])
    assert {fleet.devices[i].type for i in np.flatnonzero(~np.isnan(values))} == {"rain"}


@settings(max_examples=50, deadline=None)
@given(MOMENTS)
def test_noise_runs_straight_between_its_draws(t_s: float) -> None:
    codes = ("A", "B")
    slot = t_s // 300
    start, end = noise(codes, slot * 300), noise(codes, (slot + 1) * 300)
    share = (t_s - slot * 300) / 300
    assert np.allclose(noise(codes, t_s), start + share * (end - start))
    assert (np.abs(start) <= 2 * math.sqrt(3) + 1e-6).all()


def test_noise_has_unit_deviation() -> None:
    draws = noise(tuple(f"D{n}" for n in range(4000)), 0.0)
    assert abs(draws.mean()) < 0.06 and 0.95 < draws.std() < 1.05


def test_half_a_percent_is_silent_on_a_day() -> None:
    codes = [f"D{n}" for n in range(20_000)]
    assert 60 < offline(codes, 19_000).sum() < 140
    assert not np.array_equal(offline(codes, 19_000), offline(codes, 19_001))


def test_profiles_at_known_hours() -> None:
    # 03:00: bells of eight and twelve are gone, the evening bell too
    assert profiles.water_demand(3.0) == pytest.approx(
        0.35 + 0.45 * math.exp(-0.5 * (5 / 1.6) ** 2), abs=1e-6
    )
    assert profiles.traffic(18.3, weekend=False) == pytest.approx(
        0.97 + 0.35 * math.exp(-0.5 * (5.3 / 2.5) ** 2), abs=1e-6
    )
    assert profiles.traffic(8.4, weekend=True) == pytest.approx(0.8 * profiles.traffic(8.4, weekend=False))
    assert profiles.home_occupancy(3, weekend=False) == 0.92
    assert profiles.home_occupancy(8, weekend=False) == pytest.approx(0.70)
    assert profiles.home_occupancy(3, weekend=True) == 1.0
    assert profiles.office_occupancy(13, weekend=False) == pytest.approx(0.7)
    assert profiles.shop_occupancy(17, weekend=True) == 1.0


@given(st.floats(0, 24, exclude_max=True), st.booleans())
def test_occupancies_are_shares(hour: float, weekend: bool) -> None:
    for share in (profiles.home_occupancy, profiles.office_occupancy, profiles.shop_occupancy):
        assert 0 <= share(hour, weekend) <= 1


def test_the_city_clock_is_eight_hours_ahead() -> None:
    # 2023-09-07 17:00 +08 is a Thursday
    assert profiles.local(1_694_077_200.0) == (17.0, False, 19607, 250)
    assert profiles.local(1_694_077_200.0 + 2 * 86_400)[1] is True


def test_states_on_both_sides() -> None:
    assert [state(v, 2, 5) for v in (1.9, 2.0, 5.0)] == [0, 1, 2]
    assert [state(v, 0.16, 0.14, "below") for v in (0.17, 0.16, 0.14)] == [0, 1, 2]
    assert state(99, None, None) == 0


def test_twins_and_unknown_kinds_are_refused() -> None:
    with pytest.raises(InvalidInput, match="share an id"):
        Fleet([FeedDevice("A", "rain", 60), FeedDevice("A", "rain", 60)])
    with pytest.raises(InvalidInput, match="'A' is of type 'ufo'"):
        Fleet([FeedDevice("A", "ufo", 60)])


def test_a_device_list_is_read(tmp_path: Path) -> None:
    row = {
        "id": "A",
        "type": "rain",
        "period_s": 300,
        "z": 4.5,
        "attention": 30,
        "alarm": None,
        "direction": "above",
    }
    path = tmp_path / "sensors.geojson"
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [114.1, 22.5]},
        "properties": row,
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    (device,) = read_devices(path)
    assert (device.id, device.z_m, device.lon, device.attention, device.alarm) == ("A", 4.5, 114.1, 30, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"features": 3}',
        '{"features": [{"properties": {"id": "A"}}]}',
        '{"features": [null]}',
    ],
)
def test_a_broken_device_list_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceUnreadable, match=r"broken\.geojson"):
        read_devices(path)
