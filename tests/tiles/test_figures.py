"""The page of figures is the one its JSON makes, and its client counts what was sent."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks.tiling.city import filled, places
from tests.benchmarks.tiling.client import ask_all
from tests.benchmarks.tiling.page import FOLDER, NAME, page, plot
from tests.benchmarks.writing import default_out, write
from twin.settings import Settings


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


def test_a_run_leaves_its_figures_and_their_picture_where_it_is_told(tmp_path: Path) -> None:
    figures = json.loads((FOLDER / f"{NAME}.json").read_text(encoding="utf-8"))
    written = write(figures, tmp_path / "new" / f"{NAME}.json")
    assert [path.name for path in written] == [f"{NAME}.json", f"{NAME}.svg"]
    for path in written:
        assert path.read_text(encoding="utf-8") == (FOLDER / path.name).read_text(encoding="utf-8")
    by_default = default_out(["tiles"], replace(Settings.from_env(), state_dir=tmp_path))
    assert by_default == tmp_path / "benchmarks" / f"{NAME}.json"
    several = write({**figures, "queries": [{"question": "?"}]}, tmp_path / "benchmarks-all.json")
    assert [path.name for path in several] == ["benchmarks-all.json", "benchmarks-all-tiles.svg"]


def test_the_page_says_how_many_tiles_were_compared_of_those_that_exist() -> None:
    results = json.loads((FOLDER / f"{NAME}.json").read_text(encoding="utf-8"))["tiles"]
    row = {
        "what": "parity", "features": 9, "slivers": 0, "memory_ms": 1.0, "postgis_ms": 2.0,
        "thinned": 4, "otherwise": 1,
    }  # fmt: skip
    counts = [(14, 81, 81), (15, 100, 289)]
    compared = [{**row, "zoom": zoom, "tiles": tiles, "exist": exist} for zoom, tiles, exist in counts]
    text = page([one for one in results if one["what"] != "parity"] + compared)
    assert "| 14 | all 81 that exist | 4 | 1 | 9 |" in text
    assert "| 15 | 100 of 289 | 4 | 1 | 9 |" in text
    assert "a hundred tiles each are compared, or all that exist" in text
    # a figure of the time before that was counted claims nothing
    text = page([*results, {**row, "zoom": 12, "tiles": 6}])
    assert "| 12 | 6 of 100 | 4 | 1 | 9 |" in text and "Fewer than a hundred tiles" in text


@pytest.mark.parametrize(("zoom", "count"), [(10, 4), (14, 100), (18, 20_449)])
def test_every_place_of_the_seeded_square_is_among_its_tiles(zoom: int, count: int) -> None:
    tiles = {f"{one.z}/{one.x}/{one.y}" for one in filled(zoom, 1_000_000)}
    asked = set(places(zoom, 1_000_000, 3000))
    assert asked <= tiles
    # 20 km a side
    assert len(tiles) == count


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
