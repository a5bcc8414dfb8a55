"""The authored mall is the one the sample city has: footprint, floors, units, compartments, meter."""

from __future__ import annotations

from collections import Counter

import pytest
import shapely

from sample_data.models import mall_plan as plan
from sample_data.models.mall_layout import BUILDING_CODE, METER, floors, mall
from tests.sample_data.fix_city import Sample


def test_rooms_tile_every_floor_without_gap_or_overlap() -> None:
    layout = mall()
    whole = shapely.Polygon(layout.footprint)
    for floor_no in floors():
        rings = [r.ring for r in (*layout.rooms, *layout.flats) if r.floor_no == floor_no]
        polygons = [shapely.Polygon(ring) for ring in rings]
        assert all(polygon.is_valid for polygon in polygons)
        void = 0.0 if floor_no in (-1, 1) else shapely.Polygon(plan.ATRIUM).area
        assert sum(polygon.area for polygon in polygons) == pytest.approx(whole.area - void, abs=1e-6)
        assert shapely.union_all(polygons).area == pytest.approx(whole.area - void, abs=1e-3)


def test_sprinklers_leave_no_more_than_the_code_allows() -> None:
    for floor_no in floors():
        heads = plan.sprinklers(floor_no)
        covered = 4 * plan.HALF_X * plan.HALF_Y
        covered -= shapely.Polygon(plan.ATRIUM).area if floor_no > 0 else 0.0
        assert covered / len(heads) <= 12.5
        assert len(set(heads)) == len(heads)


def test_every_compartment_is_under_four_thousand_square_metres() -> None:
    assert 2 * plan.HALF_X * plan.HALF_Y <= 4_000
    assert Counter(f.floor_no for f in mall().flats) == dict.fromkeys(range(1, 7), 6)


def test_it_stands_on_its_city_building(demo: Sample) -> None:
    (row,) = [b for b in demo.layer("buildings.gpkg") if b["bldg_code"] == BUILDING_CODE]
    drawn = shapely.Polygon(mall().footprint_en())
    outline = row["geometry"]
    assert outline.hausdorff_distance(drawn) < 0.05
    layout = mall()
    assert (row["floors_up"], row["floors_down"]) == (layout.floors_up, layout.floors_down)
    assert (row["name_zh"], row["year_built"]) == (layout.name_zh, layout.year_built)
    ground = row["elev_base_m"] + row["height_m"]
    assert ground == pytest.approx(layout.place.height_m + layout.height_m, abs=0.01)


def test_storeys_are_those_of_the_city(demo: Sample) -> None:
    rows = [r for r in demo.rows("floors.csv") if r["bldg_code"] == BUILDING_CODE]
    layout = mall()
    assert {int(r["floor_no"]) for r in rows} == set(floors())
    for row in rows:
        storey = layout.storey(int(row["floor_no"]))
        assert float(row["elev_m"]) == pytest.approx(layout.place.height_m + storey.elevation_m, abs=1e-6)
        assert (float(row["height_m"]), row["use"]) == (storey.height_m, storey.use)
        assert row["label"] == storey.label_en


def test_every_unit_joins_a_shop_both_ways(demo: Sample) -> None:
    register = demo.units()
    known = {
        (code, floor, room)
        for code, building, floor, room in zip(
            register["unit_code"], register["bldg_code"], register["floor_no"], register["room"], strict=True
        )
        if building == BUILDING_CODE
    }
    assert known == {(f.unit_code, f.floor_no, f.room) for f in mall().flats}


def test_the_meter_is_the_one_the_city_reads(demo: Sample) -> None:
    sensors = [f["properties"] for f in demo.features("sensors.geojson")]
    assert [s["id"] for s in sensors if s["bldg_code"] == BUILDING_CODE] == [METER]
