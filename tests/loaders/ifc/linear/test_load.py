"""Infrastructure files, loaded: lines, stations by hand, and nothing that goes missing without a word."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from loaders.ifc.load import load_ifc
from sample_data.models import road_plan as plan
from sample_data.models.progress import silent
from sample_data.models.road import write_road
from sample_data.models.road_works import height
from tests.loaders.ifc.author import EAST, HEIGHT, NORTH
from tests.loaders.ifc.linear.author import ARC, STRAIGHT, Street, on_the_arc
from twin.database.connection import Database
from twin.settings import Settings


@pytest.mark.parametrize("millimetres", [False, True])
def test_a_road_follows_its_alignment(
    database: Database, settings: Settings, tmp_path: Path, millimetres: bool
) -> None:
    street = Street(millimetres=millimetres)
    road = street.facility("IfcRoad", "测试路")
    street.stand("IfcKerb", "K", road, street.along(120.0, 4.0), (2.0, 0.2, 0.3))
    street.stand("IfcKerb", "K0", road, street.along(30.0, -4.0, 0.5), (2.0, 0.2, 0.3))
    report = load_ifc(street.saved(tmp_path), database, settings)
    assert report.status == "done"
    assert not [w for w in report.warnings if w.startswith(("alignment", "linear", "facility"))]
    (row,) = database.rows(
        "select name_zh, st_asbinary(geometry) as line, z_min_m, z_max_m, properties from city_now.road"
    )
    assert row["name_zh"] == "测试路"
    line = shapely.from_wkb(bytes(row["line"]))
    # the chord error shortens the line by less than a millimetre here
    assert line.length == pytest.approx(STRAIGHT + ARC, abs=2e-3)
    for distance in (0.0, 60.0, 100.0, 125.0, 150.0):
        x, y, _ = on_the_arc(distance)
        assert line.distance(shapely.Point(EAST + x, NORTH + y)) < 0.01
    assert (row["z_min_m"], row["z_max_m"]) == pytest.approx((HEIGHT + 3.0, HEIGHT + 6.0))
    (about,) = row["properties"]["alignments"]
    assert about["length_m"] == pytest.approx(150.0)
    end = np.add(on_the_arc(150.0), (EAST, NORTH, HEIGHT))
    assert about["axis"][-1] == pytest.approx(end.tolist(), abs=2e-3)

    kerbs = database.rows(
        "select name, parent_id,"
        " st_asbinary(geometry) as plan, z_min_m, properties from city_now.element order by name"
    )
    assert [k["parent_id"] for k in kerbs] == [database.scalar("select feature_id from city_now.road")] * 2
    x, y, z = on_the_arc(120.0, 4.0)
    corner = shapely.Point(EAST + x, NORTH + y)
    assert shapely.from_wkb(bytes(kerbs[0]["plan"])).distance(corner) < 1e-3
    assert kerbs[0]["z_min_m"] == pytest.approx(HEIGHT + z, abs=1e-3)
    assert kerbs[0]["properties"]["along"]["distance_m"] == 120.0
    assert kerbs[1]["z_min_m"] == pytest.approx(HEIGHT + 3.6 + 0.5, abs=1e-3)


def test_what_cannot_be_followed_is_counted(database: Database, settings: Settings, tmp_path: Path) -> None:
    street = Street()
    harbour = street.facility("IfcMarineFacility", "码头")
    bridge = street.facility("IfcBridge", "桥")
    street.facility("IfcRoad", "支路一")
    street.facility("IfcRoad", "支路二")
    street.stand("IfcBearing", "B", bridge, street.along(1.0, parameter=True), (1.0, 1.0, 1.0))
    street.stand("IfcBearing", "C", bridge, street.along(900.0), (1.0, 1.0, 1.0))
    street.stand("IfcMooringDevice", "系船柱", harbour, street.along(10.0), (1.0, 1.0, 1.0))
    report = load_ifc(street.saved(tmp_path), database, settings)
    said = "\n".join(report.warnings)
    assert "facility-kind: 1 IfcMarineFacility" in said
    assert "facility-without-line: 2 roads or railways" in said
    assert (
        "linear-placement: 1 placements along a line cannot be followed: its distance is a parameter" in said
    )
    assert "linear-placement: 1 placements along a line cannot be followed: its distance lies beyond" in said
    # everything that was in the file is there all the same
    names = database.rows("select name from city_now.element order by name")
    assert [row["name"] for row in names] == ["B", "C", "系船柱"]
    assert database.scalar("select count(*) from city_now.bridge") == 1


def test_a_place_without_height_is_no_place_at_zero(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    street = Street(risen=60.0)
    road = street.facility("IfcRoad", "测试路")
    street.stand("IfcKerb", "K", road, street.along(90.0), (2.0, 0.2, 0.3))
    report = load_ifc(street.saved(tmp_path), database, settings)
    assert any("its line has no height there" in w for w in report.warnings)
    # it is drawn where the kernel has it, and the report says so
    assert any(w.startswith("shape-unconfirmed: 1 ") for w in report.warnings)
    (about,) = database.scalar("select properties->'alignments' from city_now.road")
    assert about["axis"][0][2] is not None and about["axis"][-1][2] is None


def test_a_line_that_no_road_follows_is_kept_with_doubt(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    report = load_ifc(Street().saved(tmp_path), database, settings)
    assert any(w.startswith("alignment-alone: 1 ") for w in report.warnings)
    (row,) = database.rows("select name_zh, confidence, properties, geometry from city_now.road")
    assert (row["name_zh"], row["confidence"]) == ("轴线", 0.5)
    assert row["properties"]["ifc_class"] == "IfcAlignment" and row["geometry"] is not None


def test_a_second_load_of_a_changed_road_is_an_update(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    street = Street()
    road = street.facility("IfcRoad", "测试路")
    load_ifc(street.saved(tmp_path), database, settings)
    road.LongName = "改名路"
    street.line.Representation = None
    report = load_ifc(street.saved(tmp_path), database, settings)
    assert report.status == "done"
    rows = database.rows("select name_zh, geometry from city_now.road")
    assert [row["name_zh"] for row in rows] == ["改名路"] and rows[0]["geometry"] is not None


def test_the_sample_road_stands_over_the_river(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "LH-RDB-04.ifc"
    write_road(path, silent)
    report = load_ifc(path, database, settings)
    assert report.status == "done"
    assert not [w for w in report.warnings if w.startswith(("shape", "kernel", "needs", "linear", "align"))]
    written = {name: counts.written for name, counts in report.counts.items()}
    assert written == {"road": 1, "bridge": 1, "element": 792, "equipment": plan.LIGHTS}
    assert database.scalar("select count(*) from city_now.element where geometry is null") == 0
    assert database.scalar("select count(*) from city_now.element where parent_id is null") == 0

    place = plan.road_layout().place
    way = np.array([300.0, 40.0]) / np.hypot(300.0, 40.0)
    lights = database.rows(
        "select st_x(geometry) as e, st_y(geometry) as n, z_min_m, properties from city_now.equipment"
        " order by tag limit 7"
    )
    for number, light in enumerate(lights):
        distance = plan.LIGHT_FIRST + number * plan.LIGHT_STEP
        assert light["properties"]["along"]["station_m"] == pytest.approx(plan.START_STATION + distance)
        lateral = light["properties"]["along"]["lateral_m"]
        # the lamp hangs over the road: its plan's middle is 0.7 m right of the pole
        foot = way * distance + np.array([-way[1], way[0]]) * (lateral - 0.7)
        assert light["e"] == pytest.approx(place.easting_m + foot[0], abs=0.1)
        assert light["n"] == pytest.approx(place.northing_m + foot[1], abs=0.1)
        assert light["z_min_m"] == pytest.approx(place.height_m + height(distance) + 0.15, abs=1e-3)
    deck = shapely.from_wkb(bytes(database.scalar("select st_asbinary(geometry) from city_now.bridge")))
    middle = way * 262.0 + [place.easting_m, place.northing_m]
    assert deck.covers(shapely.Point(middle))
    assert deck.area == pytest.approx(90 * 2 * plan.HALF_WIDTH, rel=0.05)
