"""A GIS file as a source: read in the limited child, mapped here."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from loaders.file import Unchanged, require_file
from loaders.gis.batch import batch_of
from loaders.gis.mapping import FieldMapping
from loaders.gis.shapefile import shapefile_parts
from loaders.gis.solids import Ground, with_solids
from loaders.isolate import isolated
from loaders.place import Stated
from twin.model.feature import FeatureBatch
from twin.model.load import LoadRequest
from twin.settings import Settings
from twin.store.loading import Load

_RULES = "gis-1"
"""Raise when the same file would be loaded differently, so that it is loaded again."""
_FORMATS = {
    ".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON",
    ".geojsonl": "GeoJSONSeq", ".geojsons": "GeoJSONSeq",
    ".shp": "ESRI Shapefile", ".zip": "zip", ".shz": "zip", ".fgb": "FlatGeobuf", ".parquet": "Parquet",
    ".geoparquet": "GeoParquet", ".csv": "CSV", ".tsv": "CSV", ".txt": "CSV",
}  # fmt: skip
_PIECE = 1 << 20


class GisSource:
    """A layer of a GIS file.

    Parameters
    ----------
    path : Path
        Anything GDAL opens, CSV or Parquet, also zipped.
    mapping : FieldMapping
        What goes where.
    settings : Settings
        Limits of the child that reads.
    declared : str, optional
        CRS a person declares; wins over the mapping's.
    ground : callable, optional
        Lowest ground under footprints in the storage CRS, metres; NaN where it is not known.
    """

    def __init__(
        self,
        path: Path,
        mapping: FieldMapping,
        settings: Settings,
        declared: str | None = None,
        ground: Ground | None = None,
    ) -> None:
        self._path = path
        self._mapping = replace(mapping, crs=declared or mapping.crs)
        self._settings = settings
        self._ground = ground
        self._file_crs: str | None = None
        self._total: int | None = None
        require_file(path)
        self._unchanged = Unchanged(_files(path))

    @property
    def request(self) -> LoadRequest:
        """What is about to be loaded; the CRS is known once it was read."""
        mapping = self._mapping
        rules = orjson.dumps([_RULES, asdict(mapping)], option=orjson.OPT_SORT_KEYS, default=str)
        return LoadRequest(
            source=mapping.name,
            file_name=self._path.name,
            file_sha256=file_hash(self._path),
            format=_FORMATS.get(self._path.suffix.lower(), self._path.suffix.lstrip(".").upper()),
            crs=mapping.crs or "",
            mode="replace" if mapping.mode == "replace" else "upsert",
            source_date=mapping.source_date,
            licence=mapping.licence,
            settings_hash=hashlib.sha256(rules).hexdigest(),
        )

    @property
    def stated(self) -> Stated:
        """The CRS of the file and the declared one."""
        return Stated(self._file_crs, self._mapping.crs)

    @property
    def software(self) -> dict[str, str]:
        """Versions of the readers."""
        return {name: version(name) for name in ("city-twin", "pyogrio", "pyarrow", "shapely", "pyproj")}

    @property
    def total(self) -> int | None:
        """Features of the layer, when the format says."""
        return self._total

    def batches(self, load: Load) -> Iterator[FeatureBatch]:
        """Chunks of the layer, mapped; the child reads ahead."""
        arguments: dict[str, Any] = {
            "path": str(self._path.resolve()),
            "layer": self._mapping.layer,
            "options": {"encoding": self._mapping.encoding},
        }
        limits = {"memory_mb": self._settings.load_memory_mb, "seconds": self._settings.load_seconds}
        with tempfile.TemporaryDirectory(prefix="twin-load-") as folder:
            scratch = Path(folder)
            start = 0
            with isolated("loaders.gis.read:read", arguments, scratch=scratch, **limits) as events:
                for event in events:
                    if "facts" in event:
                        self._file_crs, self._total = event["facts"]["crs"], event["facts"]["features"]
                        for note in event["facts"]["notes"]:
                            load.warn(note)
                        if not self._mapping.key:
                            load.warn("no key column: objects are known by their number in the file")
                    elif "chunk" in event:
                        table = read_chunk(scratch / event["chunk"])
                        yield batch_of(table, self._mapping, load, start)
                        start += table.num_rows
        self._unchanged.require()

    def complete(self, batch: FeatureBatch, load: Load) -> FeatureBatch:
        """Footprint of the building, solid, lowest and highest point."""
        mapping = self._mapping
        if mapping.geometry_of is not None and batch.building is not None:
            shapes = np.empty(len(batch), dtype=object)
            shapes[:] = load.footprints(batch.building)
            batch = replace(batch, geometry=shapes)
        return with_solids(batch, mapping, self._ground, load)


def read_chunk(file: Path) -> pa.Table:
    """A chunk the child wrote; the file goes at once, its pages live as long as the table."""
    with pa.memory_map(str(file)) as mapped:
        table = pa.ipc.open_file(mapped).read_all()
    file.unlink()
    return table


def file_hash(path: Path) -> str:
    """SHA-256 of a file, for a shapefile with its parts."""
    digest = hashlib.sha256()
    for part in _files(path):
        with part.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    return list(shapefile_parts(path).values()) if path.suffix.lower() == ".shp" else [path]
