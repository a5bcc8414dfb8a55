"""Notes of running processes: a number given to somebody else is never taken for ours."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from web.commands import processes
from web.commands.child import Child


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_a_noted_process_is_found_with_its_details(tmp_path: Path, sleeper) -> None:
    processes.record(tmp_path, "server", sleeper.pid, url="http://x/")
    found = processes.recorded(tmp_path, "server")
    assert found is not None
    assert (found.pid, found.details) == (sleeper.pid, {"url": "http://x/"})


def test_a_dead_process_is_not_running_even_before_it_is_reaped(tmp_path: Path, sleeper) -> None:
    processes.record(tmp_path, "server", sleeper.pid)
    sleeper.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert processes.recorded(tmp_path, "server") is None


def test_a_stranger_with_the_same_number_is_left_alone(tmp_path: Path, sleeper) -> None:
    processes.record(tmp_path, "server", sleeper.pid)
    note = tmp_path / "server.json"
    entry = json.loads(note.read_text())
    note.write_text(json.dumps({**entry, "mark": "started:yesterday"}))
    assert processes.recorded(tmp_path, "server") is None
    assert processes.stop(tmp_path, "server", 1.0) is False
    assert sleeper.poll() is None
    assert not note.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": null, "mark": "1"}'])
def test_a_damaged_note_means_nothing_runs(tmp_path: Path, text: str) -> None:
    (tmp_path / "up.json").write_text(text)
    assert processes.recorded(tmp_path, "up") is None


def test_stop_is_polite_first_and_firm_then(tmp_path: Path) -> None:
    stubborn = subprocess.Popen(
        [
            sys.executable,
            "-uc",
            "import signal,time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
    )
    assert stubborn.stdout is not None
    stubborn.stdout.readline()  # it ignores SIGTERM from here on
    processes.record(tmp_path, "server", stubborn.pid)
    assert processes.stop(tmp_path, "server", 0.3) is True
    assert stubborn.wait(5) == -signal.SIGKILL
    stubborn.stdout.close()


def child(tmp_path: Path, code: str) -> Child:
    return Child("simulator", [sys.executable, "-c", code], dict(os.environ), tmp_path)


def test_a_child_that_dies_is_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("web.commands.child.time.monotonic", lambda: clock[0])
    worker = child(tmp_path, "print('hello', flush=True)")
    worker.start()
    worker._process.wait()
    first = worker._process.pid
    assert "ended with 0" in worker.tend()
    assert worker.tend() is None  # not at once
    clock[0] += 5
    assert worker.tend() is None
    assert worker._process.pid != first
    worker._process.wait()
    assert worker.log.read_text() == "hello\nhello\n"


def test_a_child_that_always_dies_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("web.commands.child.time.monotonic", lambda: clock[0])
    worker = child(tmp_path, "raise SystemExit('no device list')")
    worker.start()
    news = []
    for _ in range(40):
        worker._process.wait()
        news.append(worker.tend())
        clock[0] += 10
        if worker.given_up:
            break
    assert worker.given_up
    assert "no device list" in news[-1]
    assert worker.tend() is None


@pytest.mark.parametrize(("code", "said"), [(0, None), (3, "ended with 3")])
def test_a_child_that_runs_once_is_not_started_again(tmp_path: Path, code: int, said: str | None) -> None:
    command = [sys.executable, "-c", f"raise SystemExit({code})"]
    worker = Child("checks", command, dict(os.environ), tmp_path, once=True)
    worker.start()
    first = worker._process
    first.wait()
    news = worker.tend()
    assert said in news if said else news is None
    assert worker.tend() is None
    assert worker._process is first
    assert processes.recorded(tmp_path, "checks") is None
