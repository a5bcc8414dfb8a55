"""Short constructors, so that a collection reads as a table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypedDict, Unpack

from twin.model.collection import Access, Column, Kind

COUNT = (0, 1e7)
"""People, things, places."""
HEIGHT_M = (0, 1000)
"""From foot to top of anything that stands in a city."""
LEVEL_M = (-1000, 10_000)
"""Above the vertical datum; the city's deepest and highest."""
YEAR = (1000, datetime.now(UTC).year + 10)
"""Of building or laying, what is planned included."""


class Options(TypedDict, total=False):
    """The optional fields of a `Column`."""

    unit: str
    code_list: str
    tile: bool
    access: Access
    listed: bool
    within: tuple[float, float]


def _column(kind: Kind, name: str, zh: str, en: str, options: Options) -> Column:
    return Column(name=name, kind=kind, zh=zh, en=en, **options)


def text(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """Text; codes are text too, however many digits they have."""
    return _column("text", name, zh, en, options)


def integer(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """Whole number."""
    return _column("integer", name, zh, en, options)


def real(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """Number with a unit."""
    return _column("real", name, zh, en, options)


def boolean(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """Yes, no, or unknown (null)."""
    return _column("boolean", name, zh, en, options)


def date(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """Calendar day."""
    return _column("date", name, zh, en, options)


def timestamp(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """Instant with zone."""
    return _column("timestamp", name, zh, en, options)


def json(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """Structured value."""
    return _column("json", name, zh, en, options)


def place(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """Point that is a value, kept as a GeoJSON point in CRS84: `twin.model.place`."""
    return _column("place", name, zh, en, options)


def texts(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """List of texts."""
    return _column("text_array", name, zh, en, options)


def integers(name: str, zh: str, en: str, **options: Unpack[Options]) -> Column:
    """List of whole numbers."""
    return _column("integer_array", name, zh, en, options)
