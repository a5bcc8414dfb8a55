"""A building whose code, height, sprinklers and flats have changed: record, sheet and storey of then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from twin.database.connection import Database

_BEFORE = (
    "insert into city.building (code, name_zh, height_m, use, geometry) values ('OLD-1', '旧楼', 20, 'R',"
    " st_multi(st_makeenvelope(513000, 2494000, 513020, 2494010, 4547)))",
    "insert into city.fire_profile (building_id, sprinkler, alarm_system)"
    " select feature_id, 'none', true from city_now.building",
    "insert into city.storey (building_id, floor_no, label, capacity)"
    " select feature_id, 1, '1F', 30 from city_now.building",
    "insert into city.unit (building_id, floor_no, room, area_m2, occupancy)"
    " select feature_id, 1, r, 50, 'V' from city_now.building, (values ('101'), ('102')) v (r)",
)
_AFTER = (
    "update city_now.building set code = 'NEW-1', name_zh = '新楼', height_m = 30",
    "update city_now.fire_profile set sprinkler = 'full'",
    "update city_now.storey set capacity = 45",
    "delete from city_now.unit where room = '101'",
    "update city_now.unit set occupancy = 'O', area_m2 = 60",
    "insert into city.equipment (building_id, floor_no, kind, valid_from)"
    " select feature_id, 1, 'hydrant_box', now() from city_now.building",
)


@pytest.fixture(scope="module")
def before(module_app: Flask, city: Database) -> datetime:
    """An instant between what the building was and what it is."""
    for statement in _BEFORE:
        city.execute(statement)
    moment: datetime = city.scalar("select clock_timestamp()")
    for statement in _AFTER:
        city.execute(statement)
    return moment


def _get(client: FlaskClient, path: str, moment: datetime | None = None) -> Any:
    answer = client.get(path, query_string={} if moment is None else {"datetime": moment.isoformat()})
    assert answer.status_code == 200, answer.text
    return answer.json


def _told(sheet: dict[str, Any]) -> tuple[Any, ...]:
    fields = sheet["building"]["fields"]
    protection = {row["protection"]: row["status"] for row in sheet["protection"]}
    housing = sheet["housing"]
    return (
        *(fields[name]["value"] for name in ("code", "name_zh", "height_m")),
        sheet["fire"]["fields"]["sprinkler"]["value"],
        protection,
        *(housing[name] for name in ("units", "vacant", "occupancy_known", "area_m2")),
        sheet["storeys"][0]["capacity"],
        sheet["storeys"][0]["units"],
    )


def test_the_record_of_then(client: FlaskClient, before: datetime) -> None:
    now, then = (
        _get(client, "/api/buildings/NEW-1/dossier"),
        _get(client, "/api/buildings/OLD-1/dossier", before),
    )
    assert then["building"]["id"] == now["building"]["id"]
    assert _told(then) == (
        "OLD-1", "旧楼", 20.0, "none",
        {"sprinkler": "absent", "indoor_hydrant": "unknown", "alarm_system": "present"},
        2, 2, 2, 100.0, 30, 2,
    )  # fmt: skip
    assert _told(now) == (
        "NEW-1", "新楼", 30.0, "full",
        {"sprinkler": "present", "indoor_hydrant": "present", "alarm_system": "present"},
        1, 0, 1, 60.0, 45, 1,
    )  # fmt: skip
    assert [row["protection"] for row in then["protection"]] == [
        row["protection"] for row in now["protection"]
    ]
    # what came later was not known then
    assert (len(then["history"]), len(now["history"])) == (1, 2)


def test_a_code_is_that_of_then(client: FlaskClient, before: datetime) -> None:
    for path, moment in (("OLD-1", None), ("NEW-1", before), ("OLD-1", datetime(2199, 1, 1))):
        query = {} if moment is None else {"datetime": moment.isoformat()}
        assert client.get(f"/api/buildings/{path}/dossier", query_string=query).status_code == 404, path


def test_a_building_of_another_time_says_of_which(client: FlaskClient, city: Database) -> None:
    city.execute(
        "insert into city.building (code, visibility, geometry, valid_from, valid_to)"
        " select code, seen, st_multi(st_makeenvelope(513100, 2494000, 513120, 2494010, 4547)),"
        " '1990-05-01', '2001-02-03' from (values ('GONE', 'public'), ('HIDDEN', 'fire')) v (code, seen)"
    )

    def why(code: str, **query: str) -> str:
        answer = client.get(f"/api/buildings/{code}/dossier", query_string=query)
        assert answer.status_code == 404
        return str(answer.json["detail"])

    assert why("GONE") == "building 'GONE' is no longer: it was there until 2001-02-03"
    early = why("GONE", datetime="1980-01-01")
    assert early.startswith("building 'GONE' was not there at 1980-01-01 00:00 UTC")
    assert early.endswith("on record from 1990-05-01 until 2001-02-03")
    assert client.get("/api/buildings/GONE/dossier?datetime=1995-01-01").status_code == 200
    assert why("NEVER") == "there is no building with the code or id 'NEVER'"
    assert why("HIDDEN") == "there is no building with the code or id 'HIDDEN'"


def test_what_lacked_protection_then(client: FlaskClient, before: datetime) -> None:
    here = _get(client, "/api/buildings/NEW-1/dossier")["building"]
    place = f"lon={here['lon']}&lat={here['lat']}&within_m=50"
    near = f"/api/buildings/lacking?{place}&status=absent,unknown,present"

    def told(protection: str, moment: datetime | None = None) -> list[tuple[str, str, list[Any]]]:
        at = "" if moment is None else f"&datetime={moment.isoformat().replace('+', '%2B')}"
        answer = client.get(f"{near}&protection={protection}{at}").json
        return [
            (f["building"]["code"], f["status"], [one["value"] for one in f["evidence"]])
            for f in answer["findings"]
        ]

    assert told("sprinkler", before) == [("OLD-1", "absent", ["none"])]
    assert told("sprinkler") == [("NEW-1", "present", ["full"])]
    assert told("indoor_hydrant", before) == [("OLD-1", "unknown", [])]
    assert told("indoor_hydrant") == [("NEW-1", "present", ["hydrant_box"])]
    assert told("alarm_system", before) == [("OLD-1", "present", [True])]
    for wrong in ("yesterday", "2026-13-01T00:00:00Z", "../.."):
        refused = client.get(f"{near}&protection=sprinkler&datetime={wrong}")
        assert (refused.status_code, refused.json["parameter"]) == (400, "datetime"), wrong
        assert "is not an instant such as" in refused.text


def test_the_quick_sheet_and_the_storey_of_then(client: FlaskClient, before: datetime) -> None:
    sheets = (
        _get(client, "/api/buildings/OLD-1/quick-sheet", before),
        _get(client, "/api/buildings/NEW-1/quick-sheet"),
    )
    # dwellings over 27 m are high-rise
    assert [sheet["height_class"] for sheet in sheets] == ["low-rise", "high-rise-2"]
    assert [sheet["people"]["capacity"] for sheet in sheets] == [30, 45]
    storeys = (
        _get(client, "/api/buildings/OLD-1/storeys/1", before),
        _get(client, "/api/buildings/NEW-1/storeys/1"),
    )
    assert [[unit["room"] for unit in storey["units"]] for storey in storeys] == [["101", "102"], ["102"]]
    assert [len(storey["equipment"]) for storey in storeys] == [0, 1]
