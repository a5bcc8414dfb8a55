"""Tiles of the database, by both makers, against shapely and pyproj, feature by feature."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from tests.tiles.vector.looking import cover, decode, in_tile, tile_at
from tiles.address import TileCoord
from tiles.source import PUBLIC, Context, Made
from tiles.touch import CellBox
from tiles.vector import fitting
from tiles.vector.rows.source import RowSource
from tiles.vector.source import PostgisSource
from twin.database.connection import Database
from twin.errors import Forbidden, NotFound


@dataclass(frozen=True)
class _Rows:
    """Tiles drawn from rows wherever that maker draws them, as a server has them."""

    database: Database

    def make(self, names: tuple[str, ...], coord: TileCoord, context: Context) -> Made:
        made = RowSource(self.database).make(names, coord, context)
        return made or PostgisSource(self.database).make(names, coord, context)


@pytest.fixture(params=[PostgisSource, _Rows], ids=["ST_AsMVT", "rows"])
def maker(request, kernels_state):
    return request.param


def _apart_m(maker) -> float:
    """How far from the other maker's things this one's are put, for both share the town."""
    return 700.0 if maker is _Rows else 0.0


_LAYERS = ("water_body", "road", "building", "storey", "utility_line", "hydrant")
_PIXEL_Z12_M = 40_075_016.7 / 2**12 / 512 * math.cos(math.radians(22.548))


@pytest.mark.parametrize("zoom", [12, 14, 15, 16, 17, 18])
def test_ids_values_and_shapes_are_those_of_an_independent_computation(maker, town, zoom):
    source = maker(town.database)
    compared = 0
    for coord in cover(town, zoom)[:14]:
        content = decode(source.make(_LAYERS, coord, PUBLIC))
        sight = shapely.box(-64, -64, 4160, 4160)
        for name in _LAYERS:
            features = {f["id"]: f for f in content.get(name, {"features": []})["features"]}
            min_zoom = {
                "road": 9,
                "water_body": 8,
                "building": 12,
                "storey": 16,
                "utility_line": 13,
                "hydrant": 14,
            }
            for id, geometry in town.geometries[name].items():
                placed = in_tile(geometry, coord)
                want = placed.intersection(sight)
                if zoom < min_zoom[name]:
                    assert id not in features
                    continue
                # what is smaller than a unit or only grazes the buffer may or may not be drawn
                core = want.buffer(-1) if name in {"building", "storey", "water_body"} else want
                well_inside = not want.is_empty and want.within(shapely.box(-60, -60, 4156, 4156))
                if name == "building" and zoom == 12 and max(_side(town, id)) < _PIXEL_Z12_M:
                    assert id not in features
                elif (not core.is_empty and want.length > 8) or (name == "hydrant" and well_inside):
                    assert id in features, f"{name} {id} missing in {coord}"
                if id not in features:
                    continue
                got = shapely.from_geojson(json.dumps(features[id]["geometry"]))
                assert got.is_valid
                assert shapely.hausdorff_distance(got, want) < 2.0 if want.geom_type == "Point" else True
                if name in {"building", "storey", "water_body"}:
                    off = got.symmetric_difference(want).area
                    # every vertex within one unit: the outline sweeps no more than its length times that
                    assert off <= 1.0 * want.length + 4, f"{name} {id} in {coord}: {off} of {want.length}"
                elif name != "hydrant":
                    assert got.within(placed.buffer(2.0)), f"{name} {id} in {coord} strays"
                    assert abs(got.length - want.length) <= 0.02 * want.length + 4
                compared += 1
        drawn = {f["id"] for one in content.values() for f in one["features"]}
        assert drawn <= {id for name in _LAYERS for id in town.geometries[name]}
    assert compared > 60


def test_values_travel_with_their_types_and_unknown_is_left_out(maker, town):
    coord = cover(town, 16)[0]
    seen = 0
    for coord in cover(town, 16):
        content = decode(maker(town.database).make(("building", "storey"), coord, PUBLIC))
        for feature in content.get("building", {"features": []})["features"]:
            written, got = town.values[feature["id"]], feature["properties"]
            assert got["name_zh"] == written["name_zh"]
            assert got["code"] == written["code"]
            assert got["floors_up"] == written["floors_up"]
            assert got.get("height_m") == written["height_m"]
            assert ("height_m" in got) is (written["height_m"] is not None)
            assert got["has_model"] is False
            assert "vacant_ratio" not in got
            seen += 1
        for feature in content.get("storey", {"features": []})["features"]:
            written, got = town.values[feature["id"]], feature["properties"]
            assert (got["building_id"], got["floor_no"]) == (written["building_id"], written["floor_no"])
            assert got["base_m"] == pytest.approx(3.0 * written["floor_no"])
            assert got["top_m"] == pytest.approx(3.0 * written["floor_no"] + 3.0)
            seen += 1
    assert seen > 200


def test_rings_wind_as_the_specification_says(maker, town):
    """Exterior rings clockwise on the screen: positive by the surveyor's formula with y down."""
    rings = 0
    for coord in cover(town, 16):
        content = decode(maker(town.database).make(("water_body", "building"), coord, PUBLIC))
        for name in content:
            for feature in content[name]["features"]:
                kind, shape = feature["geometry"]["type"], feature["geometry"]["coordinates"]
                for polygon in [shape] if kind == "Polygon" else shape:
                    for i, ring in enumerate(polygon):
                        points = np.array(ring, float)
                        area = np.sum(points[:-1, 0] * points[1:, 1] - points[1:, 0] * points[:-1, 1]) / 2
                        assert area > 0 if i == 0 else area < 0
                        rings += 1
    assert rings > 240


def test_layers_come_in_the_order_asked_and_empty_ones_not_at_all(maker, town):
    content = decode(maker(town.database).make(("pole", "hydrant", "building"), cover(town, 14)[0], PUBLIC))
    assert list(content) == ["hydrant", "building"]


def test_the_snapshot_and_the_cells_say_how_long_it_is_valid(maker, town):
    coord = cover(town, 16)[0]
    made = maker(town.database).make(("storey",), coord, PUBLIC)
    assert made.collections == {"storey", "building"}
    assert made.snapshot.xmax <= int(town.database.scalar("select pg_current_xact_id()::text"))
    first = next(iter(town.geometries["building"].values())).bounds
    assert isinstance(made.cells, CellBox)
    assert any(made.cells.holds(int(first[0] // 1000), int(first[1] // 1000)) for made in [made]) or coord


def test_a_full_tile_is_thinned_and_says_so(maker, town, monkeypatch):
    coord = cover(town, 14)[0]
    whole = maker(town.database).make(("building", "hydrant"), coord, PUBLIC)
    assert whole.tile.thinned == ()
    monkeypatch.setattr(fitting, "LIMIT_BYTES", len(whole.tile.data) * 2 // 3)
    thin = maker(town.database).make(("building", "hydrant"), coord, PUBLIC)
    assert len(thin.tile.data) <= fitting.LIMIT_BYTES
    said = dict(part.split(";", 1) for part in thin.tile.thinned)
    left_out = int(said["building"].rpartition("left_out=")[2])
    all_ids = {f["id"] for f in decode(whole)["building"]["features"]}
    kept = {f["id"] for f in decode(thin)["building"]["features"]}
    assert kept < all_ids
    assert left_out >= len(all_ids) - len(kept) > 0
    smallest_kept = min(max(_side(town, id)) for id in kept)
    assert smallest_kept >= max(max(_side(town, id)) for id in all_ids - kept)


def test_far_zooms_leave_out_what_is_under_a_pixel_and_say_so(maker, town):
    made = maker(town.database).make(("building",), cover(town, 12)[0], PUBLIC)
    assert made.tile.thinned[0].startswith("building;min_m=")
    properties = decode(made)["building"]["features"][0]["properties"]
    assert "name_zh" not in properties
    assert "use" in properties


def test_restricted_rows_and_layers_stay_with_those_who_may(maker, town, add_feature):
    spot = shapely.Point(513_000.5 + _apart_m(maker), 2_493_000.5)
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(spot.x, spot.y)
    coord = tile_at(18, lon, lat)
    with town.database.transaction() as connection:
        add_feature(connection, "hydrant", spot, code="open")
        add_feature(connection, "hydrant", spot, code="closed", visibility="fire")
        add_feature(connection, "camera", spot, code="eye")
    source = maker(town.database)

    def codes(layer, *access):
        content = decode(source.make((layer,), coord, Context(tuple(sorted(access)))))
        return sorted(f["properties"].get("code", "?") for f in content[layer]["features"])

    assert codes("hydrant", "public") == ["open"]
    assert codes("hydrant", "planning", "public") == ["open"]
    assert codes("hydrant", "fire", "public") == ["closed", "open"]
    assert codes("hydrant", "admin") == ["closed", "open"]
    assert len(codes("camera", "operations", "public")) == 1
    with pytest.raises(Forbidden):
        source.make(("camera",), coord, PUBLIC)


@pytest.mark.parametrize("name", ["unit", "enterprise", "fire_profile", "nothing", "building;drop table x"])
def test_a_layer_that_is_none_is_not_found(maker, town, name):
    with pytest.raises(NotFound):
        maker(town.database).make((name,), TileCoord(14, 0, 0), PUBLIC)


def test_a_past_moment_shows_what_was_so_then(maker, town, add_feature):
    spot = shapely.Point(516_050.5 + _apart_m(maker), 2_493_050.5)
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(spot.x, spot.y)
    coord = tile_at(17, lon, lat)
    now = datetime.now(UTC)
    with town.database.transaction() as connection:
        id = add_feature(connection, "hydrant", spot, code="then", valid_from=now - timedelta(days=9))
        add_feature(
            connection, "hydrant", spot, code="gone",
            valid_from=now - timedelta(days=30), valid_to=now - timedelta(days=20),
        )  # fmt: skip
        add_feature(connection, "hydrant", spot, code="always")
    town.database.execute("update city.hydrant set code = 'now' where feature_id = %(id)s", {"id": id})

    def codes(moment):
        content = decode(maker(town.database).make(("hydrant",), coord, Context(moment=moment)))
        return sorted(f["properties"]["code"] for f in content["hydrant"]["features"])

    assert codes(None) == ["always", "now"]
    assert codes(now - timedelta(days=1)) == ["always", "then"]
    assert codes(now - timedelta(days=15)) == ["always"]
    assert codes(now - timedelta(days=25)) == ["always", "gone"]
    assert codes(datetime.now(UTC) + timedelta(days=1)) == ["always", "now"]


@pytest.mark.parametrize("moment", [None, datetime(2026, 1, 1, tzinfo=UTC)])
def test_every_layer_can_be_made_at_every_zoom(maker, town, moment):
    from twin.catalogue import COLLECTIONS

    names = tuple(c.name for c in COLLECTIONS if c.geometry is not None)
    source = maker(town.database)
    context = Context(("admin",), moment)
    for zoom in (0, 6, 9, 12, 13, 14, 16, 18, 22):
        made = source.make(names, cover(town, zoom)[0], context)
        assert not 8 < zoom < 20 or moment or not made.tile.empty


def _side(town, id):
    west, south, east, north = town.geometries["building"][id].bounds
    return east - west, north - south


def test_counts_of_a_building_travel_and_touch_its_tile(maker, town, add_feature):
    square = shapely.MultiPolygon([shapely.box(519_000, 2_493_000, 519_030, 2_493_030)])
    with town.database.transaction() as connection:
        building = add_feature(connection, "building", square, code="S")
        for number, occupancy in enumerate(("V", "O", "R", None)):
            connection.execute(
                "insert into city.unit (building_id, code, occupancy) values (%s, %s, %s)",
                (building, f"S-{number}", occupancy),
            )
    lon, lat = Transformer.from_crs(4547, 4326, always_xy=True).transform(519_015, 2_493_015)
    made = maker(town.database).make(("building",), tile_at(16, lon, lat), PUBLIC)
    properties = decode(made)["building"]["features"][0]["properties"]
    assert properties["units"] == 4
    assert properties["vacant_ratio"] == pytest.approx(1 / 3, abs=1e-3)
