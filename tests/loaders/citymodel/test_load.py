"""City models all the way into PostGIS."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from loaders.citymodel.load import load_city_model
from loaders.commands import load as command
from tests.loaders.citymodel.author import (
    EAST,
    MEANINGS,
    NORTH,
    VOLUME_M3,
    building,
    citygml,
    cityjson,
    house,
    write,
)
from twin.database.connection import Database
from twin.errors import NotGeoreferenced, SourceUnreadable
from twin.model.load import LoadCounts, LoadReport
from twin.settings import Settings

Load = Callable[..., LoadReport]


@pytest.fixture
def load(database: Database, settings: Settings) -> Load:
    return lambda path, **options: load_city_model(path, database, settings, **options)


def test_a_house_with_all_it_says(tmp_path: Path, load: Load, database: Database) -> None:
    said = {
        "measuredHeight": 8.1,
        "roofType": "1030",
        "storeysAboveGround": 2,
        "storeysBelowGround": 1,
        "yearOfConstruction": 1987,
        "function": "31001_2020",
        "identificatie": "NL.1",
        "owner": "A",
    }
    objects = {
        "H": house(attributes=said | {"name": "湖贝楼"}, address=[{"Street": "东门路", "Number": "3"}]),
        "P": house(10, type="BuildingPart", parents=["H"]),
    }
    file = write(tmp_path / "a.city.json", cityjson(objects, houses=2))
    report = load(file)
    assert report.status == "done"
    assert report.counts == {"building": LoadCounts(1, 1), "building_part": LoadCounts(1, 1)}
    row = database.row(
        "select code, name_zh, use, roof, floors_up, floors_down, height_m, elev_base_m, year_built, address,"
        " lod, surfaces, shell, z_min_m, z_max_m, st_isclosed(solid) as closed,"
        " st_numpatches(solid) as faces,"
        " st_area(geometry) as area, properties->>'owner' as owner, properties->>'function' as function"
        " from city_now.building"
    )
    assert row is not None
    assert row.pop("area") == pytest.approx(80)
    assert row == {
        "code": "NL.1", "name_zh": "湖贝楼", "use": "O", "roof": "gabled", "floors_up": 2, "floors_down": 1,
        "height_m": 8.1, "elev_base_m": 12.0, "year_built": 1987, "address": "东门路, 3", "lod": 2,
        "surfaces": MEANINGS, "shell": None, "z_min_m": 12.0, "z_max_m": 20.0, "closed": True, "faces": 7,
        "owner": "A", "function": "31001_2020",
    }  # fmt: skip
    part = database.row(
        "select p.kind, p.height_m, p.building_id = b.feature_id and p.parent_id = b.feature_id as linked,"
        " st_xmin(p.geometry) as east from city_now.building_part p, city_now.building b"
    )
    assert part == {"kind": "BuildingPart", "height_m": 8.0, "linked": True, "east": pytest.approx(EAST + 20)}
    assert any("building_part.height_m: 1 value not stated" in warning for warning in report.warnings)


def test_the_same_file_twice_and_a_changed_one(tmp_path: Path, load: Load, database: Database) -> None:
    objects = {"A": house(), "B": house(10)}
    file = write(tmp_path / "a.city.json", cityjson(objects, houses=2))
    load(file)
    assert load(file).status == "unchanged"
    again = load(file, force=True)
    assert again.counts["building"] == LoadCounts(read=2, unchanged=2)
    write(file, cityjson({"A": house(attributes={"storeysAboveGround": 3})}))
    changed = load(file)
    assert changed.counts["building"] == LoadCounts(read=1, changed=1, closed=1)
    assert database.scalar("select count(*) from city.building") == 3, "the past is kept"


def test_citygml_and_a_zip_of_tiles(tmp_path: Path, load: Load, database: Database) -> None:
    usage = '<bldg:usage codeSpace="../../codelists/Building_usage.xml">412</bldg:usage>'
    height = '<bldg:measuredHeight uom="m">-9999</bldg:measuredHeight>'
    code = (
        "<uro:buildingIDAttribute><uro:BuildingIDAttribute><uro:buildingID>X-1</uro:buildingID>"
        "</uro:BuildingIDAttribute></uro:buildingIDAttribute>"
    )
    with zipfile.ZipFile(tmp_path / "tiles.zip", "w") as archive:
        archive.writestr("udx/bldg/1.gml", citygml(building("A", extra=usage + height + code)))
        archive.writestr("udx/bldg/2.gml", citygml(building("B", shift=30)))
        archive.writestr("codelists/x.xml", "<a/>")
    load(tmp_path / "tiles.zip")
    rows = database.rows(
        "select code, use, height_m, surfaces, st_isclosed(solid) as closed,"
        " properties->'codeSpaces' as spaces"
        " from city_now.building order by code"
    )
    assert rows[0] == {
        "code": "X-1", "use": "R", "height_m": 8.0, "surfaces": MEANINGS, "closed": True,
        "spaces": {"usage": "../../codelists/Building_usage.xml"},
    }  # fmt: skip
    assert rows[1]["closed"]


def test_what_is_no_solid_stays_for_display(tmp_path: Path, load: Load, database: Database) -> None:
    lacking = house()
    geometry = lacking["geometry"][0]
    geometry["boundaries"][0].pop()
    geometry["semantics"]["values"][0].pop()
    report = load(write(tmp_path / "a.city.json", cityjson({"H": lacking})))
    row = database.row("select solid, surfaces, shell, lod, height_m from city_now.building")
    assert row is not None
    shell = row["shell"]
    assert (row["solid"], row["surfaces"], shell["reason"], row["lod"]) == (None, None, "shell-open", 2)
    assert (len(shell["boundaries"]), len(shell["vertices"]), shell["surfaces"]) == (6, 10, MEANINGS[:6])
    assert [min(c) for c in zip(*shell["vertices"], strict=True)] == [EAST, NORTH, 12.0] == shell["box"][0]
    assert [max(c) for c in zip(*shell["vertices"], strict=True)] == shell["box"][1]
    assert "1 bodies are no solid (shell-open), faces kept for display: H" in report.warnings


def test_every_kind_goes_where_it_belongs_or_is_named(tmp_path: Path, load: Load, database: Database) -> None:
    flat = {"geometry": [{"type": "MultiSurface", "lod": "1", "boundaries": [[[0, 1, 2, 3]]]}]}
    line = {"geometry": [{"type": "MultiLineString", "lod": "0", "boundaries": [[0, 1]]}]}
    kinds = {
        "Bridge": "bridge", "Tunnel": "tunnel", "WaterBody": "water_body", "PlantCover": "vegetation",
        "Road": "theme", "LandUse": "theme", "CityFurniture": "theme", "TINRelief": "theme", "+Mine": "theme",
        "BuildingRoom": "space", "BuildingStorey": "storey",
    }  # fmt: skip
    objects: dict[str, Any] = {f"k{kind}": {"type": kind, **flat} for kind in kinds}
    objects |= {"way": {"type": "Road", **line}, "rails": {"type": "Railway", **line}}
    objects |= {"group": {"type": "CityObjectGroup", "children": []}, "H": house(address="x")}
    objects["kBuildingRoom"]["parents"] = ["kBuildingStorey"]
    objects["kBuildingStorey"]["parents"] = ["H"]
    report = load(write(tmp_path / "a.city.json", cityjson(objects)))
    found = database.rows("select collection, source_key from city.feature")
    assert {row["source_key"]: row["collection"] for row in found} == {
        **{f"k{kind}": collection for kind, collection in kinds.items()},
        **{"way": "road", "rails": "rail", "H": "building"},
    }
    assert [(r.code, r.source_key) for r in report.rejections] == [("type-not-kept", "group")]
    room = database.row(
        "select s.storey_id = t.feature_id as storey, s.building_id = t.building_id as building"
        " from city_now.space s, city_now.storey t"
    )
    assert room == {"storey": True, "building": True}


def test_a_road_of_citygml_3_is_its_areas(tmp_path: Path, load: Load, database: Database) -> None:
    from tests.loaders.citymodel.author import corners, polygon

    area = (
        "<core:boundary><tran:TrafficArea><core:lod2MultiSurface><gml:MultiSurface><gml:surfaceMember>"
        f"{polygon(corners()[:4])}</gml:surfaceMember></gml:MultiSurface></core:lod2MultiSurface>"
        "</tran:TrafficArea></core:boundary>"
    )
    road = (
        '<core:cityObjectMember><tran:Road gml:id="R"><gml:name>A</gml:name><tran:section><tran:Section>'
        f"<tran:trafficSpace><tran:TrafficSpace>{area}</tran:TrafficSpace></tran:trafficSpace></tran:Section>"
        "</tran:section></tran:Road></core:cityObjectMember>"
    )
    load_file = tmp_path / "r.gml"
    load_file.write_text(citygml(road))
    load(load_file)
    row = database.row("select kind, name, round(st_area(geometry)) as area from city_now.theme")
    assert row == {"kind": "Road", "name": "A", "area": 80}


def test_a_building_that_is_there_is_suggested_and_not_merged(
    tmp_path: Path, load: Load, database: Database
) -> None:
    load(write(tmp_path / "old.city.json", cityjson({"O": house(attributes={"code": "K1"})})))
    new = {"N": house(), "M": house(10, attributes={"code": "K1"})}
    report = load(write(tmp_path / "new.city.json", cityjson(new, houses=2)))
    (said,) = [warning for warning in report.warnings if "building-suggested" in warning]
    assert said.startswith("2 buildings may be in the city already, nothing was merged")
    assert "N = K1 of city-model/old (overlap 100%)" in said
    assert "M = K1 of city-model/old (code K1)" in said
    assert database.scalar("select count(*) from city_now.building") == 3


def test_all_or_nothing_and_never_a_guess(tmp_path: Path, load: Load, database: Database) -> None:
    with pytest.raises(NotGeoreferenced, match="states no coordinate reference system"):
        load(write(tmp_path / "a.city.json", cityjson({"H": house()}, crs=None)))
    with pytest.raises(NotGeoreferenced, match="swap x and y"):
        load(write(tmp_path / "b.city.json", cityjson({"H": house()})), crs="EPSG:4547")
    half = citygml("".join(building(f"B{n}", shift=20.0 * n) for n in range(20)))
    (tmp_path / "c.gml").write_text(half[: len(half) * 99 // 100])
    with pytest.raises(SourceUnreadable, match="not well-formed"):
        load(tmp_path / "c.gml")
    assert database.scalar("select count(*) from city.feature") == 0
    assert load(tmp_path / "a.city.json", crs="https://www.opengis.net/def/crs/EPSG/0/4547").status == "done"


def test_coordinates_turn_about_are_noticed(tmp_path: Path, load: Load) -> None:
    """A file that has east first under the name of a CRS that has north first."""
    content = cityjson({"H": house()}, crs="https://www.opengis.net/def/crs/EPSG/0/4547")
    content["vertices"] = [[y, x, z] for x, y, z in content["vertices"]]
    content["transform"]["translate"] = [EAST, NORTH, 0.0]
    with pytest.raises(NotGeoreferenced):
        load(write(tmp_path / "a.city.json", content))
    inside_out = house()
    inside_out["geometry"][0]["boundaries"][0] = [
        [ring[::-1] for ring in face] for face in inside_out["geometry"][0]["boundaries"][0]
    ]
    report = load(write(tmp_path / "b.city.json", cityjson({"H": inside_out})))
    assert any("axes-doubtful" in warning for warning in report.warnings)
    assert any("shell-turned" in warning for warning in report.warnings)


def test_the_volume_is_that_of_the_house(tmp_path: Path, load: Load, database: Database) -> None:
    from loaders.citymodel.faces import from_wkb
    from loaders.citymodel.shell import judge

    load(write(tmp_path / "a.city.json", cityjson({"H": house()})))
    faces = from_wkb(bytes(database.scalar("select st_asbinary(solid) from city_now.building")))
    verdict = judge(faces, [None] * len(faces))
    assert verdict.volume_m3 == pytest.approx(VOLUME_M3)
    assert not verdict.repairs


def test_the_command_knows_a_city_model(tmp_path: Path, settings: Settings, monkeypatch: Any) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.dsn)
    write(tmp_path / "a.json", cityjson({"H": house()}))
    (tmp_path / "b.xml").write_text(citygml(building("B", shift=40)))
    (tmp_path / "c.xml").write_text("<a/>")
    result = CliRunner().invoke(command, [str(tmp_path), "--json"])
    assert result.exit_code == 0, result.output
    reports = json.loads(result.stdout)
    assert [(r["file_name"], r["counts"]["building"]["written"]) for r in reports] == [
        ("a.json", 1),
        ("b.xml", 1),
    ]
    refused = CliRunner().invoke(command, ["--inspect", str(tmp_path / "a.json")])
    assert "is a city model: it has no columns to map" in str(refused.exception)


def test_two_models_of_one_name_would_overwrite_each_other(
    tmp_path: Path, settings: Settings, monkeypatch: Any
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.dsn)
    write(tmp_path / "block.city.json", cityjson({"H": house()}))
    (tmp_path / "block.gml").write_text(citygml(building("B", shift=40)))
    refused = CliRunner().invoke(command, [str(tmp_path)])
    assert "would be one data set, 'city-model/block'" in str(refused.exception)
