"""Which measure a property or quantity is in, and the units a file must state for it.

The standard sets say it by their templates; the numbers themselves are stored in SI.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import ifcopenshell.util.pset
import ifcopenshell.util.unit

from loaders.ifc.export.schema import SCHEMA

Entity = Any

_BASE = (
    ("LENGTHUNIT", None, "METRE"),
    ("AREAUNIT", None, "SQUARE_METRE"),
    ("VOLUMEUNIT", None, "CUBIC_METRE"),
    ("PLANEANGLEUNIT", None, "RADIAN"),
    ("MASSUNIT", "KILO", "GRAM"),
    ("TIMEUNIT", None, "SECOND"),
)
_DERIVED: dict[str, tuple[tuple[str, int], ...]] = {
    "LINEARVELOCITYUNIT": (("LENGTHUNIT", 1), ("TIMEUNIT", -1)),
    "MASSDENSITYUNIT": (("MASSUNIT", 1), ("LENGTHUNIT", -3)),
    "MASSFLOWRATEUNIT": (("MASSUNIT", 1), ("TIMEUNIT", -1)),
    "VOLUMETRICFLOWRATEUNIT": (("LENGTHUNIT", 3), ("TIMEUNIT", -1)),
    "HEATFLUXDENSITYUNIT": (("POWERUNIT", 1), ("LENGTHUNIT", -2)),
    "ROTATIONALFREQUENCYUNIT": (("TIMEUNIT", -1),),
    "THERMALTRANSMITTANCEUNIT": (
        ("POWERUNIT", 1), ("LENGTHUNIT", -2), ("THERMODYNAMICTEMPERATUREUNIT", -1),
    ),
    "THERMALCONDUCTANCEUNIT": (
        ("POWERUNIT", 1), ("LENGTHUNIT", -1), ("THERMODYNAMICTEMPERATUREUNIT", -1),
    ),
    "THERMALRESISTANCEUNIT": (
        ("LENGTHUNIT", 2), ("THERMODYNAMICTEMPERATUREUNIT", 1), ("POWERUNIT", -1),
    ),
    "SPECIFICHEATCAPACITYUNIT": (
        ("ENERGYUNIT", 1), ("MASSUNIT", -1), ("THERMODYNAMICTEMPERATUREUNIT", -1),
    ),
}  # fmt: skip
"""Units made of others, by exponents; measures beyond these are written as plain numbers."""
_UNITLESS = frozenset(
    ("IfcCountMeasure", "IfcRatioMeasure", "IfcNormalisedRatioMeasure", "IfcPositiveRatioMeasure")
)
_ABOVE_ZERO = frozenset(
    ("IfcPositiveLengthMeasure", "IfcPositivePlaneAngleMeasure", "IfcPositiveRatioMeasure")
)
_AT_LEAST_ZERO = frozenset(("IfcNonNegativeLengthMeasure",))
_KINDS = (
    (re.compile(r"Area$", re.IGNORECASE), "Area"),
    (re.compile(r"Volume$", re.IGNORECASE), "Volume"),
    (re.compile(r"(Weight|Mass)$", re.IGNORECASE), "Weight"),
    (
        re.compile(r"(Length|Width|Height|Depth|Perimeter|Thickness|Radius|Diameter)$", re.IGNORECASE),
        "Length",
    ),
    (re.compile(r"(Count$|^NumberOf)", re.IGNORECASE), "Count"),
)
"""Kind of a base quantity by its name, as buildingSMART and most programs name them."""
_TEMPLATES = {"Q_AREA": "Area", "Q_VOLUME": "Volume", "Q_WEIGHT": "Weight", "Q_LENGTH": "Length",
              "Q_COUNT": "Count", "Q_TIME": "Time"}  # fmt: skip


class Units:
    """Units of a file: the base ones at once, others when the first value needs them."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._units: dict[str, Entity] = {
            kind: file.create_entity("IfcSIUnit", None, kind, prefix, name) for kind, prefix, name in _BASE
        }
        self.assignment = file.create_entity("IfcUnitAssignment", list(self._units.values()))

    @property
    def metre(self) -> Entity:
        """Unit of lengths."""
        return self._units["LENGTHUNIT"]

    def has(self, measure: str) -> bool:
        """State the unit of a measure; whether the file now says what its values are in."""
        return (
            measure in _UNITLESS
            or self._of(ifcopenshell.util.unit.get_measure_unit_type(measure)) is not None
        )

    def close(self) -> None:
        """Write the units that came along."""
        self.assignment.Units = list(self._units.values())

    def _of(self, kind: str) -> Entity | None:
        if kind not in self._units:
            create = self._file.create_entity
            if kind in _DERIVED:
                parts = [
                    create("IfcDerivedUnitElement", self._of(unit), power) for unit, power in _DERIVED[kind]
                ]
                self._units[kind] = create("IfcDerivedUnit", parts, kind, None)
            elif kind in ifcopenshell.util.unit.si_type_names and kind != "USERDEFINED":
                name = ifcopenshell.util.unit.si_type_names[kind]
                self._units[kind] = create("IfcSIUnit", None, kind, None, name)
            else:
                return None
        return self._units[kind]


def property_measure(title: str, name: str, value: float) -> str | None:
    """Measure of a number of a standard set; None where no template says it or the value denies it."""
    found = _properties(title).get(name) if title.startswith("Pset_") else None
    if found is None or not found.endswith("Measure"):
        return None
    if (found in _ABOVE_ZERO and value <= 0) or (found in _AT_LEAST_ZERO and value < 0):
        return found.replace("Positive", "").replace("NonNegative", "")
    if found == "IfcNormalisedRatioMeasure" and not 0 <= value <= 1:
        return None
    return found


def quantity_kind(title: str, name: str) -> str | None:
    """Kind of a quantity (`Area`, `Length` ...); None where neither a template nor its name says it."""
    templated = _quantities(title).get(name) if title.startswith("Qto_") else None
    return templated or next((kind for test, kind in _KINDS if test.search(name)), None)


@cache
def _properties(title: str) -> dict[str, str]:
    return {
        one.Name: one.PrimaryMeasureType
        for one in _members(title)
        if one.is_a("IfcSimplePropertyTemplate")
        and one.TemplateType == "P_SINGLEVALUE"
        and one.PrimaryMeasureType
    }


@cache
def _quantities(title: str) -> dict[str, str]:
    return {
        one.Name: _TEMPLATES[one.TemplateType]
        for one in _members(title)
        if getattr(one, "TemplateType", None) in _TEMPLATES
    }


def _members(title: str) -> tuple[Any, ...]:
    found = _library().get_by_name(title)
    return () if found is None else found.HasPropertyTemplates


@cache
def _library() -> Any:
    return ifcopenshell.util.pset.PsetQto(SCHEMA)
