"""The commands as a user runs them: real processes, a real cluster of their own, real signals."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from twin.database.cluster import Cluster
from twin.settings import Settings
from web.commands import processes
from web.commands.address import answers

pytestmark = pytest.mark.long

Twin = Callable[..., "subprocess.CompletedProcess[str]"]
PATIENCE_S = 90


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A state directory that the account PostgreSQL runs under can reach."""
    folder = Path(tempfile.mkdtemp(prefix="twin-commands-"))
    folder.chmod(0o755)
    yield folder / "state"
    Cluster(replace(Settings.from_env({}), state_dir=folder / "state")).stop()
    shutil.rmtree(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(place: Path, port: int) -> Iterator[dict[str, str]]:
    """Return the variables of a city of this test; what the test leaves running is stopped."""
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "TWIN_WRITE_KEY"}}
    env = {**kept, "TWIN_STATE_DIR": str(place), "TWIN_PORT": str(port), "TWIN_HOST": "127.0.0.1"}
    yield env
    if processes.recorded(place, "up"):
        subprocess.run([sys.executable, "-m", "twin", "down"], env=env, timeout=PATIENCE_S, check=True)


@pytest.fixture
def twin(environment: dict[str, str]) -> Twin:
    """Run a command to its end: `twin("status", "--json")`."""

    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "twin", *arguments]
        env = {**environment, **variables}
        return subprocess.run(
            command, capture_output=True, text=True, env=env, timeout=PATIENCE_S, check=False
        )

    return run


def start(environment: dict[str, str], *arguments: str, sample: bool = False) -> "subprocess.Popen[str]":
    """`twin up` in the foreground of a session of its own, until it says that the city is open."""
    process = subprocess.Popen(
        [sys.executable, "-m", "twin", "up", *([] if sample else ["--no-sample"]), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "The city is open" in line:
            return process
    raise AssertionError("".join(lines))


def facts(twin: Twin) -> dict[str, object]:
    result = twin("status", "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_up_opens_the_city_and_ctrl_c_closes_all_of_it(
    twin: Twin, environment: dict[str, str], port: int
) -> None:
    process = start(environment)
    running = facts(twin)
    assert running["server"] == {"answers": True, "url": f"http://127.0.0.1:{port}/"}
    assert running["database"]["schema"] == "current"
    assert running["database"]["sample"] == "none"
    assert running["database"]["collections"]["building"] == 0
    again = twin("up")
    assert again.returncode == 0
    assert f"running already: http://127.0.0.1:{port}/" in again.stdout

    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 0
    stopped = facts(twin)
    assert (stopped["server"]["answers"], stopped["database"]["running"]) == (False, False)


def test_a_killed_supervisor_leaves_nothing_in_the_way(
    twin: Twin, environment: dict[str, str], place: Path
) -> None:
    process = start(environment)
    orphan = processes.recorded(place, "server")
    assert orphan is not None
    process.kill()
    process.wait()
    assert processes.recorded(place, "server") == orphan, "the server should have outlived its supervisor"

    result = twin("up", "--detach", "--no-sample")
    assert result.returncode == 0, result.stderr
    server = processes.recorded(place, "server")
    assert server is not None
    assert server.pid != orphan.pid
    assert facts(twin)["server"]["answers"]
    down = twin("down")
    assert down.stdout == "Stopped: server, database.\n"
    assert twin("down").stdout == "Nothing was running.\n"


def test_a_server_that_is_killed_is_replaced(environment: dict[str, str], place: Path) -> None:
    process = start(environment)
    first = processes.recorded(place, "server")
    url = f"http://127.0.0.1:{environment['TWIN_PORT']}/"
    assert first is not None
    os.killpg(first.pid, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while not ((now := processes.recorded(place, "server")) and now.pid != first.pid and answers(url)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0


def test_a_database_that_is_killed_is_started_again(environment: dict[str, str], place: Path) -> None:
    process = start(environment)
    postmaster = place / "pg" / "postmaster.pid"
    first = postmaster.read_text().split()[0]
    os.kill(int(first), signal.SIGKILL)
    url = f"http://127.0.0.1:{environment['TWIN_PORT']}/healthz"
    deadline = time.monotonic() + PATIENCE_S

    def replaced() -> bool:
        # between the two there is no such file, or an empty one
        now = _read(postmaster).split()
        return now[:1] not in ([], [first])

    while not (replaced() and _healthy(url)):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except FileNotFoundError:
        return ""


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_taken_port_is_said_before_anything_starts(twin: Twin, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        result = twin("up", "--no-sample")
    assert result.returncode == 3
    assert "ready" not in result.stdout
    assert f"port {port} on 127.0.0.1 is taken by another program; choose one with --port" in result.stderr


@pytest.mark.parametrize("command", [("up", "--no-sample"), ("serve",)])
def test_an_open_address_wants_a_key(twin: Twin, command: tuple[str, ...]) -> None:
    result = twin(*command, "--host", "0.0.0.0")
    assert result.returncode == 2
    assert "TWIN_WRITE_KEY" in result.stderr


def test_an_existing_server_is_used_and_left_running(
    twin: Twin, environment: dict[str, str], settings: Settings
) -> None:
    environment["DATABASE_URL"] = settings.dsn
    process = start(environment)
    running = facts(twin)
    assert running["database"]["private"] is False
    assert running["server"]["answers"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    with psycopg.connect(settings.dsn) as connection:  # the server of DATABASE_URL is not ours to stop
        connection.execute("select 1")


def test_an_unreachable_server_is_one_line(twin: Twin) -> None:
    result = twin("up", "--no-sample", DATABASE_URL="postgresql://twin:secret@127.0.0.1:1/twin")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr + result.stdout


def test_doctor_tells_what_is_missing_and_what_to_do(twin: Twin, tmp_path: Path) -> None:
    result = twin("doctor", "--json", TWIN_PG_BIN=str(tmp_path))
    assert result.returncode == 1
    checks = {check["name"]: check for check in json.loads(result.stdout)}
    assert checks["PostGIS"]["state"] == "fail"
    assert "TWIN_PG_BIN" in checks["PostGIS"]["advice"]
    assert checks["Python"]["state"] == "ok"
    assert all(check["advice"] for check in checks.values() if check["state"] != "ok")


def test_models_of_the_sample_are_checked_once_the_city_is_open(
    twin: Twin, environment: dict[str, str], place: Path, settings: Settings
) -> None:
    environment["DATABASE_URL"] = settings.dsn
    sampled = ("--profile", "tiny", "--no-simulator")
    process = start(environment, *sampled, sample=True)
    with psycopg.connect(settings.dsn) as connection:
        models = [number for (number,) in connection.execute("select id from twin.model").fetchall()]
    assert len(models) == 2
    of = f"http://127.0.0.1:{environment['TWIN_PORT']}/api/models/{{}}/checks"
    deadline = time.monotonic() + PATIENCE_S
    while not all(_answer(of.format(model))["checked_at"] for model in models):
        assert time.monotonic() < deadline, (place / "checks.log").read_text()
        time.sleep(0.2)
    # the tower's narrow doors, and a pump house that is one compartment nobody drew
    assert {_answer(of.format(model))["answer"] for model in models} == {"fail", "unknown"}
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0

    (place / "checks.log").unlink()
    process = start(environment, *sampled, sample=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    assert not (place / "checks.log").exists(), "a second start has nothing to check"


def _answer(url: str) -> dict[str, object]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.loads(answer.read())
