"""Which files `twin load` takes, and which of them are one data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from loaders.citymodel.recognise import CITY_MODEL, data_set_name, is_city_model
from loaders.gis.mapping import FieldMapping
from loaders.ifc.archive import unpacked_name
from twin.errors import InvalidInput

IFC = frozenset((".ifc", ".ifczip", ".ifcxml", ".ifcx"))
"""Also packed with gzip, `.ifc.gz`. `.ifcx` (IFC5) is refused with a word on what to export instead."""
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


def expanded(files: tuple[Path, ...]) -> Iterator[Path]:
    """Files as they are, and of folders every file in them that can be loaded.

    Raises
    ------
    InvalidInput
        A folder holds none.
    """
    for path in files:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and _is_known(p))
            if not found:
                raise InvalidInput(f"{path} holds no file we know how to load")
            yield from found
        else:
            yield path


def _is_known(path: Path) -> bool:
    suffix = suffix_of(path)
    return suffix in IFC | RASTER | POINTS | GIS or (suffix in CITY_MODEL and is_city_model(path))


def suffix_of(path: Path) -> str:
    """Last suffix of a name, in small letters; of a model packed with gzip the one before."""
    inner = unpacked_name(path).suffix.lower()
    return inner if inner in IFC else path.suffix.lower()


def require_mappable(path: Path) -> None:
    """Refuse a file without columns.

    Raises
    ------
    InvalidInput
        It is a model, raster or point cloud.
    """
    kind = {
        **dict.fromkeys(IFC, "a building model"),
        **dict.fromkeys(RASTER, "a raster"),
        **dict.fromkeys(POINTS, "a point cloud"),
    }.get(suffix_of(path), "a city model" if is_city_model(path) else None)
    if kind is not None:
        raise InvalidInput(f"{path.name} is {kind}: it has no columns to map, load it as it is")


def require_distinct(files: list[Path], mapping: FieldMapping | None) -> None:
    """Refuse files of one name: they are one data set to us, and the second would overwrite the first.

    Raises
    ------
    InvalidInput
        Two are one data set, or a mapping says that each file replaces the one before.
    """
    seen: dict[tuple[str, str], Path] = {}
    models = [path for path in files if is_city_model(path)]
    tables = [p for p in files if suffix_of(p) not in IFC | RASTER | POINTS and p not in models]
    if mapping is not None and mapping.mode == "replace" and len(tables) > 1:
        raise InvalidInput(
            f"the mapping says mode = 'replace': {tables[1]} would close what {tables[0]} brought; "
            "load one file, or use mode = 'upsert'"
        )
    for path in files:
        suffix = suffix_of(path)
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
