"""Tilesets of building models, from an IFC file to corners on the globe."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ifcopenshell
import ifcopenshell.geom
import numpy as np
import pytest
from pyproj import Transformer

from loaders.ifc.load import load_ifc
from sample_data.models.pump_station import write_pump_station
from tests.loaders.ifc.author import EAST, HEIGHT, NORTH, house
from tests.tiles.solids.checked import checked
from tests.tiles.solids.reader import read
from tests.tiles.solids.rules import tileset_faults
from tiles.catalog import Catalog
from tiles.solids.place import ModelFloor, ModelTileset
from tiles.solids.source import PostgisSolids
from tiles.source import PUBLIC
from twin.database.connection import Database
from twin.errors import NotFound
from twin.live.feed import read_news
from twin.settings import Settings

_TURN_DEG = 12


@dataclass(frozen=True)
class City:
    """A database with one model."""

    database: Database
    settings: Settings
    path: Path
    model_id: int


def _places(model_id, document):
    """Floors a tileset names."""
    for tile in document["root"].get("children", ()):
        part, origin, name = tile["content"]["uri"].partition("?")[0].split("/")
        east, north = (int(v) for v in origin.split("."))
        floor = name.removesuffix(".glb")
        yield tile, ModelFloor(model_id, part, east, north, None if floor == "none" else int(floor))


def _all(source, model_id, part="objects", context=PUBLIC):
    document = json.loads(source.make((), ModelTileset(model_id, part), context).tile.plain())
    assert tileset_faults(document) == []
    found = {}
    for tile, place in _places(model_id, document):
        found[place.floor_no] = (tile, source.make((), place, context).tile.plain())
    return document, found


def _out(document, points):
    matrix = np.array(document["root"]["transform"]).reshape(4, 4).T
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def _world(path):
    """Vertices of every product by ifcopenshell, by the map conversion, by pyproj."""
    model = ifcopenshell.open(path)
    settings = ifcopenshell.geom.settings()
    settings.set("use-world-coords", True)
    angle = np.radians(_TURN_DEG)
    lon_lat = Transformer.from_crs(4547, 4326, always_xy=True)
    geocentric = Transformer.from_crs(4979, 4978, always_xy=True)
    found = {}
    for product in model.by_type("IfcElement"):
        if not product.Representation or product.is_a("IfcFeatureElement"):
            continue
        shape = ifcopenshell.geom.create_shape(settings, product)
        x, y, z = np.array(shape.geometry.verts).reshape(-1, 3).T
        east = EAST + x * np.cos(angle) - y * np.sin(angle)
        north = NORTH + x * np.sin(angle) + y * np.cos(angle)
        lon, lat = lon_lat.transform(east, north)
        found[product.GlobalId] = np.column_stack(geocentric.transform(lon, lat, z + HEIGHT - 3.0))
    return found


@pytest.fixture(scope="module")
def city(new_database, server_settings, tmp_path_factory):
    """A house, loaded once; each test leaves the ids of its floors as they were, or reads them anew."""
    folder = tmp_path_factory.mktemp("house")
    with new_database() as url:
        settings = replace(server_settings, database_url=url, state_dir=folder / "state", geoid_offset_m=-3.0)
        database = Database.from_settings(settings, application="test")
        try:
            made = house()
            made.georeference(rotation_deg=_TURN_DEG)
            path = made.write(folder / "house.ifc")
            assert load_ifc(path, database, settings).status == "done"
            yield City(database, settings, path, int(database.scalar("select id from twin.model")))
        finally:
            database.close()


def test_a_house_stands_where_its_file_says(city, tmp_path):
    database, path, model_id = city.database, city.path, city.model_id
    document, floors = _all(PostgisSolids(database, -3.0), model_id)
    glbs = checked({str(floor): data for floor, (_, data) in floors.items()}, tmp_path / "glb")
    assert sorted(floors) == [-1, 1, 2]
    assert {t["metadata"]["properties"]["floor_no"] for t, _ in floors.values()} == {-1, 1, 2}
    wanted, rows = _world(path), {}
    for floor, (tile, _) in floors.items():
        glb, box = glbs[str(floor)], np.array(tile["boundingVolume"]["box"])
        by_id = {row["id"]: row for row in glb.rows}
        for id, drawn in glb.features().items():
            row = by_id[id]
            rows[row["global_id"]] = row
            points = np.vstack(drawn.points)
            assert (np.abs(points - box[:3]) <= box[[3, 7, 11]]).all()
            assert row["floor_no"] == floor
            here, there = _out(document, points), wanted[row["global_id"]]
            away = np.linalg.norm(there[:, None] - here[None], axis=2)
            assert away.min(axis=1).max() < 0.01
            # the other kernel cuts faces elsewhere, but never outside the hull
            assert (here.min(axis=0) > there.min(axis=0) - 0.01).all()
            assert (here.max(axis=0) < there.max(axis=0) + 0.01).all()
    assert set(rows) == set(wanted)
    kept = database.rows(
        "select feature_id as id, global_id, ifc_class, name, building_id from city_now.element"
        " union all select feature_id, global_id, ifc_class, name, building_id from city_now.opening"
        " union all select feature_id, global_id, ifc_class, name, building_id from city_now.equipment"
    )
    for row in kept:
        if row["global_id"] in rows:
            assert {k: rows[row["global_id"]][k] for k in row} == row
    assert any(row["name"] == "墙" or "墙" in (row["name"] or "") for row in rows.values())


def test_rooms_are_a_tileset_of_their_own_and_seen_through(city, tmp_path):
    database, model_id = city.database, city.model_id
    _, floors = _all(PostgisSolids(database, -3.0), model_id, "rooms")
    glbs = checked({str(f): data for f, (_, data) in floors.items()}, tmp_path / "glb")
    ids = {row["id"] for glb in glbs.values() for row in glb.rows}
    assert ids == {row["id"] for row in database.rows("select feature_id as id from city_now.space")}
    for glb in glbs.values():
        for drawn in glb.features().values():
            assert np.vstack(drawn.colours)[:, 3].max() <= 90


def test_an_edit_of_an_element_and_of_a_placement_shows(city):
    database, settings, model_id = city.database, city.settings, city.model_id
    catalog, seen, now = Catalog(database, settings, clock=lambda: now[0]), [None], [0.0]

    def poll():
        tick = read_news(database, seen[0])
        seen[0], now[0] = tick.snapshot, now[0] + 0.1
        catalog.on_tick(tick)

    poll()
    poll()
    document = json.loads(catalog.solid(ModelTileset(model_id, "objects")).plain())
    places = {place.floor_no: place for _, place in _places(model_id, document)}
    before = {floor: catalog.solid(place) for floor, place in places.items()}
    wall = read(before[1].plain()).rows[0]["id"]
    database.execute("update city.element set name = '改名' where feature_id = %(id)s", {"id": wall})
    poll()
    after = {floor: catalog.solid(place) for floor, place in places.items()}
    assert [f for f in places if before[f].etag != after[f].etag] == [1]
    assert {row["id"]: row["name"] for row in read(after[1].plain()).rows}[wall] == "改名"
    # an object whose place on the plan is not known is drawn all the same, and noticed all the same
    database.execute("update city.element set geometry = null where feature_id = %(id)s", {"id": wall})
    poll()
    catalog.solid(places[1])
    database.execute("update city.element set name = '再改' where feature_id = %(id)s", {"id": wall})
    poll()
    assert {row["id"]: row["name"] for row in read(catalog.solid(places[1]).plain()).rows}[wall] == "再改"
    database.execute("delete from twin.placement where feature_id = %(id)s", {"id": wall})
    poll()
    assert wall not in {row["id"] for row in read(catalog.solid(places[1]).plain()).rows}


def test_an_object_that_changes_its_floor_changes_both(city):
    database, model_id = city.database, city.model_id
    source = PostgisSolids(database, -3.0)
    _, floors = _all(source, model_id)
    wall = read(floors[1][1]).rows[0]["id"]
    database.execute("update city.element set floor_no = 2 where feature_id = %(id)s", {"id": wall})
    _, after = _all(source, model_id)
    assert wall not in {row["id"] for row in read(after[1][1]).rows}
    assert wall in {row["id"] for row in read(after[2][1]).rows}


def test_before_it_was_loaded_a_model_shows_nothing(city):
    database, model_id = city.database, city.model_id
    database.execute("update city.element set name = name || '。'")
    past = replace(PUBLIC, moment=datetime.now(UTC) - timedelta(days=1))
    with database.transaction() as connection:
        connection.execute("select set_config('twin.loading', 'on', true)")
        for table in ("element", "opening", "equipment"):
            connection.execute(f"update city.{table} set valid_from = now() where valid_to is null")
        connection.execute("delete from city.element where valid_to is not null")
    document, floors = _all(PostgisSolids(database, -3.0), model_id, context=past)
    names = [row["name"] or "" for _, data in floors.values() for row in read(data).rows]
    assert not any(name.endswith("。") for name in names)
    assert all("?datetime=" in t["content"]["uri"] for t in document["root"].get("children", ()))


def test_no_model_and_no_place(city):
    database = city.database
    source = PostgisSolids(database, -3.0)
    with pytest.raises(NotFound, match="no building model 99"):
        source.make((), ModelTileset(99, "objects"), PUBLIC)
    database.execute(
        "insert into twin.model (source, schema, placement) values ('x', 'IFC4', 'needs-placing')"
    )
    id = database.scalar("select max(id) from twin.model")
    with pytest.raises(NotFound, match="no shapes with a place"):
        source.make((), ModelFloor(id, "objects", 0, 0, 1), PUBLIC)


def test_the_sample_pump_station_is_sound(new_database, server_settings, tmp_path):
    path = tmp_path / "station.ifc"
    write_pump_station(path, lambda *_: None)
    with new_database() as url:
        settings = replace(server_settings, database_url=url, state_dir=tmp_path / "state")
        database = Database.from_settings(settings, application="test")
        try:
            load_ifc(path, database, settings)
            source = PostgisSolids(database, -3.0)
            _, floors = _all(source, int(database.scalar("select id from twin.model")))
            drawn = database.scalar(
                "select count(distinct feature_id) from twin.placement p"
                " where not exists (select from city_now.space s where s.feature_id = p.feature_id)"
            )
        finally:
            database.close()
    glbs = checked({str(f): data for f, (_, data) in floors.items()}, tmp_path / "glb")
    assert any(d.instanced for glb in glbs.values() for d in glb.features().values())
    ids = [row["id"] for glb in glbs.values() for row in glb.rows]
    assert len(ids) == len(set(ids)) == drawn


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["AC20-FZK-Haus.ifc", "wall_door_columnt_rgb4x3.ifc"])
def test_a_real_model_is_sound(shared_data, city, tmp_path, name):
    """Placed by hand: these files stand in other countries, or nowhere."""
    path = shared_data / "ifc" / name
    if not path.is_file():
        pytest.skip(f"no {name}")
    load_ifc(path, city.database, city.settings, source=name)
    model_id = city.database.scalar("select id from twin.model where source = %(name)s", {"name": name})
    placements = city.database.scalar(
        "select count(*) from twin.placement where model_id = %(id)s", {"id": model_id}
    )
    assert placements >= 3
    city.database.execute(
        "update twin.model set shapes_at = coalesce(shapes_at, now()),"
        " matrix = array[1,0,0,512000, 0,1,0,2494000, 0,0,1,5, 0,0,0,1] where id = %(id)s",
        {"id": model_id},
    )
    for part in ("objects", "rooms"):
        _, floors = _all(PostgisSolids(city.database, -3.0), model_id, part)
        checked({str(f): data for f, (_, data) in floors.items()}, tmp_path / part)
