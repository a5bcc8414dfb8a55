"""Fire ratings as minutes, from whatever a person or a program wrote.

What is not understood is unknown (None); the raw text always stays beside it. Where a text
gives several times (`EI 60 / E 90`, `-/60/30`), the shortest counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from fractions import Fraction

_GRADES = {"甲": 90.0, "乙": 60.0, "丙": 30.0}
"""GB 12955 (doors) and GB 16809 (windows): A1.50, A1.00 and A0.50, in hours."""
_TIMES_MIN = frozenset({10, 15, 20, 30, 45, 60, 75, 90, 105, 120, 150, 180, 210, 240, 300, 360})
"""Minutes that standards give; a number beside letters counts only if it is one of them."""
_LONGEST_MIN = 600.0
_CHINESE_HOURS = {"半": 0.5, "一": 1.0, "两": 2.0, "二": 2.0, "三": 3.0, "四": 4.0}

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_HALF = re.compile(r"(\d+)[\s-]+(\d)/(\d)(?=\s*-?\s*H)")
_HOUR_MINUTE = re.compile(rf"{_NUMBER}\s*(?:H|小时)\s*(\d{{1,2}})\s*(?:MIN|M|分)?(?![\d.])")
_HOURS = re.compile(rf"{_NUMBER}\s*-?\s*(?:HOURS?|HRS?\b|H\b|HR(?![A-Z])|小时|个小时)")
_FRACTION_HOURS = re.compile(r"(?<![\d/])(\d)/(\d)\s*-?\s*(?:HOURS?|HRS?|H)\b")
_CHINESE = re.compile(r"([半一两二三四])个?(半)?小时(半)?")
_MINUTES = re.compile(rf"{_NUMBER}\s*-?\s*(?:MINUTES?|MINS?|MN|分钟|分|')")
_GRADE = re.compile(r"([甲乙丙])\s*级|^([甲乙丙])$")
_GB_CLASS = re.compile(r"(?<![A-Z\d])[ABC]\s*([0-3][.][05]0)(?!\d)")
_LETTERS = re.compile(
    r"(?<![A-Z])(REI|REW|RE|EI|EW|E|R|FRL|FRR|FR|FD|F|T|G|W|L|K|S|A|B|WBDBO)"
    r"(?:-M)?[\s:_-]*(?:[12]\s+)?(\d{2,3})(?![\d.,])"
)
_LEVELS = re.compile(r"^(?:-|\d{1,3})/(?:-|\d{1,3})/(?:-|\d{1,3})$")
_DECIMAL_HOURS = re.compile(r"^[0-4][.,]\d{1,2}$")
_BARE = re.compile(r"^\d{2,3}(?:[.]0+)?$")


_AT_MOST = re.compile(
    r"<|≤|≦|(?<!不)(?:小于|低于|少于|不足|不到)|不超过|不大于"
    r"|(?<!NOT )(?:LESS THAN|BELOW|UNDER\b|UP TO)|AT MOST"
)
_RANGE = re.compile(rf"(?<![\d/.,-]){_NUMBER}\s*[-~–—至到]\s*{_NUMBER}(?=\s*-?\s*(?:H|MIN|MN|小时|分|'))")
_WIDEST = 6.0
"""A range whose ends are further apart is none, but a number of a type before a time."""


def fire_minutes(raw: str | None) -> float | None:
    """Minutes a part withstands a fire, or None where the text does not say.

    Parameters
    ----------
    raw : str or None
        As in `FireRating`.

    Returns
    -------
    float or None
        Minutes; of a range the least. A bare small whole number is a class as often as hours, and
        what only says that it holds less than some time says nothing: unknown.

    Notes
    -----
    甲级, 乙级 and 丙级 are 90, 60 and 30 minutes by GB 12955-2008.

    Examples
    --------
    >>> [fire_minutes(text) for text in ("甲级", "1.50h", "EI2 30-C", "2HR", "F90-AB", "90", "B1")]
    [90.0, 90.0, 30.0, 120.0, 90.0, 90.0, None]
    """
    if not raw:
        return None
    text = unicodedata.normalize("NFKC", _spelled(raw)).upper().strip()
    if _AT_MOST.search(text):  # less than an hour may be none at all
        return None
    text = _RANGE.sub(_lowest, text)
    for read in _READERS:
        found = [minutes for minutes in read(text) if 0 < minutes <= _LONGEST_MIN]
        if found:
            return round(min(found), 3)
    return None


def _spelled(raw: str) -> str:
    """Vulgar fractions as ` n/d`, apart from the number before them."""
    for letter, words in (("¼", " 1/4"), ("½", " 1/2"), ("¾", " 3/4")):
        raw = raw.replace(letter, words)
    return raw


def _times(text: str) -> list[float]:
    found: list[float] = []

    def take(pattern: re.Pattern[str], minutes: Callable[[re.Match[str]], float], rest: str) -> str:
        for match in pattern.finditer(rest):
            found.append(minutes(match))
        return pattern.sub(" ", rest)

    rest = _HALF.sub(_decimal, text)
    rest = take(_HOUR_MINUTE, lambda m: _real(m[1]) * 60 + float(m[2]), rest)
    rest = take(_FRACTION_HOURS, lambda m: _share(m[1], m[2]) * 60, rest)
    rest = take(_HOURS, lambda m: _real(m[1]) * 60, rest)
    rest = take(_CHINESE, lambda m: (_CHINESE_HOURS[m[1]] + (0.5 if m[2] or m[3] else 0.0)) * 60, rest)
    take(_MINUTES, lambda m: _real(m[1]), rest)
    return found


def _letters(text: str) -> list[float]:
    found = []
    for match in _LETTERS.finditer(text):
        number = int(match[2])
        # EI230 is EI2 30, but EI120 is 120
        if number not in _TIMES_MIN and match[1] == "EI" and match[2][0] in "12":
            number = int(match[2][1:])
        if number in _TIMES_MIN:
            found.append(float(number))
    return found


def _levels(text: str) -> list[float]:
    """Australian fire resistance level: structure/integrity/insulation."""
    return [float(n) for n in re.findall(r"\d+", text)] if _LEVELS.match(text.replace(" ", "")) else []


def _bare(text: str) -> list[float]:
    if _DECIMAL_HOURS.match(text):
        return [_real(text) * 60]
    return [float(text)] if _BARE.match(text) and float(text) in _TIMES_MIN else []


def _grades(text: str) -> list[float]:
    return [_GRADES[match[1] or match[2]] for match in _GRADE.finditer(text)]


def _classes(text: str) -> list[float]:
    return [float(match[1]) * 60 for match in _GB_CLASS.finditer(text)]


_READERS = (_times, _classes, _grades, _levels, _letters, _bare)
"""The most explicit first; the first that finds a time decides."""


def _lowest(match: re.Match[str]) -> str:
    low, high = _real(match[1]), _real(match[2])
    return match[1] if 0 < low < high <= low * _WIDEST else match[0]


def _decimal(match: re.Match[str]) -> str:
    return f"{int(match[1]) + _share(match[2], match[3]):g}"


def _share(over: str, under: str) -> float:
    return float(Fraction(int(over), int(under))) if int(under) else 0.0


def _real(number: str) -> float:
    return float(number.replace(",", "."))
