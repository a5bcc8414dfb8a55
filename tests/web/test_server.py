"""`twin serve` as a process of its own: what it takes, how it ends, and what becomes of its workers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from twin.errors import InvalidParameter
from twin.settings import Settings
from web.server import hand_down, listen

PATIENCE_S = 30
_POST = "POST /api/observations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
Served = tuple[subprocess.Popen[bytes], int]


@pytest.fixture(scope="module")
def environment(new_database, tmp_path_factory) -> Iterator[dict[str, str]]:
    with new_database() as url:
        yield {
            **os.environ,
            "DATABASE_URL": url,
            "TWIN_STATE_DIR": str(tmp_path_factory.mktemp("state")),
            "TWIN_SNAPSHOT_MB": "0",
            "TWIN_HOST": "127.0.0.1",
        }


@pytest.fixture(scope="module")
def start(environment: dict[str, str]) -> Callable[..., contextlib.AbstractContextManager[Served]]:
    """`with start(socket, *arguments)`: a server on that socket, and its port."""

    @contextmanager
    def started(listening: socket.socket, *arguments: str) -> Iterator[Served]:
        command = [sys.executable, "-m", "twin", "serve", "--fd", str(listening.fileno()), *arguments]
        process = subprocess.Popen(
            command, env=environment, pass_fds=[listening.fileno()], stderr=subprocess.DEVNULL
        )
        try:
            until(lambda: ask(listening, "/healthz")[:1] == [b"HTTP/1.1 200 OK"])
            yield process, listening.getsockname()[1]
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_S)
            process.kill()
            process.wait()

    return started


@pytest.fixture(scope="module")
def server(start) -> Iterator[Served]:
    """A server that several tests ask."""
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening) as served:
        yield served


def connected(address: tuple, timeout_s: float = PATIENCE_S) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    client = socket.socket(family)
    client.settimeout(timeout_s)
    client.connect(address)
    return client


def ask(listening: socket.socket | tuple, path: str, *headers: str) -> list[bytes]:
    """Head and body of an answer, by lines; nothing where the connection breaks."""
    address = listening if isinstance(listening, tuple) else listening.getsockname()
    lines = "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers])
    with contextlib.suppress(OSError), connected(address, 10) as client:
        client.sendall(f"{lines}\r\n\r\n".encode())
        return everything(client).split(b"\r\n")
    return []


def everything(client: socket.socket) -> bytes:
    said = b""
    while piece := client.recv(65_536):
        said += piece
    return said


def until(true: Callable[[], object], within_s: float = PATIENCE_S) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


def workers(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children()


def test_a_worker_that_dies_comes_again(start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening) as (process, _):
        (first,) = workers(process)
        # one that dies at once would end the server, so that its keeper hears of it
        time.sleep(max(0.0, 6 - (time.time() - first.create_time())))
        first.kill()
        until(lambda: [one.pid for one in workers(process)] not in ([], [first.pid]))
        until(lambda: ask(listening, "/healthz")[:1] == [b"HTTP/1.1 200 OK"])


def test_workers_do_not_outlive_the_server(start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening, "--workers", "2") as served:
        process = served[0]
        left = workers(process)
        assert len(left) == 2
        process.kill()
        gone, alive = psutil.wait_procs(left, timeout=PATIENCE_S)
        assert len(gone) == 2, alive


def test_the_workers_are_exchanged_without_losing_a_request(start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening, "--workers", "2") as served:
        process = served[0]
        before = {one.pid for one in workers(process)}
        answers: list[list[bytes]] = []
        stop = threading.Event()

        def go_on() -> None:
            while not stop.is_set():
                answers.append(ask(listening, "/api/collections")[:1])

        asking = [threading.Thread(target=go_on) for _ in range(4)]
        for one in asking:
            one.start()
        process.send_signal(signal.SIGHUP)
        until(lambda: len(workers(process)) == 2 and not before & {one.pid for one in workers(process)})
        stop.set()
        for one in asking:
            one.join()
        assert len(answers) > 20
        assert {tuple(one) for one in answers} == {(b"HTTP/1.1 200 OK",)}


def test_a_taken_port_is_said_to_be_taken(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as taken:
        port = taken.getsockname()[1]
        said = subprocess.run(
            [sys.executable, "-m", "twin", "serve", "--port", str(port)],
            env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    assert said.returncode == 2
    assert f"port {port} of 127.0.0.1" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(("fd", "wrong"), [("97", "not an open socket"), (None, "does not listen")])
def test_a_socket_that_cannot_serve_is_refused(
    environment: dict[str, str], fd: str | None, wrong: str
) -> None:
    with socket.socket() as deaf:
        said = subprocess.run(
            [sys.executable, "-m", "twin", "serve", "--fd", fd or str(deaf.fileno())],
            env=environment, pass_fds=[deaf.fileno()], capture_output=True, text=True,
            timeout=PATIENCE_S, check=False,
        )  # fmt: skip
    assert said.returncode == 2
    assert wrong in said.stderr


def test_it_listens_on_ipv6(start) -> None:
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listening, start(listening):
        assert ask(listening.getsockname()[:2], "/api/")[0] == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {b"414", b"431"}),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 400_000 + b"\r\n\r\n", {b"431"}),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n", {b"431"}),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", {b"400", b"505"}),
        (b"\x16\x03\x01 no request at all\r\n\r\n", {b"400"}),
    ],
    ids=["long address", "long header", "many headers", "unknown version", "no HTTP"],
)
def test_a_head_beyond_the_limits_is_refused(server: Served, request_: bytes, status: set[bytes]) -> None:
    with connected(("127.0.0.1", server[1])) as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(request_)
        said = client.recv(4096)
    assert said.split()[1] in status
    assert ask(("127.0.0.1", server[1]), "/healthz")[0] == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_beyond_the_limit_is_refused(start, environment: dict[str, str], chunked: bool) -> None:
    environment["TWIN_MAX_BODY_MB"] = "1"
    piece = b"x" * 100_000
    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as listening, start(listening),
            connected(listening.getsockname()) as client,
        ):  # fmt: skip
            length = "Transfer-Encoding: chunked" if chunked else "Content-Length: 2000000"
            client.sendall(f"{_POST}\r\n{length}\r\n\r\n".encode())
            with contextlib.suppress(ConnectionError):
                for _ in range(20):
                    client.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                client.sendall(b"0\r\n\r\n" if chunked else b"")
            assert client.recv(4096).split()[1] == b"413"
    finally:
        del environment["TWIN_MAX_BODY_MB"]


def test_half_a_body_is_not_taken_for_a_whole_one(start, environment: dict[str, str]) -> None:
    whole = b'{"neither": "readings nor anything else"}'
    details = []
    with socket.create_server(("127.0.0.1", 0)) as listening, start(listening):
        for length in (len(whole), len(whole) + 10):
            with connected(listening.getsockname()) as client:
                client.sendall(f"{_POST}\r\nContent-Length: {length}\r\n\r\n".encode())
                for at in range(0, len(whole), 10):
                    client.sendall(whole[at : at + 10])
                    time.sleep(0.02)
                client.shutdown(socket.SHUT_WR)
                said = everything(client)
            details.append(json.loads(said.partition(b"\r\n\r\n")[2])["detail"] if said else None)
    # read, in however many pieces it came, and found wanting; of the other nothing was believed
    assert details[0] == 'the body must be {"observations": [...]}'
    assert details[1] != details[0]


def test_a_head_that_does_not_end_is_not_waited_for(server: Served) -> None:
    with connected(("127.0.0.1", server[1])) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        everything(client)
        assert 5 < time.monotonic() - began < 25


def test_many_idle_connections_keep_nobody_out(server: Served) -> None:
    with ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(connected(("127.0.0.1", server[1])))
        assert ask(("127.0.0.1", server[1]), "/healthz")[0] == b"HTTP/1.1 200 OK"


def test_who_does_not_read_is_cut_off(start) -> None:
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("this system has no such limit")
    bundle = max((Path("web") / "static").rglob("*.js"), key=lambda file: file.stat().st_size)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # as the server's own, only shorter: its buffers would hold the file otherwise
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        with start(listening) as (process, _), socket.socket() as client:
            (worker,) = workers(process)
            client.settimeout(PATIENCE_S)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(listening.getsockname())
            path = f"/static/{bundle.relative_to('web/static')}"
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert client.recv(10) == b"HTTP/1.1 2"

            def held() -> bool:
                return any(one.raddr and one.raddr.port == client.getsockname()[1]
                           for one in worker.net_connections("tcp"))  # fmt: skip

            assert held()
            until(lambda: not held())


def test_connections_inherit_that_they_wait_for_nothing_and_the_limit_for_readers() -> None:
    settings = Settings.from_env({"TWIN_HOST": "127.0.0.1", "TWIN_PORT": str(_free_port())})
    with listen(settings) as listening:
        hand_down(listening)
        with connected(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000
        with pytest.raises(InvalidParameter, match=str(settings.port)):
            listen(settings)


@pytest.mark.parametrize(("said", "scheme"), [("https", "https"), ("javascript", "http"), (None, "http")])
def test_links_have_the_scheme_of_the_proxy_on_this_machine(
    server: Served, said: str | None, scheme: str
) -> None:
    headers = [f"X-Forwarded-Proto: {said}"] if said else []
    *_, body = ask(("127.0.0.1", server[1]), "/api/", *headers)
    links = {link["rel"]: link["href"] for link in json.loads(body)["links"]}
    assert links["self"] == f"{scheme}://localhost/api/"


def test_what_is_no_ascii_goes_both_ways(server: Served) -> None:
    address = ("127.0.0.1", server[1])
    assert ask(address, "/api/%E7%BD%97%E6%B9%96")[0].startswith(b"HTTP/1.1 404")
    assert "罗湖" in ask(address, "/api/%E7%BD%97%E6%B9%96")[-1].decode()
    # a header of other bytes is neither an error of ours nor a key
    assert ask(address, "/api/", "X-Name: 罗湖", "Authorization: Bearer 罗湖")[0] == b"HTTP/1.1 200 OK"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
