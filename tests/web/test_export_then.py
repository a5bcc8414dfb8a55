"""What goes out as of a moment is the city of then: its codes, bodies, models, joints, zones and places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.api.system
import ifcopenshell.validate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from ifcopenshell.util import element

from loaders.ifc.load import load_ifc
from tests.interior_house import InteriorHouse
from tests.loaders.ifc.author import EAST, NORTH
from tests.web.cityjson_rules import faults
from twin.database.connection import Database
from twin.settings import Settings

MOVED_M = 30.0
_BEFORE = (
    "insert into city.building (code, height_m, geometry) values ('OLD-1', 20,"
    " st_multi(st_makeenvelope(514000, 2494000, 514020, 2494010, 4547)))",
    "insert into city.building (code, elev_base_m, geometry) values ('GONE-1', 4,"
    " st_multi(st_makeenvelope(514030, 2494000, 514040, 2494010, 4547)))",
    "insert into city.building_part (building_id, kind, z_min_m, geometry)"
    " select feature_id, 'BuildingPart', 4, geometry from city_now.building where code = 'GONE-1'",
)
_AFTER = (
    "update city_now.building set code = 'NEW-1', height_m = 30 where code = 'OLD-1'",
    "delete from city_now.building_part where kind = 'BuildingPart'",
    "delete from city_now.building where code = 'GONE-1'",
)
BOX = "114.09,22.52,114.20,22.57"


@dataclass(frozen=True)
class Past:
    """`before` is an instant between the two versions of everything; `building` the one with the model."""

    building: int
    before: datetime


def _second(made: InteriorHouse) -> None:
    made.rebuild()
    made.describe(made.things["2/D-N1"], "Own", Colour="red")
    for joint in made.model.by_type("IfcRelConnectsPorts"):
        ifcopenshell.api.system.disconnect_port(made.model, port=joint.RelatingPort)
    [conversion] = made.model.by_type("IfcMapConversion")
    conversion.Eastings += MOVED_M


@pytest.fixture(scope="module")
def past(module_app: Flask, city: Database, tmp_path_factory: pytest.TempPathFactory) -> Past:
    settings: Settings = module_app.extensions["twin"].settings
    path: Path = tmp_path_factory.mktemp("then") / "inside.ifc"
    made = InteriorHouse()
    made.georeference()
    made.describe(made.things["2/D-N1"], "Own", Colour="blue")
    load_ifc(made.write(path), city, settings)
    building = city.scalar("select feature_id from city_now.building")
    for statement in _BEFORE:
        city.execute(statement)
    before = city.scalar("select clock_timestamp()")
    _second(made)
    load_ifc(made.write(path), city, settings)
    for statement in _AFTER:
        city.execute(statement)
    return Past(building, before)


def _file(client: FlaskClient, past: Past, folder: Path, *, then: bool, **query: Any) -> tuple[Path, Any]:
    query |= {"datetime": past.before.isoformat()} if then else {}
    answer = client.get(f"/api/buildings/{past.building}/ifc", query_string=query)
    assert answer.status_code == 200, answer.text
    path = folder / f"{'then' if then else 'now'}.ifc"
    path.write_bytes(answer.data)
    return path, answer


def test_the_model_of_then_goes_out_whole(client: FlaskClient, past: Past, tmp_path: Path) -> None:
    (then, answer), (now, _) = (_file(client, past, tmp_path, then=which) for which in (True, False))
    log = ifcopenshell.validate.json_logger()
    ifcopenshell.validate.validate(ifcopenshell.open(str(then)), log, express_rules=True)
    assert list(log.statements) == []
    assert answer.headers["Twin-Objects-Without-Body"] == "0"
    stamp = past.before.strftime("%Y%m%dT%H%M%SZ")
    assert answer.headers["Content-Disposition"].endswith(f"{past.building}-{stamp}.ifc")
    told = []
    for path in (then, now):
        model = ifcopenshell.open(str(path))
        doors = {(door.Name, door.OverallWidth) for door in model.by_type("IfcDoor")}
        [wide] = [d for d in model.by_type("IfcDoor") if d.Name == "D-N1" and element.get_pset(d, "Own")]
        [zone] = [
            r for r in model.by_type("IfcRelReferencedInSpatialStructure")
            if r.RelatingStructure.is_a("IfcSpatialZone") and r.RelatingStructure.Name == "FC-1"
        ]  # fmt: skip
        told.append(
            {
                "doors": len(model.by_type("IfcDoor")),
                "gone": sum(name == "D-S1" for name, _ in doors),
                "width": wide.OverallWidth,
                "colour": element.get_pset(wide, "Own", "Colour"),
                "joints": len(model.by_type("IfcRelConnectsPorts")),
                "members": len(zone.RelatedElements),
                "east": model.by_type("IfcMapConversion")[0].Eastings,
                "said": any("as of" in text for text in model.header.file_description.description),
            }
        )
    first, second = told
    # five doors and the exit on 1F, five on 2F; D-S1 of both floors, then of 2F alone
    assert (first["doors"], second["doors"]) == (11, 10)
    assert (first["width"], second["width"]) == (1.0, 1.25)
    assert (first["colour"], second["colour"]) == ("blue", "red")
    assert (first["joints"] > 0, second["joints"]) == (True, 0)
    assert (first["members"], second["members"]) == (3, 2)
    # the origin of a file stands at whole metres
    assert second["east"] - first["east"] == pytest.approx(MOVED_M, abs=1)
    assert (first["said"], second["said"]) == (True, False)


def test_it_stands_where_the_model_stood(
    client: FlaskClient, past: Past, copy: tuple[Database, Settings], tmp_path: Path
) -> None:
    """The walls of the house are on lines from 0 to 20 m and 0 to 10 m, 0.2 m thick."""
    database, settings = copy
    for then, east in ((True, EAST), (False, EAST + MOVED_M)):
        path, _ = _file(client, past, tmp_path, then=then)
        assert load_ifc(path, database, settings).status == "done"
        box = database.row(
            "select min(st_xmin(e.geometry)) as west, max(st_xmax(e.geometry)) as east,"
            " min(st_ymin(e.geometry)) as south from city_now.element e"
            " join city.feature f on f.id = e.feature_id"
            " where e.ifc_class = 'IfcWall' and f.source = %(s)s",
            {"s": f"ifc/{path.stem}"},
        )
        assert box is not None
        assert [box["west"], box["east"], box["south"]] == pytest.approx(
            [east - 0.1, east + 20.1, NORTH - 0.1], abs=0.01
        )


def test_rooms_alone_of_then(client: FlaskClient, past: Past, tmp_path: Path) -> None:
    path, _ = _file(client, past, tmp_path, then=True, content="spaces")
    model = ifcopenshell.open(str(path))
    # six rooms on each of two floors, and the pumps
    assert (len(model.by_type("IfcSpace")), len(model.by_type("IfcElement"))) == (13, 0)


def _export(client: FlaskClient, past: Past | None = None, **query: str) -> Any:
    query |= {} if past is None else {"datetime": past.before.isoformat()}
    return client.get("/api/buildings/export", query_string=query)


def test_a_building_goes_out_under_its_code_of_then(client: FlaskClient, past: Past) -> None:
    answer = _export(client, past, ids="OLD-1")
    stamp = past.before.strftime("%Y%m%dT%H%M%SZ")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=OLD-1-{stamp}.city.json"
    then = answer.json
    assert faults(then) == []
    [one] = then["CityObjects"].values()
    assert (one["attributes"]["code"], one["attributes"]["measuredHeight"]) == ("OLD-1", 20)
    assert then["metadata"]["referenceDate"] == past.before.date().isoformat()
    missing = _export(client, past, ids="NEW-1")
    assert (missing.status_code, "was no building" in missing.json["detail"]) == (404, True)
    now = _export(client, ids="NEW-1").json
    [one] = now["CityObjects"].values()
    assert one["attributes"]["measuredHeight"] == 30
    assert "referenceDate" not in now["metadata"]
    assert _export(client, ids="OLD-1").status_code == 404


def test_what_is_gone_is_in_the_box_of_then(client: FlaskClient, past: Past) -> None:
    codes = [
        {
            (o["type"], o["attributes"].get("code"))
            for o in _export(client, when, bbox=BOX).json["CityObjects"].values()
        }
        for when in (past, None)
    ]
    assert codes[0] - codes[1] == {("Building", "OLD-1"), ("Building", "GONE-1"), ("BuildingPart", None)}
    assert codes[1] - codes[0] == {("Building", "NEW-1")}


def test_a_selection_of_then_is_one_model(client: FlaskClient, past: Past, tmp_path: Path) -> None:
    answer = _export(client, past, ids=f"OLD-1,{past.building}", format="ifc")
    assert answer.status_code == 200, answer.text
    path = tmp_path / "both.ifc"
    path.write_bytes(answer.data)
    model = ifcopenshell.open(str(path))
    assert len(model.by_type("IfcBuilding")) == 2
    assert len(model.by_type("IfcDoor")) == 11


def test_a_moment_that_is_none_is_named(client: FlaskClient, past: Past) -> None:
    for path in ("export?ids=OLD-1&datetime=yesterday", f"{past.building}/ifc?datetime=yesterday"):
        answer = client.get(f"/api/buildings/{path}")
        assert (answer.status_code, answer.json["parameter"]) == (400, "datetime")
