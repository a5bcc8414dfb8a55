"""Servers that take part, how they call a tile, and what they cost."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import mapbox_vector_tile
import psycopg
from psycopg.conninfo import conninfo_to_dict

from twin.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent.parent.parent
_PORTS = range(8120, 8130)
_CLIENTS = 4
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


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
    times : int
        How often each tile is asked: more than once where a cache is what is tried.
    prefix : str
        Before the name of a layer.
    together : bool
        Whether it answers several layers in one tile.
    """

    name: str
    port: int
    path: str
    process: subprocess.Popen[bytes]
    times: int = 1
    prefix: str = ""
    together: bool = True

    def address(self, layers: tuple[str, ...], place: str) -> str:
        """Path of a tile."""
        z, x, y = place.split("/")
        return self.path.format(layers=",".join(self.prefix + one for one in layers), z=z, x=x, y=y)


def field(settings: Settings, scratch: Path, *, snapshot_mb: int, warm: bool) -> Iterator[object]:
    """Start whoever can take part; context managers that give a `Contestant`."""
    ports = iter(_PORTS)
    twin = [
        sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "8", "-w", "1",
        "--log-level", "error", "web.app:create_app()", "-b",
    ]  # fmt: skip
    path = "/tiles/{layers}/{z}/{x}/{y}.mvt"
    base = {
        "DATABASE_URL": settings.dsn,
        "TWIN_STORAGE_SRID": str(settings.storage_srid),
        "TWIN_STATE_DIR": str(settings.state_dir),
    }
    memory = {"TWIN_SNAPSHOT_MB": str(snapshot_mb)}
    none = {"TWIN_SNAPSHOT_MB": "0"}
    cold = {"TWIN_TILE_CACHE_MB": "0"}
    yield _server("twin, memory", next(ports), path, twin, base | memory | cold, scratch=scratch)
    yield _server("twin, PostGIS", next(ports), path, twin, base | none | cold, scratch=scratch)
    if warm:
        yield _server("twin, cached", next(ports), path, twin, base | none, scratch=scratch, times=10)
    if find_spec("tipg") and find_spec("uvicorn"):
        yield _server(
            "tipg", next(ports), "/collections/public.{layers}/tiles/WebMercatorQuad/{z}/{x}/{y}",
            [sys.executable, "-m", "uvicorn", "tipg.main:app", "--log-level", "error", "--port"],
            {"DATABASE_URL": tcp_like(settings), "TIPG_DB_SCHEMAS": '["public"]'}, scratch=scratch,
            prefix="peer_", together=False,
        )  # fmt: skip
    martin = shutil.which("martin")
    if martin:
        command = [martin, tcp_like(settings), "-W", "1", "--listen-addresses"]
        ways = [("martin", 0, 1)] + ([("martin, cached", 256, 10)] if warm else [])
        for name, cache_mb, times in ways:
            yield _server(
                name, next(ports), "/{layers}/{z}/{x}/{y}",
                [*command[:-1], "--cache-size", str(cache_mb), command[-1]], {"RUST_LOG": "error"},
                scratch=scratch, prefix="peer_", times=times,
            )  # fmt: skip


@contextmanager
def _server(
    name: str,
    port: int,
    path: str,
    command: list[str],
    environment: dict[str, str],
    *,
    scratch: Path,
    times: int = 1,
    prefix: str = "",
    together: bool = True,
) -> Iterator[Contestant]:
    address = str(port) if command[-1] == "--port" else f"127.0.0.1:{port}"
    log = scratch / f"{port}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, address], env={**os.environ, **environment}, cwd=_ROOT, stdout=said, stderr=said,
            start_new_session=True,
        )  # fmt: skip
    try:
        one = Contestant(name, port, path, process, times, prefix, together)
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(one, one.address(("building",), "14/13386/7141"))
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{name} does not start: {log.read_text()[-800:]}") from error
                time.sleep(0.2)
        yield one
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_for_memory(one: Contestant, features: int) -> dict[str, float]:
    """Wait until a server holds so many features; what it took: seconds, CPU-seconds, megabytes."""
    began = time.monotonic()
    while True:
        data = _plain(ask(one, "/metrics")[1])
        figures = dict(line.rsplit(b" ", 1) for line in data.splitlines() if not line.startswith(b"#"))
        if float(figures.get(b"twin_snapshot_rows", b"0")) >= features:
            return {
                "seconds": round(time.monotonic() - began, 1),
                "server_cpu_s": round(_group_cpu_s(one), 1),
                "mb": round(float(figures[b"twin_snapshot_bytes"]) / 2**20, 1),
            }
        if time.monotonic() - began > 900:
            raise RuntimeError(f"{one.name} does not load: {data.decode()[:600]}")
        time.sleep(0.5)


def drive(
    one: Contestant, layers: tuple[str, ...], places: list[str], settings: Settings
) -> tuple[float, list[float]]:
    """Ask for every tile with a few clients; CPU-seconds it cost, and seconds each took."""
    queue, times, lock = iter(places), list[float](), threading.Lock()
    failed: list[str] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
        while True:
            with lock:
                place = next(queue, None)
            if place is None:
                connection.close()
                return
            began = time.perf_counter()
            status, _ = ask(one, one.address(layers, place), connection)
            times.append(time.perf_counter() - began)
            if status not in (200, 204):
                failed.append(f"{status} for {place}")

    before = _cpu_s(one, settings)
    clients = [threading.Thread(target=client) for _ in range(_CLIENTS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    if failed or len(times) != len(places):
        raise RuntimeError(f"{one.name}: {failed[:3] or 'a client died'}")
    return _cpu_s(one, settings) - before, times


def ask(
    one: Contestant, path: str, connection: http.client.HTTPConnection | None = None
) -> tuple[int, bytes]:
    """Status and body of one request."""
    connection = connection or http.client.HTTPConnection("127.0.0.1", one.port, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def look(one: Contestant, layers: tuple[str, ...], place: str) -> tuple[int, int]:
    """Features in one tile and bytes sent for it."""
    status, data = ask(one, one.address(layers, place))
    if status != 200:
        raise RuntimeError(f"{one.name} answers {status} for {place}: {data[:400]!r}")
    decoded = mapbox_vector_tile.decode(_plain(data))
    return sum(len(layer["features"]) for layer in decoded.values()), len(data)


def _plain(data: bytes) -> bytes:
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def _cpu_s(one: Contestant, settings: Settings) -> float:
    """CPU-seconds of the server's process group and of every backend of the database so far.

    Other contestants are idle meanwhile, so what backends spend is spent for this one.
    """
    with psycopg.connect(settings.dsn) as connection:
        backends = [
            row[0]
            for row in connection.execute(
                "select pid from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        ]
    return sum(_ticks(pid) for pid in backends) * TICK_S + _group_cpu_s(one)


def _group_cpu_s(one: Contestant) -> float:
    """Of the processes of a server."""
    group = [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and _stat(folder.name, 2) == one.process.pid
    ]
    return sum(_ticks(pid) for pid in group) * TICK_S


def _ticks(pid: int) -> int:
    return (_stat(pid, 11) or 0) + (_stat(pid, 12) or 0)


def _stat(pid: int | str, number: int) -> int | None:
    """A number of /proc/PID/stat, counted from the state: 2 process group, 11 and 12 user and system."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(text.rpartition(")")[2].split()[number])


def tcp_like(settings: Settings) -> str:
    """The database as a URL that every driver reads, a socket folder as its host."""
    parts = conninfo_to_dict(settings.dsn)
    host = quote(str(parts.get("host", "localhost")), safe="")
    return f"postgresql://{parts.get('user', 'postgres')}@{host}:{parts.get('port', 5432)}/{parts['dbname']}"
