"""The code lists that come with the software, into any city."""

from __future__ import annotations

from importlib.resources import as_file, files

from twin.database.connection import Database
from twin.store.codes import renew_codes


def bring_codes(database: Database) -> list[str]:
    """Renew the lists of which the file has changed since; their names.

    See `twin.store.codes.renew_codes`: what was changed by hand stays until the file changes.
    """
    with as_file(files("sample_data") / "codes") as folder:
        return renew_codes(database, sorted(folder.glob("*.csv")))
