"""Loaded models of a folder that nobody checked: which they are, and checking them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loaders.kinds import IFC, suffix_of
from loaders.registered import file_hash
from twin.database.connection import Database
from twin.store.checks import unchecked_models, write_check

if TYPE_CHECKING:
    from loaders.ifc.check.result import CheckResult


def unchecked(folder: Path, database: Database) -> list[Path]:
    """Files a loaded model comes from, as they are now, and no check of them is kept.

    Parameters
    ----------
    folder : Path
        Searched with all folders in it.
    database : Database
        The city.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and suffix_of(path) in IFC)
    return [path for path in files if unchecked_models(database, file_hash(path))]


def keep(result: CheckResult, database: Database) -> dict[int, int]:
    """Keep a check with every model of its file that has none; how many findings each has."""
    return {
        model: write_check(database, model, result.as_dict())
        for model in unchecked_models(database, result.file_sha256)
    }
