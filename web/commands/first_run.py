"""The sample city of a fresh database: generated as files, then loaded like anybody's files."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from twin.database.connection import Database
from twin.database.statements import statement
from twin.errors import Conflict
from twin.settings import Settings
from web.commands.progress import bar

_PACKAGE = "web.commands"
DEFAULT_PROFILE = "demo"
_LOADING = "loading:"


def fill(
    database: Database, settings: Settings, profile: str | None, *, sample: bool, console: Console
) -> Path | None:
    """Generate and load the sample city where it is wanted and not there yet.

    Parameters
    ----------
    database : Database
        Migrated, without a statement limit.
    profile : str or None
        Size of the city; None: the default on a fresh database, otherwise whatever is there.
    sample : bool
        False: remember that this database shall hold no sample.
    console : Console
        Where the progress bars go.

    Returns
    -------
    Path or None
        Folder of the sample's files, which the simulator reads; None without a sample.

    Raises
    ------
    Conflict
        Another profile than the one asked for is loaded.
    """
    state = database.scalar(statement(_PACKAGE, "sample_state"))
    if not sample:
        if state is None:
            _remember(database, "none")
        return None
    if state == "none" and profile is None:
        return None
    held = state.removeprefix(_LOADING) if state not in (None, "none") else None
    if held and profile and held != profile:
        raise Conflict(
            f"this database holds the sample city '{held}', not '{profile}';"
            f" start without --profile, or use an empty database (TWIN_STATE_DIR or DATABASE_URL)"
        )
    wanted = held or profile or DEFAULT_PROFILE
    folder = settings.state_dir / "sample" / wanted
    if state == wanted and folder.is_dir():
        return folder
    # Noted before it begins: a run that is cut goes on where it stood, file by file.
    if state != wanted:
        _remember(database, _LOADING + wanted)
    # Asked for here: they bring rasterio and ifcopenshell, which a second start does without.
    from loaders.city import load_sample  # noqa: PLC0415
    from sample_data.gen.output import STEPS, provide  # noqa: PLC0415

    with bar(console) as progress:
        making = progress.add_task(f"Sample city '{wanted}'", total=len(STEPS), detail="")
        provide(
            wanted,
            folder,
            lambda name: progress.update(making, advance=1, detail=name),
            models=True,
        )
        progress.update(making, completed=len(STEPS), detail="")
    if state != wanted:
        with bar(console) as progress:
            loading = progress.add_task("Loading it", total=None, detail="")
            reports = load_sample(
                folder,
                database,
                settings,
                lambda name, done, total: progress.update(loading, detail=name, completed=done, total=total),
            )
        failures = [report for report in reports if report.status == "failed"]
        for report in failures:
            console.print(f"[red]{report.file_name} was not loaded:[/red] {'; '.join(report.warnings)}")
        # Not remembered while something is missing: the next start tries those files again.
        if not failures:
            _remember(database, wanted)
    return folder


def _remember(database: Database, value: str) -> None:
    database.execute(statement(_PACKAGE, "set_sample_state"), {"value": value})
