"""Is this file a city model? By a look at its beginning, not by its name alone."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

_HEAD = 1 << 16
_JSON = frozenset((".json", ".jsonl", ".cityjson"))
_XML = frozenset((".gml", ".xml", ".citygml"))
CITY_MODEL = _JSON | _XML
"""Endings of files that may be city models."""
_CITY_JSON = re.compile(rb'"CityObjects"\s*:|"type"\s*:\s*"CityJSON(?:Feature)?"')
_CITY_GML = re.compile(rb"<(?:[\w.-]+:)?CityModel[\s>]")
_MEMBERS = 2_000


def is_city_model(path: Path) -> bool:
    """Whether a file, or a zip archive by what it holds, is CityJSON or CityGML.

    A GML file is one by its root element. CityJSON in another version or with another
    order of members is one as well: whether it can be read is the reader's to say.
    """
    if path.suffix.lower() == ".zip":
        return _archive_holds_one(path)
    if path.suffix.lower() not in CITY_MODEL or not path.is_file():
        return False
    with path.open("rb") as file:
        return _shows(path.suffix.lower(), _ends(file, path.stat().st_size))


def data_set_name(path: Path) -> str:
    """What a data set is called where nobody says: `block.city.json` is `city-model/block`."""
    return f"city-model/{path.name.split('.')[0]}"


def city_models(files: Iterable[Path]) -> list[Path]:
    """The city models among unpacked files."""
    return [file for file in files if is_city_model(file)]


def _archive_holds_one(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as opened:
            for member in opened.infolist()[:_MEMBERS]:
                suffix = Path(member.filename).suffix.lower()
                if suffix in CITY_MODEL and not member.flag_bits & 1:
                    with opened.open(member) as file:
                        if _shows(suffix, file.read(_HEAD)):
                            return True
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        # what is wrong with the archive is for whoever opens it to say
        return False
    return False


def _ends(file: IO[bytes], size: int) -> bytes:
    """Beginning and end: the member that tells may be the last."""
    head = file.read(_HEAD)
    if size > 2 * _HEAD:
        file.seek(size - _HEAD)
    return head + b"\n" + file.read(_HEAD)


def _shows(suffix: str, data: bytes) -> bool:
    if suffix in _JSON:
        return _CITY_JSON.search(data) is not None
    plain = data.replace(b"\0", b"")  # UTF-16
    return _CITY_GML.search(plain) is not None
