"""Values of IFC as values of JSON: SI numbers, clean text, null for what is not known."""

from __future__ import annotations

import math
import sys
from typing import Any

from loaders.ifc.units import Units, unit_offset, unit_scale

_LONGEST = 4000
_WORD = 40
"""Shorter texts come again and again in a model: names of properties, classes, types."""


def text(value: Any) -> str | None:
    """Clean text, or None where nothing is said.

    Half surrogates and NUL, which damaged exports contain, cannot be stored.
    """
    found = name(value)
    return None if found is None else _kept(found.strip()[:_LONGEST])


def name(value: Any) -> str | None:
    """A name as it is written: two properties may differ by a space in front."""
    if value is None:
        return None
    clean = str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")
    return _kept(clean) if clean.strip() else None


def _kept(found: str) -> str:
    """The one copy of a short text."""
    return sys.intern(found) if len(found) < _WORD else found


def word(value: Any) -> str | None:
    """A value of an enumeration; some exporters wrap it in its type, against the schema."""
    return text(value.wrappedValue) if hasattr(value, "wrappedValue") else text(value)


def plain(value: Any, units: Units, unit: Any = None) -> Any:  # noqa: PLR0911  one line a case
    """One typed value of a property, in SI.

    Parameters
    ----------
    value : entity_instance or Python value
        `NominalValue` or a plain attribute.
    units : Units
        Scales of the project.
    unit : entity_instance, optional
        The property's own unit, which then counts instead of the project's.
    """
    if value is None:
        return None
    kind = None
    if hasattr(value, "wrappedValue"):
        kind, value = value.is_a(), value.wrappedValue
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if kind is None or kind in ("IfcInteger", "IfcCountMeasure", "IfcBoolean", "IfcIdentifier"):
            return _finite(value)
        scale = unit_scale(unit) if unit is not None else None
        factor = units.measure(kind) if scale is None else scale
        offset = units.offset(kind) if scale is None else unit_offset(unit)
        return _finite(value if factor == 1.0 and not offset else value * factor + offset)
    if isinstance(value, str):
        return None if kind == "IfcLogical" and value.upper() == "UNKNOWN" else text(value)
    if isinstance(value, tuple | list):
        return [plain(item, units, unit) for item in value]
    return text(value)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
