"""A first load leaves the spatial index out while nobody is there, and nobody can tell afterwards."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import psycopg
import pytest
import shapely

from twin.database.connection import Database
from twin.errors import Overtaken
from twin.model.feature import FeatureBatch
from twin.model.load import LoadRequest
from twin.settings import Settings
from twin.store.loading import begin_load
from twin.store.touched import boxes, cells

_INDEX = "select pg_get_indexdef('city.building_geometry'::regclass)"
_REQUEST = LoadRequest("alone", "a.gpkg", "1", "GPKG", "EPSG:4547")
_FLOOR = shapely.box(511_000, 2_493_000, 511_010, 2_493_010)


def _batch(keys: str) -> FeatureBatch:
    east = 511_000 + 900.0 * np.arange(len(keys))
    return FeatureBatch("building", list(keys), geometry=shapely.box(east, 2_493_000, east + 10, 2_493_010))


def test_the_index_is_left_out_and_stands_again(database: Database) -> None:
    before = database.scalar(_INDEX)
    with begin_load(database, _REQUEST, alone=True) as load:
        load.write(_batch("AB"))
        gone = load.connection.execute("select to_regclass('city.building_geometry') as c").fetchone()
        load.write(_batch("CD"))
    assert gone == {"c": None}
    assert database.scalar(_INDEX) == before
    assert database.scalar("select count(*) from city_now.building") == 4
    # what the trigger would have written
    by_rows = database.rows(
        "select distinct twin.cell(st_xmin(geometry)) as e, twin.cell(st_ymin(geometry)) as n"
        " from city.building order by e"
    )
    touched = database.rows(
        "select distinct cell_e as e, cell_n as n from twin.touch where collection = 'building' order by e"
    )
    assert touched == by_rows


def test_what_vanished_is_found_by_an_index_whatever_the_planner_believes(database: Database) -> None:
    """The index built at the end tells the planner how large the layer is, and nothing tells the rest."""
    count = 12_000
    for number, source in enumerate(("first", "second", "second")):
        keys = [f"S{n}" for n in range(number, count)]
        storeys = FeatureBatch("storey", keys, geometry=np.full(len(keys), _FLOOR))
        how = replace(_REQUEST, source=source, file_sha256=str(number), mode="replace")
        with begin_load(database, how, alone=True) as load:
            load.write(storeys)
            # a wrong plan took 109 s for the floors of the sample city
            load.connection.execute("select set_config('statement_timeout', '10s', false)")
    assert load.report.counts["storey"].closed == 1


def test_under_others_and_in_a_layer_with_rows_it_stays(database: Database, settings: Settings) -> None:
    with (
        psycopg.connect(settings.dsn, application_name="somebody"),
        begin_load(database, _REQUEST, alone=True) as load,
    ):
        load.write(_batch("A"))
        assert load.connection.execute(_INDEX).fetchone()
    with begin_load(database, _REQUEST, alone=True, force=True) as load:
        load.write(_batch("AB"))
        assert load.connection.execute(_INDEX).fetchone()


def test_it_gives_way_to_who_asks(database: Database, settings: Settings) -> None:
    def read() -> object:
        with psycopg.connect(settings.dsn) as reader:
            return reader.execute("select count(*) from city_now.building").fetchone()

    waiting = "select count(*) as n from pg_locks where not granted"
    with ThreadPoolExecutor(1) as readers:
        with pytest.raises(Overtaken), begin_load(database, _REQUEST, alone=True) as load:
            load.write(_batch("A"))
            asked = readers.submit(read)
            while load.connection.execute(waiting).fetchone() == {"n": 0}:
                time.sleep(0.01)
            load.write(_batch("B"))
        assert asked.result(10) == (0,)
    assert database.scalar(_INDEX)
    with begin_load(database, _REQUEST) as load:
        load.write(_batch("AB"))
    assert database.scalar("select count(*) from city_now.building") == 2


def test_an_edit_after_a_load_in_one_transaction_is_judged_by_the_triggers(database: Database) -> None:
    with begin_load(database, _REQUEST) as load:
        load.write(_batch("A"))
        said = load.connection.execute(
            "select current_setting('twin.identified') as a, current_setting('twin.touched') as b"
        ).fetchone()
    assert said == {"a": "", "b": ""}


def test_cells_of_boxes() -> None:
    shapes = np.array([shapely.box(249, 10, 251, 20), None, shapely.Point(-1, 625)], dtype=object)
    assert cells(boxes(shapes)) == ([-1, 0, 1], [2, 0, 0])


def test_every_index_stands_again_as_it_was(database: Database) -> None:
    indexes = "select indexname, indexdef from pg_indexes where tablename = 'building' order by indexname"
    key = (
        "select conname, pg_get_constraintdef(oid) as said from pg_constraint"
        " where conrelid = 'city.building'::regclass order by conname"
    )
    before = database.rows(indexes), database.rows(key)
    with begin_load(database, _REQUEST, alone=True) as load:
        load.write(_batch("AB"))
        left = load.connection.execute(indexes).fetchall()
        assert {row["indexname"] for row in before[0]} - {row["indexname"] for row in left} == {
            "building_pkey",
            "building_current",
            "building_versions",
            "building_geometry",
        }
    assert (database.rows(indexes), database.rows(key)) == before


def test_a_key_that_somebody_refers_to_is_not_taken_away(database: Database) -> None:
    database.execute("create table public.note (version_id bigint references city.building)")
    with begin_load(database, _REQUEST, alone=True) as load:
        load.write(_batch("AB"))
        assert load.connection.execute(_INDEX).fetchone()
    assert database.scalar("select count(*) from city_now.building") == 2
