"""Buildings as an IFC4 file: written by a limited child, sent piece by piece."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from loaders.ifc.scratch import RowWriter
from loaders.isolate import run_isolated
from twin.crs import crs
from twin.errors import Unavailable
from twin.queries.model_export import Interior
from twin.settings import Settings

_WRITE = "loaders.ifc.export.write:write_model"
_PIECE = 256 * 1024
_ROLES = ("storey", "space", "element", "opening", "equipment")
_turn = threading.BoundedSemaphore(1)
"""One at a time: each takes a processor and some hundred megabytes."""
_PATIENCE_S = 20.0
"""Those who wait hold a thread of the server each, and tiles need threads too."""


def written(
    found: Interior, srid: int, settings: Settings, as_of: datetime | None = None
) -> tuple[Path, dict[str, Any]]:
    """Write the file.

    Parameters
    ----------
    found : Interior
        The buildings.
    srid : int
        EPSG code of the storage CRS.
    settings : Settings
        Limits of the child.
    as_of : datetime, optional
        With zone: the moment the rows are of; None: now.

    Returns
    -------
    path : Path
        The file in a folder of its own, which `remove` takes away.
    about : dict
        What `loaders.ifc.export.write.write_model` counted.

    Raises
    ------
    Unavailable
        Another one is being written, and takes long.
    """
    folder = Path(tempfile.mkdtemp(prefix="twin-export-"))
    try:
        _hand_over(folder, found)
        if not _turn.acquire(timeout=_PATIENCE_S):
            raise Unavailable("another model is being written as IFC; ask again in a minute")
        try:
            about = run_isolated(
                _WRITE,
                {
                    "srid": srid,
                    "crs_name": crs(srid).name,
                    "moment": datetime.now(UTC).isoformat(timespec="seconds"),
                    "as_of": None if as_of is None else as_of.isoformat(timespec="seconds"),
                },
                memory_mb=settings.load_memory_mb,
                seconds=settings.load_seconds,
                scratch=folder,
            )
        finally:
            _turn.release()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder / "model.ifc", about


def pieces(path: Path) -> Iterator[bytes]:
    """Content of the file."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def remove(path: Path) -> None:
    """Remove the file and its folder."""
    shutil.rmtree(path.parent, ignore_errors=True)


def _hand_over(folder: Path, found: Interior) -> None:
    about = [
        {key: row[key] for key in ("id", "source_key", "z_min_m", "fields", "sets")}
        | {key: None if row[key] is None else bytes(row[key]).hex() for key in ("plan", "solid")}
        for row in found.buildings
    ]
    (folder / "about.json").write_bytes(orjson.dumps(about))
    tables = {name: found.rows.get(name, []) for name in _ROLES}
    tables |= {"placement": found.placements, "mesh": found.meshes, "group": found.groups}
    tables |= {"flow": found.flows, "building_part": [_part(row) for row in found.parts]}
    for name, rows in tables.items():
        with RowWriter(folder / f"{name}.json") as writer:
            for entry in rows:
                writer.write({key: _plain(value) for key, value in entry.items()})


def _part(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("id", "source_key", "building_id", "fields", "solid")}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
