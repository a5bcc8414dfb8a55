"""How PostgreSQL makes a tile: by the index, without helpers, without PROJ where that is promised.

The statements are those the makers send, caught on their way, in a city so wide that the planner takes
the index by itself. A million buildings make a scan dearer still and change nothing in this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import shapely
from pyproj import Transformer

from tests.conftest import DatabaseFactory
from tests.statements import Statement, give_many_cores, sent
from tests.tiles.vector.looking import decode, in_tile, tile_at
from tiles.source import PUBLIC, Context
from tiles.storage import storage_box
from tiles.vector import source as module
from tiles.vector.composing import tile_sql
from tiles.vector.rows.source import RowSource
from tiles.vector.source import BUFFER, PostgisSource
from twin.database.connection import Connection, Database
from twin.settings import Settings

_WIDE = """
insert into city.building (code, use, geometry)
select 'B' || i, 'R', st_multi(st_expand(
    st_setsrid(st_makepoint(500000 + 300 * (i % 150), 2485000 + 300 * (i / 150)), 4547), 30))
from generate_series(0, 22499) i;
insert into city.utility_line (kind, geometry) select 'sewage', st_multi(st_setsrid(st_makeline(
    st_makepoint(500000 + 300 * (i % 150), 2485000 + 300 * (i / 150), 2),
    st_makepoint(500200 + 300 * (i % 150), 2485000 + 300 * (i / 150), 2)), 4547))
from generate_series(0, 22499) i;
insert into city.hydrant (code, state, geometry) select 'H' || i, 'ok',
    st_setsrid(st_makepoint(500000 + 300 * (i % 150), 2485000 + 300 * (i / 150)), 4547)
from generate_series(0, 22499) i;
insert into city.storey (building_id, floor_no, geometry, label)
select feature_id, 1, geometry, '1' from city.building;
insert into city.building (feature_id, code, geometry, valid_from, valid_to)
select feature_id, code, geometry, '2020-01-01', '2021-01-01' from city.building;
analyze
"""
_LAYERS = ("building", "utility_line", "hydrant", "storey")
_THEN = Context(("admin",), moment=datetime(2020, 6, 1, tzinfo=UTC))
_MIDDLE = Transformer.from_crs(4547, 4326, always_xy=True).transform(522_500, 2_507_500)
_FOR_EACH_ROW = re.compile(r"(?<!ELSE )\bst_transform\(", re.IGNORECASE)
"""PROJ for whatever row comes, and not as the branch for what the edge of the tile cuts."""


@pytest.fixture(scope="module")
def wide(new_database: DatabaseFactory, server_settings: Settings) -> Iterator[Database]:
    """A city of 45 km with real statistics, on a machine of many cores."""
    with new_database() as url:
        give_many_cores(url)
        database = Database.from_settings(replace(server_settings, database_url=url), "test")
        try:
            for statement in _WIDE.split(";\n"):
                with database.transaction() as connection:
                    connection.execute(statement.encode())
            yield database
        finally:
            database.close()


@pytest.mark.parametrize("zoom", [14, 16, 18])
@pytest.mark.parametrize("context", [PUBLIC, _THEN], ids=["now", "then"])
def test_rows_of_a_tile_are_an_index_scan_and_nothing_is_transformed(
    wide: Database, kernels_state: object, zoom: int, context: Context
) -> None:
    """Now and in the past, with a plan for these values and with one for any."""
    asked = sent(lambda: RowSource(wide).make(_LAYERS, tile_at(zoom, *_MIDDLE), context))
    (tile,) = [one for one in asked if one.prepared]
    indexes = _indexes(zoom, past=context.moment is not None)
    with wide.transaction() as connection:
        _allow_helpers(connection)
        for generic in (False, True):
            plan = tile.plan(connection, options="verbose", generic=generic)
            _require_index_scans(plan, indexes)
            assert "st_transform" not in plan.lower(), plan
        _require_each_index_counts(connection, tile, indexes)


@pytest.mark.parametrize("zoom", [12, 13, 14, 16, 18])
@pytest.mark.parametrize("context", [PUBLIC, _THEN], ids=["now", "then"])
def test_a_tile_of_st_asmvt_is_an_index_scan(wide: Database, zoom: int, context: Context) -> None:
    """No row is transformed to be chosen; from zoom 13 on only those the edge cuts are transformed at all."""
    asked = sent(lambda: PostgisSource(wide).make(_LAYERS, tile_at(zoom, *_MIDDLE), context))
    (tile,) = [one for one in asked if "st_asmvt" in one.text]
    indexes = _indexes(zoom, past=context.moment is not None)
    with wide.transaction() as connection:
        _allow_helpers(connection)
        # prepared at its third use: then PostgreSQL may keep a plan for any values
        _require_index_scans(
            replace(tile, prepared=True).plan(connection, options="verbose", generic=True), indexes
        )
        plan = tile.plan(connection, options="verbose")
        _require_index_scans(plan, indexes)
        for line in plan.splitlines():
            if "st_transform" in line.lower():
                assert line.lstrip().startswith("Output:"), "a row is transformed to be chosen"
        # a plane stands for the projection of a tile only where it is small: decision record 16
        assert bool(_FOR_EACH_ROW.search(plan)) == (zoom < 13), plan
        _require_each_index_counts(connection, tile, indexes)


def test_a_tile_gets_no_helpers_even_where_postgresql_takes_them_for_anything(
    wide: Database, kernels_state: object
) -> None:
    """And would get them but for the word that forbids it: else the absence of `Gather` would say nothing."""
    for source in (RowSource(wide), PostgisSource(wide)):
        tile = sent(lambda source=source: source.make(("building",), tile_at(16, *_MIDDLE), PUBLIC))[-1]
        text = tile.text.replace("set_config('twin.tile', 'on', true)", "'on'")
        assert text != tile.text
        with wide.transaction() as connection:
            _allow_helpers(connection)
            new = connection.info.server_version >= 160000
            name = "debug_parallel_query" if new else "force_parallel_mode"
            connection.execute(f"set local {name} = on".encode())
            assert "Gather" not in tile.plan(connection)
            assert "Gather" in replace(tile, text=text).plan(connection)


def _allow_helpers(connection: Connection) -> None:
    """Take back what connections of requests say besides; see `twin.database.connection`."""
    connection.execute("set local max_parallel_workers_per_gather = 4")


def _indexes(zoom: int, *, past: bool) -> tuple[str, ...]:
    """Indexes that have to answer for what a zoom shows of `_LAYERS`."""
    shown = {12: 1, 13: 2, 14: 3}.get(zoom, 4)
    now = tuple(f"{name}_geometry" for name in _LAYERS[:shown])
    if past:
        return (*now, "building_past_geometry")
    # wider tiles ask for so many buildings that reading all summaries is right
    return (*now, "building_summary_pkey") if zoom > 12 else now


def _require_index_scans(plan: str, indexes: tuple[str, ...]) -> None:
    assert "Gather" not in plan, plan
    assert not re.search(rf"Seq Scan on city\.({'|'.join(_LAYERS)})\b", plan), plan
    for index in indexes:
        assert re.search(rf"(Index Scan using|Bitmap Index Scan on) {index}\b", plan), plan
    boxes = [line for line in plan.splitlines() if "Index Cond" in line and "&&" in line]
    assert len(boxes) >= sum(index.endswith("_geometry") for index in indexes), plan


def _require_each_index_counts(connection: Connection, tile: Statement, indexes: tuple[str, ...]) -> None:
    for index in indexes:
        with connection.transaction(force_rollback=True), pytest.raises(AssertionError):
            if index.endswith("_pkey"):
                connection.execute("alter table city.building_summary drop constraint building_summary_pkey")
            else:
                connection.execute(f"drop index city.{index}".encode())
            _require_index_scans(tile.plan(connection, options="verbose"), indexes)


def test_only_what_reaches_far_beyond_its_tile_goes_through_proj(town, add_feature):
    """Counted by PostgreSQL itself; the long road is then where PROJ has it, not on the plane of the tile."""
    long_m = shapely.MultiLineString([[(515_000, 2_490_000), (519_015, 2_493_015), (533_000, 2_502_000)]])
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(519_015, 2_493_015)
    with town.database.transaction() as connection:
        road = add_feature(connection, "road", long_m)
    for zoom in (13, 16, 19):
        coord = tile_at(zoom, lon, lat)
        assert _transformed(town.database, ("building", "hydrant"), coord) == 0
        assert _transformed(town.database, ("building", "road", "hydrant"), coord) == 1
        tile = decode(PostgisSource(town.database).make(("road",), coord, PUBLIC))
        drawn = next(
            shapely.geometry.shape(f["geometry"]) for f in tile["road"]["features"] if f["id"] == road
        )
        sight = shapely.box(-60, -60, 4156, 4156)
        # beyond zoom 14 PostGIS snaps a cut line's ends to the grid, which turns it by a unit
        assert drawn.intersection(sight).hausdorff_distance(in_tile(long_m, coord).intersection(sight)) < 2


def _transformed(database, names, coord):
    """How many geometries PostgreSQL put through PROJ for a tile."""
    box = storage_box(coord, database.srid, BUFFER)
    binds = module._binds(coord, PUBLIC, box, database.srid)
    binds |= {
        f"{name}_{i}": value for i in range(len(names)) for name, value in (("min_m", 0.0), ("lots", 1024))
    }
    sql = tile_sql(names, zoom=coord.z, access=("public",), past=False, full=frozenset(), plane="xx" in binds)
    counted = """select coalesce(sum(calls), 0)::int as n
        from pg_stat_xact_user_functions where funcname = 'st_transform'"""
    with database.transaction() as connection:
        connection.execute("set local track_functions = 'all'")
        before = connection.execute(counted.encode()).fetchone()["n"]
        connection.execute(sql.encode(), binds)
        return connection.execute(counted.encode()).fetchone()["n"] - before
