"""What a text file is written in, when nobody says."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import BinaryIO

from loaders.gis.shapefile import shapefile_parts

_PIECE = 1 << 20
# language driver byte of a .dbf, https://desktop.arcgis.com: "code page of a dBASE table"
_LANGUAGES = {
    0x4D: "GB18030",
    0x4F: "CP950",
    0x13: "CP932",
    0x4E: "CP949",
    0x57: "CP1252",
    0x03: "CP1252",
    0x58: "CP1252",
}


def dbf_encoding(shapefile: Path, declared: str | None) -> str:
    """Encoding of a shapefile's attribute table.

    What is declared wins, then the .cpg file; without either, the bytes decide: text that
    is strict UTF-8 is UTF-8, else it is what the language byte says, else GB18030 (the
    superset of GBK that Chinese offices write without saying so).
    """
    if declared:
        return declared
    parts = shapefile_parts(shapefile)
    if ".cpg" in parts:
        stated = parts[".cpg"].read_text(errors="replace").strip()
        return {"utf8": "UTF-8", "936": "GB18030", "gbk": "GB18030"}.get(stated.lower(), stated or "UTF-8")
    dbf = parts.get(".dbf")
    if dbf is None:
        return "UTF-8"
    with dbf.open("rb") as stream:
        header = stream.read(32)
        if len(header) < 32:
            return "UTF-8"
        stream.seek(int.from_bytes(header[8:10], "little"))
        if is_utf8(stream):
            return "UTF-8"
    return _LANGUAGES.get(header[29], "GB18030")


def text_encoding(file: Path, declared: str | None) -> str:
    """Encoding of a text file: declared, else UTF-8 if it is, else GB18030."""
    if declared:
        return declared
    with file.open("rb") as stream:
        if stream.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        stream.seek(0)
        return "utf-8" if is_utf8(stream) else "gb18030"


def is_utf8(stream: BinaryIO) -> bool:
    """Whether a stream is UTF-8 to its end; half a letter there is a cut, not another encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := stream.read(_PIECE):
            decoder.decode(piece)
    except UnicodeDecodeError:
        return False
    return True
