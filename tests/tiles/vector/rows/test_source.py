"""What the maker of tiles from rows draws, and what it leaves to ST_AsMVT."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import mapbox_vector_tile
import numpy as np
import pytest
import shapely

from tests.tiles.vector.looking import cover, decode, in_tile, tile_at
from tests.tiles.vector.snapshot.parity import NEAR_UNITS, Parity
from tiles.address import TileCoord
from tiles.sheet import LARGEST_OFF_M, ZOOM, sheet
from tiles.source import PUBLIC, Context
from tiles.storage import inner_box
from tiles.vector.rows.source import FROM_ZOOM, RowSource
from tiles.vector.source import BUFFER, PostgisSource
from twin.crs import transformer

_THEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("context", [Context(("admin",)), Context(("fire",)), Context(moment=_THEN)])
def test_every_layer_it_draws_is_that_of_st_asmvt(town, kernels_state, context):
    rows, postgis = RowSource(town.database), PostgisSource(town.database)
    parity = Parity(NEAR_UNITS)
    for zoom in (14, 16, 18):
        for coord in cover(town, zoom)[:8]:
            for name in ("building", "road", "utility_line", "hydrant", "water_body", "storey"):
                if name == "storey" and zoom < 16:  # not shown yet, and so no question at all
                    continue
                ours, theirs = rows.make((name,), coord, context), postgis.make((name,), coord, context)
                assert ours is not None
                parity.compare(f"{name} {coord}", ours.tile.plain(), theirs.tile.plain())
                assert (ours.collections, ours.cells) == (theirs.collections, theirs.cells)
                assert ours.snapshot.covers(theirs.snapshot) or theirs.snapshot.covers(ours.snapshot)
    assert parity.wrong == []
    assert parity.features > 300 or context.moment is not None


def test_wide_tiles_and_far_ones_are_left_to_the_other(town, kernels_state):
    rows = RowSource(town.database)
    assert rows.make(("building",), cover(town, FROM_ZOOM - 1)[0], PUBLIC) is None
    assert rows.make(("building",), cover(town, FROM_ZOOM)[0], PUBLIC) is not None
    assert rows.make(("storey",), cover(town, FROM_ZOOM)[0], PUBLIC) is None, "not shown before zoom 16"
    # nothing is stored on the other side of the world
    assert rows.make(("building",), tile_at(16, -60.0, 10.0), PUBLIC) is None


def test_shapes_it_cannot_draw_are_left_to_the_other(town, kernels_state, add_feature):
    rows, coord = RowSource(town.database), cover(town, 16)[0]
    e, n = transformer(3857, 4547).transform(*_middle(coord))
    with town.database.transaction() as connection:
        wkt = f"GEOMETRYCOLLECTION(CURVEPOLYGON(CIRCULARSTRING({e} {n},{e + 30} {n + 30},{e} {n})))"
        row = connection.execute(
            "insert into city.hazard (name_zh, kind, level, geometry)"
            " values ('圆', 'k', 'l', st_geomfromtext(%(wkt)s, 4547)) returning feature_id",
            {"wkt": wkt},
        ).fetchone()
        connection.commit()
        assert rows.make(("hazard",), coord, PUBLIC) is None
        connection.execute("delete from city.hazard where feature_id = %(id)s", {"id": row["feature_id"]})


def test_what_reaches_beyond_the_sheet_is_projected_by_proj(town, kernels_state, add_feature):
    """A line of 120 km through the tile: the polynomial knows twenty."""
    coord = cover(town, 18)[0]
    e, n = transformer(3857, 4547).transform(*_middle(coord))
    line = shapely.MultiLineString(
        [np.c_[np.linspace(e - 6e4, e + 6e4, 401), np.linspace(n - 10, n + 10, 401)]]
    )
    with town.database.transaction() as connection:
        id = add_feature(connection, "road", line, name_zh="长路", **{"class": "primary"})
    made = RowSource(town.database).make(("road",), coord, PUBLIC)
    (got,) = [f for f in decode(made)["road"]["features"] if f["id"] == id]
    want = in_tile(line, coord).intersection(shapely.box(-64, -64, 4160, 4160))
    assert shapely.from_geojson(json.dumps(got["geometry"])).within(want.buffer(1.5))


def test_a_tile_without_rows_is_empty(town, kernels_state):
    made = RowSource(town.database).make(("building", "hydrant"), tile_at(18, 114.3, 22.7), PUBLIC)
    assert made is not None and made.tile.empty and mapbox_vector_tile.decode(made.tile.plain()) == {}


@pytest.mark.parametrize(("lon", "lat"), [(114.1, 22.5), (113.8, 22.8), (116.9, 23.9)])
def test_a_sheet_is_the_projection_to_a_tenth_of_a_millimetre(lon, lat):
    one = sheet(tile_at(16, lon, lat), 4547)
    assert one is not None and one.off_m <= LARGEST_OFF_M
    random = np.random.default_rng(3)
    u, v = random.uniform(-1, 1, (2, 500))
    e, n = one.frame[0] + u * one.frame[2], one.frame[1] + v * one.frame[3]
    powers = [u**i * v**j for i in range(4) for j in range(4 - i)]
    x, y = transformer(4547, 3857).transform(e, n)
    assert np.abs(np.column_stack(powers) @ one.factors - np.c_[x, y]).max() < 1e-4


def test_there_is_no_sheet_of_a_wide_tile_nor_where_the_crs_ends():
    assert sheet(TileCoord(ZOOM - 1, 1674, 892), 4547) is None
    assert sheet(tile_at(16, 150.0, 22.5), 4547) is None


@pytest.mark.parametrize("zoom", [14, 16, 20])
def test_the_inner_box_is_within_the_tile(zoom):
    coord = tile_at(zoom, 114.1147, 22.5432)
    west, south, east, north = inner_box(coord, 4547, BUFFER)
    xs, ys = (a.ravel() for a in np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9)))
    x, y = transformer(4547, 3857).transform(xs, ys)
    low_x, low_y, high_x, high_y = coord.mercator(BUFFER)
    assert (x > low_x).all() and (y > low_y).all() and (x < high_x).all() and (y < high_y).all()
    assert inner_box(tile_at(13, 114.1, 22.5), 4547, BUFFER) is None


def _middle(coord: TileCoord) -> tuple[float, float]:
    west, south, east, north = coord.mercator()
    return (west + east) / 2, (south + north) / 2
