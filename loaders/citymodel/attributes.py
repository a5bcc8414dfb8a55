"""Attributes of city objects to typed columns. What is not read here stays in `properties`."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from loaders.citymodel.codes import ROOF, use_of
from loaders.citymodel.describing import FEET

_FOOT_M = 0.3048
_HIGHEST_M = 1000.0
_UNKNOWN = frozenset((9999.0, -9999.0))
"""What PLATEAU writes for a number nobody knows."""
_CODES = ("code", "building_code", "buildingID", "identificatie", "identifier")
_HEIGHTS = ("measuredHeight", "height_m", "height")
_YEARS = ("yearOfConstruction", "dateOfConstruction", "year_built")
_ENDS = ("validTo", "dateOfDemolition", "yearOfDemolition", "terminationDate")
_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_YEAR = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


class Said:
    """What one object says of itself.

    Parameters
    ----------
    row : mapping
        Of the child's table: attributes, code_spaces, names, kind, lod, z_min, z_max, address.
    attributes, code_spaces : mapping
        Decoded.
    """

    def __init__(
        self, row: Mapping[str, Any], attributes: Mapping[str, Any], spaces: Mapping[str, Any]
    ) -> None:
        self._row, self._attributes, self._spaces = row, attributes, spaces

    def columns(self, collection: str) -> dict[str, Any]:
        """Typed columns of a collection; None is unknown."""
        kind = self._row["kind"]
        names = {key: value for key, value in self._names().items() if key != "alias"}
        inside = {"name": self.name, "elev_m": _finite(self._row["z_min"]), "height_m": self.height_m}
        found: dict[str, dict[str, Any]] = {
            "building_part": {
                "code": self.code,
                "kind": kind,
                "height_m": self.height_m,
                "elev_base_m": _finite(self._row["z_min"]),
                "lod": self.lod,
            },
            "storey": {**inside, "label": self.name},
            "space": {**inside, "object_type": self.word("class")},
            "element": {"name": self.name, "type_name": kind},
            "opening": {"name": self.name, "type_name": kind},
            "theme": {"theme": "city model", "name": self.name, "kind": kind},
            "terrain_zone": {**names, "code": self.code, "kind": kind},
            "road": names,
        }
        if collection == "building":
            return {**self._names(), **self._building()}
        return found.get(collection, {**names, "kind": self.word("class") or kind})

    @property
    def code(self) -> str | None:
        """The code people know it by."""
        for name in _CODES:
            found = _text(_nested(self._attributes, name))
            if found is not None:
                return found
        return None

    @property
    def name(self) -> str | None:
        """First name."""
        return next((_text(name) for name in self._row["names"] or () if _text(name)), None)

    @property
    def lod(self) -> int | None:
        """Whole level of detail."""
        said = self._row["lod"]
        return int(said[0]) if said and said[0].isdigit() else None

    @property
    def height_m(self) -> float | None:
        """As the file says; None where it does not, or says what cannot be."""
        return next((height for height in self._heights() if 0 < height <= _HIGHEST_M), None)

    @property
    def odd_height(self) -> bool:
        """Whether the file states a height that cannot be."""
        return self.height_m is None and any(height > 0 for height in self._heights())

    def _heights(self) -> list[float]:
        found = (_number(self._attributes.get(name)) for name in _HEIGHTS)
        return [height for height in found if height is not None]

    @property
    def extent_m(self) -> float | None:
        """From the lowest to the highest point of the body."""
        low, high, lod = self._row["z_min"], self._row["z_max"], self.lod
        if lod in (None, 0) or low is None or high is None or not high > low:
            return None
        return float(high - low)

    @property
    def span(self) -> tuple[datetime | None, datetime | None]:
        """So in the world from and to; an end that is still to come is none."""
        start = _day(self._attributes.get("validFrom"))
        ends = [day for name in _ENDS if (day := _day(self._attributes.get(name))) is not None]
        end = min(ends) if ends else None
        return start, end if end is not None and end <= datetime.now(UTC) else None

    def word(self, name: str) -> str | None:
        """One attribute as text."""
        return _text(self._attributes.get(name))

    def _names(self) -> dict[str, Any]:
        han = english = None
        others = []
        for name in (_text(said) for said in self._row["names"] or ()):
            if name is None:
                continue
            if _HAN.search(name) and not _KANA.search(name) and han is None:
                han = name
            elif not _HAN.search(name) and not _KANA.search(name) and english is None:
                english = name
            else:
                others.append(name)
        return {"name_zh": han, "name_en": english, "alias": others or None}

    def _building(self) -> dict[str, Any]:
        year = next((day.year for name in _YEARS if (day := _day(self._attributes.get(name)))), None)
        roof = self.word("roofType")
        return {
            "code": self.code,
            "use": self._use(),
            "floors_up": _whole(self._attributes.get("storeysAboveGround")),
            "floors_down": _whole(self._attributes.get("storeysBelowGround")),
            "height_m": self.height_m,
            "elev_base_m": _finite(self._row["z_min"]),
            "year_built": year,
            "address": _text(self._row["address"]),
            "lod": self.lod,
            "roof": None
            if roof is None
            else ROOF.get(roof.strip(), roof if not roof.strip().isdigit() else None),
        }

    def _use(self) -> str | None:
        for name in ("usage", "function", "class"):
            values = self._attributes.get(name)
            for value in values if isinstance(values, list) else [values]:
                found = use_of(name, str(value), self._spaces.get(name)) if value is not None else None
                if found is not None:
                    return found
        return None


def _nested(attributes: Mapping[str, Any], name: str) -> Any:
    """An attribute, or the first of that name one level below (`buildingIDAttribute.buildingID`)."""
    if name in attributes:
        return attributes[name]
    for value in attributes.values():
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Mapping) and name in inner:
                return inner[name]
    return None


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None or isinstance(value, (dict, bool)):
        return None
    return str(value).replace("\0", "").strip()[:2000] or None


def _number(value: Any) -> float | None:
    """Metres or a count; a value with its unit is converted."""
    scale = 1.0
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        unit = str(value.get("uom", "")).lower().strip("#")
        scale = _FOOT_M if unit in FEET else 1.0
        value = value.get("value")
        if isinstance(value, Mapping):
            return _number(value)
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number * scale if math.isfinite(number) and number not in _UNKNOWN else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number == int(number) and 0 <= number < 1000 else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _day(value: Any) -> datetime | None:
    """Years and dates as their first moment; the year 1 means nobody knows."""
    match = _YEAR.match(str(value)) if value is not None else None
    if match is None or int(match[1]) < 1000:
        return None
    try:
        day = date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
