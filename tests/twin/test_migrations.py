"""What the migrations build is what the tables declare: a column added to the catalogue alone is caught."""

from __future__ import annotations

from typing import Any

import psycopg
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

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


def test_a_database_of_the_first_schema_is_brought_up(settings: Settings) -> None:
    """What 0001 made gets every later column, and rows that are there stay."""
    from twin.database.revision import revisions
    from twin.database.schema import alembic_config, migrate

    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(settings.dsn))
    with engine.begin() as connection:
        for schema in SCHEMAS:
            connection.exec_driver_sql(f"drop schema if exists {schema} cascade")
            connection.exec_driver_sql(f"create schema {schema}")
        command.upgrade(alembic_config(connection, settings.storage_srid), "0001")
        connection.exec_driver_sql("insert into city.building (feature_id, code) values (1, 'OLD')")
        # cells were of a kilometre
        connection.exec_driver_sql(
            "insert into twin.touch values"
            " ('road', 512, -1, '7'), ('road', 512, -1, '9'), ('road', null, null, '8')"
        )
    engine.dispose()
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
