"""Devices and their feeds: what each belongs to, and that every reading can be worked out."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict

import numpy as np
import pytest

from sample_data.feeds import profiles
from sample_data.feeds.feed import FeedDevice, Fleet, read_devices
from sample_data.gen.config import ROOT
from sample_data.simulator.schedule import Schedule
from tests.sample_data.fix_city import Sample

NIGHT = 1_694_113_200.0  # 2023-09-08 03:00 +08


def rows(sample: Sample) -> list[dict]:
    return [f["properties"] for f in sample.features("sensors.geojson")]


@pytest.mark.parametrize(
    ("kinds", "count"),
    [
        (("manhole", "manhole_tilt", "manhole_ch4", "manhole_h2s"), 220),
        (("ebike_charger", "ebike_power"), 60),
        (("air", "air_no2", "air_o3", "air_temp"), 12),
        (("noise",), 30),
        (("power_meter",), 200),
        (("pole",), 300),
    ],
)
def test_a_device_gives_each_of_its_feeds_once(demo: Sample, kinds: tuple[str, ...], count: int) -> None:
    feeds: dict[str, Counter] = defaultdict(Counter)
    for row in rows(demo):
        if row["type"] in kinds:
            feeds[row["device"]][row["type"]] += 1
    assert len(feeds) == count
    assert all(found == Counter(kinds) for found in feeds.values())


def test_a_meter_knows_the_use_and_the_floor_area_of_its_building(either: Sample) -> None:
    buildings = {b["bldg_code"]: b for b in either.layer("buildings.gpkg")}
    meters = [row for row in rows(either) if row["type"] == "power_meter"]
    assert len(meters) >= 5
    for row in meters:
        building = buildings[row["bldg_code"]]
        assert (row["use"], row["area_m2"]) == (building["use"], building["gfa_m2"]), row["id"]


def test_a_noise_station_knows_its_street_and_the_night_limit(demo: Sample) -> None:
    roads = {f["properties"]["name_zh"]: f["properties"]["class"] for f in demo.features("roads.geojson")}
    poles = {f["properties"]["id"]: f["properties"]["road"] for f in demo.features("poles.geojson")}
    stations = [row for row in rows(demo) if row["type"] == "noise"]
    for row in stations:
        assert row["road_class"] == roads[poles[row["id"].removeprefix("ZS-")]]
        assert (row["attention"], row["night_attention"], row["alarm"]) == (70.0, 55.0, 75.0)
    assert len({row["road_class"] for row in stations}) == 3
    assert {row["night_attention"] for row in rows(demo) if row["type"] != "noise"} == {None}


def test_by_night_wide_streets_are_too_loud_and_narrow_ones_are_not(demo: Sample) -> None:
    devices = [d for d in read_devices(demo.folder / "sensors.geojson") if d.type == "noise"]
    read = Fleet(devices).values(NIGHT)
    loud = {d.id: bool(v >= (d.night_attention or 0)) for d, v in zip(devices, read, strict=True)}
    assert all(loud[d.id] for d in devices if d.road_class == "A1")
    assert not all(loud[d.id] for d in devices if d.road_class == "A3")


def test_the_night_limit_holds_at_night_alone() -> None:
    station = FeedDevice("N", "noise", 60, attention=70.0, alarm=75.0, night_attention=55.0)
    schedule = Schedule(Fleet([station, FeedDevice("L", "lift", 60, alarm=3.0)]))
    read = np.array([60.0, 1.0])
    assert not schedule.changed(read).any()
    assert schedule.changed(read, night=True).tolist() == [True, False]
    assert not schedule.changed(read, night=True).any()
    assert schedule.changed(read).tolist() == [True, False]
    assert [h for h in (5.99, 6.0, 21.99, 22.0) if profiles.night(h)] == [5.99, 22.0]


def test_every_feed_of_the_city_has_a_reading(either: Sample) -> None:
    fleet = Fleet(read_devices(either.folder / "sensors.geojson"))
    assert len(fleet.devices) >= 1_000
    assert np.isfinite(fleet.values(NIGHT)).all()


def test_a_pole_carries_a_light_with_a_feed_and_two_devices_with_a_state_alone(demo: Sample) -> None:
    with (ROOT / "codes" / "device_state.csv").open(encoding="utf-8", newline="") as file:
        states = {row["code"] for row in csv.DictReader(file)}
    feeds = {row["id"]: row for row in rows(demo)}
    for f in demo.features("poles.geojson"):
        carried = {d["kind"]: d for d in f["properties"]["devices"]}
        assert set(carried) == {"camera", "light", "wifi"}
        assert {d["state"] for d in carried.values()} <= states
        light = feeds[carried["light"]["feed"]]
        assert (light["type"], light["unit"], light["device"]) == ("pole", "kW", carried["light"]["id"])
        assert "feed" not in carried["camera"] and set(carried["wifi"]) == {"id", "kind", "state"}
