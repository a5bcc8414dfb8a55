"""Health, counts, headers, and the form of an error."""

import time

from flask.testing import FlaskClient

from web.meter import Meter


def test_healthy_server_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["database"] == "ok"


def test_counts_what_was_served(client: FlaskClient) -> None:
    client.get("/healthz")
    text = client.get("/metrics").text
    assert 'twin_requests_total{endpoint="system.health",method="GET",status="200"} ' in text
    for line in text.splitlines():
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2
        if not line.startswith("#"):
            float(line.rsplit(" ", 1)[1])


def test_every_answer_is_guarded(client: FlaskClient) -> None:
    for path in ("/healthz", "/nowhere"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_missing_path_is_a_problem_document(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == 404
    assert answer.json["instance"] == "/nowhere"


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.post("/healthz")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_made_up_methods_are_counted_as_one(client: FlaskClient) -> None:
    for number in range(5):
        client.open("/healthz", method=f"MADEUP{number}")
    text = client.get("/metrics").text
    assert "MADEUP" not in text
    assert 'method="other",status="405"} 5' in text


def test_what_caches_hold_is_told_beside_the_bound(client: FlaskClient) -> None:
    def figures() -> dict[str, float]:
        lines = [
            line for line in client.get("/metrics").text.splitlines() if line[0] != "#" and "{" not in line
        ]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    before = figures()
    until = time.monotonic() + 20
    # nothing is kept before the first poll of the touch log
    while figures()["twin_tile_cache_hits_total"] == before["twin_tile_cache_hits_total"]:
        assert time.monotonic() < until
        assert client.get("/tiles/pole/16/53544/28553.mvt").status_code in (200, 204)
    after = figures()
    assert after["twin_tile_cache_tiles"] == before["twin_tile_cache_tiles"] + 1
    assert 0 < after["twin_tile_cache_bytes"] < after["twin_tile_cache_limit_bytes"]
    assert after["twin_tile_cache_misses_total"] > before["twin_tile_cache_misses_total"]
    assert after["twin_raster_cache_bytes"] == after["twin_point_cache_bytes"] == 0
    assert after["twin_raster_cache_limit_bytes"] > after["twin_point_cache_limit_bytes"] > 0
    assert 20 << 20 < after["process_resident_memory_bytes"] < 8 << 30


def test_times_are_counted_into_every_bucket_that_holds_them() -> None:
    meter = Meter()
    for seconds in (0.005, 0.0051, 0.3, 99.0):
        meter.record("here", "GET", 200, seconds)
    found = dict(
        line.rsplit(" ", 1) for line in meter.text().splitlines() if line.startswith("twin_request_seconds_")
    )
    labels = [f'twin_request_seconds_bucket{{endpoint="here",le="{le}"}}' for le in ("0.005", "0.01", "0.25")]
    assert [found[one] for one in labels] == ["1", "2", "2"]
    assert found['twin_request_seconds_bucket{endpoint="here",le="0.5"}'] == "3"
    assert found['twin_request_seconds_bucket{endpoint="here",le="10.0"}'] == "3"
    assert found['twin_request_seconds_bucket{endpoint="here",le="+Inf"}'] == "4"
