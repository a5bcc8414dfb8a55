"""The simulator's parts against a real HTTP server that keeps what it is told."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sample_data.feeds.feed import FeedDevice, Fleet
from sample_data.scenarios import scenario
from sample_data.simulator.outbox import BATCH, Outbox
from sample_data.simulator.run import Simulator
from sample_data.simulator.schedule import Schedule
from sample_data.simulator.story import Story
from sample_data.simulator.wire import Away, Refused, Server
from tests.sample_data.fix_listener import city
from tests.sample_data.listener import City, Clock, devices
from twin.errors import InvalidParameter
from twin.live.message import parse

__all__ = ["city"]


# -- schedule ----------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(st.integers(5, 900), st.floats(1.6e9, 1.8e9))
def test_each_device_speaks_once_a_period(period_s: int, start: float) -> None:
    schedule = Schedule(Fleet(devices(30, period_s=period_s)))
    assert schedule.due(start).all()
    spoken = np.zeros(30, dtype=int)
    ticks = 3 * period_s
    for n in range(1, ticks + 1):
        spoken += schedule.due(start + n)
    assert (spoken == 3).all()


def test_devices_are_spread_over_their_period() -> None:
    schedule = Schedule(Fleet(devices(3_000, period_s=60)))
    schedule.due(0.0)
    each = [int(schedule.due(float(n)).sum()) for n in range(1, 61)]
    assert sum(each) == 3_000 and max(each) < 100


def test_a_fast_scenario_shortens_the_periods_of_its_kinds_only() -> None:
    fleet = Fleet([FeedDevice("R", "rain", 300), FeedDevice("S", "smoke", 60)])
    assert Schedule(fleet, {"rain"}, 60.0).period_s.tolist() == [5.0, 60.0]
    assert Schedule(fleet).period_s.tolist() == [300.0, 60.0]


def test_crossing_a_limit_is_news_and_staying_is_not() -> None:
    fleet = Fleet([
        FeedDevice("UP", "smoke", 60, attention=2.0, alarm=5.0),
        FeedDevice("DOWN", "main_pressure", 60, attention=0.16, alarm=0.14, direction="below"),
        FeedDevice("FREE", "tilt", 60),
    ])  # fmt: skip
    schedule = Schedule(fleet)
    steps = [([0.1, 0.3, 9.0], []), ([2.0, 0.3, 9.0], [0]), ([3.0, 0.15, 9.0], [1]),
             ([np.nan, 0.15, np.nan], []),
             ([6.0, 0.13, 9.0], [0, 1]), ([0.1, 0.3, 9.0], [0, 1])]  # fmt: skip
    for values, crossed in steps:
        assert np.flatnonzero(schedule.changed(np.array(values))).tolist() == crossed


def test_a_meter_of_unknown_area_sends_nothing(city: City) -> None:
    clock = Clock()
    meter = FeedDevice("M", "power_meter", 300, use="O")
    silent = simulator(city, [meter, FeedDevice("T", "air_temp", 300)], clock)
    assert silent.backfill(1.0, threading.Event()) == 6
    assert silent.tick() == 1


# -- outbox ------------------------------------------------------------------------


def test_batches_hold_at_most_five_thousand(city: City) -> None:
    outbox = Outbox(Server(city.base), lambda _: None)
    outbox.add((f"D{n}", 1.7e9, 1.0) for n in range(12_001))
    assert outbox.flush()
    assert [len(body["observations"]) for _, body, _ in city.posts] == [BATCH, BATCH, 2_001]
    assert outbox.posted == len(city.readings) == 12_001


def test_while_the_server_is_away_readings_wait_and_nothing_is_lost(city: City) -> None:
    said: list[str] = []
    clock = Clock()
    outbox = Outbox(Server(city.base), said.append, clock=clock)
    city.failures = [503, 503]
    waits = []
    for n in range(1, 6):
        outbox.add([(f"D{n}", 1.7e9 + n, float(n))])
        outbox.flush()
        waits.append(len(city.posts))
        clock.now += 1.0
    # tried at 0 s, again after 1 s, then not before 2 s more
    assert waits == [1, 2, 2, 3, 4]
    assert [r["result"] for r in city.readings] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert len(said) == 2 and "away" in said[0] and "back" in said[1]


def test_the_queue_is_bounded_and_says_what_it_dropped() -> None:
    outbox = Outbox(Server("http://127.0.0.1:9"), lambda _: None, held=100)
    outbox.add((f"D{n}", 1.7e9, 0.0) for n in range(130))
    assert not outbox.flush()
    assert (len(outbox), outbox.dropped, outbox.away) == (100, 30, True)


def test_a_refused_batch_is_dropped_with_the_reason(city: City) -> None:
    said: list[str] = []
    outbox = Outbox(Server(city.base), said.append)
    city.failures = [422]
    outbox.add([("D", 1.7e9, 1.0)])
    assert outbox.flush() and len(outbox) == 0
    assert outbox.refused == 1 and outbox.posted == 0
    assert "422" in said[0] and "not now" in said[0]


def test_single_refused_readings_are_counted_and_named(city: City) -> None:
    said: list[str] = []
    outbox = Outbox(Server(city.base), said.append)
    outbox.add([("GOOD", 1.7e9, 1.0), ("BAD", 1.7e9, float("nan"))])
    assert outbox.flush()
    assert (outbox.posted, outbox.refused) == (1, 1)
    assert "BAD" in said[0]


@given(st.floats(1e9, 2e9), st.floats(-1e6, 1e6))
def test_a_reading_survives_the_product_s_parser(t_s: float, result: float) -> None:
    from sample_data.simulator.outbox import observation

    good, bad = parse({"observations": [observation(("D", t_s, result))]})
    assert not bad
    assert abs(good[0][1].phenomenon_time.timestamp() - t_s) <= 0.001
    assert good[0][1].result == result


# -- the wire ----------------------------------------------------------------------


def test_the_wire_tells_away_from_refused(city: City) -> None:
    server = Server(city.base, key="secret")
    for status in (408, 429, 500, 503):
        city.failures = [status]
        with pytest.raises(Away):
            server.post("/api/observations", {"observations": []})
    city.failures = [409]
    with pytest.raises(Refused) as refused:
        server.post("/api/observations", {"observations": []})
    assert refused.value.status == 409
    assert {headers["Authorization"] for *_, headers in city.posts} == {"Bearer secret"}
    with pytest.raises(Away):
        Server("http://127.0.0.1:9", timeout_s=2).post("/", {})


@pytest.mark.parametrize("base", ["", "localhost:8080", "file:///etc/passwd", "http://"])
def test_a_base_that_is_no_server_is_refused(base: str) -> None:
    with pytest.raises(InvalidParameter, match="base"):
        Server(base)


# -- the loop ----------------------------------------------------------------------


def simulator(city: City, rows: list[FeedDevice], clock: Clock) -> Simulator:
    return Simulator(
        Fleet(rows), Outbox(Server(city.base), lambda _: None, clock=clock), lambda _: None, clock
    )


def test_what_is_posted_is_the_function_of_device_and_time(city: City) -> None:
    clock = Clock(1_700_000_000.25)
    sim = simulator(city, devices(50, "air_temp"), clock)
    for _ in range(90):
        sim.tick()
        clock.now += 1.0
    for reading in city.readings:
        t_s = datetime.fromisoformat(reading["phenomenon_time"]).timestamp()
        at = sim.fleet.index[reading["datastream"]]
        assert reading["result"] == pytest.approx(sim.fleet.values(t_s)[at], abs=6e-5)
    counts = Counter(r["datastream"] for r in city.readings)
    silent = int(sim.fleet.silent(clock.now).sum())
    assert len(counts) == 50 - silent and set(counts.values()) <= {2, 3}


def test_history_is_written_oldest_first_within_its_hours(city: City) -> None:
    clock = Clock()
    sim = simulator(city, devices(10), clock)
    sent = sim.backfill(2.0, threading.Event())
    times = [datetime.fromisoformat(r["phenomenon_time"]).timestamp() for r in city.readings]
    assert sent == len(times) and len(set(times)) == 12
    assert times == sorted(times)
    assert times[0] == pytest.approx(clock.now - 7200) and times[-1] < clock.now


def test_the_fire_is_told_in_order_once_and_detectors_speak_at_once(city: City) -> None:
    clock = Clock()
    detector = FeedDevice("LH-RES-01-SMK-13F-Z41", "smoke", 3_600, attention=2.0, alarm=5.0)
    sim = simulator(city, [detector], clock)
    story = scenario("fire")
    sim.play(story, Story(story, "run", Server(city.base), lambda _: None))
    crossings = []
    for _ in range(601):
        before = len(city.readings)
        sim.tick()
        crossings += [(sim.scenario_s(clock.now), r["result"]) for r in city.readings[before:]]
        clock.now += 1.0
    # start, attention at -152.5, alarm at -100.8: no hour of waiting for the next turn
    moments = [s for s, value in crossings if value >= 2.0][:2]
    assert moments == [-152.0, -100.0]
    told = [(path, body) for path, body, _ in city.posts if path != "/api/observations"]
    assert told[0][0] == "/api/incidents" and told[0][1]["building_code"] == "4403030059019000001"
    assert told[0][1]["geometry"] == {"type": "Point", "coordinates": [114.1068, 22.534]}
    moves = [body["to"] for path, body in told[1:] if body["kind"] == "state"]
    assert moves == ["dispatched", "en_route", "on_scene"]
    keys = [headers["Idempotency-Key"] for path, _, headers in city.posts if path != "/api/observations"]
    assert len(keys) == len(set(keys)) == len(told)


def test_a_simulator_started_again_goes_on_where_it_was(city: City) -> None:
    clock = Clock()
    began, story = clock.now, scenario("fire")
    detector = FeedDevice("LH-RES-01-SMK-13F-Z41", "smoke", 60, attention=2.0, alarm=5.0)
    first = simulator(city, [detector], clock)
    first.play(story, Story(story, "run", Server(city.base), lambda _: None), began_s=began)
    clock.now += 420.0
    first.tick()
    keys = [h["Idempotency-Key"] for path, _, h in city.posts if path != "/api/observations"]
    clock.now += 30.0

    again = simulator(city, [detector], clock)
    again.play(story, Story(story, "run", Server(city.base), lambda _: None), began_s=began)
    assert again.scenario_s(clock.now) == 150.0
    before = len(city.readings)
    again.backfill(1.0, threading.Event())
    history = city.readings[before:]
    # the hour before the call is quiet, what was measured since the beginning is the fire
    assert all(r["result"] < 2.0 for r in history)
    again.tick()
    assert city.readings[-1]["result"] > 37.0
    repeated = [h["Idempotency-Key"] for path, _, h in city.posts if path != "/api/observations"][len(keys) :]
    assert repeated[: len(keys)] == keys  # the server knows them: nothing is reported twice


def test_history_written_during_a_story_belongs_to_it(city: City) -> None:
    clock = Clock()
    story = scenario("fire")
    detector = FeedDevice("LH-RES-01-SMK-13F-Z41", "smoke", 60, attention=2.0, alarm=5.0)
    sim = simulator(city, [detector], clock)
    sim.play(story, Story(story, "run", Server(city.base), lambda _: None), began_s=clock.now - 1500.0)
    sim.backfill(1.0, threading.Event())
    # 20 and 10 minutes ago are 0 s and 600 s after the call, half an hour ago is before the story
    assert [r["result"] for r in city.readings[-3:]] == pytest.approx(
        [city.readings[-3]["result"], 20.0, 40.0], abs=0.01
    )
    assert city.readings[-3]["result"] < 0.4


def test_an_answer_without_a_number_is_tried_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    teller = Story(scenario("fire"), "run", Server(city.base), lambda _: None)
    with monkeypatch.context() as patch:
        patch.setattr(city, "answer", lambda path, body: (200, {"status": "ok"}))
        teller.tell(0.0)
    assert teller.sent == 0
    teller.tell(0.0)
    assert teller.sent == 2


def test_a_lost_answer_repeats_the_same_key(city: City) -> None:
    story = scenario("fire")
    teller = Story(story, "run", Server(city.base), lambda _: None)
    city.failures = [503]
    teller.tell(0.0)
    assert teller.sent == 0
    teller.tell(0.0)
    assert teller.sent == 2  # the report and the first note
    keys = [headers["Idempotency-Key"] for _, _, headers in city.posts]
    assert keys[0] == keys[1] != keys[2]


def test_a_step_a_person_has_overtaken_is_left_out(city: City) -> None:
    said: list[str] = []
    teller = Story(scenario("fire"), "run", Server(city.base), said.append)
    teller.tell(1.0)
    city.failures = [409]
    teller.tell(1e6)
    assert teller.finished and teller.skipped == 1
    assert any("left out" in line for line in said)


def test_the_flood_hurries_its_gauges(city: City) -> None:
    clock = Clock()
    rows = [FeedDevice("FP01", "ponding", 60, attention=0.15, alarm=0.27), FeedDevice("T", "air_temp", 300)]
    sim = simulator(city, rows, clock)
    story = scenario("flood")
    sim.play(story, Story(story, "run", Server(city.base), lambda _: None))
    for _ in range(300):
        sim.tick()
        clock.now += 1.0
    depth = [r["result"] for r in city.readings if r["datastream"] == "FP01"]
    # five minutes of wall time are five hours of rain, 21:00 to 02:00: the peak has passed
    assert max(depth) == pytest.approx(0.949, abs=0.002) and len(depth) >= 60
    assert depth[0] == 0.0 and depth[-1] < max(depth)
