"""`twin up`: database, schema, sample city, web server and simulator, until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from twin.database.cluster import Cluster
from twin.errors import Conflict, TwinError
from twin.settings import Settings
from web.commands import processes
from web.commands.address import answers, url
from web.commands.child import Child
from web.commands.progress import timed
from web.commands.serve import allow_open_files, environment, listening, serve_command

_ANSWER_S = 60.0
_DATABASE_LOOK_S = 2.0
_PATIENCE_S = {"server": 8.0, "simulator": 5.0, "checks": 2.0}


@click.command()
@click.option("--host", help="Address to listen on (TWIN_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (TWIN_PORT).")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
@click.option(
    "--profile", type=click.Choice(["tiny", "demo", "full"]), help="Size of the sample city [demo]."
)
@click.option("--sample/--no-sample", default=True, help="Load the sample city into a fresh database.")
@click.option("--simulator/--no-simulator", default=True, help="Feed the sample's sensors.")
@click.option("--scenario", type=click.Choice(["fire", "flood"]), help="Play an event in the simulator.")
@click.option("--detach", is_flag=True, help="Return when the server answers; `twin down` stops it.")
def up(
    *,
    host: str | None,
    port: int | None,
    workers: int,
    profile: str | None,
    sample: bool,
    simulator: bool,
    scenario: str | None,
    detach: bool,
) -> None:
    """Start the city; Ctrl-C stops all of it."""
    settings = listening(Settings.from_env(), host, port)
    console = Console(stderr=False)
    running = processes.recorded(settings.state_dir, "up")
    if running is not None:
        console.print(
            f"The city is running already: [bold]{running.details.get('url')}[/]  (twin down stops it)"
        )
        return
    if detach:
        _detach(settings, console)
        return
    # SIGTERM takes the same way out as Ctrl-C, whatever is going on. Ctrl-C is asked for by name:
    # a script that starts this with `&` hands down that it be ignored.
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # left alone under nohup
        signal.signal(signal.SIGHUP, _interrupt)
    children: list[Child] = []
    with _only_one(settings):
        processes.record(settings.state_dir, "up", os.getpid())
        try:
            # Asked for here: an answer like "running already" does without Alembic and SQLAlchemy.
            from web.commands.prepare import prepare  # noqa: PLC0415

            prepared = prepare(settings, profile, sample=sample, console=console)
            children.append(_start_server(settings, workers, console))
            if prepared.folder is not None and simulator:
                children.append(_start_simulator(settings, prepared.folder, scenario))
            if prepared.folder is not None and prepared.unchecked:
                children.append(_start_checks(settings, prepared.folder))
            processes.record(settings.state_dir, "up", os.getpid(), url=url(settings), started_at=time.time())
            console.print(
                f"\n  The city is open: [bold]{url(settings)}[/]\n  Ctrl-C stops it.\n", highlight=False
            )
            _watch(settings, children, console)
        except KeyboardInterrupt:
            console.print("\nStopping ...")
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _stop(settings, children, console)


def _start_server(settings: Settings, workers: int, console: Console) -> Child:
    allow_open_files()
    server = Child("server", serve_command(settings, workers), environment(settings), settings.state_dir)
    with timed(console, "Server"):
        server.start()
        deadline = time.monotonic() + _ANSWER_S
        try:
            while not answers(url(settings)):
                if server.exit_code() is not None or time.monotonic() > deadline:
                    raise TwinError(
                        f"the web server does not answer; its log {server.log} ends with\n{server.tail()}"
                    )
                time.sleep(0.05)
        except BaseException:
            server.stop(_PATIENCE_S["server"])
            raise
    return server


def _start_simulator(settings: Settings, folder: Path, scenario: str | None) -> Child:
    command = [sys.executable, "-m", "twin", "simulate", "--base", url(settings)]
    command += ["--sensors", str(folder / "sensors.geojson")]
    # a child started again plays on from here instead of opening the incident anew
    command += ["--scenario", scenario, "--began", f"{time.time():.3f}"] if scenario else []
    child = Child("simulator", command, environment(settings), settings.state_dir)
    child.start()
    return child


def _start_checks(settings: Settings, folder: Path) -> Child:
    """Check the sample's models: some 15 s of work, which the first look at the city does not wait for."""
    command = [sys.executable, "-m", "twin", "check", "--missing", str(folder)]
    child = Child("checks", command, environment(settings), settings.state_dir, once=True)
    child.start()
    return child


def _watch(settings: Settings, children: list[Child], console: Console) -> None:
    look_at_database = time.monotonic() + _DATABASE_LOOK_S
    while True:
        if settings.database_url is None and time.monotonic() > look_at_database:
            _tend_database(Cluster(settings), console)
            look_at_database = time.monotonic() + _DATABASE_LOOK_S
        for child in children:
            news = child.tend()
            if news:
                console.print(news, style="yellow", highlight=False, markup=False)
            if child.given_up and child.name == "server":
                raise TwinError("the web server cannot be kept running; see above")
        time.sleep(0.2)


def _tend_database(cluster: Cluster, console: Console) -> None:
    """Start the private database again if it died; the server answers 503 until it is back."""
    if cluster.running():
        return
    try:
        cluster.ensure()
        news = "the database had stopped; it was started again"
    except TwinError as error:
        news = f"the database has stopped and does not start: {error}"
    console.print(news, style="yellow", highlight=False, markup=False)


def _stop(settings: Settings, children: list[Child], console: Console) -> None:
    for child in reversed(children):
        child.stop(_PATIENCE_S[child.name])
    if settings.database_url is None and not Cluster(settings).stop_if_idle():
        console.print("The database stays up for its other users; twin down stops it too.")
    console.print("Stopped.")
    processes.forget(settings.state_dir, "up")  # last: who waits for it finds everything stopped


def _detach(settings: Settings, console: Console) -> None:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    log = settings.state_dir / "up.log"
    command = [sys.executable, "-m", "twin", *[word for word in sys.argv[1:] if word != "--detach"]]
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    console.print(f"Starting; progress in {log}", highlight=False)
    while not ((running := processes.recorded(settings.state_dir, "up")) and running.details.get("url")):
        if child.poll() is not None:
            raise TwinError(f"the city did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
    console.print(f"The city is open: [bold]{url(settings)}[/]  (twin down stops it)", highlight=False)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the right to run: given back by the system however this process ends."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    with (settings.state_dir / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "another `twin up` is starting or stopping this city right now; wait for it"
            ) from error
        yield


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
