"""`twin serve`: the web server alone, on a database that is there."""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import replace
from pathlib import Path

import click

from twin.errors import InvalidParameter
from twin.settings import Settings
from web.access import may_bind

# Beside the event streams, which hold a thread each, enough for tiles and pages:
# where streams take every thread, tiles stop completely.
_TILE_THREADS = 64
_OPEN_FILES = 8192
_SHARED_MEMORY = Path("/dev") / "shm"


def gunicorn_command(settings: Settings, workers: int) -> list[str]:
    """Return the command line of the web server.

    Threads are cheap (a thousand idle ones took 35 MB where it was measured), so
    every event stream may hold one.
    """
    threads = settings.max_live_clients + _TILE_THREADS
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    options = {
        "--workers": workers,
        "--worker-class": "gthread",
        "--threads": threads,
        "--worker-connections": threads + 500,
        "--bind": f"{host}:{settings.port}",
        "--timeout": 60,
        "--graceful-timeout": 5,
        "--keep-alive": 15,
    }
    if _SHARED_MEMORY.is_dir():
        # The heartbeat file on a disk that stalls would kill a healthy worker.
        options["--worker-tmp-dir"] = str(_SHARED_MEMORY)
    words = [str(word) for pair in options.items() for word in pair]
    return [sys.executable, "-m", "gunicorn", *words, "--no-control-socket", "web.app:create_app()"]


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment that makes `Settings.from_env()` of a child read the same."""
    return {**os.environ, "TWIN_HOST": settings.host, "TWIN_PORT": str(settings.port)}


def listening(settings: Settings, host: str | None, port: int | None) -> Settings:
    """Settings with the address from the command line.

    Raises
    ------
    InvalidParameter
        The address is open to others and no write key protects the city.
    """
    changed = replace(settings, host=host or settings.host, port=settings.port if port is None else port)
    if not may_bind(changed):
        raise InvalidParameter(
            "--host",
            f"{changed.host} can be reached by others, and without a key they could change the city."
            " Set TWIN_WRITE_KEY to a long secret, or listen on 127.0.0.1",
        )
    return changed


def allow_open_files() -> None:
    """Raise the limit of open files: an event stream and a tile request hold one each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@click.command()
@click.option("--host", help="Address to listen on (TWIN_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (TWIN_PORT).")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
def serve(host: str | None, port: int | None, workers: int) -> None:
    """Serve an existing city, without starting a database, sample or simulator."""
    settings = listening(Settings.from_env(), host, port)
    allow_open_files()
    command = gunicorn_command(settings, workers)
    os.execve(command[0], command, environment(settings))  # noqa: S606 - our own interpreter, no shell
