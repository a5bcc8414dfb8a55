"""Load a GIS file: with a mapping, or by the guess."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from loaders.gis.inspect import inspect
from loaders.gis.mapping import FieldMapping, read_mapping
from loaders.gis.solids import Ground
from loaders.gis.source import GisSource
from loaders.load import load
from loaders.source import Progress
from twin.database.connection import Database
from twin.errors import InvalidInput
from twin.model.load import LoadReport
from twin.settings import Settings


def load_gis(
    path: Path,
    database: Database,
    settings: Settings,
    *,
    mapping: FieldMapping | Path | None = None,
    collection: str | None = None,
    source: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    force: bool = False,
    accept_offset: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Load one layer of a GIS file.

    Parameters
    ----------
    path : Path
        Anything `loaders.gis.read` opens.
    database : Database
        The city.
    settings : Settings
        Limits of the child that reads.
    mapping : FieldMapping or Path, optional
        What goes where; guessed from the columns if left out.
    collection, source, layer, crs : str, optional
        Win over the mapping. `crs` may also be gcj02 or bd09.
    force, accept_offset, progress
        See `loaders.load.load`.

    Raises
    ------
    SourceUnreadable, NotGeoreferenced, InvalidInput, Unprocessable
        The file, its place or the mapping cannot be used; nothing was written.
    """
    guessed = mapping is None
    if isinstance(mapping, Path):
        mapping = read_mapping(mapping)
    if mapping is None:
        mapping = _guessed(path, settings, collection, layer)
    elif collection is not None and collection != mapping.collection:
        raise InvalidInput(f"the mapping is for {mapping.collection}, not for {collection}")
    mapping = replace(mapping, name=source or mapping.name, layer=layer or mapping.layer)
    ground = _ground(database, settings) if mapping.solid_ground else None
    opened = GisSource(path, mapping, settings, crs, ground)
    report = load(opened, database, progress=progress, force=force, accept_offset=accept_offset, alone=True)
    if guessed and report.status == "done":
        columns = (
            ", ".join(f"{name} = {rule.source}" for name, rule in mapping.columns.items()) or "no column"
        )
        report.warnings.append(
            f"no mapping was given: taken as {mapping.collection} with {columns};"
            " --inspect prints it to be saved"
        )
    return report


def _ground(database: Database, settings: Settings) -> Ground:
    # rasterio takes a moment to import, and most files state their heights
    from loaders.raster import ground  # noqa: PLC0415

    return ground.Ground(database, settings).minimum


def _guessed(path: Path, settings: Settings, collection: str | None, layer: str | None) -> FieldMapping:
    layers = inspect(path, settings, collection=collection)
    chosen = [found for found in layers if layer in (None, found.name)]
    if not chosen:
        raise InvalidInput(f"{path.name} has no layer '{layer}'; it has {', '.join(x.name for x in layers)}")
    if len(chosen) > 1:
        names = ", ".join(found.name for found in chosen)
        raise InvalidInput(f"{path.name} has the layers {names}; say which one with --layer")
    mapping = chosen[0].mapping
    return replace(mapping, layer=chosen[0].name) if len(layers) > 1 else replace(mapping, layer=None)
