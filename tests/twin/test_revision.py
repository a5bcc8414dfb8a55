"""Whether a database has the schema of this code."""

from alembic.script import ScriptDirectory

from twin.database.connection import Database
from twin.database.revision import revisions, schema_state
from twin.database.schema import alembic_config


def test_file_names_agree_with_alembic() -> None:
    scripts = ScriptDirectory.from_config(alembic_config(None, 4547))
    assert revisions() == sorted(script.revision for script in scripts.walk_revisions())
    assert revisions()[-1] == scripts.get_current_head()


def test_a_migrated_database_is_current(database: Database) -> None:
    assert schema_state(database) == "current"


def test_newer_and_empty_databases_are_told_apart(database: Database) -> None:
    database.execute("update twin.schema_version set version_num = '9999'")
    assert schema_state(database) == "unknown"
    database.execute("drop table twin.schema_version")
    assert schema_state(database) == "empty"
