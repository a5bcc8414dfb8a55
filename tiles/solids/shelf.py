"""`Shelf`: the summary of a large city on disk, so that the next process need not read the city.

What it shows is as old as it says; what was touched since then is in the log, however long ago
that is. It is of one database of one server, of its timeline and of the statement that read it.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import structlog

from tiles.solids.groups import Groups
from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import InvalidInput, TwinError
from twin.live.snapshot import Snapshot

_log = structlog.get_logger(__name__)

SHELVES = "solids"
"""Folder in the state directory."""
_STATEMENTS = ("city_squares", "city_rows", "city_range", "city_parts")


class Shelf:
    """Place of one summary.

    Parameters
    ----------
    database : Database
        Whose summary it is.
    access : tuple of str
        For which caller.
    folder : Path
        Made where it is missing.
    """

    def __init__(self, database: Database, access: tuple[str, ...], folder: Path) -> None:
        self._database, self._access, self._folder = database, access, folder

    def find(self) -> tuple[Snapshot, Groups] | None:
        """What was kept, with what it shows; None: nothing that can be read."""
        path = self._path()
        if path is None or not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as held:
                seen = Snapshot.parse(str(held["seen"]))
                return seen, Groups.of_flat(held["table"], held["ids"], float(held["side_m"]))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, InvalidInput) as error:
            _log.warning("summary_not_read", file=path.name, error=str(error))
            return None

    def keep(self, seen: Snapshot, groups: Groups) -> None:
        """Keep a summary; where that cannot be done it is said, and the next process reads the city."""
        path = self._path()
        if path is None:
            return
        name = ""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
                name = file.name
                np.savez(
                    file, seen=np.array(str(seen)), table=groups.table, ids=groups.ids, side_m=groups.side_m
                )
            # whoever looks meanwhile finds the old one or the new one, whole
            Path(name).replace(path)
        except OSError as error:
            if name:
                Path(name).unlink(missing_ok=True)
            _log.warning("summary_not_kept", file=path.name, error=str(error))

    def _path(self) -> Path | None:
        try:
            (row,) = self._database.rows(statement("tiles.solids", "server"))
        except TwinError as error:
            _log.warning("summary_not_kept", file="", error=str(error))
            return None
        digest = hashlib.blake2b(repr((row, self._access)).encode(), digest_size=12)
        for name in _STATEMENTS:
            digest.update(statement("tiles.solids", name).encode())
        digest.update(repr(Groups.LAYOUT).encode())
        return self._folder / f"{digest.hexdigest()}.npz"
