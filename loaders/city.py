"""The sample city, file by file, through the same loaders as any other data."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path

from loaders.codes import bring_codes
from loaders.gis.load import load_gis
from loaders.load import failed
from loaders.source import Progress
from twin.database.connection import Database
from twin.errors import SourceUnreadable, TwinError
from twin.model.load import LoadReport
from twin.settings import Settings
from twin.store.analyse import analyse

ORDER: tuple[tuple[str, str], ...] = (
    ("zones.geojson", "zones"),
    ("water.geojson", "water"),
    ("vegetation.geojson", "vegetation"),
    ("parcels.shp", "parcels"),
    ("roads.geojson", "roads"),
    ("rail.geojson", "rail"),
    ("buildings.gpkg", "buildings"),
    ("building_parts.gpkg", "building_parts"),
    ("floors.csv", "floors"),
    ("fire_profiles.csv", "fire_profiles"),
    ("units.parquet", "units"),
    ("enterprises.csv", "enterprises"),
    ("addresses.csv", "addresses"),
    ("utilities.gpkg", "utility_lines"),
    ("utilities.gpkg", "utility_nodes"),
    ("hydrants.csv", "hydrants"),
    ("facilities.geojson", "facilities"),
    ("fire_stations.geojson", "fire_stations"),
    ("poles.geojson", "poles"),
    ("sensors.geojson", "sensors"),
)
"""File of the sample and its mapping; what others hang on comes first."""


def load_sample(
    folder: Path, database: Database, settings: Settings, progress: Progress | None = None
) -> list[LoadReport]:
    """Load everything a generated sample city folder holds; a file that is missing is passed over.

    Parameters
    ----------
    folder : Path
        What `twin sample` wrote.
    database : Database
        The city.
    settings : Settings
        Limits of the children that parse.
    progress : callable, optional
        Called with (file name, files done, files in all).

    Returns
    -------
    list of LoadReport
        One a file; a file that cannot be loaded is reported as failed and does not stop the others.

    Raises
    ------
    SourceUnreadable
        The folder does not hold a sample city.
    """
    if not (folder / "manifest.json").is_file():
        raise SourceUnreadable(f"{folder} holds no sample city (no manifest.json); `twin sample` makes one")
    reports = []
    models = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".ifc", ".ifczip"))
    rasters = sorted(folder.glob("*.tif"))
    present = [(name, mapping) for name, mapping in ORDER if (folder / name).is_file()]
    total = len(present) + len(models) + len(rasters)
    with as_file(files("sample_data")) as definitions:
        bring_codes(database)
        for name, report in _each(folder, definitions, present, rasters, models, database, settings):
            reports.append(report)
            if progress is not None:
                progress(name, len(reports), total)
    analyse(database, reports)
    return reports


def _each(  # noqa: PLR0917
    folder: Path,
    definitions: Path,
    present: list[tuple[str, str]],
    rasters: list[Path],
    models: list[Path],
    database: Database,
    settings: Settings,
) -> Iterator[tuple[str, LoadReport]]:
    # these two are heavy to import, and the first files do not need them
    from loaders.raster.load import load_raster  # noqa: PLC0415

    for path in rasters:
        yield path.name, _tried(path, lambda p=path: load_raster(p, database, settings, name=p.stem))
    for name, mapping in present:
        path, rules = folder / name, definitions / "mappings" / f"{mapping}.toml"
        yield (
            mapping,
            _tried(path, lambda p=path, m=rules: load_gis(p, database, settings, mapping=m)),
        )
    if models:
        from loaders.ifc.load import load_ifc  # noqa: PLC0415

        for path in models:
            source = f"luohu-sample/{path.stem}"
            yield path.name, _tried(path, lambda p=path, s=source: load_ifc(p, database, settings, source=s))


def _tried(path: Path, load: Callable[[], LoadReport]) -> LoadReport:
    started = time.monotonic()
    try:
        return load()
    except TwinError as error:
        report = failed(f"luohu-sample/{path.stem}", path.name, error)
        report.seconds = time.monotonic() - started
        return report
