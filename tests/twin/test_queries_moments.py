"""Sensors and incidents as they were."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from twin.database.connection import Database
from twin.live.incidents import Report, Step, advance_incident, report_incident
from twin.queries.incidents import incidents
from twin.queries.moments import incidents_at, sensor_states_at

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def sensor(database: Database) -> str:
    database.execute(
        "insert into city.sensor (code, type, unit, period_s, attention, alarm, direction, geometry)"
        " values ('S-1', 'smoke', '%%/m', 60, 2, 5, 'above',"
        " st_setsrid(st_makepoint(511798.5, 2493955.7), %(srid)s))",
        {"srid": database.srid},
    )
    for minutes, result in ((30, 0.1), (20, 2.5), (10, 6.0)):
        database.execute(
            "select * from live.ingest(array['S-1'], array[%(at)s::timestamptz], array[%(result)s::float8],"
            " array[0::smallint], 48)",
            {"at": NOW - timedelta(minutes=minutes), "result": result},
        )
    return "S-1"


@pytest.mark.parametrize(
    ("minutes", "state", "result"),
    [
        (30, "normal", 0.1),
        (20, "attention", 2.5),
        (18, "attention", 2.5),
        (16.9, "stale", None),
        (9, "alarm", 6.0),
    ],
)
def test_a_sensor_as_it_was(
    database: Database, sensor: str, minutes: float, state: str, result: float | None
) -> None:
    (row,) = sensor_states_at(database, NOW - timedelta(minutes=minutes), bbox=(114.11, 22.54, 114.12, 22.55))
    assert (row["code"], row["state"], row["result"]) == (sensor, state, result)
    assert row["stale"] == (state == "stale")


def test_a_sensor_elsewhere_or_not_yet_there_is_not_listed(database: Database, sensor: str) -> None:
    assert sensor_states_at(database, NOW, bbox=(114.2, 22.5, 114.3, 22.6)) == []
    database.execute(
        "update city.sensor set valid_from = %(from)s where code = %(code)s", {"from": NOW, "code": sensor}
    )
    assert sensor_states_at(database, NOW - timedelta(days=1)) == []


def test_an_incident_as_it_was(database: Database) -> None:
    number = report_incident(database, Report("F1", 4, "烟", "119", 114.1147, 22.5432), "test")
    advance_incident(database, number, Step("state", "dispatched"), "test")
    database.execute(
        "update live.incident_event set at = %(at)s where to_status = 'dispatched'",
        {"at": NOW + timedelta(hours=2)},
    )
    database.execute(
        "update live.incident_event set at = %(at)s where to_status = 'reported'",
        {"at": NOW + timedelta(hours=1)},
    )
    assert incidents_at(database, NOW) == []
    (then,) = incidents_at(database, NOW + timedelta(minutes=90), open_only=True)
    assert then["status"] == "reported"
    (later,) = incidents_at(database, NOW + timedelta(hours=3))
    assert later["status"] == "dispatched"
    assert later["status"] == incidents(database)[0]["status"]
    assert incidents_at(database, NOW + timedelta(hours=3), open_only=False) == []
