"""Servers that take part, and how they call a tile."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import mapbox_vector_tile
from psycopg.conninfo import conninfo_to_dict

from tests.benchmarks.tiling.cost import server_cpu_s
from twin.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent.parent.parent
_CACHE_MB = 256
PEERS = ("martin", "pg_tileserv", "tipg")


@dataclass(frozen=True, slots=True)
class Contestant:
    """A running server.

    Attributes
    ----------
    name : str
        For the report.
    port : int
        Where it listens.
    path : str
        Of a tile, with `{layers}`, `{z}`, `{x}` and `{y}`.
    process : Popen
        Leader of its process group.
    cached : bool
        Whether it may keep tiles.
    prefix : str
        Before the name of a layer.
    together : bool
        Whether it answers several layers in one tile.
    """

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]
    cached: bool = False
    prefix: str = ""
    together: bool = True

    def address(self, layers: tuple[str, ...], place: str) -> str:
        """Path of a tile."""
        z, x, y = place.split("/")
        return self.path.format(layers=",".join(self.prefix + one for one in layers), z=z, x=x, y=y)


def missing() -> list[str]:
    """Peers that cannot take part, for they are not installed."""
    there = {
        "martin": shutil.which("martin"),
        "pg_tileserv": shutil.which("pg_tileserv"),
        "tipg": find_spec("tipg") and find_spec("uvicorn"),
    }
    return [name for name in PEERS if not there[name]]


def field(
    settings: Settings, scratch: Path, snapshot_mb: int
) -> Iterator[AbstractContextManager[Contestant]]:
    """Start whoever can take part."""
    ways = (
        ("twin, memory", snapshot_mb, 0),
        # too little for any copy: every tile is asked of PostgreSQL
        ("twin, PostGIS", 1, 0),
        ("twin, cached", snapshot_mb, _CACHE_MB),
    )
    for name, memory_mb, cache_mb in ways:
        yield twin(settings, scratch, name, memory_mb, cache_mb)
    yield from peers(settings, scratch)


def twin(
    settings: Settings, scratch: Path, name: str, memory_mb: int, cache_mb: int = _CACHE_MB
) -> AbstractContextManager[Contestant]:
    """Start a server of ours, one process."""
    command = [sys.executable, "-m", "twin", "serve", "--port"]
    told = {
        "DATABASE_URL": settings.dsn,
        "TWIN_STORAGE_SRID": str(settings.storage_srid),
        "TWIN_STATE_DIR": str(settings.state_dir),
        "TWIN_SNAPSHOT_MB": str(memory_mb),
        "TWIN_TILE_CACHE_MB": str(cache_mb),
    }
    path = "/tiles/{layers}/{z}/{x}/{y}.mvt"
    return serve(name, path, command, told, scratch=scratch, cached=cache_mb > 0)


def peers(settings: Settings, scratch: Path) -> Iterator[AbstractContextManager[Contestant]]:
    """Start every peer that is installed."""
    absent = missing()
    if "martin" not in absent:
        for name, cache_mb in (("martin", 0), ("martin, cached", _CACHE_MB)):
            yield serve(
                name, "/{layers}/{z}/{x}/{y}",
                ["martin", tcp_like(settings), *f"-W 1 --cache-size {cache_mb} --listen-addresses".split()],
                {"RUST_LOG": "error"}, scratch=scratch, prefix="peer_", cached=cache_mb > 0,
            )  # fmt: skip
    if "pg_tileserv" not in absent:
        yield serve(
            "pg_tileserv", "/{layers}/{z}/{x}/{y}.pbf", ["pg_tileserv"],
            {"DATABASE_URL": tcp_like(settings), "TS_MAXFEATURESPERTILE": "50000"}, scratch=scratch,
            prefix="public.peer_",
        )  # fmt: skip
    if "tipg" not in absent:
        yield serve(
            "tipg", "/collections/public.{layers}/tiles/WebMercatorQuad/{z}/{x}/{y}",
            [sys.executable, "-m", "uvicorn", "tipg.main:app", "--log-level", "error", "--port"],
            {"DATABASE_URL": tcp_like(settings), "TIPG_DB_SCHEMAS": '["public"]'}, scratch=scratch,
            prefix="peer_", together=False,
        )  # fmt: skip


@contextmanager
def serve(
    name: str,
    path: str,
    command: list[str],
    environment: dict[str, str],
    *,
    scratch: Path,
    cached: bool = False,
    prefix: str = "",
    together: bool = True,
) -> Iterator[Contestant]:
    """Start a server on a free port, wait until it answers, end it with the block; it logs to `scratch`."""
    port = _free_port()
    address = {"--port": [str(port)], "pg_tileserv": []}.get(command[-1], [f"127.0.0.1:{port}"])
    log = scratch / f"{port}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, *address], env={**os.environ, "TS_HTTPPORT": str(port), **environment}, cwd=_ROOT,
            stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        one = Contestant(name, port, path, process, cached, prefix, together)
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(one, one.address(("building",), "18/214178/114266"))
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{name} does not start: {log.read_text()[-800:]}") from error
                time.sleep(0.2)
        yield one
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for_memory(one: Contestant, features: int) -> dict[str, float]:
    """Wait until a server holds so many features; what it took: seconds, CPU-seconds, megabytes."""
    began = time.monotonic()
    figures = _wait(one, "twin_snapshot_rows", features)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "server_cpu_s": round(server_cpu_s(one.process.pid), 1),
        "mb": round(figures["twin_snapshot_bytes"] / 2**20, 1),
    }


def wait_for_kernels(one: Contestant) -> None:
    """Wait until a server draws rows of the database itself."""
    _wait(one, "twin_tiles_from_rows_total", 1)


def _wait(one: Contestant, name: str, least: float) -> dict[str, float]:
    """Ask for a tile and for the figures until one of them is large enough."""
    began = time.monotonic()
    while True:
        ask(one, one.address(("building",), "18/214178/114266"))
        data = _plain(ask(one, "/metrics")[1]).decode()
        lines = (line.rsplit(" ", 1) for line in data.splitlines() if not line.startswith("#"))
        figures = {key: float(value) for key, value in lines if "{" not in key}
        if figures.get(name, 0) >= least:
            return figures
        if time.monotonic() - began > 900:
            raise RuntimeError(f"{one.name} does not load: {data[:600]}")
        time.sleep(0.5)


def ask(one: Contestant, path: str) -> tuple[int, bytes]:
    """Status and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def look(one: Contestant, layers: tuple[str, ...], place: str) -> tuple[int, int]:
    """Features in one tile and bytes sent for it."""
    status, data = ask(one, one.address(layers, place))
    if status != 200:
        raise RuntimeError(f"{one.name} answers {status} for {place}: {data[:400]!r}")
    decoded = mapbox_vector_tile.decode(_plain(data))
    return sum(len(layer["features"]) for layer in decoded.values()), len(data)


def _plain(data: bytes) -> bytes:
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def tcp_like(settings: Settings) -> str:
    """The database as a URL that every driver reads, a socket folder as its host."""
    parts = conninfo_to_dict(settings.dsn)
    host = quote(str(parts.get("host", "localhost")), safe="")
    return f"postgresql://{parts.get('user', 'postgres')}@{host}:{parts.get('port', 5432)}/{parts['dbname']}"
