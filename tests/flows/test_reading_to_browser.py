"""From a write in one server process to an open event stream of another, through real servers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection

import psycopg
import pytest

from twin.settings import Settings

PORTS = (8131, 8132)
_SENSOR = (
    "insert into city.sensor (code, type, unit, period_s, alarm, geometry) values"
    " ('S1', 'ponding', 'm', 60, 0.3, st_setsrid(st_makepoint(512500, 2494500), 4547))"
)
_WATER = (
    "insert into city.water_body (name_zh, geometry) values (%s,"
    " st_multi(st_makeenvelope(513000, 2495000, 513010, 2495010, 4547)))"
)


@pytest.fixture(scope="module")
def servers(new_database, server_settings: Settings, tmp_path_factory) -> Iterator[str]:
    """Two server processes on one database; its URL."""
    with new_database() as url:
        running = []
        for port in PORTS:
            environment = {
                **os.environ,
                "DATABASE_URL": url,
                "TWIN_STATE_DIR": str(tmp_path_factory.mktemp("state")),
                "TWIN_SNAPSHOT_MB": "0",
                "TWIN_PORT": str(port),
                "TWIN_MAX_LIVE_CLIENTS": "4",
            }
            command = [sys.executable, "-m", "twin", "serve"]
            running.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE))
        try:
            for port in PORTS:
                _wait_until_up(port)
            yield url
        finally:
            for process in running:
                process.send_signal(signal.SIGTERM)
            for process in running:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(15)
                process.kill()
                process.communicate()


class Stream:
    """One open event stream, read on a thread."""

    def __init__(self, port: int, cursor: str | None = None) -> None:
        self.events: list[tuple[str, dict]] = []
        self.cursor = cursor
        self.ended = threading.Event()
        self._changed = threading.Condition()
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Last-Event-ID": cursor} if cursor else {}
        self._connection.request("GET", "/live", headers=headers)
        self.response = self._connection.getresponse()
        self.status = self.response.status
        if self.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        name = ""
        with suppress(OSError, ValueError, AttributeError):
            for raw in self.response:
                line = raw.decode().rstrip("\n")
                field, _, value = line.partition(": ")
                if field == "id":
                    self.cursor = value
                elif field == "event":
                    name = value
                elif field == "data":
                    with self._changed:
                        self.events.append((name, json.loads(value)))
                        self._changed.notify_all()
        self.ended.set()

    def until(self, name: str, count: int = 1, key: str | None = None) -> list[dict]:
        """Wait for events of a name, and where `key` is given with that key."""

        def found() -> list[dict]:
            return [data for kind, data in self.events if kind == name and (key is None or key in data)]

        with self._changed:
            assert self._changed.wait_for(lambda: len(found()) >= count, 20), self.events
            return found()

    def until_touched(self, west: float) -> None:
        """Wait for the touch of a water in the cell that begins there, degrees east."""

        def found() -> bool:
            boxes = [
                box for kind, data in self.events if kind == "touch" for box in data.get("water_body", [])
            ]
            return any(abs(box[0] - west) < 0.001 for box in boxes)

        with self._changed:
            assert self._changed.wait_for(found, 20), self.events

    def names(self) -> list[str]:
        with self._changed:
            return [name for name, _ in self.events]

    def close(self) -> None:
        with suppress(OSError):
            if self._connection.sock is not None:
                self._connection.sock.shutdown(2)
        self._connection.close()


def post(port: int, path: str, body: dict) -> dict:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def test_written_in_one_process_and_heard_in_the_other(servers: str) -> None:
    with psycopg.connect(servers, autocommit=True) as connection:
        connection.execute(_SENSOR)
    stream = Stream(PORTS[1])
    try:
        stream.until("hello")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        reading = {"datastream": "S1", "phenomenon_time": now, "result": 0.5}
        assert post(PORTS[0], "/api/observations", {"observations": [reading]})["accepted"] == 1
        told = stream.until("observation")[0][0]
        assert (told["code"], told["result"], told["state"]) == ("S1", 0.5, "alarm")
        assert stream.until("alarm")[0]["severity"] == "alarm"
        place = {"type": "Point", "coordinates": [114.12, 22.55]}
        post(PORTS[0], "/api/incidents", {"type": "W1", "level": 3, "title": "积水", "geometry": place})
        incident = stream.until("incident")[0]
        assert (incident["title"], incident["event"]["to"]) == ("积水", "reported")
        with psycopg.connect(servers) as connection:
            connection.execute(_WATER, ("湖",))
        west, south, east, north = stream.until("touch", key="water_body")[0]["water_body"][0]
        assert west < 114.1264 < east
        assert south < 22.5527 < north
    finally:
        stream.close()


def test_a_returning_client_hears_what_it_missed_once(servers: str) -> None:
    first = Stream(PORTS[0])
    first.until("hello")
    with (
        psycopg.connect(servers) as late,
        psycopg.connect(servers, autocommit=True) as early,
    ):
        # begun before the stream breaks off, committed after: a plain "newer than" would miss it
        late.execute(_WATER.replace("513", "515"), ("晚",))
        # where no test before left a touch that this server, busy, tells only now
        early.execute(_WATER.replace("513", "517"), ("早",))
        first.until_touched(114.1653)
        cursor = first.cursor
        first.close()
        late.commit()
    again = Stream(PORTS[1], cursor)
    try:
        touched = again.until("touch")
        assert "touch" in again.names()
        assert len(touched) == 1
        assert len(touched[0]["water_body"]) == 1
        assert again.cursor != cursor
        with psycopg.connect(servers, autocommit=True) as connection:
            connection.execute(_WATER, ("新",))
        again.until("touch", 2)
    finally:
        again.close()


def test_a_cursor_of_elsewhere_is_told_to_read_again(servers: str) -> None:
    for cursor in ("nonsense", "999999999:999999999:"):
        stream = Stream(PORTS[0], cursor)
        try:
            assert stream.until("resync")[0]["reason"]
        finally:
            stream.close()


def test_more_clients_than_allowed_are_refused_and_tiles_go_on(servers: str) -> None:
    streams: list[Stream] = []
    try:
        # streams of the tests before wind down when two heartbeats of 15 s could not be sent
        deadline = time.monotonic() + 90
        while sum(s.status == 200 for s in streams) < 4 and time.monotonic() < deadline:
            streams.append(Stream(PORTS[0]))
            if streams[-1].status != 200:
                streams.pop().close()
                time.sleep(0.5)
        assert len(streams) == 4
        refused = Stream(PORTS[0])
        assert refused.status == 503
        assert refused.response.headers["Retry-After"]
        with urllib.request.urlopen(f"http://127.0.0.1:{PORTS[0]}/healthz", timeout=20) as answer:
            assert answer.status == 200
    finally:
        for stream in streams:
            stream.close()


def test_a_stopping_server_says_goodbye(servers: str, tmp_path) -> None:
    port = 8133
    environment = {**os.environ, "DATABASE_URL": servers, "TWIN_STATE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "twin", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_until_up(port)
        stream = Stream(port)
        stream.until("hello")
        process.send_signal(signal.SIGTERM)
        stream.until("bye")
        assert stream.ended.wait(20)
        # well before the 30 s it may take for requests that do not end
        process.wait(20)
    finally:
        process.kill()
        process.wait()


def _wait_until_up(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server on port {port} did not come up")
