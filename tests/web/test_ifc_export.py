"""A building that goes out as IFC comes in again with the same floors, rooms and solids."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.validate
import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient
from ifcopenshell.util import element

from loaders.ifc.load import load_ifc
from sample_data.models.build import build_models
from sample_data.models.layout import pump_station
from tests.loaders.ifc.author import house
from twin.database.connection import Database
from twin.errors import TooLarge
from twin.queries.hidden import hidden_names, told_sets
from twin.queries.model_export import interior
from twin.settings import Settings
from web import ifcfile

PUBLIC = frozenset({"public"})
STATION = pump_station()


@pytest.fixture(scope="module", autouse=True)
def loaded(city: Database, server_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    build_models(folder, only={STATION.code})
    settings = replace(server_settings, state_dir=folder / "state")
    load_ifc(folder / f"{STATION.code}.ifc", city, settings)
    made = house()
    made.georeference(12.0)
    load_ifc(made.write(folder / "house.ifc"), city, settings)
    unplaced = house()
    load_ifc(unplaced.write(folder / "unplaced.ifc"), city, settings)
    return folder


def fetch(client: FlaskClient, reference: Any, folder: Path, **query: str) -> tuple[Path, Any]:
    response = client.get(f"/api/buildings/{reference}/ifc", query_string=query)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/x-step"
    path = folder / "out.ifc"
    path.write_bytes(response.data)
    assert response.content_length == len(response.data)
    return path, response


def issues(path: Path) -> list[Any]:
    log = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(ifcopenshell.open(str(path)), log, express_rules=True)
    return list(log.statements)


def house_id(city: Database, source: str) -> int:
    return int(
        city.scalar(
            "select b.feature_id from city_now.building b join city.feature f on f.id = b.feature_id"
            " where f.source = %(source)s",
            {"source": source},
        )
    )


ROOMS = (
    "select f.source_key, s.name, s.long_name, s.floor_no, s.area_m2, s.volume_m3, s.use, s.unit_code,"
    " st_asbinary(s.geometry) as plan, s.z_min_m, s.z_max_m, s.solid is not null as solid"
    " from city_now.space s join city.feature f on f.id = s.feature_id where s.building_id = %(b)s"
)
FLOORS = (
    "select floor_no, name, label, elev_m, height_m from city_now.storey where building_id = %(b)s"
    " order by floor_no"
)


@pytest.mark.parametrize("which", ["station", "house"])
def test_floors_rooms_and_solids_come_back(
    client: FlaskClient, city: Database, copy: tuple[Database, Settings], tmp_path: Path, which: str
) -> None:
    reference = STATION.building_code if which == "station" else house_id(city, "ifc/house")
    path, _ = fetch(client, reference, tmp_path)
    assert issues(path) == []
    other, settings = copy
    report = load_ifc(path, other, settings)
    assert report.status == "done"
    assert not [w for w in report.warnings if w.startswith(("shape", "kernel", "needs", "parser"))]
    old = city.scalar(
        "select feature_id from city_now.building where code = %(r)s or feature_id::text = %(r)s",
        {"r": str(reference)},
    )
    new = other.scalar("select feature_id from city_now.building")
    before, after = city.rows(FLOORS, {"b": old}), other.rows(FLOORS, {"b": new})
    assert [(f["floor_no"], f["name"]) for f in after] == [(f["floor_no"], f["name"]) for f in before]
    for a, b in zip(after, before, strict=True):
        assert a["elev_m"] == pytest.approx(b["elev_m"], abs=1e-3)
        assert a["height_m"] == pytest.approx(b["height_m"], abs=1e-3)
    rooms = {r["source_key"]: r for r in city.rows(ROOMS, {"b": old})}
    again = {r["source_key"]: r for r in other.rows(ROOMS, {"b": new})}
    assert set(rooms) == set(again) and rooms
    for key, room in rooms.items():
        other_room = again[key]
        for column in ("name", "long_name", "floor_no", "use", "unit_code", "solid"):
            assert other_room[column] == room[column], (key, column)
        assert other_room["volume_m3"] == pytest.approx(room["volume_m3"], rel=1e-3)
        assert other_room["z_min_m"] == pytest.approx(room["z_min_m"], abs=1e-3)
        assert other_room["z_max_m"] == pytest.approx(room["z_max_m"], abs=1e-3)
        plans = [shapely.from_wkb(bytes(r["plan"])) for r in (room, other_room)]
        assert plans[0].hausdorff_distance(plans[1]) < 1e-3


def test_elements_come_back_with_class_shape_and_place(
    client: FlaskClient, city: Database, copy: tuple[Database, Settings], tmp_path: Path
) -> None:
    reference = house_id(city, "ifc/house")
    path, response = fetch(client, reference, tmp_path)
    assert response.headers["Twin-Objects-Without-Body"] == "0"
    other, settings = copy
    load_ifc(path, other, settings)
    query = (
        "select f.source_key, c.ifc_class, c.predefined_type, c.floor_no, c.z_min_m, c.z_max_m,"
        " st_asbinary(c.geometry) as plan from city_now.{} c join city.feature f on f.id = c.feature_id"
        " where f.source = %(s)s"
    )
    for name in ("element", "opening", "equipment"):
        before = {r["source_key"]: r for r in city.rows(query.format(name), {"s": "ifc/house"})}
        after = {r["source_key"]: r for r in other.rows(query.format(name), {"s": "ifc/out"})}
        assert set(before) == set(after) and before
        for key, row in before.items():
            for column in ("ifc_class", "predefined_type", "floor_no"):
                assert after[key][column] == row[column], (name, key, column)
            assert after[key]["z_min_m"] == pytest.approx(row["z_min_m"], abs=2e-3)
            assert after[key]["z_max_m"] == pytest.approx(row["z_max_m"], abs=2e-3)
            shapes = [shapely.from_wkb(bytes(r["plan"])) for r in (row, after[key])]
            assert shapes[0].hausdorff_distance(shapes[1]) < 2e-3
    rated = "select fire_rating_min from city_now.element where ifc_class = 'IfcWall'"
    assert {r["fire_rating_min"] for r in other.rows(rated)} == {90.0}


def test_the_file_says_what_the_city_knows(client: FlaskClient, tmp_path: Path) -> None:
    path, response = fetch(client, STATION.building_code, tmp_path)
    assert f"{STATION.building_code}.ifc" in response.headers["Content-Disposition"]
    model = ifcopenshell.open(str(path))
    (conversion,) = model.by_type("IfcMapConversion")
    assert conversion.TargetCRS.Name == "EPSG:4547"
    assert np.hypot(conversion.Eastings - STATION.place.easting_m,
                    conversion.Northings - STATION.place.northing_m) < 3  # fmt: skip
    assert conversion.OrthogonalHeight == pytest.approx(STATION.place.height_m)
    (building,) = model.by_type("IfcBuilding")
    assert building.Name == STATION.name_zh
    assert element.get_pset(building, "LH_Common", "BuildingCode") == STATION.building_code
    devices = {
        element.get_pset(product, "LH_Common", "DeviceId") for product in model.by_type("IfcElement")
    } - {None}
    assert devices == {device.id for device in STATION.devices}
    assert Counter(s.is_a() for s in model.by_type("IfcSpace")) == {"IfcSpace": len(STATION.rooms)}


def test_rooms_alone_are_a_smaller_file(client: FlaskClient, tmp_path: Path) -> None:
    path, _ = fetch(client, STATION.building_code, tmp_path, content="spaces")
    model = ifcopenshell.open(str(path))
    assert len(model.by_type("IfcSpace")) == len(STATION.rooms)
    assert not model.by_type("IfcElement")


def test_what_has_no_place_goes_without_body_and_is_counted(
    client: FlaskClient, city: Database, tmp_path: Path
) -> None:
    path, response = fetch(client, house_id(city, "ifc/unplaced"), tmp_path)
    model = ifcopenshell.open(str(path))
    assert issues(path) == []
    bare = [p for kind in ("IfcElement", "IfcSpace") for p in model.by_type(kind) if not p.Representation]
    bare = [product for product in bare if not product.is_a("IfcOpeningElement")]  # has none by intent
    assert len(bare) == int(response.headers["Twin-Objects-Without-Body"]) > 0


def test_nothing_stays_behind(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for method in ("HEAD", "GET"):
        with client.open(f"/api/buildings/{STATION.building_code}/ifc?content=spaces", method=method) as got:
            assert got.status_code == 200 and got.content_length
        assert list(tmp_path.iterdir()) == []


def test_refusals(client: FlaskClient, city: Database) -> None:
    assert client.get("/api/buildings/NONE/ifc").status_code == 404
    assert client.get(f"/api/buildings/{STATION.building_code}/ifc?content=x").status_code == 400
    for limits in ({"most_objects": 5}, {"most_triangles": 5}):
        with pytest.raises(TooLarge, match="content=spaces"):
            interior(city, [STATION.building_code], content="all", circles=PUBLIC, **limits)


def test_properties_of_a_name_the_caller_may_not_read_stay(city: Database) -> None:
    hidden = hidden_names(PUBLIC)
    assert "rentcnym2" in hidden and "nameen" not in hidden
    sets = {"psets": {"LH_Common": {"Rent_CNY_m2": 5, "NameEn": "x"}}}
    kept = told_sets(sets, frozenset({"rentcnym2"}))
    assert kept is not None and kept["psets"] == {"LH_Common": {"NameEn": "x"}}


def test_who_would_wait_long_is_told_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ifcfile, "_PATIENCE_S", 0.05)
    before = {path.name for path in Path(tempfile.gettempdir()).glob("twin-export-*")}
    with ifcfile._turn:
        answer = client.get(f"/api/buildings/{STATION.building_code}/ifc")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert {path.name for path in Path(tempfile.gettempdir()).glob("twin-export-*")} <= before
