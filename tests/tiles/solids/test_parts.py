"""Parts of a building are drawn as the building: its tiles, its feature id, its freshness."""

from __future__ import annotations

import json
import math
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loaders.citymodel.load import load_city_model
from tests.loaders.citymodel.author import (
    EAST,
    GROUND,
    NORTH,
    RIDGE,
    VOLUME_M3,
    cityjson,
    house,
    write,
)  # fmt: skip
from tests.outcomes_citymodel import outcome
from tests.outcomes_gis import Cities
from tests.tiles.solids.conftest import GEOID_OFFSET_M, Quarter, root_of
from tests.tiles.solids.reader import read, without_skirt
from tests.tiles.solids.test_fresh import Process
from tiles.solids.place import CitySquare, CityTileset
from tiles.source import PUBLIC, Context
from twin.database.connection import Database
from twin.settings import Settings


def drawn(database: Database, settings: Settings, context: Context = PUBLIC) -> dict[int, Any]:
    """Every feature of the leaves of the city, by the id a pick gives."""
    found: dict[int, Any] = {}
    quarter = Quarter(database, settings)
    depth = quarter.root().depth
    for (level, _, _), data in quarter.contents(context).items():
        if level < depth:
            continue
        glb = read(data)
        assert set(glb.features()) == {row["id"] for row in glb.rows}
        found |= {key: without_skirt(np.vstack(shape.corners)) for key, shape in glb.features().items()}
    return found


def volume(corners: np.ndarray) -> float:
    local = corners - corners.mean(axis=(0, 1))
    return float(np.einsum("ij,ij->i", local[:, 0], np.cross(local[:, 1], local[:, 2])).sum() / 6)


def village() -> dict[str, Any]:
    """A block of two parts and nothing of its own; a coarse body with a part; a house with a dormer."""
    coarse = house(20, children=["part-c"])
    coarse["geometry"][0]["lod"] = "1.2"
    return cityjson(
        {
            "block": {"type": "Building", "children": ["part-a", "part-b"]},
            "part-a": house(0, type="BuildingPart", parents=["block"]),
            "part-b": house(10, type="BuildingPart", parents=["block"]),
            "coarse": coarse,
            "part-c": house(30, type="BuildingPart", parents=["coarse"]),
            "lived": house(40, children=["dormer"]),
            "dormer": house(50, type="BuildingInstallation", parents=["lived"]),
        },
        houses=6,
    )


@pytest.fixture
def loaded(database: Database, settings: Settings, tmp_path: Path) -> dict[str, int]:
    report = load_city_model(write(tmp_path / "village.city.json", village()), database, settings)
    assert report.counts["building_part"].written == 4
    return {
        row["source_key"]: row["id"]
        for row in database.rows("select source_key, id from city.feature where collection like 'building%%'")
    }


def test_parts_are_drawn_under_the_id_of_their_building(
    database: Database, settings: Settings, loaded: dict[str, int]
) -> None:
    found = drawn(database, settings)
    assert set(found) == {loaded[key] for key in ("block", "coarse", "lived")}
    # plan distances in the projection are up to 1 + 2e-4 of those on the ground here
    assert volume(found[loaded["block"]]) == pytest.approx(2 * VOLUME_M3, rel=0.01)
    assert volume(found[loaded["lived"]]) == pytest.approx(2 * VOLUME_M3, rel=0.01)
    east = np.ptp(found[loaded["coarse"]][..., 0])
    assert east == pytest.approx(10, abs=0.1), "the body that the parts say better is not drawn again"
    assert volume(found[loaded["coarse"]]) == pytest.approx(VOLUME_M3, rel=0.01)


def test_boxes_hold_parts_beyond_the_plan(
    database: Database, settings: Settings, loaded: dict[str, int]
) -> None:
    database.execute(
        "update city.building_part set solid = st_translate(solid, 0, 0, 55) where feature_id = %(id)s",
        {"id": loaded["dormer"]},
    )
    quarter = Quarter(database, settings)
    document = quarter.tileset()
    box = document["root"]["boundingVolume"]["box"]
    top = GROUND + 55 + RIDGE + GEOID_OFFSET_M
    assert -0.5 < box[2] + box[11] - top < 9, "on the next round number of 8 m"
    assert max(part[..., 2].max() for part in drawn(database, settings).values()) == pytest.approx(
        top, abs=0.5
    )


HUT, PODIUM, WIDER = (34, 3, 3), (4, 8, 10), (4, 8, 14)
"""Base above the datum, height and width, metres: beside a body of 10 m by 10 m from 4 to 34 m."""


def block(database: Database, parts: list[tuple[int, int, int]]) -> int:
    """A building of a coarse body with parts that are more detailed; its feature id."""
    plan = "st_multi(st_makeenvelope({0}, {1}, {0} + {2}, {1} + {2}, 4547))"
    building = database.scalar(
        "insert into city.building (code, lod, elev_base_m, height_m, geometry)"
        f" values ('A', 1, 4, 30, {plan.format(EAST, NORTH, 10)}) returning feature_id"
    )
    for base_m, height_m, wide_m in parts:
        database.execute(
            "insert into city.building_part (building_id, lod, elev_base_m, height_m, geometry)"
            f" values (%(b)s, 2, %(base)s, %(height)s, {plan.format(EAST, NORTH, wide_m)})",
            {"b": building, "base": base_m, "height": height_m},
        )
    return int(building)


@pytest.mark.parametrize(
    "parts", [[HUT], [PODIUM], [WIDER], [HUT, WIDER]], ids=["a hut", "a podium", "wider", "hut and podium"]
)
def test_a_body_is_drawn_with_what_stands_on_it_or_around_its_foot(
    database: Database, settings: Settings, parts: list[tuple[int, int, int]]
) -> None:
    """More detailed parts that are a piece of the building only do not stand for all of it."""
    building = block(database, parts)
    shape = drawn(database, settings)[building]
    parts_m3 = sum(wide_m**2 * height_m for _, height_m, wide_m in parts)
    assert volume(shape) == pytest.approx(10 * 10 * 30 + parts_m3, rel=0.01)


def test_a_tower_and_its_podium_stand_for_the_block_around_both(
    database: Database, settings: Settings
) -> None:
    building = block(database, [(4, 6, 10), (10, 24, 8)])
    shape = drawn(database, settings)[building]
    assert volume(shape) == pytest.approx(10 * 10 * 6 + 8 * 8 * 24, rel=0.01)


def test_a_part_by_plain_sql_and_one_nobody_may_see(database: Database, settings: Settings) -> None:
    plan = f"st_multi(st_makeenvelope({EAST}, {NORTH}, {EAST + 10}, {NORTH + 10}, 4547))"
    ids = [
        database.scalar(
            f"insert into city.building (code, geometry) values ('A', {plan}) returning feature_id"
        ),
    ]
    for height, visibility in ((30, "public"), (90, "admin")):
        database.execute(
            "insert into city.building_part (building_id, elev_base_m, height_m, visibility, geometry)"
            f" values (%(b)s, 4, %(h)s, %(v)s, {plan})",
            {"b": ids[0], "h": height, "v": visibility},
        )
    found = drawn(database, settings)
    assert set(found) == set(ids), "its own height is unknown, its part's is not"
    assert np.ptp(found[ids[0]][..., 2]) == pytest.approx(30, abs=0.05)
    admin = drawn(database, settings, replace(PUBLIC, access=frozenset({"admin"})))
    assert np.ptp(admin[ids[0]][..., 2]) == pytest.approx(90, abs=0.05)


def test_parts_of_a_past_moment(database: Database, settings: Settings, loaded: dict[str, int]) -> None:
    before = datetime.now(UTC)
    database.execute("delete from city.building_part where feature_id = %(id)s", {"id": loaded["dormer"]})
    now = drawn(database, settings)[loaded["lived"]]
    then = drawn(database, settings, replace(PUBLIC, moment=before))[loaded["lived"]]
    assert volume(now) == pytest.approx(VOLUME_M3, rel=0.01)
    assert volume(then) == pytest.approx(2 * VOLUME_M3, rel=0.01)
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert volume(drawn(database, settings, replace(PUBLIC, moment=later))[loaded["lived"]]) < volume(then)


def test_a_part_that_comes_changes_the_tile_of_its_building_wherever_it_stands(
    database: Database, settings: Settings, loaded: dict[str, int]
) -> None:
    process = Process(database, settings)
    root = root_of(json.loads(process.catalog.solid(CityTileset()).plain()))
    squares = {CitySquare("content", root, *key) for key in Quarter(database, settings).contents()}
    before = {square: process.catalog.solid(square).etag for square in squares}
    # far away, in another cell of the touch log: no sound part, but nothing stale either
    database.execute(
        "insert into city.building_part (building_id, kind, elev_base_m, height_m, geometry) values (%(b)s,"
        " 'BuildingPart', 4, 9, st_multi(st_makeenvelope(%(e)s, %(n)s, %(e)s + 9, %(n)s + 9, 4547)))",
        {"b": loaded["block"], "e": EAST + 4_000, "n": NORTH},
    )
    process.poll()
    after = {square: process.catalog.solid(square).etag for square in squares}
    assert before != after
    reach = np.ptp(drawn(database, settings)[loaded["block"]][..., 0])
    assert math.isclose(reach, 4_009, abs_tol=5)


@pytest.mark.shared_data
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["zurich_subset_lod2.json", "several_lods_valid.json", "dh_1.gml"])
def test_parts_of_real_files(shared_data: Path, server_settings: Settings, name: str) -> None:
    with ExitStack() as stack:
        cities = Cities(server_settings, stack)
        told = outcome(shared_data / "city" / name, cities, server_settings)
        assert told.verdict == "loaded"
        database, settings = cities.at(int(told.crs.rpartition(":")[2]))
        found = drawn(database, settings)
        parts = database.rows(
            "select building_id, st_zmax(st_3dextent(solid)) - st_zmin(st_3dextent(solid)) as high"
            " from city_now.building_part where solid is not null and building_id is not null group by 1"
        )
        shells = database.scalar(
            "select count(*) from city_now.building_part where shell is not null and solid is null"
        )
        assert parts or shells
        for row in parts:
            assert np.ptp(found[row["building_id"]][..., 2]) >= row["high"] - 0.05
        with_parts = database.rows("select distinct building_id from city_now.building_part")
        assert {row["building_id"] for row in with_parts} - {None} <= set(found)
