"""A file is meshed once: what an earlier load kept is taken, else the ladder is climbed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from loaders.ifc.allowance import Allowance
from loaders.ifc.ladder import Meshed, climb
from loaders.ifc.meshcache import MeshCache, mesh_key
from twin.settings import Settings
from twin.store.loading import Load


def mesh_once(
    load: Load,
    scratch: Path,
    plain: dict[str, Any],
    wanted: list[str],
    *,
    settings: Settings,
    allowance: Allowance,
    tell: Callable[[int], None],
) -> Meshed:
    """Meshes of the objects that have a body.

    Parameters
    ----------
    load : Load
        Its report says where the meshes come from.
    scratch : Path
        Where chunks go.
    plain : dict
        `plain`, `form` and `intact`, from the first step.
    wanted : list of str
        GlobalIds of the objects that have a body.
    settings : Settings
        Limits of the children and of the cache.
    allowance : Allowance
        Time the children may take.
    tell : callable
        Takes the number of objects meshed so far.
    """
    cache = MeshCache(settings.state_dir / "cache" / "meshes", settings.mesh_cache_mb)
    key = mesh_key(load.request.file_sha256, wanted)
    try:
        kept = cache.fetch(key, scratch)
    except OSError as error:
        load.warn(f"mesh-cache: cannot be read ({error.strerror}); the file is meshed again")
        kept = None
    load.report.georeference["meshes"] = "made" if kept is None else "kept from an earlier load"
    if kept is not None:
        return kept
    meshed = climb(
        scratch,
        plain,
        wanted,
        memory_mb=settings.load_memory_mb,
        allowance=allowance,
        tell=tell,
    )
    try:
        cache.keep(key, scratch, meshed)
    except OSError as error:
        load.warn(f"mesh-cache: cannot be written ({error.strerror}); the next load meshes the file again")
    return meshed
