"""Everything `twin up` needs before the server starts: a free port, the database, its schema, the sample."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from loaders.codes import bring_codes
from loaders.ifc.check.unchecked import unchecked
from twin.database.cluster import Cluster
from twin.database.connection import Database
from twin.database.schema import migrate
from twin.errors import SetupError
from twin.settings import Settings
from web.commands import processes
from web.commands.address import port_is_free
from web.commands.first_run import fill
from web.commands.progress import timed

_ORPHANS = {"server": 8.0, "simulator": 5.0, "checks": 2.0}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the server starts with.

    Attributes
    ----------
    folder : Path or None
        Folder of the sample's files; None without a sample.
    unchecked : bool
        Whether models of the sample wait for their first check.
    """

    folder: Path | None
    unchecked: bool


def prepare(settings: Settings, profile: str | None, *, sample: bool, console: Console) -> Prepared:
    """Bring the database up, to the schema of this code, and filled.

    Raises
    ------
    SetupError
        The port is taken, or this machine lacks PostGIS.
    DatabaseUnavailable
        The database does not answer.
    Conflict
        The database holds something else than what is asked for.
    """
    # Left by a supervisor that was killed: they may be of older code, and hold the port.
    for name, patience_s in _ORPHANS.items():
        processes.stop(settings.state_dir, name, patience_s)
    if not port_is_free(settings):
        raise SetupError(
            f"port {settings.port} on {settings.host} is taken by another program; choose one with --port"
        )
    if settings.database_url is None:
        with timed(console, "Database"):
            Cluster(settings).ensure()
    with timed(console, "Schema"):
        migrate(settings.dsn, settings)
    with closing(Database.from_settings(settings, application="twin up", bounded=False)) as database:
        bring_codes(database)
        folder = fill(database, settings, profile, sample=sample, console=console)
        return Prepared(folder, folder is not None and bool(unchecked(folder, database)))
