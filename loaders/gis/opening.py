"""What is done to a file before GDAL, or a reader of tables, gets it; runs in the limited child."""

from __future__ import annotations

import codecs
import shutil
from dataclasses import dataclass
from pathlib import Path

from loaders.archive import unpack
from loaders.file import require_file
from loaders.gis.encoding import text_encoding
from loaders.gis.gdal import pyogrio
from loaders.gis.shapefile import require_whole, shapefile_parts
from twin.errors import InvalidInput, SourceUnreadable

_PARTS = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".gml", ".kml", ".csv", ".parquet", ".dxf", ".tab")
_JSON = frozenset((".geojson", ".json", ".geojsonl", ".geojsons"))
_UTF8 = "utf-8"
_PIECE = 1 << 20
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be read.

    Attributes
    ----------
    path : Path
        The file itself, or what was made of it in the scratch folder.
    encoding : str or None
        What its text was written in, where it had to be rewritten as UTF-8.
    notes : tuple of str
        What the reader of the report should know about that.
    """

    path: Path
    encoding: str | None = None
    notes: tuple[str, ...] = ()


def opened(path: Path, scratch: Path, encoding: str | None = None) -> Opened:
    """The file to read: of a zip archive the one source it holds, of odd JSON a copy in UTF-8.

    Parameters
    ----------
    path : Path
        As it was given; it is never written to.
    scratch : Path
        Where copies go.
    encoding : str, optional
        What a person says its text is written in.

    Raises
    ------
    SourceUnreadable
        No file, an empty one, a shapefile with a part missing, an archive without a source.
    InvalidInput
        An archive with several sources.
    """
    require_file(path)
    if not path.stat().st_size:
        raise SourceUnreadable(f"{path.name} is empty (0 bytes)")
    if path.suffix.lower() in (".zip", ".shz"):
        folder = scratch / "unpacked"
        folder.mkdir()
        path = _only_source(path, unpack(path, folder))
    if path.suffix.lower() == ".shp":
        if require_whole(path):
            return Opened(path)
        return Opened(
            _copied(path, scratch), notes=(f"{path.stem}.shx is missing or broken and was made anew",)
        )
    if path.suffix.lower() in _JSON:
        found = text_encoding(path, encoding)
        if codecs.lookup(found).name != _UTF8:
            note = f"text is not in UTF-8, as JSON has to be; taken as {found}"
            return Opened(_rewritten(path, found, scratch), found, (note,))
    return Opened(path)


def _only_source(archive: Path, files: list[Path]) -> Path:
    sources = [file for suffix in _PARTS for file in files if file.suffix.lower() == suffix]
    if not sources:
        held = ", ".join(file.name for file in files[:_SHOWN]) + (" ..." if len(files) > _SHOWN else "")
        raise SourceUnreadable(
            f"{archive.name} holds no GIS file we know, but {held or 'nothing'}; "
            "unpack it and load what is inside"
        )
    first = [file for file in sources if file.suffix.lower() == sources[0].suffix.lower()]
    if len(first) > 1:
        raise InvalidInput(
            f"{archive.name} holds several sources ({', '.join(file.name for file in first)}); "
            "unpack it and load them one by one"
        )
    return first[0]


def _copied(shapefile: Path, scratch: Path) -> Path:
    """Without an index: GDAL makes one beside the file, which must not be where the person keeps it.

    The option makes GDAL write the index of every shapefile it opens, so it is set for copies alone.
    """
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    folder = scratch / "copied"
    folder.mkdir()
    for suffix, part in shapefile_parts(shapefile).items():
        if suffix != ".shx":
            shutil.copyfile(part, folder / f"{shapefile.stem}{suffix}")
    return folder / f"{shapefile.stem}.shp"


def _rewritten(path: Path, encoding: str, scratch: Path) -> Path:
    """JSON in another encoding than the UTF-8 it has to be in, which GDAL would pass on as it is."""
    target = scratch / path.name
    with (
        path.open(encoding=encoding, errors="strict", newline="") as source,
        target.open("w", encoding=_UTF8, newline="") as sink,
    ):
        try:
            while piece := source.read(_PIECE):
                sink.write(piece)
        except UnicodeError as error:
            raise SourceUnreadable(
                f"{path.name} is written neither in UTF-8 nor in {encoding}; say encoding in the mapping"
            ) from error
    return target
