"""`twin simulate`: post the sample city's readings to a server, as any outside system would."""

from __future__ import annotations

import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

import click

from sample_data.feeds.feed import Fleet, read_devices
from sample_data.scenarios import SCENARIOS, scenario
from sample_data.simulator.outbox import Outbox
from sample_data.simulator.run import Simulator
from sample_data.simulator.story import Story
from sample_data.simulator.wire import Server
from twin.errors import NotFound, TwinError
from twin.settings import Settings


def _say(line: str) -> None:
    click.echo(f"{datetime.now().astimezone():%H:%M:%S}  {line}", err=True)


def _sensors_file(settings: Settings) -> Path:
    """Device list of the sample city generated last."""
    found = sorted(
        (settings.state_dir / "sample").glob("*/sensors.geojson"),
        key=lambda path: (path.stat().st_mtime, path),
    )
    if not found:
        raise NotFound(
            f"no device list under {settings.state_dir / 'sample'}; run `twin sample` or give --sensors FILE"
        )
    return found[-1]


@click.command()
@click.option("--base", default=None, help="URL of the server; by default that of the settings.")
@click.option(
    "--sensors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Device list (sensors.geojson); by default that of the sample city generated last.",
)
@click.option(
    "--scenario", "name", type=click.Choice(SCENARIOS), default=None, help="Play a scenario from now."
)
@click.option("--speed", type=click.FloatRange(0.1, 3600), default=None,
              help="Scenario seconds a second; by default fire 1, flood 60.")  # fmt: skip
@click.option("--began", type=click.FloatRange(min=0), default=None, metavar="UNIX_S",
              help="When the scenario began; a simulator started again goes on from there.")  # fmt: skip
@click.option("--once", is_flag=True, help="Post one reading of every device and stop.")
@click.option("--backfill", type=click.FloatRange(0, 47), default=2.0, show_default=True, metavar="HOURS",
              help="Write history first, a reading each ten minutes; 0 writes none.")  # fmt: skip
def simulate(
    base: str | None,
    sensors: Path | None,
    name: str | None,
    speed: float | None,
    began: float | None,
    *,
    once: bool,
    backfill: float,
) -> None:
    """Post live readings until stopped (Ctrl-C or SIGTERM).

    Readings are pure functions of device and time: a restart goes on as if nothing
    had happened. When the server is away they are held and tried again.
    """
    stop = Flag()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = Settings.from_env()
        server = Server(base or f"http://{settings.host}:{settings.port}", settings.write_key)
        path = sensors or _sensors_file(settings)
        fleet = Fleet(read_devices(path))
    except TwinError as error:
        raise click.ClickException(str(error)) from error
    if began is not None and name is None:
        raise click.UsageError("--began needs --scenario")
    outbox = Outbox(server, _say)
    simulator = Simulator(fleet, outbox, _say)
    _say(f"{len(fleet.devices):,} devices of {path} -> {server.base}")
    if once:
        _once(simulator, outbox)
        return
    if began is not None and name is not None:  # before the history, which must not contradict the story
        _play(simulator, server, name, speed, began)
    if backfill:
        started = time.monotonic()
        count = simulator.backfill(backfill, stop)
        _say(f"{count:,} readings of the last {backfill:g} h in {time.monotonic() - started:.1f} s")
    if name is not None and began is None and not stop.is_set():
        _play(simulator, server, name, speed, time.time())
    simulator.run(stop)
    _say(f"stopped; {simulator.summary()}")


def _play(simulator: Simulator, server: Server, name: str, speed: float | None, began_s: float) -> None:
    """Start a scenario; its run is named by its beginning, so going on repeats no incident."""
    chosen = scenario(name)
    run = f"{name}-{datetime.fromtimestamp(began_s, UTC):%Y%m%dT%H%M%S.%f}"
    simulator.play(chosen, Story(chosen, run, server, _say), speed, began_s)
    _say(f"scenario {chosen.title_zh} {chosen.title_en} at {simulator.scenario_s(time.time()):+,.0f} s")


def _once(simulator: Simulator, outbox: Outbox) -> None:
    """Post one round; a server that is away is an error here, because nobody will try again."""
    simulator.tick()
    _say(simulator.summary())
    if len(outbox):
        click.echo("the readings could not be delivered", err=True)
        sys.exit(1)
