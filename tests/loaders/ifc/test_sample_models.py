"""The authored models of the sample city, loaded: every flat, every feed, every floor in its place."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely

from loaders.ifc.load import load_ifc
from sample_data.models.build import build_models
from sample_data.models.layout import layouts
from sample_data.models.mall_layout import METER, mall
from sample_data.models.mall_plan import sprinklers
from sample_data.models.parts import ModelLayout
from twin.database.connection import Database
from twin.queries.interior import compartment_walls, compartments, floors_equipment, spaces_below_ground
from twin.queries.room_graph import room_graph
from twin.queries.supply import supply
from twin.settings import Settings


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    build_models(folder)
    return folder


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.code)
def test_a_sample_model_joins_the_city(
    database: Database, settings: Settings, models: Path, layout: ModelLayout
) -> None:
    report = load_ifc(models / f"{layout.code}.ifc", database, settings)
    assert report.status == "done"
    assert not [w for w in report.warnings if w.startswith(("shape", "kernel", "needs", "parser"))]

    flats = database.rows(
        "select unit_code, floor_no, area_m2, solid is not null as solid from city_now.space"
    )
    by_code = {flat["unit_code"]: flat for flat in flats if flat["unit_code"]}
    assert set(by_code) == {flat.unit_code for flat in layout.flats}
    assert all(by_code[flat.unit_code]["floor_no"] == flat.floor_no for flat in layout.flats)
    assert all(flat["solid"] for flat in flats)

    devices = database.rows(
        "select device_id, floor_no, st_x(geometry) as e, st_y(geometry) as n from city_now.equipment"
        " where device_id is not null"
    )
    by_id = {device["device_id"]: device for device in devices}
    assert set(by_id) == {device.id for device in layout.devices}
    for device in layout.devices:
        found, expected = by_id[device.id], layout.device_enh(device)
        assert found["floor_no"] == device.floor_no
        assert np.hypot(found["e"] - expected[0], found["n"] - expected[1]) < 1.0

    # the models hang equipment on storeys; a name such as "13F 1301室 感烟探测器1" says the room
    named = database.rows(
        "select substring(e.name from '(\\d{3,4})室') as said, s.name as room from city_now.equipment e"
        " left join city_now.space s on s.feature_id = e.space_id where e.name ~ '\\d{3,4}室'"
    )
    assert [row for row in named if row["said"] != row["room"]] == []
    if layout.code == "LH-RES-01":
        assert len(named) > 500

    floors = database.rows("select floor_no, label, elev_m from city_now.storey order by floor_no")
    assert [row["floor_no"] for row in floors] == sorted(storey.floor_no for storey in layout.storeys)
    for row in floors:
        storey = layout.storey(row["floor_no"])
        assert row["elev_m"] == pytest.approx(layout.place.height_m + storey.elevation_m, abs=1e-3)

    outline = shapely.from_wkb(bytes(database.scalar("select st_asbinary(footprint) from twin.model")))
    drawn = shapely.Polygon(layout.footprint_en())
    assert outline.hausdorff_distance(drawn) < 0.05
    assert database.scalar("select count(*) from city_now.element where geometry is null") == 0
    if layout.code == "LH-RES-01":
        _ask_the_tower(database)


def _ask_the_tower(database: Database) -> None:
    """Answers counted on the tower's plan (sample_data/models/tower_plan.py), not by the queries."""
    building = database.scalar("select feature_id from city_now.building")
    graph = room_graph(database, building)
    # 35 floors: 11 rooms of the core and 8 zones, but the refuge floor has 4 flats and the refuge
    assert len(graph.rooms) == 35 * 19 - 3
    kinds = Counter(edge["kind"] for edge in graph.edges)
    # each floor: 2 open sides of the corridor; between floors: 2 flights and 3 lifts
    assert (kinds["open"], kinds["stair"], kinds["lift"], kinds["exit"]) == (70, 68, 102, 4)
    # each floor: 10 doors of the core and 8 to the zones, but on the refuge floor
    at_13 = {r["name"]: i for i, r in graph.rooms.items() if r["floor_no"] == 13}
    joined = {
        frozenset((e["a_id"], e["b_id"])) for e in graph.edges if e["kind"] == "door" and e["floor_no"] == 13
    }
    assert len(joined) == 18
    assert {graph.rooms[i]["name"] for i in graph.protected} == {"STAIR"}
    assert len(graph.protected) == 35

    # flats 2 and 3 open to the lift hall, whose lobbies lead to the stair too
    passing = graph.depending_on(at_13["CORRIDOR"])
    assert passing is not None
    assert {graph.rooms[i]["name"] for i in passing} == {
        "1301", "1304", "1305", "1306", "1307", "1308", "SHAFT-D", "SHAFT-W",
    }  # fmt: skip
    escapes = graph.escapes()
    assert None not in escapes.values()
    # flat 1303: door (-4.371, 3.6), lobby door (-2.871, 4.28), stair door (0, 3.85); its farthest
    # corner is (-11.75, 6.913)
    by_hand = np.hypot(11.75 - 4.371, 6.913 - 3.6) + np.hypot(1.5, 0.68) + np.hypot(2.871, 0.43)
    assert escapes[at_13["1303"]] == pytest.approx(by_hand, abs=0.05)

    found = floors_equipment(database, building, 10, 15)
    assert found["by_kind"] == {
        kind: 6 * count
        for kind, count in (
            ("sprinkler", 28), ("smoke_detector", 24), ("siren", 4), ("hydrant_box", 2),
            ("manual_call_point", 2), ("flow_sensor", 1),
        )
    }  # fmt: skip
    below = spaces_below_ground(database, building=building)
    assert Counter(row["floor_no"] for row in below) == {-1: 19, -2: 19}
    assert [row["spaces"] for row in compartments(database, building)] == [
        16 if row["floors"] == [16] else 19 for row in compartments(database, building)
    ]
    walls = compartment_walls(database, building, "FC-13", under_min=181)
    assert walls["counts"] == {"around": 4, "under": 4, "unknown": 0}
    assert {(w["name"], w["fire_rating_min"]) for w in walls["under"]} == {("外墙 250", 180.0)}

    heads = database.rows(
        "select e.feature_id as id, e.floor_no, s.name as room from city_now.equipment e"
        " left join city_now.space s on s.feature_id = e.space_id"
        " where e.kind = 'sprinkler' and e.floor_no in (-2, 13, 33)"
    )
    assert len(heads) == 3 * 28
    for head in heads:
        found = supply(database, head["id"])
        assert found["evidence"] == "ports"
        # the riser is one, in the water shaft: a head hangs on its own storey's piece
        assert (found["riser"]["name"], found["riser"]["floor_no"]) == ("喷淋立管 DN150", head["floor_no"])
        if head["room"] == "1303":
            # head, branch, western, southern main, feed, riser
            assert len(found["path"]) == 6


def test_the_mall_joins_the_city(database: Database, settings: Settings, models: Path) -> None:
    """Counts are those of the plan (sample_data/models/mall_plan.py)."""
    layout = mall()
    outline = shapely.to_wkb(shapely.MultiPolygon([shapely.Polygon(layout.footprint_en())]), hex=True)
    database.execute(
        "insert into city.building (code, geometry, visibility)"
        " values (%(code)s, st_setsrid(%(outline)s::geometry, 4547), 'public')",
        {"code": layout.building_code, "outline": outline},
    )
    report = load_ifc(models / f"{layout.code}.ifc", database, settings)
    assert report.status == "done" and report.warnings == []
    assert database.scalar("select count(*) from city_now.building") == 1
    assert database.rows("select building_id, hides_lod1 from twin.model") == [
        {"building_id": database.scalar("select feature_id from city_now.building"), "hides_lod1": True}
    ]
    shops = database.rows("select unit_code, floor_no from city_now.space where unit_code is not null")
    assert {(s["unit_code"], s["floor_no"]) for s in shops} == {
        (f.unit_code, f.floor_no) for f in layout.flats
    }
    building = database.scalar("select feature_id from city_now.building")
    graph = room_graph(database, building)
    kinds = Counter(edge["kind"] for edge in graph.edges)
    # a floor: 6 shops, 4 passages, 4 stairs, a room in the south, 2 shutters (below: the north hall
    # and one shutter); a climb: 4 stairs, 2 escalators; 4 stair doors and 2 more lead out
    assert kinds == {"door": 7 * 17, "stair": 6 * 4, "escalator": 12, "exit": 6, "opening": 6, "open": 16}
    assert None not in graph.escapes().values()
    assert len(graph.protected) == 7 * 4
    found = {row["name"]: row["spaces"] for row in compartments(database, building)}
    assert found == {"B1-A": 10, "B1-B": 8, "1F-A": 11, "1F-B": 8} | {
        f"{n}F-{side}": count for n in range(2, 7) for side, count in (("A", 10), ("B", 8))
    }
    equipment = floors_equipment(database, building, 2, 2)["by_kind"]
    assert equipment["hydrant_box"] == 8 and equipment["sprinkler"] == len(sprinklers(2))
    assert database.scalar("select device_id from city_now.equipment where device_id is not null") == METER
    _ask_what_feeds_the_mall(database)


def _ask_what_feeds_the_mall(database: Database) -> None:
    """A head hangs on the riser of its storey, on its side of the middle of the mall."""
    layout, middle = mall(), np.array(mall().place.enh(0.0, 0.0)[:2])
    east = np.array(layout.place.enh(1.0, 0.0)[:2]) - middle
    at = {
        row["id"]: float((np.array((row["e"], row["n"])) - middle) @ east)
        for row in database.rows(
            "select feature_id as id, st_x(st_centroid(geometry)) as e, st_y(st_centroid(geometry)) as n"
            " from city_now.equipment where kind = 'sprinkler' and floor_no in (-1, 4) union all"
            " select feature_id, st_x(st_centroid(geometry)), st_y(st_centroid(geometry))"
            " from city_now.element where name = '喷淋立管 DN150'"
        )
    }
    heads = database.rows(
        "select feature_id as id, floor_no from city_now.equipment"
        " where kind = 'sprinkler' and floor_no in (-1, 4) and feature_id % 8 = 0"
    )
    sides = set()
    for head in heads:
        found = supply(database, head["id"])
        assert (found["evidence"], found["riser"]["floor_no"]) == ("ports", head["floor_no"])
        # heads on the middle line itself belong to the west
        assert (at[found["riser"]["id"]] > 0) == (at[head["id"]] > 0.05)
        sides.add((head["floor_no"], at[head["id"]] > 0.05))
    assert sides == {(floor_no, side) for floor_no in (-1, 4) for side in (True, False)}
