"""`twin check`: is a building model what the city, the fire code and an IDS ask for?"""

from __future__ import annotations

import os
from pathlib import Path

import click
from rich.console import Console

from loaders.ifc.check.bcf import write_bcf
from loaders.ifc.check.report import print_result, to_json
from loaders.ifc.check.result import CheckResult, from_stored
from loaders.ifc.check.run import check_file
from loaders.ifc.check.unchecked import keep, unchecked
from twin.database.connection import Database
from twin.errors import InvalidInput, NotFound, TwinError
from twin.queries.checks import stored_check
from twin.settings import Settings
from twin.store.checks import models_of_file, write_check

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_BEHIND = 10
"""Niceness of checks nobody waits for."""


@click.command(short_help="Check a building model by rules and IDS.")
@click.argument("file", required=False, type=_FILE)
@click.option("--ids", type=_FILE, help="Information Delivery Specification 1.0 to check by as well.")
@click.option("--limits", type=_FILE, help="TOML with limits of the rules in the place of ours.")
@click.option("--bcf", type=click.Path(dir_okay=False, path_type=Path), help="Write findings as BCF 3.0.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--store", is_flag=True, help="Keep the result with the loaded model of the same file.")
@click.option("--model", type=int, help="Keep the result with this model; without FILE: show it.")
@click.option(
    "--missing",
    type=_FOLDER,
    help="Check the loaded models of a folder that keep no check, behind other work.",
)
def check(  # noqa: PLR0917
    file: Path | None,
    ids: Path | None,
    limits: Path | None,
    bcf: Path | None,
    as_json: bool,
    store: bool,
    model: int | None,
    missing: Path | None,
) -> None:
    """Check FILE, or show the check that is kept of a loaded model.

    Every rule answers pass, fail or unknown. Ends with status 1 where the check fails.
    """
    settings = Settings.from_env()
    console = Console(stderr=as_json)
    if missing is not None:
        if any((file, ids, limits, bcf, as_json, model)):
            raise InvalidInput("--missing checks a folder by our rules and goes with no other option")
        _check_missing(missing, settings, console)
        return
    if file is None:
        if model is None:
            raise InvalidInput("name a file to check, or --model ID to see the check that is kept")
        if store or ids is not None or limits is not None:
            raise InvalidInput("--store, --ids and --limits need a FILE: a kept check is shown as it is")
        result = _kept(settings, model)
    else:
        with console.status(f"{file.name}") as shown:
            result = check_file(
                file, settings, ids=ids, limits=limits,
                progress=lambda step, _done, _of: shown.update(f"{file.name}: {step}"),
            )  # fmt: skip
    if bcf is not None:
        topics = write_bcf(result, bcf)
        console.print(f"{bcf}: {topics} topics", highlight=False, markup=False)
    if as_json:
        click.echo(to_json(result))
    else:
        print_result(result, console)
    if file is not None and (store or model is not None):
        _keep(settings, result, model, console)
    if result.answer == "fail":
        raise SystemExit(1)


def _check_missing(folder: Path, settings: Settings, console: Console) -> None:
    """Check one model after the other; one that cannot be checked does not stop the rest."""
    os.nice(_BEHIND)
    database = Database.from_settings(settings, "twin check", bounded=False)
    failures = 0
    try:
        for path in unchecked(folder, database):
            try:
                kept = keep(check_file(path, settings), database)
            except TwinError as error:
                failures += 1
                console.print(f"{path.name}: {error}", highlight=False, markup=False)
                continue
            for number, count in kept.items():
                console.print(
                    f"{path.name}: model {number}: {count} findings kept", highlight=False, markup=False
                )
    finally:
        database.close()
    if failures:
        raise SystemExit(1)


def _kept(settings: Settings, model: int) -> CheckResult:
    database = Database.from_settings(settings, "twin check")
    try:
        return from_stored(stored_check(database, model))
    finally:
        database.close()


def _keep(settings: Settings, result: CheckResult, model: int | None, console: Console) -> None:
    database = Database.from_settings(settings, "twin check", bounded=False)
    try:
        models = [model] if model is not None else models_of_file(database, result.file_sha256)
        if not models:
            raise NotFound(
                f"no loaded model comes from {result.file_name} as it is now: load it first (twin load)"
            )
        for number in models:
            count = write_check(database, number, result.as_dict())
            console.print(f"model {number}: {count} findings kept", highlight=False)
    finally:
        database.close()
