"""What runs and what is in it, as one plain structure: the truth behind `twin status`."""

from __future__ import annotations

import platform
from typing import Any

from twin.cli import installed_version
from twin.database.cluster import Cluster
from twin.database.connection import Database
from twin.database.revision import schema_state
from twin.database.statements import statement
from twin.errors import TwinError
from twin.settings import Settings
from web.commands import processes
from web.commands.address import answers, url

_PACKAGE = "web.commands"


def report(settings: Settings) -> dict[str, Any]:
    """Return the state of everything; a part that does not answer says why instead of failing the rest.

    Parameters
    ----------
    settings : Settings
        Of the project that is asked about.
    """
    running = processes.recorded(settings.state_dir, "up")
    simulator = processes.recorded(settings.state_dir, "simulator")
    place = (running.details.get("url") if running else None) or url(settings)
    return {
        "version": installed_version(),
        "python": platform.python_version(),
        "state_dir": str(settings.state_dir),
        "supervisor": {"running": running is not None, "pid": running.pid if running else None},
        "server": {"answers": answers(place), "url": place},
        "simulator": {"running": simulator is not None, "pid": simulator.pid if simulator else None},
        "database": _database(settings),
    }


def _database(settings: Settings) -> dict[str, Any]:
    private = settings.database_url is None
    facts: dict[str, Any] = {"private": private, "dsn": settings.redacted_dsn, "running": False}
    try:
        if private and not Cluster(settings).running():
            return facts
        database = Database.from_settings(settings, application="twin status")
        try:
            facts |= database.row(statement(_PACKAGE, "database_facts")) or {}
            facts["running"] = True
            facts["schema"] = schema_state(database)
            if facts["schema"] == "empty":
                return facts
            facts["sample"] = database.scalar(statement(_PACKAGE, "sample_state"))
            counts = database.rows(statement(_PACKAGE, "collection_counts"))
            facts["collections"] = {row["collection"]: row["rows"] for row in counts}
            facts["last_load"] = database.row(statement(_PACKAGE, "last_load"))
        finally:
            database.close()
    except TwinError as error:
        facts["error"] = str(error)
    return facts
