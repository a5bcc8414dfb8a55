"""Readings, sensors, alarms and incidents over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from twin.database.connection import Database


@pytest.fixture(autouse=True)
def empty(city: Database) -> None:
    """Incidents of the test before are gone."""
    with city.transaction() as connection:
        # as a restore does it: the guards of the history stand aside
        connection.execute("set local session_replication_role = replica")
        connection.execute("truncate live.incident_event, city.incident, twin.audit")


@pytest.fixture
def sensor(city: Database) -> str:
    city.execute(
        "insert into city.sensor (code, name_zh, type, unit, period_s, attention, alarm, direction, geometry)"
        " values ('SP-1', '水压', 'pressure', 'MPa', 60, 0.16, 0.14, 'below',"
        " st_transform(st_setsrid(st_makepoint(114.12, 22.55), 4326), 4547))"
    )
    return "SP-1"


def reading(code: str, result: object, age_s: float = 5) -> dict:
    t = datetime.now(UTC) - timedelta(seconds=age_s)
    return {"datastream": code, "phenomenon_time": t.isoformat(), "result": result, "quality": 0}


def test_a_reading_travels_to_states_series_and_alarms(client: FlaskClient, sensor: str) -> None:
    batch = {"observations": [reading(sensor, 0.3, 60), reading(sensor, 0.1), reading("who", 1)]}
    answer = client.post("/api/observations", json=batch)
    assert answer.status_code == 200
    assert answer.json["accepted"] == 2
    assert [(q["index"], q["code"]) for q in answer.json["quarantined"]] == [(2, "unknown-datastream")]
    states = client.get("/api/sensors/states?bbox=114.1,22.5,114.2,22.6").json["sensors"]
    assert [(s["code"], s["state"], s["result"], s["unit"]) for s in states] == [
        (sensor, "alarm", 0.1, "MPa")
    ]
    assert states[0]["lon"] == pytest.approx(114.12, abs=1e-6)
    assert 0 < states[0]["age_s"] < 60
    assert client.get("/api/sensors/states?bbox=113,22,113.1,22.1").json["sensors"] == []
    series = client.get(f"/api/datastreams/{sensor}/observations").json
    assert series["unit"] == "MPa"
    assert [o[1] for o in series["observations"]] == [0.3, 0.1]
    assert series["limits"] == {"attention": 0.16, "alarm": 0.14, "direction": "below"}
    csv = client.get(f"/api/datastreams/{sensor}/observations?f=csv")
    assert csv.content_type.startswith("text/csv")
    assert len(csv.text.splitlines()) == 1 + len(series["observations"])
    alarm = client.get("/api/alarms?open=true").json["alarms"][0]
    assert (alarm["severity"], alarm["result"], alarm["limit_value"]) == ("alarm", 0.1, 0.14)
    done = client.post(f"/api/alarms/{alarm['id']}/acknowledge", json={"actor": "值班员"})
    assert done.json["acknowledged_by"] == "值班员"
    client.post(f"/api/alarms/{alarm['id']}/acknowledge", json={"actor": "第二人"})
    assert client.get("/api/alarms").json["alarms"][0]["acknowledged_by"] == "值班员"


def test_unknown_names_are_told(client: FlaskClient) -> None:
    assert client.get("/api/datastreams/nobody/observations").status_code == 404
    assert client.post("/api/alarms/999/acknowledge").status_code == 404
    assert client.get("/api/sensors/states?colour=red").json["parameter"] == "colour"


def report(**more: object) -> dict:
    place = {"type": "Point", "coordinates": [114.12, 22.55]}
    return {"type": "fire", "level": 2, "title": "厨房起火", "geometry": place, "actor": "119", **more}


def test_an_incident_goes_its_way_and_no_other(client: FlaskClient) -> None:
    created = client.post("/api/incidents", json=report())
    assert created.status_code == 201
    number = created.json["id"]
    assert created.headers["Location"].endswith(f"/api/incidents/{number}")
    assert created.json["status"] == "reported"
    assert created.json["lon"] == pytest.approx(114.12, abs=1e-7)

    def step(to: str, **payload: object):
        return client.post(
            f"/api/incidents/{number}/events",
            json={"kind": "state", "to": to, "actor": "指挥员", "payload": payload},
        )

    jump = step("on_scene")
    assert jump.status_code == 409
    assert "dispatched" in jump.json["detail"]
    assert step("cancelled").status_code == 422
    for to in ("dispatched", "en_route", "on_scene", "controlled", "resolved", "closed"):
        assert step(to).status_code == 201, to
    assert step("dispatched").status_code == 409
    whole = client.get(f"/api/incidents/{number}").json
    assert [e["to"] for e in whole["events"]][:2] == ["reported", "dispatched"]
    assert [e["seq"] for e in whole["events"]] == list(range(1, 8))
    assert all(whole[stamp] for stamp in ("reported_at", "dispatched_at", "arrived_at", "closed_at"))
    assert client.get("/api/incidents?open=true").json["incidents"] == []
    assert len(client.get("/api/incidents?open=false").json["incidents"]) == 1


def test_cancelled_with_a_reason(client: FlaskClient) -> None:
    number = client.post("/api/incidents", json=report()).json["id"]
    body = {"kind": "state", "to": "cancelled", "payload": {"reason": "误报"}}
    assert client.post(f"/api/incidents/{number}/events", json=body).status_code == 201
    assert client.get(f"/api/incidents/{number}").json["closed_at"] is not None


def test_a_repeated_key_does_it_once(client: FlaskClient) -> None:
    headers = {"Idempotency-Key": "abc"}
    first = client.post("/api/incidents", json=report(), headers=headers)
    again = client.post("/api/incidents", json=report(), headers=headers)
    assert (again.status_code, again.json["id"]) == (201, first.json["id"])
    path = f"/api/incidents/{first.json['id']}/events"
    note = {"kind": "note", "payload": {"text": "已通知物业"}}
    one = client.post(path, json=note, headers={"Idempotency-Key": "n1"}).json
    assert client.post(path, json=note, headers={"Idempotency-Key": "n1"}).json == one
    assert len(client.get(f"/api/incidents/{first.json['id']}").json["events"]) == 2


def test_a_building_is_a_place(client: FlaskClient, city: Database) -> None:
    city.execute(
        "insert into city.building (code, address, geometry) values ('4403030059019000001', '罗湖区',"
        " st_multi(st_transform(st_makeenvelope(114.12, 22.55, 114.121, 22.551, 4326), 4547)))"
    )
    body = {**report(building_code="4403030059019000001", floor_no=13), "geometry": None}
    created = client.post("/api/incidents", json=body).json
    assert created["floor_no"] == 13
    assert 114.12 <= created["lon"] <= 114.121
    assert (
        client.get("/api/incidents?building=4403030059019000001").json["incidents"][0]["id"] == created["id"]
    )


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"type": None}, 400, "type"),
        ({"level": "2"}, 400, "level"),
        ({"level": 9}, 422, "level"),
        ({"geometry": None}, 422, "place"),
        ({"geometry": {"type": "Point", "coordinates": [22.5, 114.1]}}, 400, "Point"),
        ({"geometry": {"type": "Point", "coordinates": [0, 0]}}, 422, "EPSG:4547"),
        ({"geometry": {"type": "Point", "coordinates": [0, 90]}}, 422, "EPSG:4547"),
        ({"building_code": "nobody"}, 422, "nobody"),
        ({"floor_no": 0}, 422, "floor 0"),
        ({"source": "rumour"}, 422, "source"),
        ({"colour": "red"}, 400, "colour"),
        ({"title": "a\u0000b"}, 400, "NUL"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    client: FlaskClient, city: Database, change: dict, status: int, word: str
) -> None:
    answer = client.post("/api/incidents", json=report(**change))
    assert answer.status_code == status
    assert word in answer.json["detail"]
    assert city.scalar("select count(*) from city.incident") == 0


def test_every_write_leaves_an_audit_row(client: FlaskClient, city: Database) -> None:
    client.post("/api/incidents", json=report())
    row = city.row("select actor, action, subject from twin.audit")
    assert (row["actor"], row["action"]) == ("119", "incident.report")


def test_every_sensor_is_in_the_box_of_the_world(client: FlaskClient, sensor: str) -> None:
    for box in ("-180,-90,180,90", "100,-10,-100,80", "0,0,180,90"):
        codes = [s["code"] for s in client.get(f"/api/sensors/states?bbox={box}").json["sensors"]]
        assert sensor in codes, box
        then = client.get(f"/api/sensors/states?bbox={box}&datetime=2099-01-01").json["sensors"]
        assert sensor in [s["code"] for s in then], box
    assert client.get("/api/sensors/states?bbox=170,-90,-170,90").json["sensors"] == []


def test_alarms_as_they_were(client: FlaskClient, city: Database, sensor: str) -> None:
    stream = city.scalar("select id from live.datastream where code = %(code)s", {"code": sensor})
    city.execute("delete from live.alarm")
    city.execute(
        "insert into live.alarm (datastream_id, severity, raised_at, cleared_at, result, limit_value,"
        " acknowledged_at, acknowledged_by) values (%(stream)s, 'alarm', '2026-01-01T10:00Z',"
        " '2026-01-01T12:00Z', 0.1, 0.14, '2026-01-01T11:00Z', '值班员')",
        {"stream": stream},
    )

    def then(hour: str, more: str = "") -> list[tuple[bool, str | None]]:
        rows = client.get(f"/api/alarms?datetime=2026-01-01T{hour}:00Z{more}").json["alarms"]
        return [(row["cleared_at"] is not None, row["acknowledged_by"]) for row in rows]

    assert then("09:30") == []
    assert then("10:30") == then("10:30", "&open=true") == [(False, None)]
    assert then("11:30") == [(False, "值班员")]
    assert then("12:30") == then("12:30", "&open=false") == [(True, "值班员")]
    assert then("12:30", "&open=true") == []


@pytest.mark.parametrize(("stated", "named"), [({"actor": 7}, "actor"), ({"who": "值班员"}, "who")])
def test_who_acknowledges_is_not_guessed(client: FlaskClient, stated: dict, named: str) -> None:
    answer = client.post("/api/alarms/1/acknowledge", json=stated)
    assert (answer.status_code, answer.json["parameter"]) == (400, named)


def test_an_actor_that_is_no_text_is_refused(client: FlaskClient, city: Database) -> None:
    answer = client.post("/api/incidents", json=report(actor=["119"]))
    assert (answer.status_code, answer.json["parameter"]) == (400, "actor")
    assert city.scalar("select count(*) from city.incident") == 0
