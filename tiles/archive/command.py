"""`twin bake`: tiles made beforehand, in one PMTiles file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tiles.address import Box
from tiles.archive import bake as baking
from tiles.archive.bake import Baked, Runner
from tiles.archive.request import BakeRequest, Maker
from tiles.archive.scheduler import on_workers
from twin.catalogue import COLLECTIONS
from twin.database.connection import Database
from twin.errors import InvalidParameter
from twin.model.collection import Access
from twin.settings import Settings


@click.command("bake", short_help="Make PMTiles of collections.")
@click.argument("name")
@click.argument("collections", nargs=-1)
@click.option("--zooms", help="First and last zoom, as 10-16; default: those of the layers.")
@click.option("--region", help="west,south,east,north in degrees; default: all there is.")
@click.option(
    "--access",
    multiple=True,
    type=click.Choice([one for one in get_args(Access) if one != "public"]),
    help="Also rows of this class. The file is then never served.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Another file.")
@click.option("--scheduler", help="Address of a Dask scheduler whose workers make the chunks.")
@click.option("--maker", type=click.Choice(get_args(Maker)), default="memory", show_default=True)
@click.option("--chunk-mb", type=click.IntRange(min=1), help="Memory for the rows of a chunk.")
@click.option("--fresh", is_flag=True, help="Throw away what an unfinished bake left.")
@click.option("--json", "as_json", is_flag=True, help="Print what came of it as JSON.")
def bake_command(  # noqa: PLR0917
    name: str,
    collections: tuple[str, ...],
    zooms: str | None,
    region: str | None,
    access: tuple[str, ...],
    output: Path | None,
    scheduler: str | None,
    maker: Maker,
    chunk_mb: int | None,
    fresh: bool,
    as_json: bool,
) -> None:
    """Bake tiles of COLLECTIONS (default: all public ones with a place) into the archive NAME.

    A bake that was interrupted goes on where it was when the same command is given again.
    The running server finds the archive by itself and serves from it what nobody changed since.
    """
    settings = Settings.from_env()
    low, high = _zooms(zooms)
    request = BakeRequest.checked(
        name=name,
        names=collections or _public(),
        min_zoom=low,
        max_zoom=high,
        region=_region(region),
        access=tuple(sorted({"public", *access})),
        chunk_mb=chunk_mb or settings.bake_chunk_mb,
        maker=maker,
    )
    runner: Runner | None = None if scheduler is None else on_workers(scheduler)
    database = Database.from_settings(settings, "twin bake", bounded=False)
    try:
        with _bar(Console(stderr=True), name) as progress:
            baked = baking.bake(
                database, settings, request, runner=runner, path=output, fresh=fresh, progress=progress
            )
    finally:
        database.close()
    if as_json:
        click.echo(orjson.dumps(baked.as_dict()))
    else:
        _say(baked)


def _say(baked: Baked) -> None:
    resumed = f", {baked.resumed} of them from the bake before" if baked.resumed else ""
    click.echo(
        f"{baked.path}: {baked.tiles} tiles, {baked.bytes / 1e6:.1f} MB, {baked.chunks} chunks{resumed}"
    )
    if baked.thinned:
        click.echo(f"{baked.thinned} tiles show only the larger features; the metadata say which")
    if baked.unmade:
        click.echo(f"left out, too full for a tile: {', '.join(baked.unmade[:10])}")


def _public() -> tuple[str, ...]:
    return tuple(one.name for one in COLLECTIONS if one.geometry is not None and one.access == "public")


def _zooms(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    first, dash, last = text.partition("-")
    try:
        return int(first), int(last if dash else first)
    except ValueError:
        raise InvalidParameter("--zooms", f"'{text[:40]}' is no range such as 10-16") from None


def _region(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(word) for word in text.split(","))
    except ValueError:
        raise InvalidParameter("--region", f"'{text[:80]}' is not west,south,east,north") from None
    return west, south, east, north


@contextmanager
def _bar(console: Console, name: str) -> Iterator[baking.Progress]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[tiles]} tiles"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        task = bars.add_task(name, total=None, tiles=0)
        made = 0

        def progress(done: int, total: int, tiles: int) -> None:
            nonlocal made
            made += tiles
            bars.update(task, completed=done, total=total, tiles=made)

        yield progress
