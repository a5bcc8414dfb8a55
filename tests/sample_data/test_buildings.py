"""Buildings: exact counts, sound geometry, on land, on the ground, with one address each."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
import shapely

from sample_data.gen import frame, water
from sample_data.gen.config import config
from sample_data.gen.landmarks import table
from sample_data.gen.terrain import terrain
from sample_data.models.layout import layouts
from tests.sample_data.fix_city import Sample

SPOILT = {"gcj02_shift", "self_crossing"}


def sound(sample: Sample) -> list[dict]:
    return [r for r in sample.layer("buildings.gpkg") if sample.wrong.get(r["bldg_code"]) not in SPOILT]


def test_demo_has_exactly_the_typologies_of_the_plan(demo: Sample) -> None:
    counted = Counter(r["typology"] for r in demo.layer("buildings.gpkg"))
    assert counted == {code: kind["count"][0] for code, kind in config()["typology"].items()}
    assert sum(counted.values()) == 3600


def test_tiny_is_a_true_part_of_demo(tiny: Sample, demo: Sample) -> None:
    whole = {r["bldg_code"]: r for r in demo.layer("buildings.gpkg")}
    assert len(tiny.layer("buildings.gpkg")) == 120
    for row in tiny.layer("buildings.gpkg"):
        other = whole[row["bldg_code"]]
        assert row["geometry"].equals(other["geometry"])
        assert {k: str(v) for k, v in row.items()} == {k: str(v) for k, v in other.items()}
    assert set(tiny.units()["unit_code"]) <= set(demo.units()["unit_code"])


def test_outlines_are_valid_and_never_overlap(either: Sample) -> None:
    shapes = np.array([r["geometry"] for r in sound(either)])
    assert shapely.is_valid(shapes).all()
    assert (shapely.area(shapes) > 10.0).all()
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    pairs = left < right
    shared = shapely.area(shapely.intersection(shapes[left[pairs]], shapes[right[pairs]]))
    assert shared.sum() < 1e-6


def test_village_houses_keep_a_gap_of_a_metre_or_more(demo: Sample) -> None:
    shapes = np.array([r["geometry"] for r in sound(demo) if r["typology"] == "UV"])
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=1.19)
    assert not (left < right).any()


def test_towers_stand_13_m_apart(demo: Sample) -> None:
    known = {t["name_en"] for t in table()}
    towers = [r for r in sound(demo) if r["typology"] in {"HT", "OF", "HO"} and r["name_en"] not in known]
    shapes = np.array([r["geometry"] for r in towers])
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=12.9)
    assert not (left < right).any()


def test_buildings_stand_on_land_beside_the_streets(either: Sample) -> None:
    shapes = np.array([r["geometry"] for r in sound(either)])
    wet = shapely.union_all([water.buji().surface, water.shenzhen().surface, water.honghu().shape])
    assert not shapely.intersects(wet, shapes).any()
    roads = frame_lines(either)
    tree = shapely.STRtree(roads)
    hits = tree.query(shapes, predicate="intersects")
    assert hits.shape[1] == 0


def frame_lines(sample: Sample) -> list:
    from pyproj import Transformer

    back = Transformer.from_crs(4490, frame.SRID, always_xy=True)
    return [
        shapely.transform(
            shapely.geometry.shape(f["geometry"]),
            lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])),
        ).buffer(f["properties"]["width_m"] / 2 - 0.5, cap_style="flat")
        for f in sample.features("roads.geojson")
    ]


def test_bases_are_within_half_a_metre_of_the_terrain(either: Sample) -> None:
    for row in sound(either):
        xy = shapely.get_coordinates(row["geometry"])
        lowest = terrain().height(xy[:, 0], xy[:, 1]).min()
        assert row["elev_base_m"] == pytest.approx(lowest, abs=0.5), row["bldg_code"]


def test_codes_are_19_digits_of_communities_that_cannot_be_real(either: Sample) -> None:
    codes = [r["bldg_code"] for r in either.layer("buildings.gpkg")]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert len(code) == 19
        assert code.isdigit()
        assert code[:6] == "440303"
        assert code[9] == "9"
        assert code[12] == "9"
    assert {"4403030059019000001", "4403030059029000002"} <= set(codes)


def test_addresses_are_unique_and_lie_on_their_building(either: Sample) -> None:
    rows = either.rows("addresses.csv")
    assert len({r["full"] for r in rows}) == len(rows) == len(either.layer("buildings.gpkg"))
    shapes = {r["bldg_code"]: r["geometry"] for r in sound(either)}
    for row in rows:
        shape = shapes.get(row["bldg_code"])
        if shape is not None:
            east, north = frame.project([(float(row["lon"]), float(row["lat"]))])[0]
            assert shape.buffer(0.05).contains(shapely.Point(east, north))


def test_house_numbers_are_odd_south_and_even_north_of_a_street(demo: Sample) -> None:
    given = {t["address"] for t in table()}
    lines = defaultdict(list)
    for feature in demo.features("roads.geojson"):
        lines[feature["properties"]["name_zh"]].append(shapely.geometry.shape(feature["geometry"]))
    checked = 0
    for row in demo.rows("addresses.csv"):
        if (
            row["road"] in {"深南东路", "嘉宾路", "湖贝路", "笋岗路"}
            and row["road"] + row["number"] not in given
        ):
            street = shapely.union_all(lines[row["road"]])
            at = shapely.Point(float(row["lon"]), float(row["lat"]))
            on_street = shapely.shortest_line(street, at).coords[0]
            assert (int(row["number"].removesuffix("号")) % 2 == 1) == (at.y < on_street[1]), row["full"]
            checked += 1
    assert checked > 40


def test_landmarks_have_their_heights_and_floors(demo: Sample) -> None:
    rows = {r["name_en"]: r for r in demo.layer("buildings.gpkg")}
    for fact in table():
        row = rows[fact["name_en"]]
        assert row["height_m"] == fact["height_m"]
        assert row["floors_up"] == fact["floors_up"]
        assert row["year_built"] == fact["year"]
    kk100, diwang = (next(f for f in table() if f["id"] == i) for i in ("L01", "L02"))
    a, b = (frame.point(f["lon"], f["lat"]) for f in (kk100, diwang))
    assert a.distance(b) == pytest.approx(295.6, abs=0.1)


def test_every_building_stands_on_a_parcel_of_the_cadastre(either: Sample) -> None:
    parcels = {r["宗地编码"]: r["geometry"] for r in either.layer("parcels.shp", encoding="GBK")}
    for row in sound(either):
        shape = shapely.transform(parcels[row["parcel_id"]], lambda xy: xy - np.array([38_000_000.0, 0.0]))
        assert shape.buffer(0.05).covers(row["geometry"]), row["bldg_code"]


def test_cadastre_is_as_an_office_hands_it_over(tiny: Sample) -> None:
    assert not (tiny.folder / "parcels.cpg").exists()
    names = list(tiny.layer("parcels.shp", encoding="GBK")[0])
    assert names[:3] == ["宗地编码", "用地性质", "宗地面积"]
    assert all(len(n.encode("gbk")) <= 10 for n in names if n != "geometry")
    assert (tiny.folder / "parcels.dbf").read_bytes()[29] == 0  # no language mark: the reader has to find out
    assert all(r["geometry"].bounds[0] > 38_500_000 for r in tiny.layer("parcels.shp", encoding="GBK"))


@pytest.mark.parametrize("layout", layouts(), ids=lambda m: m.code)
def test_authored_models_join_their_rows_both_ways(tiny: Sample, layout) -> None:
    row = next(r for r in tiny.layer("buildings.gpkg") if r["bldg_code"] == layout.building_code)
    assert row["geometry"].symmetric_difference(shapely.Polygon(layout.footprint_en())).area < 0.05
    assert row["ifc_model"] == layout.code
    units = tiny.units()
    mine = {
        u for u, b in zip(units["unit_code"], units["bldg_code"], strict=True) if b == layout.building_code
    }
    assert mine == {f.unit_code for f in layout.flats}
    sensors = {f["properties"]["id"]: f["properties"] for f in tiny.features("sensors.geojson")
               if f["properties"]["bldg_code"] == layout.building_code}  # fmt: skip
    assert {row["device"] for row in sensors.values()} == {d.id for d in layout.devices}
    power = {f"{d.id}-KW" for d in layout.devices if d.type == "ebike_charger"}
    assert set(sensors) == {d.id for d in layout.devices} | power
    assert all(sensors[d.id]["host_space"] == d.host_space for d in layout.devices)
    floors = {int(r["floor_no"]) for r in tiny.rows("floors.csv") if r["bldg_code"] == layout.building_code}
    assert floors == {s.floor_no for s in layout.storeys if not s.is_roof}
