"""`twin serve`: the web server alone, on a database that is there."""

from __future__ import annotations

import os
import resource
import socket
import sys
from dataclasses import replace

import click

from twin.errors import InvalidParameter
from twin.settings import Settings
from web import server
from web.access import may_bind

_OPEN_FILES = 8192


def serve_command(settings: Settings, workers: int) -> list[str]:
    """Return the command line that serves at the address of the settings."""
    address = ["--host", settings.host, "--port", str(settings.port)]
    return [sys.executable, "-m", "twin", "serve", *address, "--workers", str(workers)]


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
@click.option(
    "--fd",
    type=click.IntRange(3),
    help="Number of an open socket that listens already, handed over by who starts this (systemd: 3).",
)
def serve(host: str | None, port: int | None, workers: int, fd: int | None) -> None:
    """Serve an existing city, without starting a database, sample or simulator.

    SIGHUP exchanges the server processes one by one, for a new version, without losing a request.
    """
    settings = listening(Settings.from_env(), host, port)
    allow_open_files()
    # workers read their settings there
    os.environ.update(environment(settings))
    server.run(settings, server.listen(settings) if fd is None else _handed_over(fd), workers)


def _handed_over(fd: int) -> socket.socket:
    try:
        given = socket.socket(fileno=fd)
        listens = given.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise InvalidParameter("--fd", f"{fd} is not an open socket: {error.strerror}") from error
    if not listens:
        raise InvalidParameter("--fd", f"{fd} is a socket that does not listen")
    return given
