"""How PostgreSQL makes a tile: by the index, without helpers, without PROJ."""

from __future__ import annotations

from datetime import UTC, datetime

import shapely
from pyproj import Transformer

from tests.tiles.vector.looking import cover, decode, in_tile, tile_at
from tiles.source import PUBLIC
from tiles.storage import storage_box
from tiles.vector import source as module
from tiles.vector.composing import tile_sql
from tiles.vector.source import BUFFER, PostgisSource


def test_a_tile_is_an_index_scan_without_helpers(town):
    """However large the table: the index answers the box, no row is transformed to be chosen."""
    coord = cover(town, 16)[0]
    box = storage_box(coord, town.database.srid, BUFFER)
    binds = module._binds(coord, PUBLIC, box, town.database.srid) | {"min_m_0": 0.0, "lots_0": 1024}
    words = {"zoom": 16, "access": ("public",), "full": frozenset(), "plane": True}
    sql = tile_sql(("building",), past=False, **words)
    past = tile_sql(("building",), past=True, **words)
    with town.database.transaction() as connection:
        # what the planner would do with a large table on a large machine
        connection.execute("set local enable_seqscan = off")
        connection.execute("set local max_parallel_workers_per_gather = 4")
        connection.execute("set local parallel_setup_cost = 0")
        connection.execute("set local parallel_tuple_cost = 0")
        connection.execute("set local min_parallel_table_scan_size = 0")
        for text, moment, indexes in (
            (sql, None, ["building_geometry"]),
            (past, datetime(2026, 1, 1, tzinfo=UTC), ["building_geometry", "building_past_geometry"]),
        ):
            rows = connection.execute(f"explain {text}".encode(), binds | {"moment": moment}).fetchall()
            plan = "\n".join(row["QUERY PLAN"] for row in rows)
            assert "Gather" not in plan, plan
            for index in indexes:
                assert f"on {index}" in plan or f"using {index} on" in plan, plan
            conditions = [line for line in plan.splitlines() if "Index Cond" in line and "&&" in line]
            assert len(conditions) == len(indexes)
            assert not any("st_transform" in line.lower() for line in conditions)


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
