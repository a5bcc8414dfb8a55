"""The page of figures is the one its JSON makes, and its client counts what was sent."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from tests.benchmarks.tiling.client import ask_all
from tests.benchmarks.tiling.page import FOLDER, NAME, page, plot


def test_the_page_and_its_picture_are_made_of_the_figures() -> None:
    """After a run: `python -m tests.benchmarks.tiling.page`."""
    results = json.loads((FOLDER / f"{NAME}.json").read_text(encoding="utf-8"))["tiles"]
    assert (FOLDER / f"{NAME}.md").read_text(encoding="utf-8") == page(results)
    drawn = (FOLDER / f"{NAME}.svg").read_text(encoding="utf-8")
    assert drawn == plot(results)
    bars = [one for one in ElementTree.fromstring(drawn).iter() if one.get("height") == "12" and one.get("y")]
    cold = [row for row in results if row["what"] == "cold" and row["connections"] == 8]
    servers = {row["server"] for row in cold}
    assert len(bars) == len(cold) + len(servers), "a bar for each figure, a square for each server"


class _Slow(socketserver.BaseRequestHandler):
    """Answers in pieces, as a network does."""

    def handle(self) -> None:
        while request := self.request.recv(4096):
            path = request.split()[1]
            body = b"0\r\n\r\n" * 1000
            if path == b"/whole":
                answer = b"HTTP/1.1 200 OK\r\ncontent-LENGTH: %d\r\n\r\n" % len(body) + body
            elif path == b"/chunks":
                answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body)
                answer += body + b"\r\n0\r\n\r\n"
            elif path == b"/nothing":
                answer = b"HTTP/1.1 204 No Content\r\n\r\n"
            else:
                answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            for start in range(0, len(answer), 977):
                self.request.sendall(answer[start : start + 977])


@pytest.fixture
def port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Slow) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.parametrize("connections", [1, 3, 20])
def test_every_answer_is_heard_to_its_end(port: int, connections: int) -> None:
    answers = ask_all(port, ["/whole", "/nothing"] * 5, connections)
    assert sorted(answers.sizes) == [0] * 5 + [5000] * 5
    assert len(answers.times_s) == 10
    assert all(0 < each <= answers.wall_s for each in answers.times_s)


def test_what_comes_in_chunks_ends_with_the_last(port: int) -> None:
    assert ask_all(port, ["/chunks"] * 4, 2).sizes == [5000] * 4


def test_an_error_ends_a_run(port: int) -> None:
    with pytest.raises(RuntimeError, match="404 for /wrong"):
        ask_all(port, ["/whole", "/wrong"], 1)
