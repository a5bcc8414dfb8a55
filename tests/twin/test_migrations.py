"""What the migrations build is what the tables declare: a column added to the catalogue alone is caught."""

from __future__ import annotations

from typing import Any

import psycopg
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
