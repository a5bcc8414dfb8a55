"""`python -m tests.benchmarks [load ...]`: run benchmarks and print ratios.

Every module of this package that has `run(options) -> list of dict` is one. Figures are written as JSON,
with a picture beside it where the module has `plot(rows)`, into the state folder or where `--out` says.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from tests.benchmarks.server import Options
from tests.benchmarks.writing import Results, as_json, default_out, write
from twin.settings import Settings


def names() -> list[str]:
    """Benchmarks there are."""
    found = []
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.ispkg:
            continue
        source = (Path(__file__).parent / f"{module.name}.py").read_text(encoding="utf-8")
        if "\ndef run(" in source:
            found.append(module.name)
    return sorted(found)


@click.command()
@click.argument("which", nargs=-1)
@click.option("--rounds", default=3, show_default=True, help="How often each contestant runs, interleaved.")
@click.option("--rows", type=int, help="Size of the data.")
@click.option("--size", type=float, help="Size of the data in millions of buildings, instead of --rows.")
@click.option("--quick", is_flag=True, help="Only what is compared.")
@click.option("--drop", is_flag=True, help="Drop what is kept between runs.")
@click.option("--json", "printed", is_flag=True, help="Print JSON.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False),
              help="JSON to write, and a picture beside it; by default in the state folder.")  # fmt: skip
def main(which: tuple[str, ...], printed: bool, out: Path | None, size: float | None, **told: Any) -> None:
    """Run benchmarks; all of them when none is named."""
    unknown = set(which) - set(names())
    if unknown:
        raise click.BadParameter(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    options = replace(Options(Settings.from_env()), **told)
    if size is not None:
        options = replace(options, rows=round(1_000_000 * size))
    results: Results = {}
    for name in which or names():
        results[name] = importlib.import_module(f"tests.benchmarks.{name}").run(options)
        if not printed:
            _print(name, results[name])
    if printed:
        click.echo(as_json(results))
    for path in write(results, out or default_out(which, options.settings)):
        click.echo(f"written: {path}", err=True)


def _print(name: str, rows: list[dict[str, Any]]) -> None:
    table = Table(title=name, box=None)
    for column in dict.fromkeys(key for row in rows for key in row):
        table.add_column(column)
    for row in rows:
        table.add_row(*(str(row.get(column.header, "")) for column in table.columns))
    # into a file or a pipe as wide as it is
    Console(width=None if sys.stdout.isatty() else 1000).print(table)


if __name__ == "__main__":
    main()
