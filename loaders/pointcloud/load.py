"""Register a point cloud: checked, divided into tiles, and known to the database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import laspy
import orjson
import pyproj

from loaders.file import Unchanged, require_file
from loaders.isolate import run_isolated
from loaders.pointcloud.point import NODES, POINTS
from loaders.pointcloud.read import RESULT
from loaders.registered import checked_name, file_hash, name_of
from twin.crs import crs as known_crs
from twin.database.connection import Database
from twin.database.statements import statement
from twin.model.load import LoadCounts, LoadReport, LoadRequest
from twin.settings import Settings
from twin.store.loading import Load, begin_load

FOLDER = "pointclouds"
"""Below the state directory; the rows of `twin.point_cloud` name folders in it."""
Progress = Callable[[str, int, int | None], None]
_SLOWEST_BYTES_S = 500_000
"""A tenth of what was seen: a byte of LAZ is a quarter of a point."""


def load_point_cloud(
    path: Path,
    db: Database,
    settings: Settings,
    *,
    name: str | None = None,
    crs: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Load a point cloud; all of it or nothing.

    The file is read through once, chunk by chunk, in a limited child process. Its tiles become
    files below the state directory, moved into place before the commit that makes the row visible.

    Parameters
    ----------
    path : Path
        LAS, LAZ or COPC.
    db : Database
        The city, opened without statement limit.
    settings : Settings
        State directory and limits of the child process.
    name : str, optional
        What it is called in `/3dtiles/points/{name}`; default: from the file name. A cloud of the
        same name is replaced.
    crs : str, optional
        Declared CRS; without it the file must state one.
    force : bool
        Load even the same bytes again.
    progress : callable, optional
        Called with what is being done, points done, points in all.

    Returns
    -------
    LoadReport
        `unchanged` when the same bytes were registered under that name last.

    Raises
    ------
    SourceUnreadable, NotGeoreferenced, Unprocessable
        The file cannot be used; nothing was changed.
    InvalidParameter
        A name that is none.
    """
    name = checked_name(name if name is not None else name_of(path.name.partition(".")[0], "points"))
    if crs is not None:
        known_crs(crs)
    require_file(path)
    unchanged = Unchanged([path])
    request = LoadRequest(
        source=f"pointcloud/{name}",
        file_name=path.name,
        file_sha256=file_hash(path),
        format=path.suffix.lstrip(".").upper(),
        crs=crs or "as stated",
        mode="replace",
        settings_hash=crs or "",
    )
    software = {"laspy": laspy.__version__, "proj": pyproj.proj_version_str}
    missing = not _registered(db, settings, name)
    with begin_load(db, request, force=force or missing, software=software) as load:
        if load.unchanged:
            return load.report
        arguments = {"path": str(path.resolve()), "crs": crs, "geoid_offset_m": settings.geoid_offset_m}
        old = _register(load, settings, name, arguments, progress, unchanged)
    for stale in old:
        shutil.rmtree(stale, ignore_errors=True)
    return load.report


def _register(  # noqa: PLR0917
    load: Load,
    settings: Settings,
    name: str,
    arguments: dict[str, Any],
    progress: Progress | None,
    unchanged: Unchanged,
) -> list[Path]:
    """Make the tiles, move them into place, write the row; the folders nobody names any more."""
    folder = settings.state_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    size_bytes = Path(arguments["path"]).stat().st_size
    with tempfile.TemporaryDirectory(prefix="loading-", dir=folder) as scratch:
        facts = run_isolated(
            "loaders.pointcloud.read:convert",
            arguments,
            memory_mb=settings.load_memory_mb,
            seconds=settings.load_seconds and settings.load_seconds + size_bytes // _SLOWEST_BYTES_S,
            scratch=Path(scratch),
            on_event=None if progress is None else lambda e: progress(name, e["points"], e["of"]),
        )
        unchanged.require()
        made = Path(scratch) / RESULT
        # Named by content: a process that still reads the old files is not disturbed.
        final = folder / f"{name}-{file_hash(made / POINTS, made / NODES)[:16]}"
        known = final.exists()
        if not known:
            made.rename(final)
    try:
        return _write_row(load, settings, name, facts, final)
    except BaseException:
        if not known:  # else the row that stands names it
            shutil.rmtree(final, ignore_errors=True)
        raise


def _write_row(load: Load, settings: Settings, name: str, facts: dict[str, Any], final: Path) -> list[Path]:
    for warning in facts["warnings"]:
        load.warn(warning)
    west, south, east, north = facts["box"]
    same = ("crs", "vertical_crs", "points", "coloured", "low_m", "high_m")
    bind = {
        **{column: facts[column] for column in same},
        "classes": orjson.dumps(facts["classes"]).decode(),
        "name": name,
        "path": f"{FOLDER}/{final.name}",
        "load_id": load.load_id,
        "file_sha256": load.request.file_sha256,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    row = load.connection.execute(statement("loaders.pointcloud", "register").encode(), bind).fetchone()
    load.report.counts["point_cloud"] = LoadCounts(read=1, written=1)
    load.report.georeference = {
        "crs": facts["crs"],
        "bounds_lonlat": facts["box"],
        "declared": facts["declared"],
        "points": facts["points"],
        "classes": facts["classes"],
        "format": facts["format"],
    }
    old = row["old_path"] if row is not None else None
    return [settings.state_dir / old] if old and old != bind["path"] else []


def _registered(db: Database, settings: Settings, name: str) -> bool:
    path = db.scalar(statement("loaders.pointcloud", "registered"), {"name": name})
    return path is not None and (settings.state_dir / path / POINTS).is_file()
