"""What a layer shows of other tables, and which layers stay with PostGIS."""

from __future__ import annotations

from dataclasses import replace

import mapbox_vector_tile
import pytest
import shapely
from structlog.testing import capture_logs

from tests.tiles.vector.snapshot.asking import HOME, SPOT, ask, settle
from tests.tiles.vector.snapshot.process import Process
from tiles.source import PUBLIC
from tiles.vector.snapshot import keeper, reading
from tiles.vector.snapshot.reading import read


def test_what_counts_a_building_and_what_the_interior_stands_on(process, database, add_feature):
    # storeys follow the ground of their building, buildings the counts of their units
    square = shapely.MultiPolygon([shapely.box(SPOT[0], SPOT[1], SPOT[0] + 30, SPOT[1] + 30)])
    with database.transaction() as connection:
        building = add_feature(connection, "building", square, code="S", elev_base_m=4.0)
        add_feature(connection, "storey", square, building_id=building, floor_no=1, z_min_m=5.0, z_max_m=8.0)
    process.poll()
    process.tend()

    def seen():
        layers = mapbox_vector_tile.decode(process.made(("building", "storey"), HOME).tile.plain())
        return {
            **layers["building"]["features"][0]["properties"],
            **layers["storey"]["features"][0]["properties"],
        }

    assert "units" not in seen()
    assert seen()["base_m"] == 1.0
    database.execute("insert into city.unit (building_id, code) values (%(id)s, 'S-1')", {"id": building})
    database.execute("update city.building set elev_base_m = 3.0 where code = 'S'")
    process.poll()
    process.tend()
    assert seen()["units"] == 1
    assert seen()["base_m"] == 2.0


def test_counts_that_come_while_buildings_are_read_again(process, database, add_feature, monkeypatch):
    """The read looks for buildings that were written, and this one was not; its cell stays touched."""
    square = shapely.MultiPolygon([shapely.box(SPOT[0], SPOT[1], SPOT[0] + 30, SPOT[1] + 30)])
    with database.transaction() as connection:
        one, other = (add_feature(connection, "building", square, code=code) for code in "SO")
    process.poll()
    process.tend()
    look = keeper._read

    def interrupted(*arguments):
        if arguments[1].collection.name == "building":
            database.execute("insert into city.unit (building_id, code) values (%(id)s, '1')", {"id": other})
            process.poll()
        return look(*arguments)

    def units():
        (layer,) = mapbox_vector_tile.decode(process.made(("building",), HOME).tile.plain()).values()
        return {f["properties"]["code"]: f["properties"].get("units") for f in layer["features"]}

    database.execute("update city.building set height_m = 9 where feature_id = %(id)s", {"id": one})
    process.poll()
    with monkeypatch.context() as patched:
        patched.setattr(keeper, "_read", interrupted)
        process.tend()
    process.tend()
    assert units() == {"S": None, "O": 1}


def test_what_stands_in_a_building_follows_its_ground_alone(process, database, add_feature, monkeypatch):
    square = shapely.MultiPolygon([shapely.box(SPOT[0], SPOT[1], SPOT[0] + 30, SPOT[1] + 30)])
    with database.transaction() as connection:
        ground = {"elev_base_m": 4.0}
        one, other = (add_feature(connection, "building", square, code=code, **ground) for code in "SO")
        for building in (one, other):
            add_feature(
                connection, "storey", square, building_id=building, floor_no=1, z_min_m=5.0, z_max_m=8.0
            )
    settle(database)
    process.poll()
    process.tend()
    rows = []

    def spied(asked, layer, *arguments):
        found = read(asked, layer, *arguments)
        rows.extend(found.rows.ids if layer.collection.name == "storey" else ())
        return found

    def bases_m():
        layers = mapbox_vector_tile.decode(process.made(("storey",), HOME).tile.plain())
        features = (f["properties"] for f in layers.get("storey", {"features": []})["features"])
        return sorted((f["building_id"], f.get("base_m")) for f in features)

    monkeypatch.setattr(reading, "read", spied)
    database.execute("update city.building set elev_base_m = 3 where feature_id = %(id)s", {"id": one})
    process.poll()
    process.tend()
    assert len(rows) == 1
    assert bases_m() == [(one, 2.0), (other, 1.0)]
    database.execute("delete from city.building where feature_id = %(id)s", {"id": other})
    process.poll()
    process.tend()
    assert bases_m() == [(one, 2.0), (other, None)]


def test_a_model_of_a_building_that_did_not_change(process, database, add_feature):
    square = shapely.MultiPolygon([shapely.box(SPOT[0], SPOT[1], SPOT[0] + 30, SPOT[1] + 30)])
    with database.transaction() as connection:
        building = add_feature(connection, "building", square, code="S")
    process.poll()
    process.tend()
    database.execute(
        "insert into twin.model (source, building_id, schema, placement, shapes_at, hides_lod1)"
        " values ('M.ifc', %(id)s, 'IFC4', 'map-conversion', now(), true)",
        {"id": building},
    )
    process.poll()
    process.tend()
    (layer,) = mapbox_vector_tile.decode(process.made(("building",), HOME).tile.plain()).values()
    assert layer["features"][0]["properties"]["has_model"] is True


def test_a_layer_over_the_memory_stays_with_postgis(settings, database, add_feature):
    with database.transaction() as connection:
        add_feature(connection, "hydrant", shapely.Point(SPOT), code="old")
        connection.execute(
            "insert into city.pole (code, geometry) select repeat(i::text, 40),"
            " st_setsrid(st_makepoint(513000 + i % 1000, 2494000 + i / 1000), 4547)"
            " from generate_series(1, 9000) i"
        )
    one = Process(replace(settings, snapshot_mb=2))
    try:
        one.poll()
        one.poll()
        one.read()
        one.poll()
        states = one.source.keeper.states()
        assert states["pole"] == "too large"
        assert states["hydrant"] == "ready"
        assert one.source.keeper.figures["bytes"] < 2 << 20
        assert ask(one)[1]
        before = one.source.handed_on
        one.source.make(("hydrant", "pole"), HOME, PUBLIC)
        assert one.source.handed_on == before + 1
    finally:
        one.close()


@pytest.mark.parametrize(("shape", "why"), [
    ("CIRCULARSTRING(513870 2494870, 513880 2494880, 513890 2494870)", "of a kind"),
    ("LINESTRING(513870 2494870, 513870 2894970)", "is 400 km large"),
])  # fmt: skip
def test_what_cannot_be_drawn_stays_with_postgis_and_says_why_once(process, database, shape, why):
    database.execute(
        "insert into city.hazard (name_zh, geometry) values ('弧', st_geomfromtext(%(shape)s, 4547))",
        {"shape": shape},
    )
    with capture_logs() as said:
        for _ in range(3):
            process.time += 60
            process.poll()
            process.tend()
    assert process.source.keeper.states()["hazard"] == "failed"
    assert process.source.keeper.states()["hydrant"] == "ready"
    [once] = [entry for entry in said if entry["event"] == "snapshot_not_kept"]
    assert why in str(once)
