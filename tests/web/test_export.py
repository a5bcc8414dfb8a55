"""What goes out as CityJSON comes in again as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.validate
import numpy as np
import pytest
from flask.testing import FlaskClient

from loaders.citymodel.faces import area_vectors, from_wkb
from loaders.citymodel.load import load_city_model
from loaders.ifc.load import load_ifc
from tests.loaders.citymodel.author import EAST, MEANINGS, NORTH, cityjson, house, write
from tests.web.cityjson_rules import faults
from twin.database.connection import Database
from twin.settings import Settings
from web.api import export

BOX = "bbox=114.10,22.52,114.12,22.55"


@pytest.fixture(scope="module", autouse=True)
def street(city: Database, server_settings: Settings, tmp_path_factory: Any) -> None:
    lacking = house(20, attributes={"code": "OPEN"})
    lacking["geometry"][0]["boundaries"][0].pop()
    lacking["geometry"][0]["semantics"]["values"][0].pop()
    objects = {
        "A": house(attributes={"code": "H1", "storeysAboveGround": 3, "name": "湖贝楼", "owner": "x"}),
        "P": house(10, type="BuildingPart", parents=["A"]),
        "O": lacking,
    }
    file = write(tmp_path_factory.mktemp("model") / "a.city.json", cityjson(objects, houses=3))
    load_city_model(file, city, replace(server_settings, database_url=None), source="a")
    city.execute(
        "insert into city.building (code, z_min_m, geometry, visibility)"
        " select 'PLAN', 5, st_multi(st_makeenvelope(%(e)s, %(n)s, %(e)s + 5, %(n)s + 5, 4547)), 'public'",
        {"e": EAST + 100, "n": NORTH},
    )
    city.execute(
        "insert into city.building (code, geometry, visibility)"
        " select 'SECRET', st_multi(st_makeenvelope(%(e)s, %(n)s, %(e)s + 5, %(n)s + 5, 4547)), 'fire'",
        {"e": EAST + 120, "n": NORTH},
    )


def test_it_is_cityjson(client: FlaskClient) -> None:
    answer = client.get(f"/api/buildings/export?{BOX}&format=cityjson")
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/city+json"
    whole = json.loads(answer.data)
    assert faults(whole) == []
    assert whole["metadata"]["referenceSystem"] == "https://www.opengis.net/def/crs/EPSG/0/4547"
    objects = whole["CityObjects"]
    assert {one["attributes"].get("code") for one in objects.values()} == {"H1", "OPEN", "PLAN", None}
    shapes = {key: (one["geometry"][0]["type"], one["geometry"][0]["lod"]) for key, one in objects.items()}
    assert (shapes["A"], shapes["P"], shapes["O"]) == (("Solid", "2"), ("Solid", "2"), ("MultiSurface", "2"))
    said = objects["A"]["attributes"]
    assert (said["name"], said["owner"], said["storeysAboveGround"]) == ("湖贝楼", "x", 3)
    assert said["source"]["source"] == "a"
    assert "year_built" not in said, "unknown is left out"
    assert objects["A"]["children"] == ["P"]
    vertices = np.array(whole["vertices"]) * 0.001 + whole["transform"]["translate"]
    assert vertices.min(axis=0) == pytest.approx([NORTH, EAST, 5.0]), "north first, as EPSG:4547 has it"


def test_the_round_trip_gives_the_same_solids(
    client: FlaskClient, city: Database, copy: tuple[Database, Settings], tmp_path: Path
) -> None:
    text = client.get("/api/buildings/export?ids=H1,OPEN").data
    (tmp_path / "out.city.json").write_bytes(text)
    database, settings = copy
    report = load_city_model(tmp_path / "out.city.json", database, settings)
    assert not report.rejections
    assert not [warning for warning in report.warnings if "turned" in warning or "axes" in warning]
    query = (
        "select f.source_key, b.code, b.surfaces, b.shell->>'reason' as reason, st_asbinary(b.solid) as solid"
        " from city_now.{0} b join city.feature f on f.id = b.feature_id where f.source <> '' order by 1"
    )
    for table, count in (("building", 2), ("building_part", 1)):
        names = ["A", "O"] if table == "building" else ["P"]
        before = [
            row for row in city.rows(query.format(table).replace("b.code,", "")) if row["source_key"] in names
        ]
        after = database.rows(query.format(table).replace("b.code,", ""))
        assert len(before) == len(after) == count
        for old, new in zip(before, after, strict=True):
            assert (old["source_key"], old["surfaces"], old["reason"]) == (
                new["source_key"],
                new["surfaces"],
                new["reason"],
            )
            if old["solid"] is None:
                assert new["solid"] is None
                continue
            first, second = from_wkb(bytes(old["solid"])), from_wkb(bytes(new["solid"]))
            assert np.array_equal(first.rings, second.rings)
            assert first.points == pytest.approx(second.points, abs=0.0006)
            assert area_vectors(first) == pytest.approx(area_vectors(second), abs=0.02)
            assert old["surfaces"] == MEANINGS


def test_by_id_or_code_and_nobody_missing(client: FlaskClient, city: Database) -> None:
    number = city.scalar("select feature_id from city.building where code = 'H1'")
    by_id = client.get(f"/api/buildings/export?ids={number}").json
    assert set(by_id["CityObjects"]) == {"A", "P"}
    assert client.get("/api/buildings/export?ids=H1,NONE").status_code == 404
    assert client.get("/api/buildings/export?ids=SECRET").status_code == 404


@pytest.mark.parametrize("query", ["", f"{BOX}&ids=H1", "ids=", "ids=,", f"{BOX}&format=gml", "bbox=1,2,3"])
def test_a_wrong_question_is_named(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/buildings/export?{query}")
    assert answer.status_code == 400
    assert answer.json["parameter"] in ("ids", "bbox", "format")


def test_it_is_bounded_and_may_be_empty(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = client.get("/api/buildings/export?bbox=113.9,22.5,113.91,22.51").json
    assert (empty["CityObjects"], empty["vertices"], faults(empty)) == ({}, [], [])
    assert client.get("/api/buildings/export?bbox=-10,40,-9,41").json["CityObjects"] == {}
    monkeypatch.setattr(export, "_MOST_BUILDINGS", 1)
    answer = client.get(f"/api/buildings/export?{BOX}")
    assert answer.status_code == 413
    assert "smaller box" in answer.json["detail"]


def test_a_part_goes_into_a_building_model_with_its_body(
    client: FlaskClient, city: Database, copy: tuple[Database, Settings], tmp_path: Path
) -> None:
    answer = client.get("/api/buildings/export?ids=H1&format=ifc")
    assert answer.status_code == 200, answer.text
    path = tmp_path / "out.ifc"
    path.write_bytes(answer.data)
    log = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(ifcopenshell.open(str(path)), log, express_rules=True)
    assert list(log.statements) == []
    database, settings = copy
    assert load_ifc(path, database, settings).status == "done"
    [part] = database.rows(
        "select ifc_class, predefined_type, type_name, volume_m3, z_min_m, z_max_m, st_area(geometry) as m2"
        " from city_now.element"
    )
    [told] = city.rows(
        "select z_min_m, z_max_m, st_area(geometry) as m2, st_asbinary(solid) as solid"
        " from city_now.building_part"
    )
    assert (part["ifc_class"], part["predefined_type"], part["type_name"]) == (
        "IfcBuildingElementProxy", "PARTIAL", "BuildingPart",
    )  # fmt: skip
    solid = from_wkb(bytes(told["solid"]))
    # divergence theorem on the corners of the faces: a house of planes is the sum of its pyramids
    inner = solid.points - solid.points.mean(axis=0)
    starts = np.concatenate([[0], np.cumsum(solid.rings)[:-1]])
    height = (area_vectors(solid) * inner[starts]).sum() / 3
    assert part["volume_m3"] == pytest.approx(abs(height), rel=2e-3)
    for name in ("z_min_m", "z_max_m", "m2"):
        assert part[name] == pytest.approx(told[name], abs=2e-3), name
