"""The schema a QGIS or psql user meets."""

from __future__ import annotations

from dataclasses import replace

import pytest
from psycopg.conninfo import make_conninfo

from twin.catalogue import COLLECTIONS, collection
from twin.database.connection import Database
from twin.database.schema import migrate
from twin.errors import Conflict, NotFound, SetupError
from twin.settings import Settings


def test_migrating_twice_changes_nothing(database: Database, settings: Settings) -> None:
    tables = (
        "select schemaname, tablename from pg_tables"
        " where schemaname in ('city', 'twin', 'live') order by 1, 2"
    )
    before = database.rows(tables)
    migrate(settings.dsn, settings)
    assert database.rows(tables) == before
    assert len(before) > len(COLLECTIONS)


def test_a_role_that_may_not_make_schemas_is_told_what_to_run(database: Database, settings: Settings) -> None:
    role = f"{database.scalar('select current_database()')}_guest"
    database.execute(f"create role {role} login")
    try:
        database.execute("drop schema city_now cascade")
        guest = make_conninfo(settings.dsn, options=f"-c role={role}")
        with pytest.raises(SetupError, match="grant create on database"):
            migrate(guest, settings)
    finally:
        database.execute(f"drop role {role}")


def test_another_storage_crs_is_refused(settings: Settings) -> None:
    with pytest.raises(Conflict, match="EPSG:4547"):
        migrate(settings.dsn, replace(settings, storage_srid=32650))


def test_every_table_view_and_column_says_what_it_means(database: Database) -> None:
    silent = database.rows(
        "select n.nspname, c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where n.nspname in ('city', 'city_now', 'twin', 'live') and c.relkind in ('r', 'p', 'v')"
        " and not c.relispartition and (obj_description(c.oid, 'pg_class') is null"
        " or coalesce(col_description(c.oid, a.attnum), '') !~ '\\S / \\S')"
    )
    assert silent == []


def test_comments_are_brought_up_to_what_is_declared(database: Database, settings: Settings) -> None:
    database.execute("comment on column city.building.height_m is 'old'")
    database.execute("comment on view city_now.building is null")
    migrate(settings.dsn, settings)
    for name in ("city.building", "city_now.building"):
        said = database.row(
            "select obj_description(%(name)s::regclass, 'pg_class') as whole,"
            " col_description(%(name)s::regclass, attnum) as height from pg_attribute"
            " where attrelid = %(name)s::regclass and attname = 'height_m'",
            {"name": name},
        )
        assert said == {"whole": "建筑 / Buildings", "height": "建筑高度 / Height [m]"}, name


def test_units_stand_in_the_comments(database: Database) -> None:
    comment = database.scalar(
        "select col_description('city.building'::regclass, attnum) from pg_attribute"
        " where attrelid = 'city.building'::regclass and attname = 'height_m'"
    )
    assert comment == "建筑高度 / Height [m]"


def test_geometry_is_stamped_with_the_storage_crs(database: Database) -> None:
    stamps = database.rows(
        "select f_table_name, f_geometry_column, srid, type from geometry_columns"
        " where f_table_schema = 'city' and f_geometry_column in ('geometry', 'solid')"
    )
    assert {row["srid"] for row in stamps} == {4547}
    types = {(r["f_table_name"], r["f_geometry_column"]): r["type"] for r in stamps}
    assert types["building", "solid"] == "POLYHEDRALSURFACE"
    assert types["utility_line", "geometry"] == "MULTILINESTRING"


def test_solids_have_an_index_in_three_dimensions(database: Database) -> None:
    database.execute(
        "insert into city.space (name, solid, floor_no) select i::text,"
        " box, 1 from (select i, st_translate(st_force3d(st_setsrid('POLYHEDRALSURFACE Z ("
        "((0 0 0,0 1 0,1 1 0,1 0 0,0 0 0)),((0 0 1,1 0 1,1 1 1,0 1 1,0 0 1)),"
        "((0 0 0,1 0 0,1 0 1,0 0 1,0 0 0)),"
        "((1 0 0,1 1 0,1 1 1,1 0 1,1 0 0)),((1 1 0,0 1 0,0 1 1,1 1 1,1 1 0)),"
        "((0 1 0,0 0 0,0 0 1,0 1 1,0 1 0)))"
        "'::geometry, 4547)), i * 3, 0, i % 40) box from generate_series(1, 4000) i) s"
    )
    with database.transaction() as connection:
        connection.execute("analyze city.space")
        plan = connection.execute(
            "explain select feature_id from city_now.space"
            " where solid &&& st_setsrid('LINESTRING Z (30 0 9, 33 1 11)'::geometry, 4547)"
        ).fetchall()
    assert "space_solid" in str(plan)


def test_the_catalogue_is_consistent() -> None:
    names = [c.name for c in COLLECTIONS]
    assert len(set(names)) == len(names)
    for entry in COLLECTIONS:
        columns = [c.name for c in entry.columns]
        assert len(set(columns)) == len(columns), entry.name
        assert set(entry.searched) <= set(columns), entry.name
        assert entry.min_zoom <= entry.max_zoom
        for column in entry.columns:
            assert column.zh, (entry.name, column.name)
            assert column.en, (entry.name, column.name)


def test_an_unknown_collection_is_named_with_what_there_is() -> None:
    with pytest.raises(NotFound, match=r"no collection 'buildings'.*building"):
        collection("buildings")
