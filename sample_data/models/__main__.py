"""`python -m sample_data.models OUT`: write the IFC models into a folder."""

from __future__ import annotations

from pathlib import Path

import click

from sample_data.models.build import build_models


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
def main(out: Path) -> None:
    """Write the authored IFC models into OUT and print size and SHA-256 of each."""
    for model in build_models(out):
        click.echo(
            f"{model.path.name}  {model.size / 1e6:.2f} MB  {model.sha256}  {model.name_zh} {model.name_en}"
        )


if __name__ == "__main__":
    main()
