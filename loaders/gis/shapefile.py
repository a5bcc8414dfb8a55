"""The parts of a shapefile: which there are, and whether they are whole.

GDAL reads what it finds: of an attribute table cut in half it gives half of the features
without a word. Layout: ESRI Shapefile Technical Description (1998); dBASE III header.
"""

from __future__ import annotations

import struct
from pathlib import Path

from twin.errors import SourceUnreadable

PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_MAGIC, _HEAD, _ENTRY = 9994, 100, 8
_DBF_HEAD = struct.Struct("<4xIHH")


def shapefile_parts(shapefile: Path) -> dict[str, Path]:
    """Files of a shapefile by lower-case suffix, in the order of `PARTS`: `H.DBF` is one of `H.shp`."""
    found = {
        file.suffix.lower(): file
        for file in shapefile.parent.iterdir()
        if file.stem == shapefile.stem and file.suffix.lower() in PARTS and file.is_file()
    }
    return {suffix: found[suffix] for suffix in PARTS if suffix in found}


def require_whole(shapefile: Path) -> bool:
    """Refuse a shapefile of which a part is missing or cut short.

    Returns
    -------
    bool
        Whether its index can be used; without one GDAL has to make it.

    Raises
    ------
    SourceUnreadable
        Says which part, and what it lacks.
    """
    parts = shapefile_parts(shapefile)
    stated = _stated_bytes(shapefile)
    if stated is None:
        raise SourceUnreadable(f"{shapefile.name} is no shapefile: its header is not one")
    _require_size(shapefile, stated)
    table = parts.get(".dbf")
    if table is None:
        raise SourceUnreadable(
            f"{shapefile.name} came without its attribute table {shapefile.stem}.dbf; "
            "a shapefile is handed over with all its parts (.shp, .shx, .dbf, .prj)"
        )
    rows = _rows(table)
    index = parts.get(".shx")
    stated = None if index is None else _stated_bytes(index)
    if index is None or stated is None or index.stat().st_size < stated:
        return False
    shapes = (stated - _HEAD) // _ENTRY
    if shapes != rows:
        raise SourceUnreadable(
            f"{shapefile.name} has {shapes} shapes, but {table.name} has {rows} rows: "
            "the parts belong to different files; copy all of them again"
        )
    return True


def _stated_bytes(file: Path) -> int | None:
    """Size that the header of a .shp or .shx states; None: it has no such header."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if len(head) < _HEAD or int.from_bytes(head[:4], "big") != _MAGIC:
        return None
    return 2 * int.from_bytes(head[24:28], "big")


def _rows(table: Path) -> int:
    with table.open("rb") as stream:
        head = stream.read(_DBF_HEAD.size)
    if len(head) < _DBF_HEAD.size:
        raise SourceUnreadable(f"{table.name} is cut short: it has {len(head)} bytes; copy it again")
    rows, head_bytes, row_bytes = _DBF_HEAD.unpack(head)
    _require_size(table, head_bytes + rows * row_bytes)
    return int(rows)


def _require_size(file: Path, stated: int) -> None:
    size = file.stat().st_size
    if size < stated:
        raise SourceUnreadable(
            f"{file.name} is cut short: its header says {stated:,} bytes, here are {size:,}; copy it again"
        )
