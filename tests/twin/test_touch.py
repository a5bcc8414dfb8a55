"""The touch log names the cells a statement changed, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tiles.vector.layers import layer
from tiles.vector.snapshot.kernel import record
from twin.catalogue import COLLECTIONS, collection
from twin.cells import CELL_M
from twin.database.connection import Database
from twin.store.touched import boxes, cells


def _box(e: float, n: float, size_m: float = 20) -> str:
    return f"st_multi(st_makeenvelope({e}, {n}, {e + size_m}, {n + size_m}, 4547))"


def _touches(database: Database, after: int = 0) -> list[tuple[str, int | None, int | None]]:
    rows = database.rows(
        "select collection, cell_e, cell_n from twin.touch where xid::text::bigint > %(after)s"
        " order by 1, 2, 3",
        {"after": after},
    )
    return [(r["collection"], r["cell_e"], r["cell_n"]) for r in rows]


def _last(database: Database) -> int:
    return int(database.scalar("select coalesce(max(xid::text::bigint), 0) from twin.touch"))


def test_an_insert_touches_every_cell_it_covers_once(database: Database) -> None:
    database.execute(
        "insert into city.building (code, geometry) values"
        f" ('a', {_box(511_990, 2_493_990)}), ('b', {_box(511_500, 2_493_500)})"
    )
    assert _touches(database) == [
        ("building", 2046, 9974),
        ("building", 2047, 9975),
        ("building", 2047, 9976),
        ("building", 2048, 9975),
        ("building", 2048, 9976),
    ]


def test_a_move_touches_where_it_was_and_where_it_is(database: Database) -> None:
    database.execute(f"insert into city.building (code, geometry) values ('a', {_box(511_100, 2_493_100)})")
    before = _last(database)
    database.execute(f"update city.building set geometry = {_box(515_100, 2_499_100)}")
    assert set(_touches(database, before)) == {("building", 2044, 9972), ("building", 2060, 9996)}


def test_a_delete_touches_where_it_was(database: Database) -> None:
    database.execute(f"insert into city.building (code, geometry) values ('a', {_box(511_100, 2_493_100)})")
    before = _last(database)
    database.execute("delete from city.building")
    assert _touches(database, before) == [("building", 2044, 9972)]


IN_A_BUILDING = [
    one.name
    for one in COLLECTIONS
    if one.geometry is not None
    and one.name != "building"
    and "building" in layer(one.name, frozenset({"admin"})).reads
]


def test_what_shows_its_height_above_the_ground_of_a_building_is_known() -> None:
    assert {"storey", "space", "sensor", "equipment"} < set(IN_A_BUILDING)


@pytest.mark.parametrize("name", IN_A_BUILDING)
def test_another_ground_touches_what_is_in_the_building_beyond_its_own_cells(
    database: Database, name: str
) -> None:
    id = database.scalar(
        "insert into city.building (code, elev_base_m, geometry)"
        f" values ('a', 4, {_box(511_100, 2_493_100)}) returning feature_id"
    )
    kind = collection(name).geometry or ""
    plan = f"st_centroid({_box(512_100, 2_493_100)})" if "Point" in kind else _box(512_100, 2_493_100)
    plan = f"st_force3d({plan})" if kind.endswith("Z") else plan
    database.execute(f"insert into city.{name} (building_id, geometry) values (%(id)s, {plan})", {"id": id})
    here, there = ("building", 2044, 9972), ("building", 2048, 9972)
    before = _last(database)
    database.execute("update city.building set height_m = 9")
    assert _touches(database, before) == [here], "a height says nothing of the ground"
    for change in ("update city.building set elev_base_m = 5", "delete from city.building"):
        before = _last(database)
        database.execute(change)
        assert {here, there} <= set(_touches(database, before)), change
    before = _last(database)
    database.execute(
        "insert into city.building (feature_id, elev_base_m, geometry)"
        f" values (%(id)s, 6, {_box(511_100, 2_493_100)})",
        {"id": id},
    )
    assert {here, there} <= set(_touches(database, before)), "it is back"


@pytest.mark.parametrize("way", ["correction", "insert"])
def test_another_ground_of_then_touches_what_stood_in_the_building_then(database: Database, way: str) -> None:
    """A sensor across the street is gone: tiles of then show it by the ground of then."""
    id = database.scalar(
        "insert into city.building (code, elev_base_m, geometry)"
        f" values ('a', 4, {_box(511_100, 2_493_100)}) returning feature_id"
    )
    database.execute(
        "insert into city.sensor (building_id, geometry)"
        f" values (%(id)s, st_centroid({_box(512_100, 2_493_100)}))",
        {"id": id},
    )
    database.execute("delete from city.sensor")
    here, there = ("building", 2044, 9972), ("building", 2048, 9972)
    before = _last(database)
    database.execute("update city.building set elev_base_m = 5")
    assert _touches(database, before) == [here], "of what is now nothing stands there"
    before = _last(database)
    with database.transaction() as connection:
        if way == "correction":
            connection.execute("select set_config('twin.correction', 'on', true)")
            connection.execute("update city.building set elev_base_m = 6")
        else:
            connection.execute(
                "insert into city.building (feature_id, elev_base_m, geometry, valid_from, valid_to) values"
                f" (%s, 6, {_box(511_100, 2_493_100)}, now() - interval '2 days', now() - interval '1 day')",
                (id,),
            )
    assert {here, there} <= set(_touches(database, before))


def test_the_grid_is_the_same_in_sql_in_python_and_in_the_kernel(database: Database) -> None:
    assert database.scalar("select twin.cell_m()") == CELL_M == record.CELL_M
    box = "st_asewkt(twin.cell_box(2046, -1, 4547))"
    assert (
        database.scalar(f"select {box}")
        == "SRID=4547;POLYGON((511500 -250,511500 0,511750 0,511750 -250,511500 -250))"
    )
    row = database.row(
        "select array_agg(twin.cell(m) order by m) as cells from unnest(array[-0.1, 0, 249.9, 250]) m"
    )
    assert row == {"cells": [-1, 0, 0, 1]}


@pytest.mark.parametrize(("side_m", "count"), [(31_990, 128 * 128), (32_010, 5)])
def test_a_shape_too_large_for_cells_touches_its_collection_and_its_middle(
    database: Database, side_m: float, count: int
) -> None:
    database.execute(f"insert into city.water_body (geometry) values ({_box(5, 5, side_m)})")
    touches = _touches(database)
    assert len(touches) == count
    if count == 5:
        assert touches == [
            *(("water_body", e, n) for e in (64, 65) for n in (64, 65)),
            ("water_body", None, None),
        ]
    # and the same as a load reckons it
    found = cells(boxes(np.array([shapely.box(5, 5, 5 + side_m, 5 + side_m)])))
    assert {(e, n) for _, e, n in touches} == set(zip(*found, strict=True))


def test_a_row_without_a_place_touches_its_collection(database: Database) -> None:
    database.execute("insert into city.enterprise (code, name) values ('e', '示例企业')")
    assert ("enterprise", None, None) in _touches(database)


def test_a_rollback_touches_nothing(database: Database) -> None:
    try:
        with database.transaction() as connection:
            box = _box(511_100, 2_493_100)
            connection.execute(f"insert into city.building (code, geometry) values ('a', {box})".encode())
            raise InterruptedError
    except InterruptedError:
        pass
    assert _touches(database) == []
