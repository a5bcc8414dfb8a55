"""`twin migrate`: the schema and the code lists of this version, and nothing else."""

from __future__ import annotations

from contextlib import closing

import click

from loaders.codes import bring_codes
from twin.database import schema
from twin.database.cluster import Cluster
from twin.database.connection import Database
from twin.settings import Settings


@click.command()
def migrate() -> None:
    """Create or upgrade the database, without starting the server."""
    settings = Settings.from_env()
    if settings.database_url is None:
        Cluster(settings).ensure()
    schema.migrate(settings.dsn, settings)
    with closing(Database.from_settings(settings, application="twin migrate", bounded=False)) as database:
        renewed = bring_codes(database)
    if renewed:
        click.echo(f"Code lists renewed: {', '.join(renewed)}.")
    click.echo(f"{settings.redacted_dsn} has the schema of this version.")
