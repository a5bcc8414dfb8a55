"""Bounded queues: a slow reader loses the oldest, is told so, and holds nobody up."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from twin.live.snapshot import Snapshot
from twin.live.tick import Tick, Touch
from web.events import frames
from web.hub import Client, Hub


def tick(number: int) -> Tick:
    touch = Touch("road", 512 + number, 2494, number)
    return Tick(Snapshot(number + 1, number + 1), (touch,), (), (), (), 0.0)


def test_the_oldest_is_dropped_and_counted() -> None:
    client = Client(longest=3)
    given = [client.give(str(i).encode()) for i in range(5)]
    assert given == [True, True, True, False, False]
    assert client.take(0.0) == ([b"2", b"3", b"4"], 2, True)
    assert client.take(0.0) == ([], 0, True)
    client.close()
    assert client.take(5.0) == ([], 0, False)


def test_a_slow_reader_is_told_to_read_again(module_app: Flask) -> None:
    hub = Hub(module_app.extensions["twin"].database, most=1)
    hub.on_tick(tick(1))
    stream = hub.open(None)
    assert b"event: hello" in next(stream)
    for number in range(2, 400):
        hub.on_tick(tick(number))
    assert hub.dropped > 0
    assert b"event: resync" in next(stream)
    assert next(stream).endswith(frames(tick(399), 4547))
    hub.close()
    assert b"event: bye" in next(stream)
    stream.close()
    assert len(hub) == 0


def test_a_stream_nobody_reads_gives_its_place_back(module_app: Flask) -> None:
    hub = Hub(module_app.extensions["twin"].database, most=1)
    hub.on_tick(tick(1))
    hub.open(None).close()
    assert len(hub) == 0
    hub.open(None).close()


def test_a_head_of_the_stream_takes_no_place(module_app: Flask) -> None:
    answer = module_app.test_client().head("/live")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    assert len(module_app.extensions["twin"].hub) == 0


def test_who_comes_from_a_server_ahead_waits_and_hears_nothing_twice(module_app: Flask) -> None:
    hub = Hub(module_app.extensions["twin"].database, most=1)
    hub.on_tick(tick(1))
    ahead = str(Snapshot(6, 6))
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(hub.open, ahead)
        while len(hub) == 0:
            time.sleep(0.01)
        for number in (2, 5):
            hub.on_tick(tick(number))
        stream = opening.result(5)
    first = next(stream)
    assert b"event: hello" in first
    assert b"resync" not in first
    hub.on_tick(tick(6))
    assert next(stream) == frames(tick(6), 4547)
    stream.close()


def test_a_cursor_nothing_catches_up_with_is_told(module_app: Flask, monkeypatch) -> None:
    monkeypatch.setattr("web.hub._CATCH_UP_S", 0.05)
    hub = Hub(module_app.extensions["twin"].database, most=1)
    hub.on_tick(tick(1))
    for cursor in (str(Snapshot(10**9, 10**9)), "nonsense"):
        stream = hub.open(cursor)
        assert b"event: resync" in next(stream)
        stream.close()


def test_only_the_last_event_of_a_tick_moves_the_cursor() -> None:
    both = Tick(Snapshot(9, 9), (Touch("road", 2048, 9976, 8),), ({"code": "S"},), (), (), 0.0)
    first, second = frames(both, 4547).decode().strip().split("\n\n")
    assert "id:" not in first
    assert second.startswith("id: 9:9:\nevent: observation")
    boxes = json.loads(first.partition("data: ")[2])["road"]
    west, south, east, north = boxes[0]
    assert 114.1 < west < east < 114.2
    assert 22.5 < south < north < 22.6


def test_restricted_layers_are_not_named() -> None:
    hidden = Tick(Snapshot(9, 9), (Touch("camera", 2048, 9976, 8),), (), (), (), 0.0)
    assert frames(hidden, 4547) == b""
