"""The layouts: what the city's tables and the IFC files both stand on."""

from __future__ import annotations

import math
import uuid
from collections import Counter

import ifcopenshell.guid
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sample_data.models.layout import ModelLayout, Place, global_id, layouts, pump_station, tower


@given(st.text())
def test_global_ids_are_ifc_s_own_compression(path: str) -> None:
    assert global_id(path) == ifcopenshell.guid.compress(
        uuid.uuid5(uuid.NAMESPACE_URL, f"luohu-sample/{path}").hex
    )


def test_the_tower_has_what_the_house_book_says() -> None:
    layout = tower()
    assert (layout.floors_up, layout.floors_down, layout.height_m) == (33, 2, 100.5)
    assert len(layout.flats) == 252
    assert Counter(f.area_m2 for f in layout.flats if f.floor_no == 13) == {88: 2, 76: 2, 62: 2, 45: 2}
    assert sum(f.floor_no == 16 for f in layout.flats) == 4
    assert not any(f.floor_no == 1 for f in layout.flats)
    assert layout.storey(13).elevation_m == 4.5 + 11 * 3.0
    smoke = Counter(d.floor_no for d in layout.devices if d.type == "smoke")
    assert set(smoke.values()) == {24} and len(smoke) == 35


def test_unit_codes_are_building_floor_and_room() -> None:
    layout = tower()
    assert layout.building_code == "4403030059019000001"
    codes = {f.room: f.unit_code for f in layout.flats}
    assert codes["1304"] == "4403030059019000001013004"
    assert len(set(codes.values())) == 252 and {len(code) for code in codes.values()} == {25}


def test_rooms_tile_every_floor_of_the_tower_without_gap_or_overlap() -> None:
    layout = tower()
    for floor_no in (-2, -1, 1, 2, 13, 16, 33):
        rings = [r.ring for r in (*layout.rooms, *layout.flats) if r.floor_no == floor_no]
        polygons = [shapely.Polygon(ring) for ring in rings]
        assert all(p.is_valid for p in polygons)
        assert sum(p.area for p in polygons) == pytest.approx(24.0 * 28.8, abs=1e-6)
        assert shapely.union_all(polygons).area == pytest.approx(24.0 * 28.8, abs=1e-3)
    for flat in layout.flats:
        assert shapely.Polygon(flat.ring).area == pytest.approx(flat.area_m2, abs=0.01)


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.code)
def test_devices_hang_in_the_room_they_name(layout: ModelLayout) -> None:
    rooms = {r.global_id: r for r in (*layout.rooms, *layout.flats)}
    assert len({d.id for d in layout.devices}) == len(layout.devices)
    for item in layout.devices:
        storey = layout.storey(item.floor_no)
        assert storey.elevation_m <= item.z_m <= storey.elevation_m + storey.height_m
        if item.host_space is None:
            assert storey.is_roof
            continue
        host = rooms[item.host_space]
        assert host.floor_no == item.floor_no
        assert shapely.Polygon(host.ring).contains(shapely.Point(item.x_m, item.y_m))


def test_the_pump_station_has_ten_sensors_and_a_meter() -> None:
    kinds = Counter(d.type for d in pump_station().devices)
    assert kinds == {"pump_level": 4, "pump_flow": 6, "power_meter": 1}
    assert pump_station().building_code == "4403030059029000002"


@given(st.floats(-180, 180), st.floats(-100, 100), st.floats(-100, 100))
def test_placing_keeps_distances_and_turns_counter_clockwise(turn: float, x: float, y: float) -> None:
    place = Place(511000.0, 2493000.0, 4.0, turn)
    east, north, height = place.enh(x, y, 1.5)
    assert height == 5.5
    assert math.hypot(east - 511000.0, north - 2493000.0) == pytest.approx(math.hypot(x, y), abs=1e-6)
    if math.hypot(x, y) > 0.01:
        grown = math.degrees(math.atan2(north - 2493000.0, east - 511000.0) - math.atan2(y, x)) - turn
        assert abs((grown + 180) % 360 - 180) < 1e-4


def test_footprint_stands_round_its_origin() -> None:
    layout = tower()
    placed = shapely.Polygon(layout.footprint_en())
    assert placed.exterior.is_ccw
    assert placed.area == pytest.approx(691.2, abs=0.01)
    assert placed.centroid.distance(shapely.Point(510986.636, 2492936.304)) < 0.002
    # local x is 12 degrees counter-clockwise from grid east
    (x0, y0), (x1, y1) = layout.footprint_en()[:2]
    assert math.degrees(math.atan2(y1 - y0, x1 - x0)) == pytest.approx(12.0, abs=0.01)
