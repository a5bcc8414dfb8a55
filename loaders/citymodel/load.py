"""Load a city model: CityJSON or CityGML, also zipped."""

from __future__ import annotations

from pathlib import Path

from loaders.citymodel.recognise import data_set_name
from loaders.citymodel.source import CityModelSource
from loaders.load import load
from loaders.source import Progress
from twin.database.connection import Database
from twin.model.load import LoadReport
from twin.settings import Settings


def load_city_model(
    path: Path,
    database: Database,
    settings: Settings,
    *,
    source: str | None = None,
    crs: str | None = None,
    force: bool = False,
    accept_offset: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Load the objects of a city model: all of them or nothing.

    Parameters
    ----------
    path : Path
        CityJSON 1.0 to 2.0, CityJSONSeq, CityGML 1.0 to 3.0, or a zip archive of such.
    database : Database
        The city.
    settings : Settings
        Limits of the child that reads.
    source : str, optional
        Stable name of the data set. Default: `city-model/<file name without suffix>`.
    crs : str, optional
        Wins over the file. The short form `EPSG:n` means east, north; a URN or an address
        means the axis order of the authority.
    force, accept_offset, progress
        See `loaders.load.load`.

    Raises
    ------
    SourceUnreadable, NotGeoreferenced, TooLarge, Unprocessable
        The file, or where it lies, cannot be used; nothing was written.
    """
    name = source or data_set_name(path)
    opened = CityModelSource(path, name, settings, vertical_srid=settings.vertical_srid, declared=crs)
    return load(opened, database, progress=progress, force=force, accept_offset=accept_offset)
