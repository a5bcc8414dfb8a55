"""The numbers of the two stories, against values worked out before the code was written."""

from __future__ import annotations

import numpy as np
import pytest

from sample_data.feeds.feed import FeedDevice, Fleet
from sample_data.models.layout import layouts
from sample_data.scenarios import SCENARIOS, scenario
from sample_data.scenarios.drainage import FAILED_PUMP, FAILED_STEPS, station_series
from sample_data.scenarios.fire import CODE, CONTROLLED, CORRIDOR_S, delays, smoke
from sample_data.scenarios.flood import depth_class
from sample_data.scenarios.hydrology import STEP_H, STEPS, clock, cumulative_mm, flood_series
from twin.model.incident import IncidentStatus, next_steps

T0 = 1_694_077_200.0  # 2023-09-07 17:00 +08


def fleet() -> Fleet:
    devices = [
        FeedDevice(
            d.id,
            d.type,
            d.period_s,
            floor_no=d.floor_no,
            attention=d.attention,
            alarm=d.alarm,
            direction=d.direction,
            use="R",
            area_m2=20_000.0,
        )
        for layout in layouts()
        for d in layout.devices
    ]
    devices += [FeedDevice(f"FP{n:02d}", "ponding", 60, attention=0.15, alarm=0.27) for n in range(1, 9)]
    devices += [
        FeedDevice("YL-NEAR", "hydrant_pressure", 300, 5.0, 114.1069, 22.5341),
        FeedDevice("YL-FAR", "hydrant_pressure", 300, 5.0, 114.12, 22.55),
        FeedDevice("HL-1", "river_level", 300),
        FeedDevice("SK-01", "reservoir_level", 300),
        FeedDevice("YLZ-1", "rain", 300),
        FeedDevice("JG-1", "manhole", 600),
    ]
    return Fleet(devices)


@pytest.mark.parametrize(
    ("hours", "depth_mm"), [(1, 115.0), (2, 195.8), (3, 246.8), (6, 349.7), (12, 465.5), (24, 522.8)]
)
def test_the_wettest_hours_are_the_records(hours: int, depth_mm: float) -> None:
    total = cumulative_mm(np.arange(STEPS + 1) * STEP_H)
    span = hours * 12
    assert (total[span:] - total[: len(total) - span]).max() == pytest.approx(depth_mm, abs=1e-6)


@pytest.mark.parametrize(("hours", "limit_mm", "at"), [(6, 50, "21:45"), (3, 50, "22:00"), (3, 100, "22:55")])
def test_warning_signals_come_when_they_came(hours: int, limit_mm: float, at: str) -> None:
    total = cumulative_mm(np.arange(STEPS + 1) * STEP_H)
    first = next(n for n in range(STEPS) if total[n] - total[max(0, n - hours * 12)] >= limit_mm)
    assert clock(first) == at


def test_river_and_reservoir_peak_as_computed() -> None:
    flood = flood_series()
    assert flood.flow_m3_s.max() == pytest.approx(415, abs=0.5)
    assert flood.inflow_m3_s.max() == pytest.approx(415, abs=0.5)
    assert flood.stage_m.max() == pytest.approx(4.65, abs=0.006)
    assert clock(int(flood.stage_m.argmax())) == "00:25"
    assert flood.reservoir_m.max() == pytest.approx(28.28, abs=0.005)
    assert clock(int(flood.reservoir_m.argmax())) == "06:15"
    assert flood.reservoir_m[-1] == pytest.approx(27.43, abs=0.005)


@pytest.mark.parametrize(
    ("point", "depth_m", "at", "until"),
    [
        ("FP01", 0.95, "01:40", "06:55"), ("FP02", 0.61, "02:20", "07:40"), ("FP03", 0.87, "01:10", "06:05"),
        ("FP05", 0.92, "02:20", None), ("FP06", 0.86, "03:25", "11:10"), ("FP04", 0.35, None, None),
        ("FP07", 0.27, None, None), ("FP08", 0.35, None, None),
    ],
)  # fmt: skip
def test_ponding_of_each_low_spot(point: str, depth_m: float, at: str | None, until: str | None) -> None:
    depth = flood_series().ponding_m[point]
    assert depth.max() == pytest.approx(depth_m, abs=0.006)
    if at:
        assert clock(int(depth.argmax())) == at
    if until:
        assert clock(int(np.flatnonzero(depth > 0.15)[-1])) == until


@pytest.mark.parametrize(
    ("point", "since"),
    [("FP01", "22:45"), ("FP02", "22:50"), ("FP03", "22:45"), ("FP06", "22:40"), ("FP07", "23:25")],
)
def test_low_spots_fill_when_the_rain_is_heaviest(point: str, since: str) -> None:
    depth = flood_series().ponding_m[point]
    assert clock(int(np.argmax(depth > 0.15))) == since


def test_depth_classes_at_their_limits() -> None:
    assert [depth_class(d) for d in (0.149, 0.15, 0.27, 0.40, 0.401)] == [
        "none", "caution", "cars stop", "cars stop", "closed",
    ]  # fmt: skip


def test_the_third_pump_stands_still_while_it_is_broken() -> None:
    pumps = station_series().pumps_m3_s
    assert (pumps[list(FAILED_STEPS), FAILED_PUMP - 1] == 0).all()
    assert pumps[FAILED_STEPS.start - 1, FAILED_PUMP - 1] == pumps[FAILED_STEPS.stop, FAILED_PUMP - 1] == 8.0
    assert clock(FAILED_STEPS.start) == "00:40" and len(FAILED_STEPS) * 5 == 35


def test_smoke_reaches_its_limits_on_time() -> None:
    assert smoke(-152.5) == pytest.approx(2.00, abs=0.005)
    assert smoke(-100.8) == pytest.approx(5.00, abs=0.005)
    assert smoke(-90) == pytest.approx(6.0, abs=0.02)
    # the corridor warns a minute after the call, each floor above 90 s later
    assert smoke(60, CORRIDOR_S) == pytest.approx(2.0, abs=0.005)
    late = delays()
    assert late[f"{CODE}-SMK-15F-C8"][0] - late[f"{CODE}-SMK-14F-C8"][0] == 90
    assert smoke(CONTROLLED + 600) == pytest.approx(40 / np.e, rel=1e-6)


def test_every_device_of_the_fire_exists_in_the_tower() -> None:
    known = {d.id for layout in layouts() for d in layout.devices}
    assert set(delays()) <= known


def test_the_fire_touches_what_it_should_and_nothing_else() -> None:
    city, story = fleet(), scenario("fire")
    quiet = city.values(T0)
    burning = quiet.copy()
    story.overlay(city, burning, 600.0)
    at = city.index
    assert burning[at[f"{CODE}-SMK-13F-Z41"]] > 39
    assert burning[at[f"{CODE}-FLW-13F"]] == pytest.approx(5.32)
    assert burning[at[f"{CODE}-LIFT-1"]] == 0.0
    assert quiet[at["YL-NEAR"]] - burning[at["YL-NEAR"]] == pytest.approx(0.05)
    assert burning[at["YL-FAR"]] == quiet[at["YL-FAR"]]
    moved = {city.devices[i].type for i in np.flatnonzero(burning != quiet)}
    assert moved <= story.kinds
    assert not any(d.floor_no is not None and d.floor_no < 13 and d.type == "smoke"
                   for d in (city.devices[i] for i in np.flatnonzero(burning != quiet)))  # fmt: skip


def test_the_flood_moves_gauges_to_the_series() -> None:
    city, story = fleet(), scenario("flood")
    values = city.values(T0)
    story.overlay(city, values, 8.0 * 3600 + 40 * 60)  # 01:40
    assert values[city.index["FP01"]] == pytest.approx(0.949, abs=0.001)
    assert values[city.index["LH-PMP-03-FLO-1"]] == 8.0
    assert values[city.index["LH-PMP-03-LVL-RIVER"]] > 4.0


@pytest.mark.parametrize("name", SCENARIOS)
def test_before_and_after_a_scenario_nothing_changes(name: str) -> None:
    city, story = fleet(), scenario(name)
    for s in (-1e6, story.end_s + 1):
        values = city.values(T0)
        story.overlay(city, values, s)
        assert np.array_equal(values, city.values(T0))


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_step_of_a_story_is_a_legal_move(name: str) -> None:
    story = scenario(name)
    reported = {incident.key: s for s, incident in story.incidents}
    status = dict.fromkeys(reported, IncidentStatus.REPORTED)
    assert [e.s for e in story.events] == sorted(e.s for e in story.events)
    for event in story.events:
        assert event.s >= reported[event.incident]
        assert event.body()["payload"]["text"]
        if event.to:
            assert event.to in next_steps(status[event.incident])
            status[event.incident] = IncidentStatus(event.to)
    assert set(status.values()) == {IncidentStatus.CLOSED}


def test_an_unknown_scenario_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="fire, flood"):
        scenario("volcano")
