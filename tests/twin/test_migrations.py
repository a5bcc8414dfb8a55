"""What the migrations build is what the tables declare: a column added to the catalogue alone is caught."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from twin.database.tables import SCHEMAS, metadata
from twin.settings import Settings


def _ours(thing: Any, _name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out PostGIS's own tables, the partitions of readings and what numbered SQL installs."""
    if kind == "index":
        return bool(thing.name != "search_code_typing")
    if kind != "table":
        return True
    partition = thing.name.startswith("observation_p")
    return thing.schema in SCHEMAS and not partition and thing.name not in ("schema_version", "hanzi")


def test_the_declared_tables_are_the_migrated_ones(settings: Settings) -> None:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(settings.dsn, options="-c search_path=public"),
    )
    with engine.connect() as connection:
        migration = MigrationContext.configure(
            connection,
            opts={"include_schemas": True, "include_object": _ours, "compare_server_default": False},
        )
        differences = compare_metadata(migration, metadata(settings.storage_srid))
    engine.dispose()
    assert differences == []


@contextmanager
def _older(settings: Settings, revision: str) -> Iterator[Connection]:
    """A database of that revision with nothing in it, to be filled."""
    from twin.database.schema import alembic_config

    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(settings.dsn))
    with engine.begin() as connection:
        for schema in SCHEMAS:
            connection.exec_driver_sql(f"drop schema if exists {schema} cascade")
            connection.exec_driver_sql(f"create schema {schema}")
        command.upgrade(alembic_config(connection, settings.storage_srid), revision)
        yield connection
    engine.dispose()


def test_a_database_of_the_first_schema_is_brought_up(settings: Settings) -> None:
    """What 0001 made gets every later column, and rows that are there stay."""
    from twin.database.revision import revisions
    from twin.database.schema import migrate

    with _older(settings, "0001") as connection:
        connection.exec_driver_sql("insert into city.building (feature_id, code) values (1, 'OLD')")
        # cells were of a kilometre
        connection.exec_driver_sql(
            "insert into twin.touch values"
            " ('road', 512, -1, '7'), ('road', 512, -1, '9'), ('road', null, null, '8')"
        )
    migrate(settings.dsn, settings)
    with psycopg.connect(settings.dsn) as connection:
        touched = connection.execute(
            "select cell_e, cell_n, xid::text from twin.touch where collection = 'road'"
        ).fetchall()
        finer = {(e, n, "9") for e in range(2048, 2052) for n in range(-4, 0)}
        assert set(touched) == finer | {(None, None, "8")}
        assert len(touched) == 17
        assert connection.execute("select version_num from twin.schema_version").fetchone() == (
            revisions()[-1],
        )
        assert connection.execute("select code, surfaces, shell from city_now.building").fetchall() == [
            ("OLD", None, None)
        ]
    test_the_declared_tables_are_the_migrated_ones(settings)


def test_places_of_older_cities_become_points(settings: Settings) -> None:
    """Every version is rewritten, what is no pair of metres stays, and no version begins."""
    from twin.database.schema import migrate

    with _older(settings, "0011") as connection:
        connection.exec_driver_sql(
            "insert into city.fire_profile (feature_id, shutoff_gas, shutoff_power, assembly_point, valid_to)"
            " values (1, '[512345.6, 2494567.8]', '[114.1, 22.5]', null, null),"
            " (2, '[512345.6, 2494567.8]', '\"cellar\"', '[]', now())"
        )
    migrate(settings.dsn, settings)
    with psycopg.connect(settings.dsn) as connection:
        found = connection.execute(
            "select shutoff_gas, shutoff_power, assembly_point from city.fire_profile order by feature_id"
        ).fetchall()
    # pyproj.Transformer.from_crs(4547, 4326, always_xy=True)
    gas = {"type": "Point", "coordinates": [114.1200231, 22.5487236]}
    assert found == [(gas, {**gas, "coordinates": [114.1, 22.5]}, None), (gas, "cellar", [])]


_EDGES_OF_0009 = """
insert into twin.load (id, source, status, started_at, finished_at, file_name, file_sha256, format, crs, mode)
    overriding system value values
    (1, 'ifc/once', 'done', '2026-01-01T00:00Z', '2026-01-01T00:00Z', 'a', 'a', 'IFC4', 'none', 'replace'),
    (2, 'ifc/twice', 'done', '2026-01-02T00:00Z', '2026-01-02T00:00Z', 'b', 'b', 'IFC4', 'none', 'replace'),
    (3, 'ifc/twice', 'done', '2026-01-03T00:00Z', '2026-01-03T00:09Z', 'c', 'c', 'IFC4', 'none', 'replace');
insert into twin.model (id, source, load_id, schema, placement, semantics_at, shapes_at)
    overriding system value values
    (1, 'ifc/once', 1, 'IFC4', 'needs-placing', '2026-01-01T00:00Z', '2026-01-01T00:00Z'),
    (2, 'ifc/twice', 3, 'IFC4', 'needs-placing', '2026-01-03T00:00Z', '2026-01-03T00:05Z');
insert into twin.space_edge (model_id, kind, a_id, length_a_m, at_m, evidence) values
    (1, 'exit', 11, 1, '{0,0,0}', 'geometry'), (2, 'exit', 21, 1, '{0,0,0}', 'geometry');
insert into twin.flow_edge (model_id, from_id, to_id) values (1, 12, 13), (2, 22, 23);
insert into twin.model_group (model_id, global_id, ifc_class, members) values
    (1, 'g', 'IfcSystem', '{a,b}'), (2, 'g', 'IfcSystem', '{a}');
insert into twin.model_check (model_id, file_name, file_sha256, checked_at, answer, rules, about) values
    (2, 'b', 'b', '2026-01-02T01:00Z', 'fail', '[]', '{}');
insert into twin.model_finding (model_id, seq, rule, answer, severity, message, remedy) values
    (2, 1, 'doors', 'fail', 'error', '{}', '{}')
"""


def test_edges_that_are_there_are_taken_over(settings: Settings) -> None:
    """Those of a model that was loaded once are so since ever; of one loaded twice, since its shapes."""
    from twin.database.schema import migrate

    with _older(settings, "0009") as connection:
        for statement in _EDGES_OF_0009.split(";\n"):
            connection.exec_driver_sql(statement)
    migrate(settings.dsn, settings)
    migrate(settings.dsn, settings)
    with psycopg.connect(settings.dsn, options="-c timezone=UTC") as connection:
        for table, since in (("space_edge", "00:05"), ("flow_edge", "00:05"), ("model_group", "00:00")):
            rows = connection.execute(
                "select model_id, to_char(valid_from, 'DD HH24:MI'), valid_to, load_id, superseded_at,"
                f" to_char(recorded_at, 'DD HH24:MI') from twin.{table} order by model_id"
            ).fetchall()
            assert rows == [
                (1, None, None, 1, None, "01 00:00"),
                (2, f"03 {since}", None, 3, None, f"03 {since}"),
            ], table
        # the check that was kept belongs to the file it was made of
        found = connection.execute("select file_sha256, seq, rule from twin.model_finding").fetchall()
        assert found == [("b", 1, "doors")]
        # an edge that ended may come again, but not stand twice
        connection.execute("update twin.flow_edge set valid_to = now()")
        again = "insert into twin.flow_edge (model_id, from_id, to_id) values (1, 12, 13)"
        connection.execute(again)
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(again)
