"""A model from file to rows, on a real PostGIS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import ifcopenshell
import numpy as np
import pytest
import shapely

from loaders.ifc import ladder
from loaders.ifc import load as loading
from loaders.ifc.load import load_ifc
from tests.loaders.ifc.author import DEPTH, EAST, HEIGHT, NORTH, WIDTH, House, house
from twin.database.connection import Database
from twin.errors import NotFound, SourceUnreadable
from twin.model.feature import FeatureBatch
from twin.model.load import LoadReport, LoadRequest
from twin.settings import Settings
from twin.store.loading import begin_load

ROLES = ("building", "storey", "space", "element", "opening", "equipment")
CODE = "4403030059019000001"


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    made = house()
    made.georeference(rotation_deg=12)
    return made.write(tmp_path / "house.ifc")


def _counts(database: Database) -> dict[str, int]:
    return {role: database.scalar(f"select count(*) from city_now.{role}") for role in ROLES}


def _versions(database: Database) -> int:
    return sum(database.scalar(f"select count(*) from city.{role}") for role in ROLES)


def _shape(database: Database, table: str, where: str) -> Any:
    wkb = database.scalar(f"select st_asbinary(geometry) from city_now.{table} where {where}")
    return None if wkb is None else shapely.from_wkb(bytes(wkb))


def _city_building(database: Database, code: str | None, shape: Any, key: str = "b1") -> int:
    request = LoadRequest("cadastre", "b.gpkg", key, "GPKG", "EPSG:4547")
    with begin_load(database, request) as load:
        load.write(
            FeatureBatch("building", [key], {"code": [code]}, geometry=np.array([shape], dtype=object))
        )
    return int(database.scalar("select max(feature_id) from city_now.building"))


def _outline(rotation_deg: float) -> Any:
    angle = np.radians(rotation_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[0, 0], [WIDTH, 0], [WIDTH, DEPTH], [0, DEPTH]])
    return shapely.Polygon(corners @ turn.T + [EAST, NORTH])


def test_the_whole_house_stands_where_it_belongs(
    database: Database, settings: Settings, placed: Path
) -> None:
    report = load_ifc(placed, database, settings)
    assert (report.status, report.warnings) == ("done", [])
    assert report.georeference["steps"] == ["semantics", "shapes"]
    assert _counts(database) == {
        "building": 1, "storey": 3, "space": 3, "element": 15, "opening": 1, "equipment": 1,
    }  # fmt: skip
    assert _versions(database) == 24, "the second step completes the rows of the first, it adds no versions"
    footprint = _shape(database, "building", "true")
    assert footprint.hausdorff_distance(_outline(12)) < 0.05
    building = database.row("select * from city_now.building")
    assert building is not None
    assert (building["name_zh"], building["floors_up"], building["floors_down"]) == ("测试楼", 2, 1)
    assert building["height_m"] == pytest.approx(6.5)
    storeys = database.rows("select floor_no, label, elev_m, height_m from city_now.storey order by elev_m")
    assert storeys == [
        {"floor_no": -1, "label": "B1", "elev_m": 2.0, "height_m": 3.0},
        {"floor_no": 1, "label": "1F", "elev_m": 5.0, "height_m": 3.5},
        {"floor_no": 2, "label": "2F", "elev_m": 8.5, "height_m": None},
    ]
    model = database.row("select * from twin.model")
    assert model is not None
    assert (model["placement"], model["schema"], model["building_id"]) == (
        "map-conversion", "IFC4", building["feature_id"],
    )  # fmt: skip
    corner = np.array(model["matrix"]).reshape(4, 4) @ [WIDTH, DEPTH, 0, 1]
    assert corner[:3] == pytest.approx([*_outline(12).exterior.coords[2], HEIGHT], abs=1e-6)


def test_every_object_has_its_floor_and_room(database: Database, settings: Settings, placed: Path) -> None:
    load_ifc(placed, database, settings)
    lost = (
        "select count(*) from city_now.{} where floor_no is null or building_id is null or storey_id is null"
    )
    assert [database.scalar(lost.format(role)) for role in ("space", "element", "opening", "equipment")] == [
        0
    ] * 4
    sensor = database.row("select * from city_now.equipment")
    assert sensor is not None
    assert (sensor["kind"], sensor["device_id"], sensor["floor_no"]) == ("smoke_detector", "SM-0001", 1)
    assert sensor["z_min_m"] == pytest.approx(HEIGHT + 2.7)
    door = database.row(
        "select o.*, host.name as host from city_now.opening o"
        " join city_now.element host on host.feature_id = o.parent_id"
    )
    assert door is not None
    assert (door["name"], door["fire_rating"], door["fire_exit"], door["width_m"]) == (
        "FM甲1021",
        "甲级",
        True,
        1.0,
    )
    assert door["host"] == "墙0"
    wall = database.row("select * from city_now.element where name = '墙0' and floor_no = 1")
    assert wall is not None
    assert (wall["fire_rating"], wall["is_external"], wall["load_bearing"]) == ("1.50h", True, None)
    # 8 x 0.2 x 3 m less a door of 1 x 0.2 x 2.1 m
    assert wall["volume_m3"] == pytest.approx(4.8 - 0.42, abs=1e-3)
    sets = database.scalar(
        "select sets from twin.property_set where feature_id = %(id)s", {"id": wall["feature_id"]}
    )
    assert sets["psets"]["Pset_WallCommon"] == {"FireRating": "1.50h", "IsExternal": True}


def test_rooms_are_closed_solids_and_storeys_have_a_drawing(
    database: Database, settings: Settings, placed: Path
) -> None:
    load_ifc(placed, database, settings)
    rooms = database.rows(
        "select st_isclosed(solid) as closed, volume_m3, area_m2, z_min_m, z_max_m from city_now.space"
        " where floor_no = 1"
    )
    assert len(rooms) == 1
    assert rooms[0]["closed"]
    assert rooms[0]["volume_m3"] == pytest.approx(7.6 * 5.6 * 2.8)
    assert (rooms[0]["z_min_m"], rooms[0]["z_max_m"]) == pytest.approx((5.0, 7.8))
    plan = database.scalar("select plan from city_now.storey where floor_no = 1")
    assert plan["cut_elev_m"] == pytest.approx(6.2)
    walls = shapely.multilinestrings(plan["lines"]["IfcWall"])
    assert walls.hausdorff_distance(_outline(12).exterior) < 0.3
    # four walls all round, the door taken out of one of them
    assert walls.length == pytest.approx(2 * 2 * (8.2 + 6.2) - 2 * 1.0 + 2 * 0.2, abs=0.01)
    assert database.scalar("select bool_and(st_isclosed(solid)) from city_now.storey where solid is not null")


def test_the_same_file_again_changes_nothing(database: Database, settings: Settings, placed: Path) -> None:
    load_ifc(placed, database, settings)
    before = _versions(database)
    assert load_ifc(placed, database, settings).status == "unchanged"
    report = load_ifc(placed, database, settings, force=True)
    assert _versions(database) == before
    assert {c.written + c.changed + c.closed for c in report.counts.values()} == {0}


def test_a_newer_file_updates_by_global_id(database: Database, settings: Settings, placed: Path) -> None:
    load_ifc(placed, database, settings)
    before = database.rows("select source_key, id from city.feature order by id")
    model = ifcopenshell.open(str(placed))
    [door] = model.by_type("IfcDoor")
    door.Name = "FM乙1021"
    [sensor] = model.by_type("IfcSensor")
    gone = sensor.GlobalId
    model.remove(sensor)
    model.write(str(placed))
    report = load_ifc(placed, database, settings)
    assert database.rows("select source_key, id from city.feature order by id") == before
    assert report.counts["opening"].changed == 1
    assert report.counts["element"].unchanged == 15
    assert report.counts["element"].changed == 0
    assert report.counts["equipment"].closed == 1
    assert database.scalar("select name from city_now.opening") == "FM乙1021"
    assert database.scalar("select count(*) from city.equipment where global_id = %(id)s", {"id": gone}) == 1
    assert database.scalar("select count(*) from city_now.equipment") == 0


def test_a_model_joins_the_building_of_its_code(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    city = _city_building(database, CODE, shapely.box(0, 0, 10, 10))
    made = house()
    made.georeference()
    made.describe(made.building, "LH_Common", BuildingCode=CODE)
    report = load_ifc(made.write(tmp_path / "coded.ifc"), database, settings)
    assert [link["by"] for link in report.georeference["links"].values()] == ["code"]
    assert database.scalar("select count(*) from city_now.building") == 1
    assert database.rows("select distinct building_id from city_now.element") == [{"building_id": city}]
    assert database.row("select building_id, hides_lod1 from twin.model") == {
        "building_id": city,
        "hides_lod1": True,
    }


def test_a_model_joins_the_building_under_it(database: Database, settings: Settings, placed: Path) -> None:
    _city_building(database, "far", shapely.box(EAST + 100, NORTH, EAST + 110, NORTH + 10), "far")
    city = _city_building(database, None, _outline(12).buffer(0.5), "near")
    report = load_ifc(placed, database, settings)
    [link] = report.georeference["links"].values()
    assert link["by"] == "footprint"
    assert link["iou"] == pytest.approx(48 / _outline(12).buffer(0.5).area, abs=0.01)
    assert database.rows("select distinct building_id from city_now.space") == [{"building_id": city}]
    assert database.scalar("select count(*) from city_now.building") == 2


def test_a_building_that_is_given_must_be_there(database: Database, settings: Settings, placed: Path) -> None:
    with pytest.raises(NotFound, match="no building 'nowhere'"):
        load_ifc(placed, database, settings, building="nowhere")
    assert _versions(database) == 0
    assert database.scalar("select status from twin.load") == "failed"


def test_millimetres_end_at_the_same_place(database: Database, settings: Settings, tmp_path: Path) -> None:
    made = house(millimetres=True)
    made.georeference(rotation_deg=12)
    report = load_ifc(made.write(tmp_path / "mm.ifc"), database, settings)
    assert report.warnings == []
    assert _shape(database, "building", "true").hausdorff_distance(_outline(12)) < 0.05
    assert database.scalar("select width_m from city_now.opening") == pytest.approx(1.0)


def test_the_millimetre_trap_is_placed_by_the_units_and_said_aloud(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = house(millimetres=True)
    made.georeference(Scale=1.0)
    report = load_ifc(made.write(tmp_path / "trap.ifc"), database, settings)
    assert [w.partition(":")[0] for w in report.warnings] == ["map-scale"]
    assert _shape(database, "building", "true").hausdorff_distance(_outline(0)) < 0.05
    assert database.scalar("select approximate from twin.model")


def test_a_model_without_a_place_is_loaded_and_can_be_asked(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    report = load_ifc(house().write(tmp_path / "nowhere.ifc"), database, settings)
    assert [w.partition(":")[0] for w in report.warnings] == ["needs-placing"]
    assert _counts(database)["element"] == 15
    assert database.scalar("select count(*) from city_now.element where geometry is not null") == 0
    assert database.scalar("select count(*) from city_now.space where floor_no = 2 and elev_m is null") == 1
    model = database.row("select placement, matrix, hides_lod1, georeference, footprint from twin.model")
    assert model is not None
    assert (model["placement"], model["matrix"], model["hides_lod1"]) == ("needs-placing", None, False)
    assert shapely.from_wkt(model["georeference"]["footprint_in_model_m"]).area == pytest.approx(48, abs=0.5)
    assert database.scalar("select count(*) from twin.placement") == 20


def test_ifc2x3_is_placed_by_the_property_sets_of_its_site(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = house("IFC2X3")
    made.describe(
        made.site, "ePSet_MapConversion", Eastings=EAST, Northings=NORTH, OrthogonalHeight=HEIGHT, Scale=1.0
    )
    made.describe(made.site, "ePSet_ProjectedCRS", Name="EPSG:4547")
    report = load_ifc(made.write(tmp_path / "old.ifc"), database, settings)
    assert (report.georeference["level"], report.warnings) == ("site-psets", [])
    assert _shape(database, "building", "true").hausdorff_distance(_outline(0)) < 0.05


def test_a_site_in_degrees_is_approximate_and_hides_nothing(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = house()
    made.site.RefLatitude, made.site.RefLongitude = (22, 32, 38, 0), (114, 7, 0, 0)
    report = load_ifc(made.write(tmp_path / "degrees.ifc"), database, settings)
    assert report.georeference["level"] == "site-lat-lon"
    assert database.row("select approximate, hides_lod1 from twin.model") == {
        "approximate": True,
        "hides_lod1": False,
    }


def test_a_model_placed_twice_is_not_put_on_the_map(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    made = House()
    made.georeference()
    wall = made.put(made.make("IfcWall", "墙"), (8, 0.2, 3), (EAST, NORTH, 0))
    assert wall
    report = load_ifc(made.write(tmp_path / "twice.ifc"), database, settings)
    assert any("probably placed twice" in warning for warning in report.warnings)
    assert database.scalar("select placement from twin.model") == "needs-placing"
    assert _shape(database, "element", "true") is None


def test_mapped_representations_are_one_mesh(database: Database, settings: Settings, tmp_path: Path) -> None:
    made = House()
    made.georeference()
    kind = made.make("IfcSensorType", "感烟")
    kind.PredefinedType = "SMOKESENSOR"
    made.show(kind, made.box(0.1, 0.1, 0.05))
    for number in range(12):
        sensor = made.make("IfcSensor", f"S{number}")
        ifcopenshell.api.type.assign_type(made.model, related_objects=[sensor], relating_type=kind)
        made.place(sensor, number * 0.5, 2.0, 2.7)
        ifcopenshell.api.spatial.assign_container(
            made.model, products=[sensor], relating_structure=made.storeys[1]
        )
    load_ifc(made.write(tmp_path / "mapped.ifc"), database, settings)
    assert database.scalar("select count(*) from twin.placement") == 12
    assert database.scalar("select count(*) from twin.mesh") == 1
    assert database.rows("select distinct kind from city_now.equipment") == [{"kind": "smoke_detector"}]
    points = database.rows(
        "select st_x(geometry) - %(e)s as x from city_now.equipment order by 1", {"e": EAST}
    )
    assert [point["x"] for point in points] == pytest.approx([n * 0.5 + 0.05 for n in range(12)], abs=1e-6)


def test_a_crash_between_the_steps_leaves_the_meaning_and_says_so(
    database: Database, settings: Settings, placed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    with monkeypatch.context() as broken:
        broken.setattr(loading, "_DERIVE", "tests.loaders.ifc.falls:die")
        report = load_ifc(placed, database, settings)
    assert report.status == "partial"
    assert "SIGSEGV" in report.warnings[-1]
    assert database.row("select status, finished_at is not null as ended from twin.load") == {
        "status": "partial", "ended": True,
    }  # fmt: skip
    assert _counts(database)["element"] == 15
    assert database.scalar("select count(*) from city_now.element where geometry is not null") == 0
    assert database.row("select semantics_at is not null as meaning, shapes_at from twin.model") == {
        "meaning": True, "shapes_at": None,
    }  # fmt: skip
    assert load_ifc(placed, database, settings).status == "done", (
        "the next load of the same file completes it"
    )
    assert database.scalar("select count(*) from city_now.element where geometry is null") == 0


def test_a_file_that_cannot_be_read_leaves_nothing(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "cut.ifc"
    path.write_bytes(house().write(tmp_path / "whole.ifc").read_bytes()[:9000])
    with pytest.raises(SourceUnreadable, match="cut short"):
        load_ifc(path, database, settings)
    assert _versions(database) == 0
    assert database.scalar("select count(*) from city.feature") == 0
    assert database.scalar("select status from twin.load") == "failed"


def test_a_child_that_wants_too_much_memory_is_stopped(
    database: Database, settings: Settings, placed: Path
) -> None:
    with pytest.raises(SourceUnreadable, match=r"(?i)memory"):
        load_ifc(placed, database, replace(settings, load_memory_mb=150))
    assert _versions(database) == 0


def test_the_ladder_ends_in_a_box_for_what_kills_every_kernel(
    database: Database, settings: Settings, placed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.setattr(ladder, "_FUNCTION", "tests.loaders.ifc.falls:mesh_but_fall")
    report: LoadReport = load_ifc(placed, database, settings)
    said = [warning.partition(":")[0] for warning in report.warnings]
    assert said.count("kernel-fall") == 3
    assert "shape-box" in said
    assert "shape-without-openings" in said, "the wall with the door was meshed without its opening"
    assert report.status == "done"
    assert database.scalar("select count(*) from city_now.element where geometry is null") == 0
    qualities = database.rows(
        "select shape_quality as q, count(*) as n from city_now.element group by 1 order by 1"
    )
    assert {row["q"] for row in qualities} <= {"box", "exact", "without-openings"}
