"""Alembic's entry: always online, on the connection `twin.database.schema` hands over."""

from alembic import context

from twin.database.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(context.config.attributes["srid"]),
    include_schemas=True,
    version_table="schema_version",
    version_table_schema="twin",
    transaction_per_migration=False,
)
context.run_migrations()
