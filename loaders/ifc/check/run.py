"""Check a file: every look into it happens in a child process with limits.

::

    result = check_file(Path("tower.ifc"), settings, ids=Path("fire.ids"))
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from loaders.file import Unchanged, require_file
from loaders.ifc.check.answer import Outcome, say
from loaders.ifc.check.limits import Limits, read_limits
from loaders.ifc.check.result import CheckResult, instant, outcome_of
from loaders.ifc.check.scratch import IDS_OUTCOMES, OUTCOMES
from loaders.ifc.clock import Clock
from loaders.ifc.outcome import load_meaning
from loaders.isolate import run_isolated
from loaders.registered import file_hash
from loaders.source import Progress
from twin.errors import SourceUnreadable
from twin.settings import Settings

_HERE = "loaders.ifc.check"
_MEMORY_TIMES = 8
"""Most memory a model needs, in times its size; as in a load."""
_STEP_BASE_S, _STEP_PER_MB_S = 20, 10


def check_file(
    path: Path,
    settings: Settings,
    *,
    ids: Path | None = None,
    limits: Path | None = None,
    progress: Progress | None = None,
) -> CheckResult:
    """Check a model by our rules and, where given, by an IDS.

    Parameters
    ----------
    path : Path
        `.ifc`, `.ifczip` or `.ifcxml`.
    settings : Settings
        Limits of the child processes.
    ids : Path, optional
        Information Delivery Specification 1.0.
    limits : Path, optional
        TOML with limits in the place of ours.
    progress : callable, optional
        Takes what is done and how much of a hundred.

    Raises
    ------
    SourceUnreadable
        The model cannot be read, or the IDS is not one.
    InvalidInput
        The limits are not what they should be.
    TooLarge
        The file is over the limits.
    """
    require_file(path)
    if ids is not None:
        require_file(ids)
    chosen = read_limits(limits)
    unchanged = Unchanged([path])
    with _scratch() as scratch:
        result = _check(path, scratch, settings, ids=ids, limits=chosen, progress=progress)
    unchanged.require()
    return result


def _check(
    path: Path,
    scratch: Path,
    settings: Settings,
    *,
    ids: Path | None,
    limits: Limits,
    progress: Progress | None,
) -> CheckResult:
    clock = Clock()

    def child(
        function: str, arguments: dict[str, Any], seconds: int = settings.load_seconds
    ) -> dict[str, Any]:
        return run_isolated(
            function, arguments, memory_mb=settings.load_memory_mb, seconds=seconds, scratch=scratch
        )

    def lap(step: str, done: int) -> None:
        clock.lap(step)
        if progress is not None:
            progress(step, done, 100)

    max_bytes = settings.load_memory_mb * 1_000_000 // _MEMORY_TIMES
    if ids is not None:  # cheap, and a wrong IDS should not wait for the model
        child(f"{_HERE}.ids:validate_ids", {"ids": str(ids.resolve())})
    read = child(f"{_HERE}.reading:read_model", {"path": str(path.resolve()), "max_bytes": max_bytes})
    lap("read", 40)
    source = {"plain": read["plain"], "form": read["form"]}
    bodiless = _judge(child, source, limits, settings)
    lap("rules", 85)
    outcomes = orjson.loads((scratch / OUTCOMES).read_bytes())
    if ids is not None:
        arguments = {**source, "ids": str(ids.resolve()), "bodiless": bodiless}
        outcomes += _ids(child, arguments, scratch, _budget_s(source, settings))
        lap("ids", 100)
    meaning = load_meaning(scratch)
    result = CheckResult(
        file_name=path.name,
        file_sha256=file_hash(path),
        schema=read["schema"],
        project=meaning["project"],
        checked_at=instant(datetime.now(UTC)),
        outcomes=[outcome_of(row) for row in outcomes],
        notes=[*meaning["warnings"]],
        seconds=clock.laps,
    )
    if bodiless:
        result.notes.append(f"shapes-unmeasured: {bodiless}; rules that need shapes answer unknown")
    return result


def _judge(
    child: Callable[..., dict[str, Any]], source: dict[str, Any], limits: Limits, settings: Settings
) -> str | None:
    """Apply the rules; why without shapes, where the kernel crashed on them or took too long."""
    seconds = _budget_s(source, settings)
    try:
        child(f"{_HERE}.judging:measure_and_judge", {**source, "limits": limits}, seconds)
    except SourceUnreadable as error:
        bodiless = str(error).partition("\n")[0][:200]
        child(f"{_HERE}.judging:judge_model", {"limits": limits, "bodiless": bodiless})
        return bodiless
    return None


def _ids(
    child: Callable[..., dict[str, Any]], arguments: dict[str, Any], scratch: Path, seconds: int
) -> list[dict[str, Any]]:
    """Outcomes of the specifications; where one takes for ever, what our own rules said still stands."""
    try:
        child(f"{_HERE}.ids:check_ids", arguments, seconds)
    except SourceUnreadable as error:
        reason = str(error).partition("\n")[0][:200]
        why = say(f"IDS 无法检查:{reason}", f"the IDS could not be checked: {reason}")
        return [asdict(Outcome("ids", say("IDS", "IDS"), "error", why=why))]
    return orjson.loads((scratch / IDS_OUTCOMES).read_bytes())  # type: ignore[no-any-return]


def _budget_s(source: dict[str, Any], settings: Settings) -> int:
    """Seconds a step may take: a small file that takes long is stuck."""
    size_mb = Path(source["plain"]).stat().st_size / 1e6
    return min(settings.load_seconds, int(_STEP_BASE_S + _STEP_PER_MB_S * size_mb))


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="twin-check-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
