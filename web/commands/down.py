"""`twin down`: stop everything of this project, whoever started it."""

from __future__ import annotations

import click

from twin.database.cluster import Cluster
from twin.settings import Settings
from web.commands import processes

# The supervisor first: it stops its children, and would start again what is stopped under it.
_PATIENCE_S = {"up": 30.0, "checks": 2.0, "simulator": 5.0, "server": 8.0}


@click.command()
def down() -> None:
    """Stop server, simulator and private database."""
    settings = Settings.from_env()
    running = [name for name in ("server", "simulator") if processes.recorded(settings.state_dir, name)]
    cluster = Cluster(settings) if settings.database_url is None else None
    if cluster and cluster.running():
        running.append("database")
    for name, patience_s in _PATIENCE_S.items():
        processes.stop(settings.state_dir, name, patience_s)
    if cluster:
        cluster.stop()
    click.echo(f"Stopped: {', '.join(running)}." if running else "Nothing was running.")
