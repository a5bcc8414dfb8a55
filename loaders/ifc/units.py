"""From the units of a project to SI: `value_in_file * scale + offset = value_in_si`.

Only temperatures have an offset: SI counts them in kelvin, and files in degrees.
"""

from __future__ import annotations

from typing import Any

import ifcopenshell.util.unit as ifc_unit

from loaders.ifc.attributes import attribute

_CELSIUS_K = 273.15
_EXPONENT = {"LENGTHUNIT": 1, "AREAUNIT": 2, "VOLUMEUNIT": 3}


class Units:
    """Scales of one model, looked up once.

    Parameters
    ----------
    model : ifcopenshell.file
        An open model.

    Attributes
    ----------
    length_m : float
        Metres in one length unit of the file.
    stated : bool
        Whether the file states its length unit at all; without it metres are taken.
    """

    def __init__(self, model: Any) -> None:
        self._scales: dict[str, float] = {}
        self._offsets: dict[str, float] = {}
        self._measures: dict[str, str | None] = {}
        for project in model.by_type("IfcContext" if model.schema != "IFC2X3" else "IfcProject"):
            assignment = project.UnitsInContext
            for unit in assignment.Units if assignment else ():
                kind = attribute(unit, "UnitType")  # money has none
                if kind and kind not in self._scales:
                    self._scales[kind] = _scale(unit)
                    self._offsets[kind] = unit_offset(unit)
        self.stated = "LENGTHUNIT" in self._scales
        self.length_m = self._scales.get("LENGTHUNIT", 1.0)

    def measure(self, measure_class: str) -> float:
        """Scale of a value of that measure class (`IfcLengthMeasure`), 1 where it has no unit."""
        kind = self._kind(measure_class)
        return 1.0 if kind is None else self.of(kind)

    def offset(self, measure_class: str) -> float:
        """What is added after the scale; 0 but for temperatures in degrees."""
        return self._offsets.get(self._kind(measure_class) or "", 0.0)

    def _kind(self, measure_class: str) -> str | None:
        kind = self._measures.get(measure_class)
        if measure_class not in self._measures:
            kind = (
                ifc_unit.get_measure_unit_type(measure_class) if measure_class.endswith("Measure") else None
            )
            self._measures[measure_class] = kind
        return kind

    def of(self, kind: str) -> float:
        """Scale of a unit type; areas and volumes without a unit of their own follow the length."""
        if kind in self._scales:
            return self._scales[kind]
        return self.length_m ** _EXPONENT[kind] if kind in _EXPONENT else 1.0


def unit_scale(unit: Any) -> float | None:
    """Scale of one unit entity to SI; None where there is none."""
    return None if unit is None else _scale(unit)


def unit_offset(unit: Any) -> float:
    """What a value in a unit needs to be added to, after its scale, to be SI: kelvin of degrees."""
    if unit.is_a("IfcSIUnit"):
        return _CELSIUS_K if unit.Name == "DEGREE_CELSIUS" else 0.0
    if not unit.is_a("IfcConversionBasedUnit"):
        return 0.0
    base = attribute(unit.ConversionFactor, "UnitComponent")
    own = attribute(unit, "ConversionOffset") or 0.0
    return float(own) + (0.0 if base is None else unit_offset(base))


def _scale(unit: Any) -> float:
    try:
        scale = float(ifc_unit.get_unit_scale(unit)) / _grams(unit)
    except (AttributeError, KeyError, TypeError, ValueError, RuntimeError):
        return 1.0  # monetary and context-dependent units have no SI scale
    return scale if scale > 0 else 1.0


def _grams(unit: Any) -> float:
    """What a mass is too large by: the toolkit counts grams, as the schema does, and SI kilograms."""
    if not unit.is_a("IfcDerivedUnit"):
        scaled = unit.is_a("IfcSIUnit") or unit.is_a("IfcConversionBasedUnit")
        return 1000.0 if scaled and unit.UnitType == "MASSUNIT" else 1.0
    powers = (e.Exponent for e in unit.Elements if attribute(e.Unit, "UnitType") == "MASSUNIT")
    return 1000.0 ** sum(powers)
