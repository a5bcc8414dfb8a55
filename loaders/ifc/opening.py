"""Open an admitted model, and notice when the parser passed over parts of it."""

from __future__ import annotations

import mmap
import re
from pathlib import Path
from typing import Any

import ifcopenshell

from loaders.ifc.admit import Admitted
from loaders.ifc.xml import read_xml
from twin.errors import SourceUnreadable

_ENTITY = re.compile(rb"(?:^|[;\n])\s*#\d+\s*=")
_BROKEN_SHARE = 0.5


def open_model(admitted: Admitted, name: str, *, intact: bool = False) -> Any:
    """Open a plain file.

    Parameters
    ----------
    admitted : Admitted
        The file.
    name : str
        What it is called in messages.
    intact : bool
        The whole of it was read before and nothing was passed over: now entities are read when they
        are asked for, which is faster and takes less memory. In a damaged file that would find other
        ones: of two with one number the last and not the first, and a broken one only when it is met.

    Raises
    ------
    SourceUnreadable
        The parser cannot read it.
    """
    try:
        if admitted.form == "xml":
            return read_xml(admitted.path, name)
        return ifcopenshell.open(str(admitted.path), lazy=intact)
    except SourceUnreadable:
        raise
    except Exception as error:  # the parser's own errors have no common class
        raise SourceUnreadable(f"{name}: the parser cannot read it: {error}") from error


def passed_over(admitted: Admitted, model: Any, name: str) -> int:
    """How many entities of the text the parser did not read.

    A stray quote or comment mark makes it skip lines without a word.

    Raises
    ------
    SourceUnreadable
        It skipped half of the file or more.
    """
    if admitted.form == "xml":
        return 0
    stated, read = _stated(admitted.path), sum(1 for _ in model)
    if read < stated * _BROKEN_SHARE:
        raise SourceUnreadable(
            f"{name}: only {read} of {stated} entities can be read; a quote or comment mark is not closed "
            "or the file is damaged: export it again"
        )
    return max(0, stated - read)


def _stated(path: Path) -> int:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return sum(1 for _ in _ENTITY.finditer(text))
