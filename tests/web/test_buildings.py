"""Dossier, quick sheet, storeys, protection in three answers, nearest hydrants."""

import pytest
from flask.testing import FlaskClient

from twin.database.connection import Database
from twin.queries.quick_sheet import height_class
from twin.settings import Settings
from web.app import create_app

HERE = "lon=114.12&lat=22.55"


def box(east_m: float, size_m: float = 20.0) -> str:
    """SQL of a square building whose west edge lies `east_m` east of HERE."""
    return (
        "(select st_multi(st_makeenvelope(x + {0}, y - {1}, x + {0} + 2 * {1}, y + {1}, 4547)) from"
        " (select st_x(p) as x, st_y(p) as y from st_transform(st_setsrid(st_makepoint(114.12, 22.55), 4326),"
        " 4547) p) q)"
    ).format(east_m, size_m / 2)


@pytest.fixture(scope="module", autouse=True)
def street(city: Database) -> None:
    for code, east_m in (("PRESENT", 100), ("ABSENT", 200), ("SILENT", 300), ("BIM", 400), ("FAR", 600)):
        city.execute(
            f"insert into city.building (code, name_zh, use, height_m, address, geometry)"
            f" values (%(code)s, %(code)s || '楼', 'R', 54.1, '路1号', {box(east_m)})",
            {"code": code},
        )
    city.execute(
        """insert into city.fire_profile (building_id, sprinkler, indoor_hydrant, checked_on, confidence)
        select feature_id, case code when 'PRESENT' then 'part' else 'none' end, true, '2020-01-01', 0.8
        from city.building where code in ('PRESENT', 'ABSENT')"""
    )
    city.execute(
        f"""insert into city.equipment (building_id, floor_no, kind, geometry)
        select feature_id, 3, 'sprinkler', st_centroid({box(400)}) from city.building where code = 'BIM'"""
    )
    city.execute(
        """insert into city.storey (building_id, floor_no, elev_m, height_m, capacity, global_id)
        select feature_id, f, 3.0 * f, 3, 10, null from city.building, generate_series(1, 3) f
        where code = 'PRESENT'"""
    )
    city.execute(
        """insert into city.storey (building_id, floor_no, label, global_id)
        select feature_id, 2, '二层', '2O2Fr$t4X7Zf8NOew3FLKr' from city.building where code = 'PRESENT'"""
    )
    city.execute(
        """insert into city.unit (building_id, floor_no, code, room, occupancy, tenure, kind)
        select feature_id, f, 'U' || f || n, f || '0' || n, case n when 1 then 'V' when 2 then 'O' end,
               '1', 'R'
        from city.building, generate_series(1, 4) f, generate_series(1, 3) n where code = 'PRESENT'"""
    )
    for code, state, east_m in (("H-BROKEN", "损坏", 5), ("H-GOOD", "正常", 50), ("H-UNKNOWN", None, 20)):
        city.execute(
            "insert into city.hydrant (code, state, geometry)"
            f" values (%(c)s, %(s)s, st_centroid({box(east_m, 2)}))",
            {"c": code, "s": state},
        )


def test_lacking_has_three_answers_with_evidence(client: FlaskClient) -> None:
    path = f"/api/buildings/lacking?protection=sprinkler&{HERE}&within_m=500"
    answer = client.get(path).json
    assert answer["counts"] == {"present": 2, "absent": 1, "unknown": 1}
    found = {f["building"]["code"]: f for f in answer["findings"]}
    assert {code: f["status"] for code, f in found.items()} == {"ABSENT": "absent", "SILENT": "unknown"}
    assert found["ABSENT"]["distance_m"] == pytest.approx(200, abs=0.01)
    evidence = found["ABSENT"]["evidence"][0]
    assert (evidence["value"], evidence["date"], evidence["status"]) == ("none", "2020-01-01", "absent")
    assert found["SILENT"]["evidence"] == []
    everything = client.get(f"{path}&status=present,absent,unknown").json["findings"]
    assert [f["building"]["code"] for f in everything] == ["PRESENT", "ABSENT", "SILENT", "BIM"]
    assert everything[3]["evidence"][0]["devices"] == 1
    assert client.get(f"{path}&status=maybe").status_code == 400
    assert client.get(f"/api/buildings/lacking?{HERE}").json["parameter"] == "protection"
    assert client.get("/api/buildings/lacking?protection=sprinkler&lon=114").json["parameter"] == "lat"


def test_lacking_asks_by_indexes(city: Database) -> None:
    from twin.database.statements import statement
    from twin.database.validity import dated
    from twin.queries.safety import lacking_text

    # enough rows that a scan would cost more
    city.execute(
        """insert into city.building (code, geometry) select 'X' || i,
        st_multi(st_makeenvelope(500000 + i * 10, 2480000, 500005 + i * 10, 2480005, 4547))
        from generate_series(1, 5000) i""",
        {},
    )
    city.execute(
        "insert into city.fire_profile (building_id) select feature_id from city.building"
        " where starts_with(code, 'X')",
        {},
    )
    for table in ("building", "fire_profile", "equipment"):
        city.execute(f"analyze city.{table}")
    binds = {"lon": 114.12, "lat": 22.55, "within_m": 500, "srid": 4547, "protection": "sprinkler"}
    plan = city.rows("explain " + lacking_text(None), {**binds, "circles": ["public"]})
    lines = [row["QUERY PLAN"] for row in plan]
    assert not any("Seq Scan on building" in line or "Seq Scan on fire_profile" in line for line in lines), (
        lines
    )
    plan = city.rows(
        "explain " + dated(statement("twin.queries", "building_id"), None),
        {"code": "X7", "id": None, "circles": ["public"]},
    )
    assert not any("Seq Scan" in row["QUERY PLAN"] for row in plan)


def test_a_broken_hydrant_is_never_first(client: FlaskClient) -> None:
    rows = client.get(f"/api/hydrants/nearest?{HERE}").json["hydrants"]
    assert [(r["code"], r["usable"]) for r in rows] == [
        ("H-GOOD", True),
        ("H-UNKNOWN", None),
        ("H-BROKEN", False),
    ]
    assert rows[0]["distance_m"] == pytest.approx(51, abs=0.01)
    assert rows[0]["hoses"] == 4
    assert client.get(f"/api/hydrants/nearest?{HERE}&limit=1").json["hydrants"][0]["code"] == "H-GOOD"


def test_dossier_says_source_and_age_and_keeps_unknown_unknown(client: FlaskClient) -> None:
    sheet = client.get("/api/buildings/PRESENT/dossier").json
    fields = sheet["building"]["fields"]
    assert fields["height_m"]["value"] == 54.1
    assert (fields["height_m"]["unit"], fields["height_m"]["zh"]) == ("m", "建筑高度")
    assert fields["height_m"]["source"] == "manual"
    assert fields["year_built"]["value"] is None
    assert sheet["fire"]["fields"]["sprinkler"]["confidence"] == pytest.approx(0.8)
    assert sheet["housing"]["units"] == 12
    assert (sheet["housing"]["vacant"], sheet["housing"]["occupancy_known"]) == (4, 8)
    assert sheet["housing"]["by_tenure"] == {"1": 12}
    floors = {row["floor_no"]: row for row in sheet["storeys"]}
    assert sorted(floors) == [1, 2, 3, 4]
    assert (floors[2]["label"], floors[2]["elev_m"], floors[2]["units"]) == ("二层", 6.0, 3)
    assert (floors[4]["id"], floors[4]["elev_m"]) == (None, None)
    assert (floors[2]["spaces"], floors[2]["sensors"]) == (None, None), "nobody has counted"
    silent = client.get("/api/buildings/SILENT/dossier").json
    assert silent["fire"] is None
    assert silent["housing"]["units"] is None
    assert {p["protection"]: p["status"] for p in silent["protection"]} == {
        "sprinkler": "unknown",
        "indoor_hydrant": "unknown",
        "alarm_system": "unknown",
    }
    assert client.get("/api/buildings/nobody/dossier").status_code == 404


def test_storey_hides_who_lives_where(client: FlaskClient) -> None:
    sheet = client.get("/api/buildings/PRESENT/storeys/2").json
    assert [u["room"] for u in sheet["units"]] == ["201", "202", "203"]
    assert "occupancy" not in sheet["units"][0]
    assert client.get("/api/buildings/PRESENT/storeys/77").status_code == 404
    assert client.get("/api/buildings/PRESENT/storeys/1000").status_code == 400


def test_quick_sheet_is_in_the_order_of_need(client: FlaskClient) -> None:
    sheet = client.get("/api/buildings/PRESENT/quick-sheet").json
    assert [s["section"] for s in sheet["sections"]] == [
        "where",
        "life",
        "building",
        "water",
        "inside",
        "danger",
        "contacts",
    ]
    assert sheet["height_class"] == "high-rise-1"
    assert sheet["people"]["capacity"] == 30
    assert sheet["verified"]["old"] is True
    assert sheet["hydrants"][0]["usable"] is True
    silent = client.get("/api/buildings/SILENT/quick-sheet").json
    assert silent["people"]["capacity"] is None
    assert silent["verified"] == {"on": None, "age_days": None, "old": True}


@pytest.mark.parametrize(
    ("use", "height_m", "expected"),
    [
        ("R", 27.0, "low-rise"),
        ("R", 27.1, "high-rise-2"),
        ("R", 54.0, "high-rise-2"),
        ("R", 54.1, "high-rise-1"),
        ("O", 23.9, "low-rise"),
        ("O", 24.1, "high-rise-2"),
        ("O", 50.0, "high-rise-2"),
        ("O", 50.1, "high-rise-1"),
        ("O", None, "unknown"),
        (None, 30, "unknown"),
    ],
)
def test_height_class(use: str | None, height_m: float | None, expected: str) -> None:
    assert height_class(use, height_m) == expected


def test_hydrants_are_in_the_order_of_the_way_to_them(settings: Settings, database: Database) -> None:
    """The nearer one by straight line lies behind the block; the street to the other is shorter."""
    spot = "st_transform(st_setsrid(st_makepoint(114.12, 22.55), 4326), 4547)"
    for code, east_m, north_m in (("BEHIND", 0, 40), ("ALONG", 60, -5)):
        database.execute(
            "insert into city.hydrant (code, state, geometry) values"
            f" (%(code)s, '正常', st_translate({spot}, {east_m}, {north_m}))",
            {"code": code},
        )
    # one street south of the spot, which bends round to the north far to the east
    database.execute(
        "insert into city.road (class, geometry) select 'local', st_multi(st_makeline(array["
        f"st_translate({spot}, -50, -8), st_translate({spot}, 200, -8),"
        f" st_translate({spot}, 200, 42), st_translate({spot}, -20, 42)]))"
    )
    app = create_app(settings)
    try:
        rows = app.test_client().get(f"/api/hydrants/nearest?{HERE}").json["hydrants"]
        far = app.test_client().get("/api/hydrants/nearest?lon=114.12&lat=22.545").json["hydrants"]
        elsewhere = app.test_client().get("/api/hydrants/nearest?lon=0&lat=0")
    finally:
        # what listens goes on after the database of this test is gone
        app.extensions["twin"].close()
    assert [row["code"] for row in rows] == ["ALONG", "BEHIND"]
    along, behind = rows
    # 8 to the street, 60 along it, 3 off it; straight it is sqrt(60² + 5²)
    assert along["route_m"] == pytest.approx(71, abs=0.1)
    assert along["distance_m"] == pytest.approx(60.21, abs=0.01)
    assert along["hoses"] == 5
    # 8 + 200 + 50 + 200 + 2
    assert behind["route_m"] == pytest.approx(460, abs=0.1)
    assert behind["hoses"] == 28
    assert along["route"][0] == pytest.approx([114.12, 22.55], abs=1e-6)
    assert len(behind["route"]) == 6
    # half a kilometre off the only street nobody lays a hose along it
    assert [(row["route_m"], row["route"]) for row in far] == [(None, None)] * 2
    assert elsewhere.status_code == 400
    assert "0,0 is outside the city's EPSG:4547" in elsewhere.json["detail"]
