"""`twin sample`: generate the sample city."""

from __future__ import annotations

import json as json_
import time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from sample_data.gen.output import STEPS, generate
from twin.errors import TwinError
from twin.settings import Settings


@click.command()
@click.option("--profile", type=click.Choice(["tiny", "demo", "full"]), default="demo", show_default=True,
              help="120, 3,600 or 7,500 buildings.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None,
              help="Folder to write; by default sample/PROFILE in the state directory.")  # fmt: skip
@click.option("--models/--no-models", default=True, show_default=True, help="Author the IFC models too.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as JSON instead of a table.")
def sample(profile: str, out: Path | None, models: bool, as_json: bool) -> None:
    """Generate the sample city of Luohu: the same files on every run."""
    console = Console(stderr=True)
    started = time.monotonic()
    try:
        folder = out or Settings.from_env().state_dir / "sample" / profile
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=as_json,
        ) as bar:
            task = bar.add_task("", total=len(STEPS))
            begun: list[str] = []

            def step(name: str) -> None:
                bar.update(task, description=name, completed=len(begun))
                begun.append(name)

            manifest = generate(profile, folder, step, models=models)
            bar.update(task, description="done", completed=len(STEPS))
    except TwinError as error:
        raise click.ClickException(str(error)) from error
    seconds = time.monotonic() - started
    if as_json:
        click.echo(
            json_.dumps(
                {**manifest, "folder": str(folder), "seconds": round(seconds, 1)},
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    Console().print(summary(manifest))
    console.print(f"{manifest['buildings']:,} buildings in {seconds:.1f} s -> {folder}")


def summary(manifest: dict[str, Any]) -> Table:
    """Draw the manifest as a table of files."""
    table = Table(title=f"{manifest['title']} · {manifest['profile']}", title_justify="left")
    for heading, justify in (
        ("file", "left"),
        ("", "left"),
        ("rows", "right"),
        ("KB", "right"),
        ("CRS", "left"),
        ("sha256", "left"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for name, file in manifest["files"].items():
        rows = "" if file["rows"] is None else f"{file['rows']:,}"
        table.add_row(
            name, file["zh"], rows, f"{file['bytes'] / 1024:,.0f}", file["crs"] or "", file["sha256"][:10]
        )
    return table
