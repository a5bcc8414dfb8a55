"""Health, counts, headers, and the form of an error."""

from flask.testing import FlaskClient


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
