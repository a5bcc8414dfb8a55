"""Load a building model: its meaning first, queryable at once, then its shape.

::

    report = load_ifc(Path("tower.ifc"), database, settings)

Both steps are all or nothing, and the load's row says which stand. The file is only
ever opened in child processes with limits.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from loaders.file import Unchanged, require_file
from loaders.ifc.allowance import Allowance
from loaders.ifc.archive import unpacked_name
from loaders.ifc.clock import Clock
from loaders.ifc.completing import complete
from loaders.ifc.links import link_by_meaning
from loaders.ifc.meshonce import mesh_once
from loaders.ifc.outcome import load_meaning, load_outlines
from loaders.ifc.placement import Matrix, storage_matrix
from loaders.ifc.placing.statement import by_decision, of_another_model
from loaders.ifc.rows import ROLES
from loaders.ifc.writing import report_reading, write_meaning
from loaders.isolate import run_isolated
from loaders.registered import file_hash
from loaders.source import Progress
from twin.database.connection import Database, Row
from twin.errors import SourceUnreadable
from twin.memory import give_back
from twin.model.load import LoadReport, LoadRequest
from twin.settings import Settings
from twin.store.interior import note_changes
from twin.store.loading import Load, begin_load
from twin.store.placing import accepted

LOADER_VERSION = 11
"""Raised when the same file would be read differently; it is then loaded again."""
_READ, _DERIVE = "loaders.ifc.meaning:read_meaning", "loaders.ifc.deriving:derive_shapes"
_MEMORY_TIMES = 8
"""Most memory a model needs, in times its size."""


def load_ifc(
    path: Path,
    db: Database,
    settings: Settings,
    *,
    source: str | None = None,
    building: str | None = None,
    progress: Progress | None = None,
    force: bool = False,
    actor: str | None = None,
    turn: AbstractContextManager[Any] | None = None,
    temporary: Path | None = None,
) -> LoadReport:
    """Load an `.ifc`, `.ifczip` or `.ifcxml` file.

    Parameters
    ----------
    path : Path
        The file.
    db : Database
        The city; without statement time limit.
    settings : Settings
        Limits of the child processes.
    source : str, optional
        Stable name of the model; a newer file of the same source updates it by GlobalId.
        Default: `ifc/<file name without suffix>`.
    building : str, optional
        Code or id of the city building the model is about, where the file does not say.
    progress : callable, optional
        Takes what was just finished and how much of a hundred is done.
    force : bool
        Load even what is loaded already.
    actor : str, optional
        Who loads.
    turn : context manager, optional
        A lock, held while this load writes: of several loads at a time one does.
    temporary : Path, optional
        Folder for the scratch folder; default: the system's.

    Returns
    -------
    LoadReport
        `status` is `partial` where only the meaning stands.

    Raises
    ------
    SourceUnreadable
        The file cannot be read; nothing was loaded.
    TooLarge
        The file is over the limits.
    NotFound
        There is no such `building`.
    """
    require_file(path)
    unchanged = Unchanged([path])

    def tell(what: str, share: float) -> None:
        if progress is not None:
            progress(what, round(100 * share), 100)

    name = source or f"ifc/{unpacked_name(path).stem}"
    decided = accepted(db, name)
    request = LoadRequest(
        source=name,
        file_name=path.name,
        file_sha256=file_hash(path),
        format="IFC",
        crs="as stated in the model",
        mode="replace",
        settings_hash=hashlib.sha256(
            f"{LOADER_VERSION}|{building}|{db.srid}{','.join(str(row['id']) for row in decided)}".encode()
        ).hexdigest(),
    )
    load: Load | None = None
    try:
        # the turn to write goes on until the last commit, which is made when `begin_load` is left
        with (
            ExitStack() as last_turn,
            begin_load(db, request, actor=actor, force=force) as load,
            _scratch(temporary) as scratch,
        ):
            if not load.unchanged:
                _load(
                    load,
                    path,
                    scratch,
                    turn=nullcontext() if turn is None else turn,
                    last_turn=last_turn,
                    unchanged=unchanged,
                    srid=db.srid,
                    settings=settings,
                    given=building,
                    decided=decided,
                    tell=tell,
                )
    except SourceUnreadable as error:
        if load is None or not load.steps:
            raise
        # the meaning is committed; that the shapes are missing is part of the report
        load.report.warnings.append(f"shapes-missing: {error}; the meaning was loaded and can be asked")
        load.report.status = "partial"
    if not load.unchanged:
        # what is gone is closed with the load, so only now can it be counted
        changes = note_changes(db, load.load_id)
        if changes is not None:
            load.report.georeference["changes"] = changes
    tell("done", 1.0)
    return load.report


def _load(
    load: Load,
    path: Path,
    scratch: Path,
    *,
    turn: AbstractContextManager[Any],
    last_turn: ExitStack,
    unchanged: Unchanged,
    srid: int,
    settings: Settings,
    given: str | None,
    decided: Sequence[Row],
    tell: Callable[[str, float], None],
) -> None:
    clock = Clock()
    allowance = Allowance(path.stat().st_size, settings.load_seconds)
    plain = run_isolated(
        _READ,
        {
            "path": str(path.resolve()),
            "max_bytes": settings.load_memory_mb * 1_000_000 // _MEMORY_TIMES,
        },
        memory_mb=settings.load_memory_mb,
        scratch=scratch,
        spent=allowance.spend,
        **allowance.step(),
    )
    unchanged.require()
    allowance.unpacked(Path(plain["plain"]).stat().st_size)
    meaning = load_meaning(scratch)
    clock.laps |= meaning["seconds"]
    clock.lap("read")
    tell("read", 0.2)
    georeference = meaning["georeference"]
    place, reason, decision = by_decision(load, georeference, decided, storage_matrix(georeference, srid))
    report_reading(load, meaning, reason)
    with turn:
        links = link_by_meaning(load, meaning, place, srid, given)
        model_id = write_meaning(
            load, scratch, meaning, links=links, place=place, reason=reason, schema=plain["schema"]
        )
        clock.lap("write meaning")
        load.report.georeference["seconds"] = dict(clock.laps)
        load.step("semantics")
    give_back()
    tell("meaning", 0.35)
    wanted = [row["global_id"] for role in ROLES for row in meaning[role] if row["shown"]]
    meshed = mesh_once(
        load,
        scratch,
        plain,
        wanted,
        settings=settings,
        allowance=allowance,
        tell=lambda count: tell("meshes", 0.35 + 0.4 * count / max(len(wanted), 1)),
    )
    unchanged.require()
    clock.lap("mesh")

    def derive(matrix: Matrix | None) -> str | None:
        outcome = run_isolated(
            _DERIVE,
            {
                "chunks": meshed.chunks,
                "matrix": None if matrix is None else matrix.reshape(-1).tolist(),
                "srid": srid,
            },
            memory_mb=settings.load_memory_mb,
            scratch=scratch,
            spent=allowance.spend,
            **allowance.last(),
        )
        return outcome["misplaced"]  # type: ignore[no-any-return]

    misplaced = derive(place)
    if misplaced is None and decision is not None:
        misplaced = of_another_model(decision, load_outlines(scratch)["model"]["shape"])
        if misplaced is not None:
            derive(None)
    clock.lap("derive")
    tell("shapes", 0.85)
    last_turn.enter_context(turn)
    complete(
        load,
        scratch,
        meaning=meaning,
        links=links,
        model_id=model_id,
        meshed=meshed,
        place=place,
        misplaced=reason or misplaced,
        srid=srid,
    )
    clock.lap("write shapes")
    load.steps.append("shapes")
    load.report.georeference |= {"seconds": clock.laps, "steps": list(load.steps)}


@contextmanager
def _scratch(temporary: Path | None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="twin-ifc-", dir=temporary))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
