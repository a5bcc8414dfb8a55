"""`twin migrate`: the schema of this code, and nothing else."""

from __future__ import annotations

import click

from twin.database import schema
from twin.database.cluster import Cluster
from twin.settings import Settings


@click.command()
def migrate() -> None:
    """Create or upgrade the database, without starting the server."""
    settings = Settings.from_env()
    if settings.database_url is None:
        Cluster(settings).ensure()
    schema.migrate(settings.dsn, settings)
    click.echo(f"{settings.redacted_dsn} has the schema of this version.")
