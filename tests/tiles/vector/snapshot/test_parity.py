"""What is encoded from memory against what ST_AsMVT makes of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from tests.tiles.vector.filled import filled, some
from tests.tiles.vector.looking import decode
from tests.tiles.vector.makers import A_ZOOM, ZOOMS, compare
from tests.tiles.vector.snapshot.asking import HOME, SPOT, settle
from tests.tiles.vector.snapshot.process import Process
from tiles.address import HALF_WORLD_M, TileCoord
from tiles.source import PUBLIC
from tiles.vector import fitting
from tiles.vector.rows.source import FROM_ZOOM
from tiles.vector.snapshot.source import public_layers
from tiles.vector.source import PostgisSource
from twin.crs import transformer

_NAMES = tuple(one.collection.name for one in public_layers())
_SCATTERED = """
select setseed(0.4403);
create temp table spot as
    -- 240 x 560 km, so that even zoom 10 has more than a hundred tiles
    select i, 380000 + random() * 240000 as e, 2250000 + random() * 560000 as n, random() * 3.14 as turn,
        (array[3, 12, 40, 400, 3000])[1 + i %% 5] as size
    from generate_series(1, 1500) i
    union all
    -- and a crowded corner
    select i, 500300 + random() * 900, 2494300 + random() * 900, random() * 3.14, 3 + i %% 60
    from generate_series(1501, 1900) i;
insert into city.building (code, name_zh, use, floors_up, height_m, year_built, geometry)
    select 'B' || i, '建筑' || i %% 90, (array['R','O','C'])[1 + i %% 3], i %% 40, i %% 40 * 3.1,
        1980 + i %% 45,
        -- with a courtyard, and a second body that touches the first in a corner
        st_multi(st_rotate(st_union(
            st_difference(st_makeenvelope(e, n, e + size, n + size * 0.7, 4547),
                st_makeenvelope(e + size * 0.3, n + size * 0.2, e + size * 0.5, n + size * 0.5, 4547)),
            st_makeenvelope(e + size, n + size * 0.7, e + size * 1.2, n + size, 4547)), turn, e, n))
    from spot;
insert into city.vegetation (name_zh, kind, geometry)
    select '公园' || i, 'park', st_multi(st_buffer(st_setsrid(st_makepoint(e, n), 4547), size, 12)) from spot;
insert into city.road (name_zh, class, width_m, fire_access, geometry)
    select '路' || i, 'secondary', i %% 30, i %% 2 = 0, st_multi(st_setsrid(st_makeline(array[
        st_makepoint(e, n), st_makepoint(e + size, n + size / 3), st_makepoint(e + size * 2, n - size),
        st_makepoint(e + size * 2.05, n - size), st_makepoint(e - size, n + size * 3)]), 4547))
    from spot;
insert into city.utility_line (code, kind, dn_mm, depth_m, geometry)
    select 'P' || i, 'sewage', 100 * (i %% 9), -i, st_multi(st_setsrid(st_makeline(array[
        st_makepoint(e, n, 1), st_makepoint(e + size, n, 2), st_makepoint(e + size, n + size, 3)]), 4547))
    from spot;
insert into city.hydrant (code, flow_lps, geometry)
    select 'H' || i, i / 7.0, st_setsrid(st_makepoint(e + 20, n), 4547) from spot;
-- invalid: a bow tie, a two bodies one over the other
insert into city.water_body (name_zh, kind, geometry)
    select '湖' || i, 'lake', st_setsrid((array[
        st_geomfromtext(format(
            'MULTIPOLYGON(((%%1$s %%2$s,%%3$s %%4$s,%%3$s %%2$s,%%1$s %%4$s,%%1$s %%2$s)))',
            e, n, e+size, n+size)),
        st_geomfromtext(format('MULTIPOLYGON(((%%1$s %%2$s,%%3$s %%2$s,%%3$s %%4$s,%%1$s %%2$s)),'
            '((%%1$s %%2$s,%%3$s %%2$s,%%3$s %%4$s,%%1$s %%4$s,%%1$s %%2$s)))',
            e, n, e+size, n+size))])[1 + i %% 2], 4547)
    from spot;
insert into city.hazard (name_zh, kind, level, geometry)
    select '险' || i, 'k', 'l', st_setsrid((array[
        st_makepoint(e, n),
        st_collect(st_makepoint(e, n), st_makeline(st_makepoint(e, n), st_makepoint(e + size, n))),
        st_collect(st_makepoint(e, n), st_makepoint(e + size, n)),
        st_makeenvelope(e, n, e + size, n + size),
        st_makeline(st_makepoint(e, n), st_makepoint(e + size, n + 2 * size))])[1 + i / 5 %% 5], 4547)
    from spot;
"""


@pytest.fixture(scope="module")
def scattered(new_database, server_settings) -> Iterator[Process]:
    """Features of all kinds and sizes over the whole province."""
    with new_database() as url:
        process = Process(replace(server_settings, database_url=url, snapshot_mb=256))
        try:
            with process.database.transaction() as connection:
                for statement in _SCATTERED.split(";\n"):
                    if statement.strip():
                        connection.execute(statement.encode(), {})
            process.load()
            yield process
        finally:
            process.close()


def _tiles_over_features(process: Process, zoom: int, count: int) -> list[TileCoord]:
    """Tiles around corners and middles of features, half of them moved by one so that edges are met."""
    rows = process.database.rows(
        "select st_xmin(g) as x, st_ymax(g) as y from (select st_transform(geometry, 3857) as g"
        " from city_now.vegetation order by feature_id limit 1500) q"
    )
    side = 2 * HALF_WORLD_M / (1 << zoom)
    found = dict.fromkeys(
        TileCoord(
            zoom,
            int((row["x"] + HALF_WORLD_M) / side) + i % 2,
            int((HALF_WORLD_M - row["y"]) / side) + i % 3 // 2,
        )
        for i, row in enumerate(rows)
    )
    return list(found)[:count]


@pytest.mark.parametrize("zoom", [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22])
def test_a_hundred_tiles_of_every_zoom(scattered, kernels_state, zoom):
    tiles = _tiles_over_features(scattered, zoom, 100 if 9 < zoom < 19 else 12)
    assert len(tiles) == (100 if 9 < zoom < 19 else 12)
    found = compare(scattered, _NAMES, zoom, tiles)
    assert found.wrong == []
    assert found.rows.tiles == (len(tiles) if zoom >= FROM_ZOOM else 0)
    for one in (found.memory, found.rows) if zoom >= FROM_ZOOM else (found.memory,):
        print(one.tiles, one.features, one.farthest, one.slivers, one.settled)
        assert one.features > (100 if zoom < 19 else 12)
        assert one.slivers <= 0.05 * one.features


@pytest.mark.parametrize(
    ("names", "zoom", "share"),
    [(("building", "hydrant"), 14, 0.6), (("vegetation",), 10, 0.3), (("hazard",), 12, 0.5)],
)
def test_a_full_tile_is_thinned_by_the_same_rule(scattered, monkeypatch, names, zoom, share):
    side = 2 * HALF_WORLD_M / (1 << zoom)
    x, y = transformer(4547, 3857).transform(500_800, 2_494_800)
    coord = TileCoord(zoom, int((x + HALF_WORLD_M) / side), int((HALF_WORLD_M - y) / side))
    whole = scattered.made(names, coord)
    monkeypatch.setattr(fitting, "LIMIT_BYTES", int(len(whole.tile.data) * share))
    ours = scattered.made(names, coord)
    theirs = PostgisSource(scattered.database).make(names, coord, PUBLIC)
    assert len(ours.tile.data) <= fitting.LIMIT_BYTES
    said, others = ([part.partition(";")[0] for part in made.tile.thinned] for made in (ours, theirs))
    assert said == others != []
    # the line is drawn by the bytes of the tile itself, which differ a little: one choice holds the other
    for name in names:
        mine, other = _ids(ours, name), _ids(theirs, name)
        assert mine <= other or other <= mine
        assert len(mine ^ other) <= 0.35 * len(mine | other) + 1


def _ids(made, name) -> set[int]:
    return {
        f["id"] for f in mapbox_vector_tile.decode(made.tile.plain()).get(name, {"features": []})["features"]
    }


def test_the_town_of_the_other_tests(town, kernels_state):
    process = Process(replace(town.settings, snapshot_mb=64))
    try:
        process.load()
        features = 0
        for zoom, tiles in filled(town.database, _NAMES, ZOOMS).items():
            found = compare(process, _NAMES, zoom, some(tiles, A_ZOOM))
            assert found.wrong == []
            assert found.filled == found.memory.tiles == min(A_ZOOM, len(tiles))
            assert found.rows.tiles == (found.filled if zoom >= FROM_ZOOM else 0)
            assert found.memory.settled == found.rows.settled == 0
            features += found.memory.features
        assert features > 2500
    finally:
        process.close()


@pytest.mark.parametrize(
    ("line", "points"),
    [
        (((0, 0), (100, 80), (0, 0)), []),
        (((0, 0), (60, 0), (80, 50), (60, 0), (120, 20)), [3]),
    ],
    ids=["all of it", "a spur"],
)
def test_what_goes_there_and_back_is_drawn_though_st_asmvt_leaves_it_out(
    process, kernels_state, add_feature, line, points
):
    with process.database.transaction() as connection:
        ground = np.array(line, float) + SPOT
        add_feature(connection, "road", shapely.MultiLineString([ground]), **{"class": "secondary"})
    settle(process.database)
    process.load()
    found = compare(process, ("road",), HOME.z, [HOME])
    assert found.wrong == []
    assert found.memory.settled == found.rows.settled == 1, "by the exact shape ours is right"
    made = decode(PostgisSource(process.database).make(("road",), HOME, PUBLIC))
    drawn = [len(one["geometry"]["coordinates"]) for one in made["road"]["features"]] if made else []
    assert drawn == points
