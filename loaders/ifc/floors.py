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


def number_floors(storeys: Sequence[tuple[str, float]], ground_m: float = 0.0) -> list[Floor]:
    """Give each storey of one building its floor number.

    Parameters
    ----------
    storeys : sequence of (name, elevation)
        In any order; elevations in metres above the same zero as `ground_m`.
    ground_m : float
        Elevation of the ground outside.

    Returns
    -------
    list of Floor
        In the order given.
    """
    order = sorted(range(len(storeys)), key=lambda i: storeys[i][1])
    names = [storeys[i][0] for i in order]
    numbers = _from_names(names) or _from_order([storeys[i][1] for i in order], ground_m)
    floors: list[Floor] = [Floor(1, "1F")] * len(storeys)
    last = len(order) - 1
    for rank, (index, number) in enumerate(zip(order, numbers, strict=True)):
        roof = rank == last and last > 0 and bool(_ROOF.search(names[rank]))
        floors[index] = Floor(number, "RF" if roof else label(number))
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


def _from_names(names: Sequence[str]) -> list[int] | None:
    """Numbers read from the names, lowest storey first; None unless all of them fit together."""
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
    if 0 in numbers:  # countries that count from 0: what is up moves by one
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
