"""An archive holds what the server would have answered, and the same bytes every time."""

from __future__ import annotations

from dataclasses import replace

import mapbox_vector_tile
import pytest
from isal import igzip
from pmtiles.reader import MmapSource, Reader, all_tiles

from tests.tiles.vector.snapshot.parity import GENERALISED_UNITS, Parity
from tiles.address import TileCoord
from tiles.archive import plan as planning
from tiles.archive.reader import Archive
from tiles.archive.request import BakeRequest
from tiles.source import PUBLIC
from tiles.vector import fitting
from tiles.vector.source import PostgisSource

_NAMES = ("building", "road", "utility_line", "hydrant", "water_body")
_ZOOMS = (10, 16)


def _all(path):
    """Every tile, read by the reference reader."""
    with path.open("rb") as file:
        return {TileCoord(*place): data for place, data in all_tiles(MmapSource(file))}


def _around(coords, zoom):
    """Coordinates of a zoom, and those beside them."""
    there = [one for one in coords if one.z == zoom]
    xs, ys = [one.x for one in there], [one.y for one in there]
    return [
        TileCoord(zoom, x, y)
        for x in range(min(xs) - 1, max(xs) + 2)
        for y in range(min(ys) - 1, max(ys) + 2)
    ]


def test_every_tile_is_the_dynamic_one(town, baked):
    done = baked(town.database, town.settings, _NAMES, _ZOOMS)
    tiles, postgis = _all(done.path), PostgisSource(town.database)
    assert len(tiles) == done.tiles > 20
    compared = 0
    for zoom in range(_ZOOMS[0], _ZOOMS[1] + 1):
        parity = Parity(GENERALISED_UNITS)
        for coord in _around(tiles, zoom):
            dynamic = postgis.make(_NAMES, coord, PUBLIC).tile
            stored = tiles.get(coord)
            # neither has a tile that the other has not
            assert (stored is None) == dynamic.empty, coord
            if stored is not None:
                parity.compare(str(coord), igzip.decompress(stored), dynamic.plain())
        assert parity.wrong == []
        compared += parity.features
    assert compared > 1500


def test_the_same_data_make_the_same_bytes(town, baked):
    first = baked(town.database, town.settings, _NAMES).path.read_bytes()
    # what else happens in the database is nothing to the archive
    town.database.execute("insert into twin.about (key, value) values ('noise', '1')")
    second = baked(town.database, town.settings, _NAMES).path.read_bytes()
    assert first == second


def test_rows_written_in_another_order_make_the_same_tiles(town, baked):
    before = _all(baked(town.database, town.settings, _NAMES).path)
    town.database.execute(
        "create table twin.shuffled as select * from city.building order by hashint8(feature_id)"
    )
    with town.database.transaction() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute("delete from city.building")
        columns = connection.execute(
            "select string_agg(quote_ident(attname), ',') as c from pg_attribute"
            " where attrelid = 'city.building'::regclass and attnum > 0 and not attisdropped"
            " and attgenerated = '' and attidentity <> 'a'"
        ).fetchone()["c"]
        connection.execute(
            f"insert into city.building ({columns}) select {columns} from twin.shuffled".encode()
        )
    for maker in ("memory", "postgis"):
        after = _all(baked(town.database, town.settings, _NAMES, name=maker, maker=maker).path)
        if maker == "memory":
            assert after == before
    again = _all(baked(town.database, town.settings, _NAMES, name="again", maker="postgis").path)
    assert again == after


@pytest.mark.parametrize("maker", ["memory", "postgis"])
def test_chunks_make_the_same_tiles_as_the_whole(town, baked, maker, monkeypatch):
    whole = baked(town.database, town.settings, _NAMES, maker=maker)
    tiles = _all(whole.path)
    monkeypatch.setattr("tiles.archive.plan._MB", 80_000)
    pieces = baked(town.database, town.settings, _NAMES, maker=maker, chunk_mb=1)
    assert pieces.chunks > whole.chunks
    found = _all(pieces.path)
    assert found.keys() == tiles.keys()
    parity = Parity(GENERALISED_UNITS)
    for coord, data in list(found.items())[::4]:
        parity.compare(str(coord), igzip.decompress(data), igzip.decompress(tiles[coord]))
    assert parity.wrong == []


def test_it_is_pmtiles_3_with_metadata(town, baked):
    done = baked(town.database, town.settings, ("building", "road"), (13, 15))
    with done.path.open("rb") as file:
        reader = Reader(MmapSource(file))
        header, metadata = reader.header(), reader.metadata()
    assert (header["version"], header["min_zoom"], header["max_zoom"]) == (3, 13, 15)
    assert header["clustered"]
    assert header["tile_data_offset"] + header["tile_data_length"] == done.path.stat().st_size
    assert header["addressed_tiles_count"] == done.tiles
    assert 114.0 < header["min_lon_e7"] / 1e7 < header["max_lon_e7"] / 1e7 < 114.3
    assert [one["id"] for one in metadata["vector_layers"]] == ["building", "road"]
    assert metadata["twin"]["horizon"] == done.horizon > 1
    assert metadata["twin"]["access"] == ["public"]


def test_our_reader_finds_what_the_reference_does(town, baked):
    done = baked(town.database, town.settings, ("building",), (14, 17))
    archive = Archive(done.path)
    tiles = _all(done.path)
    for coord, data in tiles.items():
        assert archive.tile(coord) == data
    for zoom in (13, 14, 17):
        assert archive.tile(TileCoord(zoom, 0, 0)) is None
    archive.close()


def test_a_region_is_a_choice_of_whole_tiles(town, baked):
    everything = _all(baked(town.database, town.settings, ("building",), (15, 16)).path)
    west, south, east, north = next(one for one in everything if one.z == 16).lonlat()
    inset = 1e-4
    region = (west + inset, south + inset, east - inset, north - inset)
    part = _all(baked(town.database, town.settings, ("building",), (15, 16), name="part", region=region).path)
    assert len(part) == 2
    assert all(everything[coord] == data for coord, data in part.items())


def test_a_full_tile_is_thinned_as_the_dynamic_one_and_says_so(town, baked, monkeypatch):
    monkeypatch.setattr(fitting, "LIMIT_BYTES", 9000)
    done = baked(town.database, town.settings, ("building", "hydrant"), (13, 14), maker="postgis")
    archive, postgis = Archive(done.path), PostgisSource(town.database, ordered=True)
    said = archive.metadata["twin"]["thinned"]
    assert len(said) == done.thinned > 0
    for name, rules in said.items():
        coord = TileCoord(*map(int, name.split("/")))
        dynamic = postgis.make(("building", "hydrant"), coord, PUBLIC).tile
        assert list(dynamic.thinned) == rules
        assert dynamic.data == archive.tile(coord)
    archive.close()


def test_what_fits_no_tile_is_left_to_the_server_and_named(town, baked, monkeypatch):
    monkeypatch.setattr(fitting, "LIMIT_BYTES", 60)
    monkeypatch.setattr(fitting, "_TRIES", 1)
    done = baked(town.database, town.settings, ("building",), (15, 15))
    assert done.unmade
    archive = Archive(done.path)
    assert archive.metadata["twin"]["unmade"] == sorted(done.unmade)
    assert archive.tile(TileCoord(*map(int, done.unmade[0].split("/")))) is None
    archive.close()


def test_ids_are_those_of_the_features(town, baked):
    found = _all(baked(town.database, town.settings, ("hydrant",), (16, 16)).path)
    ids = {
        feature["id"]
        for data in found.values()
        for feature in mapbox_vector_tile.decode(igzip.decompress(data))["hydrant"]["features"]
    }
    assert ids == set(town.geometries["hydrant"])


@pytest.mark.parametrize("region", [None, (114.0, 22.5, 114.1, 22.6)])
def test_what_fits_one_chunk_is_not_counted_by_cells_and_the_plan_is_the_same(town, region, monkeypatch):
    request = BakeRequest.checked(name="plan", names=_NAMES, min_zoom=10, max_zoom=16, region=region)
    asked, census = [], planning._census
    monkeypatch.setattr(planning, "_census", lambda *a: (asked.append(a[2:]), census(*a))[1])
    short = planning.plan(town.database, request)
    assert short.chunks
    assert asked == [("census_whole",)]
    monkeypatch.setattr(planning, "_small", lambda *_: None)
    by_cells = planning.plan(town.database, request)
    assert replace(by_cells, xmin=short.xmin) == short


def test_what_is_larger_than_a_chunk_is_cut(town, monkeypatch):
    request = BakeRequest.checked(name="plan", names=_NAMES, min_zoom=10, max_zoom=16, chunk_mb=1)
    monkeypatch.setattr(planning, "_MB", 80_000)
    assert len(planning.plan(town.database, request).chunks) > 1
