"""Register a raster: checked, rewritten as a Cloud Optimized GeoTIFF, and known to the database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyproj
import rasterio

from loaders.file import Unchanged, require_file
from loaders.isolate import run_isolated
from loaders.raster.read import COVERAGE
from loaders.registered import checked_name, file_hash, name_of
from twin.crs import crs as known_crs
from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import InvalidParameter
from twin.model.load import LoadCounts, LoadReport, LoadRequest
from twin.settings import Settings
from twin.store.loading import Load, begin_load

FOLDER = "coverages"
"""Below the state directory; the rows of `twin.coverage` name files in it."""
_SLOWEST_BYTES_S = 4_000_000
"""A tenth of what was seen on two busy cores."""
KINDS = ("auto", "elevation", "imagery")
Progress = Callable[[str, int, int | None], None]


def load_raster(
    path: Path,
    db: Database,
    settings: Settings,
    *,
    name: str | None = None,
    kind: str = "auto",
    crs: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Load an elevation model or an image; all of it or nothing.

    The file is read through in a limited child process, so a broken block is found now.
    Heights become a COG below the state directory, moved into place before the commit that
    makes the row visible.

    Parameters
    ----------
    path : Path
        GeoTIFF, COG, or another plain raster GDAL reads.
    db : Database
        The city, opened without statement limit.
    settings : Settings
        State directory and limits of the child process.
    name : str, optional
        What it is called in `/terrain/{name}` and `/raster/{name}`; default: from the file name.
        A coverage of the same name is replaced.
    kind : str
        `elevation`, `imagery`, or `auto`: one band is elevation.
    crs : str, optional
        Declared CRS; without it the file must state one.
    force : bool
        Load even the same bytes again.
    progress : callable, optional
        Called with what is being done, rows done, rows in all.

    Returns
    -------
    LoadReport
        `unchanged` when the same bytes were registered under that name last.

    Raises
    ------
    SourceUnreadable, NotGeoreferenced, Unprocessable
        The file cannot be used; nothing was changed.
    InvalidParameter
        A name or kind that is none.
    """
    name = checked_name(name if name is not None else name_of(path.stem, "coverage"))
    if kind not in KINDS:
        raise InvalidParameter("kind", f"'{kind}' is none of {', '.join(KINDS)}")
    if crs is not None:
        known_crs(crs)
    require_file(path)
    unchanged = Unchanged([path])
    request = LoadRequest(
        source=f"raster/{name}",
        file_name=path.name,
        file_sha256=file_hash(path),
        format=path.suffix.lstrip(".").upper() or "raster",
        crs=crs or "as stated",
        mode="replace",
        settings_hash=f"{kind} {crs or ''}",
    )
    software = {"gdal": rasterio.__gdal_version__, "proj": pyproj.proj_version_str}
    missing = not _registered(db, settings, name)
    with begin_load(db, request, force=force or missing, software=software) as load:
        if load.unchanged:
            return load.report
        arguments = {"path": str(path.resolve()), "kind": kind, "crs": crs}
        old = _register(load, settings, name, arguments, progress, unchanged)
    for stale in old:
        stale.unlink(missing_ok=True)
    return load.report


def _register(  # noqa: PLR0917
    load: Load,
    settings: Settings,
    name: str,
    arguments: dict[str, Any],
    progress: Progress | None,
    unchanged: Unchanged,
) -> list[Path]:
    """Convert, move into place, write the row; the files nobody names any more."""
    folder = settings.state_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="loading-", dir=folder) as scratch:
        facts = run_isolated(
            "loaders.raster.read:convert",
            arguments,
            memory_mb=settings.load_memory_mb,
            seconds=_allowed_s(settings, Path(arguments["path"]).stat().st_size),
            scratch=Path(scratch),
            on_event=None if progress is None else lambda e: progress(name, e["rows"], e["of"]),
        )
        unchanged.require()
        made = Path(scratch) / COVERAGE
        # Named by content: a process that still reads the old file is not disturbed.
        final = folder / f"{name}-{file_hash(made)[:16]}.tif"
        known = final.exists()
        made.replace(final)
    try:
        return _write_row(load, settings, name, facts, final)
    except BaseException:
        if not known:  # else the row that stands names it
            final.unlink(missing_ok=True)
        raise


def _write_row(load: Load, settings: Settings, name: str, facts: dict[str, Any], final: Path) -> list[Path]:
    for warning in facts["warnings"]:
        load.warn(warning)
    west, south, east, north = facts["box"]
    vertical = _vertical(facts["wkt"])
    if facts["kind"] == "elevation" and vertical is None:
        load.warn(f"the raster states no height datum; taken as EPSG:{settings.vertical_srid}")
    bind = {
        **{k: facts[k] for k in ("kind", "crs", "width", "height", "bands", "dtype", "nodata")},
        **{k: facts[k] for k in ("scale", "offset_m", "pixel_m")},
        "name": name,
        "path": f"{FOLDER}/{final.name}",
        "load_id": load.load_id,
        "vertical_crs": vertical,
        "file_sha256": load.request.file_sha256,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    row = load.connection.execute(statement("loaders.raster", "register").encode(), bind).fetchone()
    load.report.counts["coverage"] = LoadCounts(read=1, written=1)
    load.report.georeference = {
        "crs": facts["crs"],
        "bounds_lonlat": facts["box"],
        "declared": facts["declared"],
    }
    old = row["old_path"] if row is not None else None
    return [settings.state_dir / old] if old and old != bind["path"] else []


def _allowed_s(settings: Settings, size_bytes: int) -> int:
    """Seconds the child may take: the limit is against files that hang, not against large ones."""
    return settings.load_seconds and settings.load_seconds + size_bytes // _SLOWEST_BYTES_S


def _registered(db: Database, settings: Settings, name: str) -> bool:
    path = db.scalar(statement("loaders.raster", "registered"), {"name": name})
    return path is not None and (settings.state_dir / path).is_file()


def _vertical(wkt: str) -> str | None:
    system = pyproj.CRS.from_wkt(wkt)
    if not system.is_compound:
        return None
    vertical = system.sub_crs_list[-1]
    authority = vertical.to_authority()
    return ":".join(authority) if authority else vertical.name
