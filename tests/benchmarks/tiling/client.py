"""A client that keeps many connections busy from one thread, and costs little itself."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_ENOUGH = 1 << 16
_PATIENCE_S = 60.0
_WITHOUT_BODY = (204, 304)
_TOO_BUSY = (408, 503)


@dataclass(slots=True)
class Answers:
    """What came back.

    Attributes
    ----------
    times_s : list of float
        From the first byte sent to the last received, each request.
    sizes : list of int
        Bytes of each body as sent.
    wall_s : float
        From the first request to the last answer.
    refused : int
        Answers of 408 or 503: the server had too much to do.
    """

    times_s: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    wall_s: float = 0.0
    refused: int = 0


@dataclass(slots=True)
class _Line:
    """One connection and what it waits for."""

    socket: socket.socket
    encoding: str
    path: str = ""
    began_s: float = 0.0
    heard: bytearray = field(default_factory=bytearray)


def ask_all(port: int, paths: Sequence[str], connections: int, encoding: str = "gzip") -> Answers:
    """Ask for every path over so many connections that stay open, each as soon as the one before is there.

    Raises
    ------
    RuntimeError
        An answer is neither 200 nor 204, or none comes within a minute.
    """
    left, answers = iter(paths), Answers()
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(min(connections, len(paths))):
            line = _Line(socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S), encoding)
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.socket, selectors.EVENT_READ, line)
            _ask(line, left)
        try:
            while len(answers.times_s) < len(paths):
                ready = selector.select(_PATIENCE_S)
                if not ready:
                    raise RuntimeError(f"no answer within {_PATIENCE_S:.0f} s")
                for key, _ in ready:
                    if _hear(key.data, answers) and not _ask(key.data, left):
                        # a server may close what is idle while others still wait
                        selector.unregister(key.fileobj)
                        key.data.socket.close()
        finally:
            for key in list(selector.get_map().values()):
                key.data.socket.close()
    answers.wall_s = time.perf_counter() - began
    return answers


def _ask(line: _Line, left: Iterator[str]) -> bool:
    """Ask for the next path, if there is one."""
    path = next(left, None)
    if path is None:
        return False
    line.path, line.began_s = path, time.perf_counter()
    line.heard.clear()
    line.socket.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {line.encoding}\r\n\r\n".encode("ascii")
    )
    return True


def _hear(line: _Line, answers: Answers) -> bool:
    """Take what came; whether the answer is whole."""
    data = line.socket.recv(_ENOUGH)
    if not data:
        raise RuntimeError(f"the connection ended while {line.path} was awaited")
    line.heard += data
    end = line.heard.find(b"\r\n\r\n")
    if end < 0:
        return False
    status, headers = _head(bytes(line.heard[:end]))
    if status not in (200, 204, *_TOO_BUSY):
        raise RuntimeError(f"{status} for {line.path}")
    size = _body_size(status, headers, line.heard, end + 4)
    if size is None:
        return False
    if status in _TOO_BUSY:
        answers.refused += 1
        return True
    answers.times_s.append(time.perf_counter() - line.began_s)
    answers.sizes.append(size)
    return True


def _head(text: bytes) -> tuple[int, dict[bytes, bytes]]:
    first, *lines = text.split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    return int(first.split(b" ", 2)[1]), {name.lower(): value.strip() for name, _, value in pairs}


def _body_size(status: int, headers: dict[bytes, bytes], heard: bytearray, start: int) -> int | None:
    """Bytes of a body that is there; None: more is to come."""
    if status in _WITHOUT_BODY:
        return 0
    if b"content-length" in headers:
        size = int(headers[b"content-length"])
        return size if len(heard) - start >= size else None
    return _chunked_size(heard, start)


def _chunked_size(heard: bytearray, at: int) -> int | None:
    """Bytes of a body sent in chunks, without their frames; None: more is to come."""
    total = 0
    while (end := heard.find(b"\r\n", at)) >= 0:
        size = int(heard[at:end].partition(b";")[0], 16)
        at = end + 2 + size + 2
        if at > len(heard):
            break
        if size == 0:
            return total
        total += size
    return None
