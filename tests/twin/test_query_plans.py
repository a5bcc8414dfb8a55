"""Every question finds its rows by an index, whatever the size of the city.

The statements are those the product sends, caught on their way; a city of some thousand rows
with real statistics is enough for the planner to prefer an index, and to miss one that is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.conftest import DatabaseFactory
from tests.statements import Statement, give_many_cores, sent
from twin.catalogue import collection
from twin.database.connection import Connection, Database
from twin.queries.buildings import building_id
from twin.queries.hydrants import hydrants_nearest
from twin.queries.items import ItemQuery, counted_items, item
from twin.queries.room_graph import room_graph
from twin.queries.safety import buildings_lacking
from twin.queries.sensors import sensor_states
from twin.settings import Settings

_CITY = """
insert into city.building (code, use, geometry)
select 'B' || i, (array['R','O','C'])[1 + i % 3], st_multi(st_makeenvelope(
    508000 + 20 * (i % 80), 2492000 + 20 * (i / 80), 508010 + 20 * (i % 80), 2492010 + 20 * (i / 80), 4547))
from generate_series(1, 6000) i;
insert into city.fire_profile (building_id, sprinkler) select feature_id, 'full' from city.building;
insert into city.road (class, geometry) select 'local', st_multi(st_setsrid(st_makeline(
    st_makepoint(508000 + 20 * (i % 80), 2492000 + 20 * (i / 80)),
    st_makepoint(508020 + 20 * (i % 80), 2492000 + 20 * (i / 80))), 4547))
from generate_series(1, 6000) i;
insert into city.hydrant (code, state, geometry) select 'H' || i, 'ok',
    st_setsrid(st_makepoint(508005 + 20 * (i % 80), 2492005 + 20 * (i / 80)), 4547)
from generate_series(1, 6000) i;
insert into city.sensor (code, type, geometry) select 'S' || i, 'smoke',
    st_setsrid(st_makepoint(508005 + 20 * (i % 80), 2492005 + 20 * (i / 80)), 4547)
from generate_series(1, 6000) i;
insert into city.space (building_id, floor_no, name, geometry)
select 1 + i / 100, 1, 'R' || i, st_multi(st_makeenvelope(508000 + i, 2492000, 508001 + i, 2492001, 4547))
from generate_series(0, 5999) i;
insert into city.space (feature_id, building_id, floor_no, name, geometry, valid_from, valid_to)
select feature_id, building_id, floor_no, name, geometry, '2020-01-01', '2021-01-01' from city.space;
insert into twin.model (source, schema, placement) values ('house', 'IFC4', 'map-conversion');
insert into twin.space_edge (model_id, kind, a_id, b_id, length_a_m, at_m, evidence, valid_from, valid_to)
select m.id, 'door', s.feature_id, s.feature_id - 1, 1, '{0,0,0}', 'geometry', s.valid_from, s.valid_to
from city.space s, twin.model m;
insert into city.building (feature_id, code, geometry, valid_from, valid_to)
select feature_id, code || ' old', geometry, '2020-01-01', '2021-01-01' from city.building;
insert into live.datastream_latest (datastream_id, phenomenon_time, result, state, state_since)
select id, now(), 1, 'normal', now() from live.datastream;
analyze;
"""
_THEN = datetime(2020, 6, 1, tzinfo=UTC)
_HERE = (114.0857, 22.5355)
_BOX = (_HERE[0], _HERE[1], _HERE[0] + 0.0015, _HERE[1] + 0.0015)
_WIDE = (113.9, 22.4, 114.3, 22.7)
_LARGE = (
    "building", "space", "space_edge", "fire_profile", "road", "hydrant", "sensor", "datastream",
    "datastream_latest", "feature",
)  # fmt: skip


@pytest.fixture(scope="module")
def city(new_database: DatabaseFactory, server_settings: Settings) -> Iterator[Database]:
    """A city large enough for the planner."""
    with new_database() as url:
        give_many_cores(url)
        database = Database.from_settings(replace(server_settings, database_url=url), "test")
        with database.transaction() as connection:
            for statement in _CITY.split(";\n"):
                if statement.strip():
                    connection.execute(statement.encode())
        yield database
        database.close()


Ask = Callable[[Database], object]


def _page(query: ItemQuery) -> Ask:
    return lambda database: counted_items(database, collection("building"), query)


_QUESTIONS: dict[str, tuple[Ask, tuple[str, ...]]] = {
    "a page of a box": (_page(ItemQuery(bbox=_BOX)), ("city.building_geometry",)),
    "a page of a box by a value": (
        _page(ItemQuery(bbox=_BOX, equal={"use": "R"})),
        ("city.building_geometry",),
    ),
    "a later page of a box": (_page(ItemQuery(bbox=_BOX, after=3000)), ("city.building_geometry",)),
    "a page of a large box": (_page(ItemQuery(bbox=_WIDE)), ("city.building_current",)),
    "a page of all": (_page(ItemQuery(after=3000)), ("city.building_current",)),
    "one feature": (
        lambda database: item(database, collection("building"), building_id(database, "B77"), ItemQuery()),
        ("city.building_code",),
    ),
    "buildings within a radius": (
        lambda database: buildings_lacking(database, "sprinkler", _HERE, 60.0),
        ("city.building_geometry", "city.fire_profile_address"),
    ),
    "nearest hydrants": (
        lambda database: hydrants_nearest(database, _HERE),
        ("city.hydrant_geometry", "city.road_geometry"),
    ),
    "how the rooms of a building connect": (
        lambda database: room_graph(database, 30),
        ("city.space_address", "twin.space_edge_current"),
    ),
    "how they connected then": (
        lambda database: room_graph(database, 30, moment=_THEN),
        ("city.space_past_address", "twin.space_edge_versions"),
    ),
    "the building that had a code then": (
        lambda database: building_id(database, "B77 old", moment=_THEN),
        ("city.building_past_code", "city.building_code"),
    ),
    "sensors in view and what they say": (
        lambda database: sensor_states(database, bbox=_BOX),
        ("city.sensor_geometry", "live.datastream_sensor"),
    ),
}


@pytest.mark.parametrize("name", _QUESTIONS)
def test_a_question_is_answered_by_its_indexes(city: Database, name: str) -> None:
    ask, indexes = _QUESTIONS[name]
    asked = sent(lambda: ask(city))
    with city.transaction() as connection:
        _require_plans(connection, asked, indexes)
        for index in indexes:
            with connection.transaction(force_rollback=True), pytest.raises(AssertionError):
                connection.execute(f"drop index {index}".encode())
                _require_plans(connection, asked, indexes)


def _require_plans(connection: Connection, asked: list[Statement], indexes: tuple[str, ...]) -> None:
    """Each index is used, no large table is read from end to end, and no row is transformed to be chosen."""
    plan = "\n".join(one.plan(connection) for one in asked)
    lines = [line.strip() for line in plan.splitlines()]
    assert "Gather" not in plan, plan
    for table in _LARGE:
        assert not any(f"Seq Scan on {table} " in line for line in lines), plan
    chosen = [line.lower() for line in lines if line.startswith(("Index Cond", "Filter", "Order By"))]
    assert not any("st_transform" in line for line in chosen), plan
    for index in indexes:
        short = index.partition(".")[2]
        assert f"using {short} on" in plan or f"Scan on {short} " in plan, plan
