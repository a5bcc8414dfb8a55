"""A real HTTP server that keeps what it is told, and devices to speak to it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sample_data.feeds.feed import FeedDevice
from twin.live.message import parse


class City:
    """What the server at the other end has heard; `failures` are answered first."""

    def __init__(self) -> None:
        self.readings: list[dict[str, Any]] = []
        self.posts: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.failures: list[int] = []
        self.incidents = 0
        self.base = ""

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if self.failures:
            return self.failures.pop(0), {"detail": "not now"}
        if path == "/api/observations":
            good, bad = parse(body)  # the product's own parser judges
            self.readings += [body["observations"][i] for i, _ in good]
            refused = [{"index": r.index, "code": r.code, "reason": r.reason} for r, _ in bad]
            return 200, {"accepted": len(good), "duplicate": 0, "late": 0, "quarantined": refused}
        if path == "/api/incidents":
            self.incidents += 1
            return 201, {"id": self.incidents}
        return 201, {"seq": 1}


def listen(city: City, port: int = 0) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            city.posts.append((self.path, body, dict(self.headers)))
            status, answer = city.answer(self.path, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    city.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


class Clock:
    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def devices(number: int = 40, kind: str = "rain", period_s: int = 60) -> list[FeedDevice]:
    return [FeedDevice(f"D-{n:05d}", kind, period_s, attention=30.0, alarm=70.0) for n in range(number)]


def write_devices(path: Path, rows: list[FeedDevice]) -> Path:
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [114.1, 22.5]},
         "properties": {"id": d.id, "type": d.type, "period_s": d.period_s}}
        for d in rows
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path
