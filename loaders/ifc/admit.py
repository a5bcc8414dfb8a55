"""What is looked at before a model is opened: a broken file is cheaper to refuse than to survive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from loaders.ifc.archive import gunzip, unpack
from loaders.ifc.cycles import reference_cycle
from loaders.ifc.lettering import in_ascii
from twin.errors import SourceUnreadable, TooLarge

SCHEMAS = ("IFC2X3", "IFC4", "IFC4X3_ADD2")
"""What the installed toolkit reads."""

_HEAD_BYTES = 65_536
_TAIL_BYTES = 65_536
_END = b"END-ISO-10303-21;"
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']*)'", re.IGNORECASE)
_ADVICE = {
    "IFC2X": "IFC2x of before 2006; export it again as IFC4 or IFC2x3",
    "IFC4X1": "IFC4.1, withdrawn in favour of IFC4.3; export it again as IFC4X3_ADD2 or IFC4",
    "IFC4X2": "IFC4.2, withdrawn in favour of IFC4.3; export it again as IFC4X3_ADD2 or IFC4",
    "IFC4X3": "a draft or an earlier release of IFC4.3; export it again as IFC4X3_ADD2",
    "IFC4": "a draft of IFC4; export it again as IFC4",
    "IFC5": "IFC5 is still an alpha; export it as IFC4X3_ADD2 or IFC4",
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """A model that may be opened.

    Attributes
    ----------
    path : Path
        The plain file: the one that was given, or one made from it.
    form : str
        `step` or `xml`.
    encoding : str or None
        What text beyond ASCII was taken for that a STEP file may not have.
    """

    path: Path
    form: Literal["step", "xml"]
    encoding: str | None = None


def admit(path: Path, scratch: Path, max_bytes: int) -> Admitted:
    """Check a file and unpack it where needed.

    Parameters
    ----------
    path : Path
        `.ifc`, `.ifczip`, `.ifcxml` or one packed with gzip; the content decides, not the name.
    scratch : Path
        Where an archive is unpacked to.
    max_bytes : int
        Largest plain file.

    Raises
    ------
    SourceUnreadable
        Empty, cut short, of a schema that cannot be read, or built in a circle.
    TooLarge
        Over `max_bytes`, packed or unpacked.
    """
    name = path.name
    _check_size(path, max_bytes)
    head = _head(path)
    if head.startswith(b"PK\x03\x04"):
        path = unpack(path, scratch, max_bytes)
    elif head.startswith(b"\x1f\x8b"):
        path = gunzip(path, scratch, max_bytes)
    head = _head(path)
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if plain.startswith(b"<") or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Admitted(path, "xml")
    if plain.startswith(b"{"):
        raise SourceUnreadable(f"{name}: {_ADVICE['IFC5']}")
    if not _COMMENT.sub(b"", plain).lstrip().upper().startswith(b"ISO-10303-21"):
        raise SourceUnreadable(
            f"{name}: this is not an IFC model: it does not begin with ISO-10303-21 or XML and is no archive"
        )
    _check_step(path, head, name)
    lettered = in_ascii(path, scratch)
    return Admitted(lettered.path, "step", lettered.encoding)


def _check_size(path: Path, max_bytes: int) -> None:
    size = path.stat().st_size
    if size == 0:
        raise SourceUnreadable(f"{path.name}: the file is empty")
    if size > max_bytes:
        raise TooLarge(
            f"{path.name}: {size // 1_000_000} MB is over the limit of {max_bytes // 1_000_000} MB; "
            "raise TWIN_LOAD_MEMORY_MB (a model needs up to eight times its size) or split the model"
        )


def _check_step(path: Path, head: bytes, name: str) -> None:
    match = _SCHEMA.search(_COMMENT.sub(b"", head))
    if match is None:
        raise SourceUnreadable(f"{name}: the header names no FILE_SCHEMA, so the file cannot be read")
    schema = match[1].decode("ascii", "replace").strip().upper()
    if schema not in SCHEMAS:
        raise SourceUnreadable(f"{name}: schema {schema} cannot be read: {_advice(schema)}")
    if not _ends(path):
        raise SourceUnreadable(
            f"{name}: the file is cut short: its end mark {_END.decode()} is missing; export or copy it again"
        )
    cycle = reference_cycle(path)
    if cycle:
        chain = " -> ".join(f"#{number}" for number in [*cycle[:6], cycle[0]])
        raise SourceUnreadable(
            f"{name}: placements or shapes refer to themselves in a circle ({chain}); "
            "the exporting program has to repair this"
        )


def _advice(schema: str) -> str:
    for prefix in sorted(_ADVICE, key=len, reverse=True):
        if schema.startswith(prefix):
            return _ADVICE[prefix]
    return f"this server reads {', '.join(SCHEMAS)}"


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES)


def _ends(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return _END in re.sub(rb"\s+", b"", file.read()).upper()
