"""`twin load`: files of any kind into the city."""

from __future__ import annotations

import getpass
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from loaders.citymodel.recognise import CITY_MODEL, data_set_name, is_city_model
from loaders.gis.guess import to_toml
from loaders.gis.inspect import Layer, inspect
from loaders.gis.load import load_gis
from loaders.gis.mapping import FieldMapping, read_mapping
from loaders.ifc.archive import unpacked_name
from loaders.load import failed
from loaders.report import print_reports, to_json
from loaders.sidebyside import files_at_once, side_by_side
from loaders.source import Progress as ProgressOf
from twin.database.connection import Database
from twin.errors import InvalidInput, TwinError
from twin.model.load import LoadReport
from twin.settings import Settings
from twin.store.analyse import analyse

Shown = Callable[[str], AbstractContextManager[ProgressOf]]

IFC = frozenset((".ifc", ".ifczip", ".ifcxml", ".ifcx"))
"""Also packed with gzip, `.ifc.gz`: `_suffix` looks through it."""
"""`.ifcx` (IFC5) is refused with a word on what to export instead."""
RASTER = frozenset((".tif", ".tiff", ".vrt", ".img", ".asc", ".hgt", ".dem"))
POINTS = frozenset((".las", ".laz"))
"""COPC is LAZ: `.copc.laz`."""
GIS = frozenset(
    (
        *(".gpkg", ".geojson", ".json", ".geojsonl", ".geojsons", ".shp", ".shz", ".zip", ".fgb"),
        *(".parquet", ".geoparquet", ".csv", ".tsv", ".gml", ".kml", ".kmz", ".dxf", ".tab", ".mif"),
        *(".gpx", ".xlsx", ".osm", ".pbf"),
    )
)


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
    wanted = list(_expanded(files))
    if only_inspect:
        for path in wanted:
            _require_mappable(path)
            _print_layers(path, inspect(path, settings, collection=collection), console)
        return
    if place or accept is not None:
        _place(wanted, settings, console, source=source, building=building, accept=accept, as_json=as_json)
        return
    if source is not None and len(wanted) > 1:
        raise InvalidInput("--source names one data set; load its files one by one")
    _require_distinct(wanted, None if mapping is None else read_mapping(mapping))
    database = Database.from_settings(settings, "twin load", bounded=False)
    reports: list[LoadReport] = []
    try:
        with _bars(console) as shown:
            # models in a row are meshed side by side; what comes before them stands before they do
            for models, group in groupby(wanted, key=lambda path: _suffix(path) in IFC):
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

    if len(wanted) != 1 or _suffix(wanted[0]) not in IFC:
        raise InvalidInput("--place takes one IFC file")
    database = Database.from_settings(settings, "twin load", bounded=False)
    try:
        with _bars(console) as shown, shown(wanted[0].name) as progress:
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
        return load_gis(path, database, settings, progress=progress, **how, **options)
    except TwinError as error:
        return failed(source or path.stem, path.name, error)


def _load_models(
    paths: list[Path], database: Database, settings: Settings, shown: Shown, options: dict[str, Any]
) -> list[LoadReport]:
    """Building models, as many at a time as there are cores and memory for."""
    # ifcopenshell takes a second to import; a shapefile should not wait for it
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


def _load_city_model(path: Path, database: Database, settings: Settings, **options: Any) -> LoadReport:
    from loaders.citymodel.load import load_city_model  # noqa: PLC0415

    return load_city_model(path, database, settings, **options)


def _load_raster(path: Path, database: Database, settings: Settings, **options: Any) -> LoadReport:
    from loaders.raster.load import load_raster  # noqa: PLC0415

    return load_raster(path, database, settings, **options)


def _load_points(path: Path, database: Database, settings: Settings, **options: Any) -> LoadReport:
    from loaders.pointcloud.load import load_point_cloud  # noqa: PLC0415

    return load_point_cloud(path, database, settings, **options)


def _expanded(files: tuple[Path, ...]) -> Iterator[Path]:
    for path in files:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and _is_known(p))
            if not found:
                raise InvalidInput(f"{path} holds no file we know how to load")
            yield from found
        else:
            yield path


def _is_known(path: Path) -> bool:
    suffix = _suffix(path)
    return suffix in IFC | RASTER | POINTS | GIS or (suffix in CITY_MODEL and is_city_model(path))


def _suffix(path: Path) -> str:
    """Last suffix of a name, in small letters; of a model packed with gzip the one before."""
    inner = unpacked_name(path).suffix.lower()
    return inner if inner in IFC else path.suffix.lower()


def _require_mappable(path: Path) -> None:
    kind = {
        **dict.fromkeys(IFC, "a building model"),
        **dict.fromkeys(RASTER, "a raster"),
        **dict.fromkeys(POINTS, "a point cloud"),
    }.get(_suffix(path), "a city model" if is_city_model(path) else None)
    if kind is not None:
        raise InvalidInput(f"{path.name} is {kind}: it has no columns to map, load it as it is")


def _require_distinct(files: list[Path], mapping: FieldMapping | None) -> None:
    """Two files of one name are one data set to us: the second would overwrite the first."""
    seen: dict[tuple[str, str], Path] = {}
    models = [path for path in files if is_city_model(path)]
    tables = [p for p in files if _suffix(p) not in IFC | RASTER | POINTS and p not in models]
    if mapping is not None and mapping.mode == "replace" and len(tables) > 1:
        raise InvalidInput(
            f"the mapping says mode = 'replace': {tables[1]} would close what {tables[0]} brought; "
            "load one file, or use mode = 'upsert'"
        )
    for path in files:
        suffix = _suffix(path)
        if mapping is not None and path in tables:
            continue  # its objects are told apart by the key of the mapping
        kind, name = "ifc" if suffix in IFC else "raster" if suffix in RASTER else "gis", path.stem
        if kind == "ifc":
            name = unpacked_name(path).stem
        if suffix in POINTS:
            kind, name = "points", path.name.partition(".")[0]
        if path in models:
            kind, name = "city model", data_set_name(path)
        other = seen.setdefault((kind, name.lower()), path)
        if other is not path:
            raise InvalidInput(
                f"{other} and {path} would be one data set, '{name}', and the second would overwrite "
                "the first; load them one by one, each with its own --source"
            )


@contextmanager
def _bars(console: Console) -> Iterator[Shown]:
    """A progress bar for each file that is being loaded."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bars:

        @contextmanager
        def shown(name: str) -> Iterator[ProgressOf]:
            task = bars.add_task(escape(name), total=None)

            def update(what: str, done: int, total: int | None) -> None:
                bars.update(task, description=f"{escape(name)} {what}", completed=done, total=total)

            try:
                yield update
            finally:
                bars.remove_task(task)

        yield shown


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
