"""From a query string and a body to typed values, or an error that names the parameter."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from twin.errors import InvalidInput, InvalidParameter, TooLarge

_LONGEST = 2_000
_DEEPEST = 32
LOWEST_FLOOR, HIGHEST_FLOOR = -99, 999
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+ -]\d\d:?\d\d)?)?")


class Box(NamedTuple):
    """A box in CRS84; degrees, and metres above the vertical datum where six numbers were given."""

    west: float
    south: float
    east: float
    north: float
    low_m: float | None = None
    high_m: float | None = None


class Interval(NamedTuple):
    """From and until, each open where None; an instant is both ends at once."""

    start: datetime | None
    end: datetime | None


class Query:
    """The parameters of one request; every one must be known and given once.

    Parameters
    ----------
    values : MultiDict
        `request.args`.
    allowed : collection of str
        Names the handler knows.

    Raises
    ------
    InvalidParameter
        A name that is not known, given twice, too long, or with a NUL.
    """

    def __init__(self, values: MultiDict[str, str], allowed: Collection[str]) -> None:
        for name, given in values.lists():
            if name not in allowed:
                known = ", ".join(sorted(allowed)) or "none"
                raise InvalidParameter(name[:80], f"is not known here; this path takes {known}")
            if len(given) > 1:
                raise InvalidParameter(name, "is given more than once")
            if len(given[0]) > _LONGEST:
                raise InvalidParameter(name, f"is longer than {_LONGEST} characters")
            if "\0" in given[0]:
                raise InvalidParameter(name, "contains a NUL character")
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, default: str | None = None) -> str | None:
        """Text as given."""
        return self._values.get(name, default)

    def choice(self, name: str, choices: Sequence[str], default: str | None = None) -> str | None:
        """One of a few words."""
        value = self._values.get(name)
        if value is None:
            return default
        if value not in choices:
            raise InvalidParameter(name, f"'{value[:80]}' is none of {', '.join(choices)}")
        return value

    def flag(self, name: str) -> bool | None:
        """Yes or no."""
        value = self.choice(name, ("true", "false"))
        return None if value is None else value == "true"

    def integer(
        self, name: str, default: int | None = None, *, low: int = -(2**31), high: int = 2**31 - 1
    ) -> int | None:
        """Whole number between two bounds, both included."""
        value = self._values.get(name)
        if value is None:
            return default
        if not re.fullmatch(r"[+-]?[0-9]{1,19}", value.strip()) or not low <= int(value) <= high:
            raise InvalidParameter(name, f"'{value[:80]}' is not a whole number from {low} to {high}")
        return int(value)

    def floor(self, name: str = "floor") -> int | None:
        """Number of a floor, see `floor`."""
        value = self.integer(name)
        return None if value is None else floor(name, value)

    def real(
        self, name: str, default: float | None = None, *, low: float = -math.inf, high: float = math.inf
    ) -> float | None:
        """Finite number between two bounds, both included."""
        value = self._values.get(name)
        return default if value is None else number(name, value, low, high)

    def box(self, name: str = "bbox") -> Box | None:
        """Four or six numbers: west,south[,low],east,north[,high]; west > east crosses the date line."""
        value = self._values.get(name)
        if value is None:
            return None
        numbers = [number(name, part, -math.inf, math.inf) for part in value.split(",")]
        if len(numbers) == 4:
            west, south, east, north = numbers
            low = high = None
        elif len(numbers) == 6:
            west, south, low, east, north, high = numbers
            if low > high:
                raise InvalidParameter(name, f"its lower height {low} is above its upper height {high}")
        else:
            raise InvalidParameter(name, f"has {len(numbers)} numbers; it takes 4 or 6")
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise InvalidParameter(
                name, "is not west,south,east,north in degrees of longitude and latitude (CRS84)"
            )
        return Box(west, south, east, north, low, high)

    def interval(self, name: str = "datetime") -> Interval | None:
        """An instant, or start/end with `..` or nothing for an open end (RFC 3339)."""
        value = self._values.get(name)
        if value is None:
            return None
        start, bar, end = value.partition("/")
        if not bar:
            at = instant(name, value)
            return Interval(at, at)
        ends = [None if part in {"", ".."} else instant(name, part) for part in (start, end)]
        if ends == [None, None]:
            raise InvalidParameter(name, "has two open ends")
        if ends[0] and ends[1] and ends[0] > ends[1]:
            raise InvalidParameter(name, "ends before it starts")
        return Interval(ends[0], ends[1])

    def instant(self, name: str) -> datetime | None:
        """One moment (RFC 3339)."""
        value = self._values.get(name)
        return None if value is None else instant(name, value)

    def place(self, *, needed: bool = False) -> tuple[float, float] | None:
        """`lon` and `lat`, degrees; both or neither."""
        lon = self.real("lon", low=-180, high=180)
        lat = self.real("lat", low=-90, high=90)
        if lon is None and lat is None and not needed:
            return None
        if lon is None or lat is None:
            raise InvalidParameter("lon" if lon is None else "lat", "is missing; give lon and lat")
        return lon, lat


def floor(name: str, value: int) -> int:
    """Check the number of a floor: ... -2, -1, 1, 2 ..., there is no floor 0."""
    if value == 0 or not LOWEST_FLOOR <= value <= HIGHEST_FLOOR:
        raise InvalidParameter(
            name,
            f"{value} is not a floor from {LOWEST_FLOOR} to {HIGHEST_FLOOR}; the ground floor is 1,"
            " the one below -1",
        )
    return value


def number(name: str, value: str, low: float, high: float) -> float:
    """Read a finite number."""
    try:
        result = float(value)
    except ValueError:
        result = math.nan
    if not math.isfinite(result) or "_" in value:
        raise InvalidParameter(name, f"'{value[:80]}' is not a number")
    if not low <= result <= high:
        raise InvalidParameter(name, f"{value[:80]} is outside {low:g} to {high:g}")
    return result


def instant(name: str, value: str) -> datetime:
    """Read an RFC 3339 instant; one without a zone, or a date alone, is taken as UTC."""
    try:
        if not _INSTANT.fullmatch(value):
            raise ValueError
        # a plus sign arrives as a space from callers who do not encode it
        text = re.sub(r" (?=\d\d:?\d\d$)", "+", value) if value.count(":") > 1 else value
        result = datetime.fromisoformat(text.upper())
        return (result if result.tzinfo else result.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidParameter(
            name, f"'{value[:80]}' is not an instant such as 2026-11-20T08:00:00Z"
        ) from None


def body(request: Request, *, limit_bytes: int = 1_000_000) -> dict[str, Any]:
    """Read a JSON object from the body.

    Raises
    ------
    TooLarge
        More bytes or deeper than allowed.
    InvalidInput
        Not JSON, not an object, or with a NUL in a text.
    werkzeug.exceptions.UnsupportedMediaType
        It says that it is something else than JSON.
    """
    if request.content_type is not None and not request.is_json:
        raise UnsupportedMediaType(
            f"the body is '{request.mimetype[:80]}'; send JSON with 'Content-Type: application/json'"
        )
    if request.content_length is not None and request.content_length > limit_bytes:
        raise TooLarge(f"the body has {request.content_length} bytes; at most {limit_bytes} are taken")
    raw = bytearray()
    # to its end: one reading may give a part, and only one beyond the limit is refused by Flask
    while piece := request.stream.read(limit_bytes + 1 - len(raw)):
        raw += piece
        if len(raw) > limit_bytes:
            raise TooLarge(f"the body has more than {limit_bytes} bytes")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"the body is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidInput("the body is not a JSON object")
    _check(value)
    return value


def _check(value: object) -> None:
    """Refuse what is nested too deep or holds a NUL, which no text column takes."""
    pending: list[tuple[object, int]] = [(value, 1)]
    while pending:
        item, depth = pending.pop()
        if depth > _DEEPEST:
            raise TooLarge(f"the body is nested deeper than {_DEEPEST} levels")
        if isinstance(item, str):
            if "\0" in item:
                raise InvalidInput("a text in the body contains a NUL character")
        elif isinstance(item, dict):
            pending.extend((part, depth + 1) for pair in item.items() for part in pair)
        elif isinstance(item, list):
            pending.extend((part, depth + 1) for part in item)
