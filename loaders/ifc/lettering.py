r"""Text beyond ASCII in a STEP file: ISO 10303-21 writes it as `\X2\...\X0\`, many programs as it comes.

The parser drops such bytes without a word, so that 墙 of a wall's name is gone. They are written
again as the standard has it, before the file is opened.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 20
_HIGH = re.compile(rb"[\x80-\xff]+")
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_PAIRED_SHARE = 0.5
"""GB 18030 writes a character as two bytes or four, of which the first is high and most often the second
too; in western text a high byte nearly always stands alone."""


@dataclass(frozen=True, slots=True)
class Lettered:
    """A STEP file in ASCII.

    Attributes
    ----------
    path : Path
        The given one, or the one written anew.
    encoding : str or None
        What the bytes beyond ASCII were taken for; None where there were none.
    """

    path: Path
    encoding: str | None


def in_ascii(path: Path, scratch: Path) -> Lettered:
    """Write text beyond ASCII as ISO 10303-21 has it, in memory that does not grow with the file.

    Parameters
    ----------
    path : Path
        A STEP file.
    scratch : Path
        Where the other one is written, where one is needed.
    """
    encoding = _encoding(path)
    if encoding is None:
        return Lettered(path, None)
    target = scratch / "lettered.ifc"
    # strict: what cannot be read this way was found out before
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as source, target.open("w", encoding="ascii", newline="") as sink:
        while piece := source.read(_PIECE):
            sink.write(_BEYOND.sub(_escaped, decoder.decode(piece)))
        sink.write(_BEYOND.sub(_escaped, decoder.decode(b"", final=True)))
    return Lettered(target, encoding)


def _encoding(path: Path) -> str | None:
    """What the bytes beyond ASCII are; None where there are none."""
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    high = paired = 0
    with path.open("rb") as source:
        while True:
            piece = source.read(_PIECE)
            if not piece.isascii():
                lengths = [len(run) for run in _HIGH.findall(piece)]
                high += sum(lengths)
                paired += sum(length for length in lengths if length > 1)
            for name, decoder in list(decoders.items()):
                try:
                    decoder.decode(piece, final=not piece)
                except UnicodeDecodeError:
                    del decoders[name]
            if not piece:
                break
    if not high:
        return None
    if "utf-8" in decoders:
        return "utf-8"
    # every byte is something there, so this never fails
    return "gb18030" if "gb18030" in decoders and paired >= _PAIRED_SHARE * high else "latin-1"


def _escaped(match: re.Match[str]) -> str:
    text = match[0]
    if max(text) > "\uffff":
        return rf"\X4\{text.encode('utf-32-be').hex().upper()}\X0" + "\\"
    return rf"\X2\{text.encode('utf-16-be').hex().upper()}\X0" + "\\"
