"""A row that is not for everybody is nowhere in what anybody is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from twin.database.connection import Database
from twin.live.feed import read_news
from twin.settings import Settings
from web.app import create_app

KEY = "k" * 40
HERE = "114.12,22.55"


@pytest.fixture(scope="module")
def hidden(new_database, server_settings: Settings, tmp_path_factory) -> Iterator[FlaskClient]:
    """Return a client of a city whose building, sensor, hydrant and incident are for operations only."""
    with new_database() as url:
        settings = replace(
            server_settings,
            database_url=url,
            state_dir=tmp_path_factory.mktemp("state"),
            write_key=KEY,
        )
        application = create_app(settings)
        client = application.test_client()
        city: Database = application.extensions["twin"].database
        city.execute(
            """
            insert into city.building (code, visibility, geometry) values ('SECRET-B', 'operations',
                st_multi(st_transform(st_makeenvelope(114.12, 22.55, 114.121, 22.551, 4326), 4547)));
            insert into city.hydrant (code, visibility, state, geometry) values ('SECRET-H', 'operations',
                'ok', st_transform(st_setsrid(st_makepoint(114.12, 22.55), 4326), 4547));
            insert into city.storey (label, floor_no, building_id, visibility)
                select '一层', 1, feature_id, 'operations' from city.building;
            insert into city.sensor (code, visibility, type, unit, building_id, floor_no, alarm, geometry)
                select 'SECRET-S', 'operations', 'pressure', 'MPa', feature_id, 1, 1.0,
                    st_transform(st_setsrid(st_makepoint(114.12, 22.55), 4326), 4547) from city.building;
            """
        )
        now = datetime.now(UTC).isoformat()
        reading = {"datastream": "SECRET-S", "phenomenon_time": now, "result": 2.0}
        headers = {"Authorization": f"Bearer {KEY}"}
        sent = client.post("/api/observations", json={"observations": [reading]}, headers=headers)
        assert sent.json["accepted"] == 1
        report = {"type": "fire", "level": 2, "title": "SECRET-I", "building_code": "SECRET-B"}
        assert client.post("/api/incidents", json=report, headers=headers).status_code == 201
        city.execute("update city.incident set visibility = 'operations'")
        yield client
        application.extensions["twin"].close()


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/api/collections/building/items", "SECRET-B"),
        ("/api/buildings/SECRET-B/dossier", "SECRET-B"),
        ("/api/buildings/SECRET-B/quick-sheet", "SECRET-H"),
        ("/api/buildings/SECRET-B/storeys/1", "SECRET-S"),
        (
            "/api/buildings/lacking?protection=sprinkler&lon=114.12&lat=22.55&status=present,absent,unknown",
            "SECRET-B",
        ),
        ("/api/hydrants/nearest?lon=114.12&lat=22.55", "SECRET-H"),
        ("/api/sensors/states", "SECRET-S"),
        ("/api/sensors/states?datetime=2099-01-01", "SECRET-S"),
        ("/api/datastreams/SECRET-S/observations", "SECRET-S"),
        ("/api/alarms", "SECRET-S"),
        ("/api/alarms?datetime=2099-01-01", "SECRET-S"),
        ("/api/incidents", "SECRET-I"),
        ("/api/incidents?datetime=2099-01-01", "SECRET-I"),
    ],
)
def test_only_with_the_key(hidden: FlaskClient, path: str, known: str) -> None:
    with_key = hidden.get(path, headers={"Authorization": f"Bearer {KEY}"})
    assert with_key.status_code == 200
    assert known in with_key.text
    anybody = hidden.get(path)
    assert anybody.status_code == 404 or "SECRET" not in anybody.text
    assert anybody.status_code in (200, 404)


def test_the_stream_for_everybody_is_silent_about_it(hidden: FlaskClient) -> None:
    city: Database = hidden.application.extensions["twin"].database
    before = read_news(city, None).snapshot
    city.execute("update live.datastream_latest set xid = pg_current_xact_id()")
    city.execute("update live.alarm set xid = pg_current_xact_id()")
    city.execute("update live.incident_event set xid = pg_current_xact_id()")
    silent = read_news(city, before)
    assert (silent.observations, silent.alarms, silent.incidents) == ((), (), ())
    city.execute("update city.sensor set visibility = 'public'")
    city.execute("update city.incident set visibility = 'public'")
    told = read_news(city, before)
    assert [len(part) for part in (told.observations, told.alarms, told.incidents)] == [1, 1, 1]
