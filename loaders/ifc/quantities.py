"""Stated quantities that cannot be: a volume in litres where cubic metres were meant.

Exporters are known to multiply by the wrong unit (a slab of 68,713 m³ in a house). What a
file states counts more than what is measured, unless it is so far off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loaders.ifc.outcome import Shape

_TIMES = 5.0
"""Openings, hollows and gross against net stay below; a foot for a metre (10.8, 35.3) is above."""
_MEASURED = {"space": ("area_m2", "volume_m3"), "element": ("volume_m3",)}


def drop_impossible(meaning: dict[str, Any], shapes: Mapping[str, Mapping[str, Shape]]) -> list[str]:
    """Forget stated quantities that are far from the shape, so that the shape's are taken.

    Parameters
    ----------
    meaning : dict
        Its rows are changed; what was dropped is kept in `impossible`.
    shapes : mapping
        Collection -> GlobalId -> shape.

    Returns
    -------
    list of str
        GlobalIds of the objects concerned, also of an earlier call for this meaning.
    """
    dropped: list[str] = meaning.setdefault("impossible", [])
    for role, columns in _MEASURED.items():
        known = shapes.get(role, {})
        for row in meaning[role]:
            shape = known.get(row["global_id"])
            for column in columns if shape is not None else ():
                if shape is not None and _far(row.get(column), shape.columns.get(column)):
                    row[column] = None
                    dropped.append(row["global_id"])
    return list(dict.fromkeys(dropped))


def _far(stated: float | None, measured: float | None) -> bool:
    if not stated or not measured:
        return False
    return not 1 / _TIMES <= stated / measured <= _TIMES
