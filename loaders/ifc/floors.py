"""Which floor a storey is: -2, -1, 1, 2 ...; there is no floor 0.

The number is an address that sensors, units and incidents share, so names are
believed only when all of them agree with the order of the elevations.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_NUMBER = r"(\d{1,3}|[一二三四五六七八九十]{1,3})"
_ROOF = re.compile(r"roof|屋顶|屋面|天面|机房层|dach|toit|\bRF\b|\bT\.?O\.? ?(?:roof|parapet)", re.IGNORECASE)
_GROUND = re.compile(
    r"首层|底层|\bGF\b|\bG/F\b|ground|erdgeschoss|\bEG\b|rez.de.chauss|begane grond", re.IGNORECASE
)
_BELOW = (
    re.compile(rf"地下{_NUMBER}?[层室]?"),
    re.compile(rf"负{_NUMBER}"),
    re.compile(r"\bB ?-?(\d{1,2})F?\b", re.IGNORECASE),
    re.compile(r"(?:^|[\s_])-(\d{1,2})(?:F|层|\b)", re.IGNORECASE),
    re.compile(r"basement ?(\d{1,2})?|keller(\d)?|\bUG ?(\d{1,2})?\b|(\d)?\. ?UG\b", re.IGNORECASE),
)
_ABOVE = (
    re.compile(rf"第?{_NUMBER}[层楼]"),
    re.compile(r"(?:^|[\s_+])(\d{1,3}) ?F\b", re.IGNORECASE),
    re.compile(r"\bF ?(\d{1,3})\b", re.IGNORECASE),
    re.compile(r"\b(?:level|floor|storey|story|l|etage|geschoss|niveau) ?0*(\d{1,3})\b", re.IGNORECASE),
    re.compile(r"^0*(\d{1,3})$"),
)
_UPPER_GERMAN = re.compile(r"\b(\d{1,2})\. ?OG\b|\bOG ?(\d{1,2})\b", re.IGNORECASE)
_GROUND_TOLERANCE_M = 0.75


@dataclass(frozen=True, slots=True)
class Floor:
    """Address of one storey.

    Attributes
    ----------
    floor_no : int
        Never 0.
    label : str
        What a plate in the lift says: `B2`, `1F`, `RF`.
    """

    floor_no: int
    label: str


def number_floors(storeys: Sequence[tuple[str, float | None]], ground_m: float = 0.0) -> list[Floor | None]:
    """Give each storey of one building its floor number.

    Parameters
    ----------
    storeys : sequence of (name, elevation)
        In any order; elevations in metres above the same zero as `ground_m`, None where unknown.
    ground_m : float
        Elevation of the ground outside.

    Returns
    -------
    list of Floor or None
        In the order given. None only where an elevation is unknown: the name of such a storey
        is believed where those of the others are, it reads as a number and that is nobody's.
    """
    known = [(i, elevation) for i, (_, elevation) in enumerate(storeys) if elevation is not None]
    known.sort(key=lambda pair: pair[1])
    adrift = [i for i, (_, elevation) in enumerate(storeys) if elevation is None]
    names = [storeys[i][0] for i, _ in known]
    stated = [_read(storeys[i][0]) for i in adrift]
    from_zero = 0 in stated
    believed = _from_names(names, from_zero=from_zero)
    numbers = believed or _from_order([elevation for _, elevation in known], ground_m)
    floors: list[Floor | None] = [None] * len(storeys)
    last = len(known) - 1
    for rank, ((index, _), number) in enumerate(zip(known, numbers, strict=True)):
        roof = rank == last and last > 0 and bool(_ROOF.search(names[rank]))
        floors[index] = Floor(number, "RF" if roof else label(number))
    if believed is None and known:
        return floors
    from_zero = from_zero or 0 in map(_read, names)
    for index, said in zip(adrift, stated, strict=True):
        if said is None or stated.count(said) > 1:
            continue
        number = said + 1 if from_zero and said >= 0 else said
        if number not in numbers:
            floors[index] = Floor(number, label(number))
    return floors


def label(floor_no: int) -> str:
    """`-2` -> `B2`, `13` -> `13F`."""
    return f"B{-floor_no}" if floor_no < 0 else f"{floor_no}F"


def floor_in_name(name: str) -> int | None:
    """Floor a storey's name states, as it counts itself (it may count from 0); None where it states none."""
    return _read(name)


def _from_order(elevations: Sequence[float], ground_m: float) -> list[int]:
    below = sum(elevation < ground_m - _GROUND_TOLERANCE_M for elevation in elevations)
    # A model that is all below its own zero still stands on the ground.
    below = below if below < len(elevations) else len(elevations) - 1
    return [rank - below if rank < below else rank - below + 1 for rank in range(len(elevations))]


def _from_names(names: Sequence[str], *, from_zero: bool = False) -> list[int] | None:
    """Numbers read from the names, lowest storey first; None unless all of them fit together.

    `from_zero`: a storey that is not among them is called 0.
    """
    if not names:
        return None
    body = list(names)
    roof = len(names) > 1 and bool(_ROOF.search(names[-1])) and _read(names[-1]) is None
    if roof:
        body = body[:-1]
    read = [_read(name) for name in body]
    numbers = [number for number in read if number is not None]
    if len(numbers) < len(body):
        return None
    if from_zero or 0 in numbers:  # countries that count from 0: what is up moves by one
        numbers = [number + 1 if number >= 0 else number for number in numbers]
    if any(b <= a for a, b in pairwise(numbers)):
        return None
    if roof:
        numbers.append(numbers[-1] + 1 if numbers[-1] > 0 else 1)
    return numbers


def _read(name: str) -> int | None:
    text = name.strip()
    for pattern in _BELOW:
        if match := pattern.search(text):
            return -_integer(next((group for group in match.groups() if group), "1"))
    if match := _UPPER_GERMAN.search(text):
        return _integer(next(group for group in match.groups() if group)) + 1
    if _GROUND.search(text):
        return 1
    for pattern in _ABOVE:
        if match := pattern.search(text):
            return _integer(match[1])
    return None


def _integer(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, found, ones = text.partition("十")
    if not found:
        return int("".join(str(_DIGITS[c]) for c in text))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
