"""Whether a database has the schema of this code.

Migrations are numbered by file name (`0001_city.py` holds revision `0001`), so the
newest is known without loading Alembic, which takes longer than the whole question.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from twin.database.connection import Database

SchemaState = Literal["current", "behind", "unknown", "empty"]

_VERSIONS = Path(__file__).parent / "migrations" / "versions"


def revisions() -> list[str]:
    """Numbers of all migrations of this code, oldest first."""
    return sorted(file.name.partition("_")[0] for file in _VERSIONS.glob("[0-9]*.py"))


def schema_state(database: Database) -> SchemaState:
    """Compare the migrations a database went through with those of this code.

    Parameters
    ----------
    database : Database
        The one to look at; nothing is changed.

    Returns
    -------
    SchemaState
        ``current``; ``behind``: `twin migrate` brings it up; ``unknown``: made by newer code;
        ``empty``: never initialised.
    """
    if database.scalar("select to_regclass('twin.schema_version') is null"):
        return "empty"
    at = database.scalar("select version_num from twin.schema_version")
    if at == revisions()[-1]:
        return "current"
    return "behind" if at in revisions() else "unknown"
