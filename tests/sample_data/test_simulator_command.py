"""`twin simulate` as a command and as a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from sample_data.simulator_command import simulate
from tests.sample_data.fix_listener import city
from tests.sample_data.listener import City, devices, listen, write_devices

__all__ = ["city"]
ROOT = Path(__file__).resolve().parents[2]


def test_once_posts_one_reading_each_and_fails_loudly_without_a_server(city: City, tmp_path: Path) -> None:
    path = write_devices(tmp_path / "sensors.geojson", devices(25))
    done = CliRunner().invoke(simulate, ["--base", city.base, "--sensors", str(path), "--once"])
    assert done.exit_code == 0, done.output
    assert 24 <= len(city.readings) <= 25
    failed = CliRunner().invoke(simulate, ["--base", "http://127.0.0.1:9", "--sensors", str(path), "--once"])
    assert failed.exit_code == 1 and "could not be delivered" in failed.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base", "nonsense"], "is no http"),
        (["--scenario", "volcano"], "volcano"),
        (["--speed", "0"], "0"),
        (["--began", "1700000000"], "needs --scenario"),
    ],
)
def test_wrong_arguments_are_said(tmp_path: Path, arguments: list[str], said: str) -> None:
    path = write_devices(tmp_path / "sensors.geojson", devices(1))
    done = CliRunner().invoke(simulate, ["--sensors", str(path), *arguments])
    assert done.exit_code != 0 and said in done.output


def test_without_a_sample_city_the_way_to_one_is_said(tmp_path: Path) -> None:
    done = CliRunner().invoke(simulate, ["--once"], env={"TWIN_STATE_DIR": str(tmp_path)})
    assert done.exit_code == 1 and "twin sample" in done.output


def _wait(condition: Any, what: str) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def test_a_process_outlives_a_server_restart_and_stops_on_sigterm(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = write_devices(tmp_path / "sensors.geojson", devices(40, period_s=1))
    city = City()
    server = listen(city, port)
    process = subprocess.Popen(
        [sys.executable, "-c", "from sample_data.simulator_command import simulate; simulate()",
         "--base", city.base, "--sensors", str(path), "--backfill", "0"],
        cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _wait(lambda: len(city.readings) >= 80, "no readings came")
        server.shutdown()
        server.server_close()
        before = len(city.readings)
        time.sleep(2.5)
        server = listen(city, port)
        _wait(lambda: len(city.readings) > before + 80, "the simulator did not come back")
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0, said
        assert "away" in said and "is back" in said and "stopped" in said
        # what was measured while the server was away arrived too: no second is missing
        seconds = sorted(
            {int(datetime.fromisoformat(r["phenomenon_time"]).timestamp()) for r in city.readings}
        )
        assert max(np.diff(seconds)) <= 2
    finally:
        process.kill()
        process.wait()
        server.shutdown()
        server.server_close()
