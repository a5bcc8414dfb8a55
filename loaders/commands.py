"""`twin load`: files of any kind into the city."""

from __future__ import annotations

import getpass
import tempfile
import threading
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson
from rich.console import Console
from rich.markup import escape

from loaders.bars import Shown, bars_on
from loaders.citymodel.recognise import is_city_model
from loaders.gis.guess import to_toml
from loaders.gis.mapping import read_mapping
from loaders.kinds import IFC, POINTS, RASTER, expanded, require_distinct, require_mappable, suffix_of
from loaders.load import failed
from loaders.report import print_reports, to_json
from loaders.sidebyside import files_at_once, side_by_side
from loaders.source import Progress as ProgressOf
from twin.database.connection import Database
from twin.errors import InvalidInput, TwinError
from twin.model.load import LoadReport
from twin.settings import Settings
from twin.store.analyse import analyse

if TYPE_CHECKING:
    from loaders.gis.inspect import Layer

# Each kind of file brings libraries of its own, 40 MB and half a second and more of them: what reads one
# kind is imported where such a file is met.


@click.command(short_help="Load GIS files, city models, building models, rasters and point clouds.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TOML field mapping."
)
@click.option("--collection", help="Where the features go; guessed if left out.")
@click.option("--layer", help="Layer of a file that has several.")
@click.option("--source", help="Stable name of the data set.")
@click.option("--crs", help="EPSG:n, or gcj02 / bd09 for data of Chinese web maps. Wins over the file.")
@click.option("--building", help="Code of the building an IFC model stands on.")
@click.option(
    "--inspect",
    "only_inspect",
    is_flag=True,
    help="Show layers and columns and print a mapping; load nothing.",
)
@click.option(
    "--place", is_flag=True, help="Check where an IFC model stands and propose where it fits; loads it."
)
@click.option("--accept", type=click.IntRange(min=1), help="With --place: number of the proposal to accept.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
@click.option("--force", is_flag=True, help="Load even what has not changed.")
@click.option(
    "--accept-offset", is_flag=True, help="Load buildings that lie a constant offset beside the others."
)
def load(  # noqa: PLR0917
    files: tuple[Path, ...],
    mapping: Path | None,
    collection: str | None,
    layer: str | None,
    source: str | None,
    crs: str | None,
    building: str | None,
    only_inspect: bool,
    place: bool,
    accept: int | None,
    as_json: bool,
    force: bool,
    accept_offset: bool,
) -> None:
    """Load FILES, or every file of a folder, and say what was read, written and refused.

    A load is all or nothing, and the same file twice changes nothing.
    """
    settings = Settings.from_env()
    console = Console(stderr=as_json)
    wanted = list(expanded(files))
    if only_inspect:
        from loaders.gis.inspect import inspect  # noqa: PLC0415

        for path in wanted:
            require_mappable(path)
            _print_layers(path, inspect(path, settings, collection=collection), console)
        return
    if place or accept is not None:
        _place(wanted, settings, console, source=source, building=building, accept=accept, as_json=as_json)
        return
    if source is not None and len(wanted) > 1:
        raise InvalidInput("--source names one data set; load its files one by one")
    require_distinct(wanted, None if mapping is None else read_mapping(mapping))
    database = Database.from_settings(settings, "twin load", bounded=False)
    reports: list[LoadReport] = []
    try:
        with bars_on(console) as shown:
            # models in a row are meshed side by side; what comes before them stands before they do
            for models, group in groupby(wanted, key=lambda path: suffix_of(path) in IFC):
                if models:
                    options = {"source": source, "building": building, "force": force}
                    reports += _load_models(list(group), database, settings, shown, options)
                    continue
                for path in group:
                    with shown(path.name) as progress:
                        reports.append(
                            _load_one(
                                path,
                                database,
                                settings,
                                mapping=mapping,
                                collection=collection,
                                source=source,
                                layer=layer,
                                crs=crs,
                                force=force,
                                accept_offset=accept_offset,
                                progress=progress,
                            )
                        )
        analyse(database, reports)
    finally:
        database.close()
    if as_json:
        click.echo(to_json(reports))
    print_reports(reports, console)
    if any(report.status in ("failed", "partial") for report in reports):
        raise SystemExit(1)


def _place(
    wanted: list[Path], settings: Settings, console: Console, *, as_json: bool, **options: Any
) -> None:
    from loaders.ifc.placing.command import place_model  # noqa: PLC0415

    if len(wanted) != 1 or suffix_of(wanted[0]) not in IFC:
        raise InvalidInput("--place takes one IFC file")
    database = Database.from_settings(settings, "twin load", bounded=False)
    try:
        with bars_on(console) as shown, shown(wanted[0].name) as progress:
            loaded = {"actor": getpass.getuser(), "console": console, "progress": progress}
            answer = place_model(wanted[0], database, settings, **loaded, **options)
    finally:
        database.close()
    if as_json:
        click.echo(orjson.dumps(answer, option=orjson.OPT_INDENT_2, default=str).decode())


def _load_one(
    path: Path,
    database: Database,
    settings: Settings,
    *,
    source: str | None,
    crs: str | None,
    force: bool,
    accept_offset: bool,
    progress: ProgressOf,
    **options: Any,
) -> LoadReport:
    """A raster, point cloud, city model or GIS file; a report that says why where it cannot be loaded."""
    try:
        if path.suffix.lower() in RASTER:
            return _load_raster(
                path, database, settings, name=source, crs=crs, force=force, progress=progress
            )
        if path.suffix.lower() in POINTS:
            return _load_points(
                path, database, settings, name=source, crs=crs, force=force, progress=progress
            )
        how = {"source": source, "crs": crs, "force": force, "accept_offset": accept_offset}
        if is_city_model(path):
            return _load_city_model(path, database, settings, progress=progress, **how)
        return _load_gis(path, database, settings, progress=progress, **how, **options)
    except TwinError as error:
        return failed(source or path.stem, path.name, error)


def _load_models(
    paths: list[Path], database: Database, settings: Settings, shown: Shown, options: dict[str, Any]
) -> list[LoadReport]:
    """Building models, as many at a time as there are cores and memory for."""
    from loaders.ifc.load import load_ifc  # noqa: PLC0415

    turn = threading.Lock()
    with tempfile.TemporaryDirectory(prefix="twin-load-", ignore_cleanup_errors=True) as temporary:

        def one(path: Path) -> LoadReport:
            with shown(path.name) as progress:
                try:
                    return load_ifc(
                        path,
                        database,
                        settings,
                        progress=progress,
                        turn=turn,
                        temporary=Path(temporary),
                        **options,
                    )
                except TwinError as error:
                    return failed(options["source"] or path.stem, path.name, error)

        at_once = files_at_once(settings.load_memory_mb, settings.pool_size)
        return side_by_side([partial(one, path) for path in paths], at_once)


def _load_gis(path: Path, database: Database, settings: Settings, **options: Any) -> LoadReport:
    from loaders.gis.load import load_gis  # noqa: PLC0415

    return load_gis(path, database, settings, **options)


def _load_city_model(path: Path, database: Database, settings: Settings, **options: Any) -> LoadReport:
    from loaders.citymodel.load import load_city_model  # noqa: PLC0415

    return load_city_model(path, database, settings, **options)


def _load_raster(path: Path, database: Database, settings: Settings, **options: Any) -> LoadReport:
    from loaders.raster.load import load_raster  # noqa: PLC0415

    return load_raster(path, database, settings, **options)


def _load_points(path: Path, database: Database, settings: Settings, **options: Any) -> LoadReport:
    from loaders.pointcloud.load import load_point_cloud  # noqa: PLC0415

    return load_point_cloud(path, database, settings, **options)


def _print_layers(path: Path, layers: list[Layer], console: Console) -> None:
    for layer in layers:
        count = "an unknown number of" if layer.features is None else f"{layer.features:,}"
        console.print(
            f"[bold]{escape(path.name)}[/] layer {escape(layer.name)}: {count} features, "
            f"{layer.geometry or 'no geometry'}, {layer.format}, text in {layer.encoding}, "
            f"CRS {escape((layer.crs or 'not stated').splitlines()[0][:60])}",
            highlight=False,
        )
        for name, values in layer.columns.items():
            console.print(f"    {escape(name)}: {escape(', '.join(values))}", highlight=False)
        console.print(
            "[dim]# a mapping to begin with: check it, save it, use it with --mapping[/]", highlight=False
        )
        click.echo(to_toml(layer.mapping))
